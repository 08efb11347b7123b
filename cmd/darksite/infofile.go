package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"darksite/internal/config"
	"darksite/processing/artifact"
	"darksite/processing/inputs"
)

// facts are what was found, in the form of a file.
func (d *infoDocument) facts() *inputs.Info {
	return &inputs.Info{DateStart: d.DateStart, RA: d.RA, Dec: d.Dec, CCDTemp: d.Temp, TempSource: d.TempSource}
}

// read looks at the file of facts that is there, info.csv or info.fits.
func (d *infoDocument) read(c *config.Config) error {
	dir := filepath.Dir(d.File)
	for _, name := range []string{inputs.InfoFile, inputs.InfoFITS} {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		} else if err != nil {
			return err
		}
		d.File = filepath.Join(dir, name)
		info, err := inputs.ReadInfo(bytes.NewReader(content), within(c.Dir, d.File))
		d.there = &info
		return err
	}
	return nil
}

// known tells whether the file that is there has time and attitude.
func (d *infoDocument) known() bool {
	return d.there != nil && d.there.DateStart != "" && d.there.RA != nil && d.there.Dec != nil
}

// keep takes from the file that is there what nothing else told.
func (d *infoDocument) keep() {
	if d.there == nil {
		return
	}
	if d.DateStart == "" {
		d.DateStart = d.there.DateStart
	}
	if d.RA == nil && d.Dec == nil {
		d.RA, d.Dec = d.there.RA, d.there.Dec
	}
	if d.Temp == nil && d.there.CCDTemp != nil {
		d.Temp, d.TempSource = d.there.CCDTemp, cmp.Or(d.there.TempSource, filepath.Base(d.File))
	}
}

// measured takes the temperature that was measured at the replicas: that of
// replicas.csv, or else that of the archive.
func (d *infoDocument) measured(c *config.Config) error {
	path := filepath.Join(filepath.Dir(d.File), inputs.ReplicasFile)
	content, err := os.ReadFile(path)
	if err == nil {
		replicas, warnings, err := inputs.ReadReplicas(bytes.NewReader(content), within(c.Dir, path))
		if err != nil {
			return err
		}
		d.Warnings = append(d.Warnings, warnings...)
		if mean, source := inputs.MeanTemp(replicas); mean != nil {
			d.Temp, d.TempSource = mean, source
			return nil
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	cal, err := artifact.Load(c.ArchiveDir(), d.ID)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	if source := cal.Facts.CCDTempSource; cal.Facts.CCDTemp != nil && (source == "HDR3" || source == "AACCCDPT") {
		d.Temp, d.TempSource = cal.Facts.CCDTemp, source
	}
	return nil
}

// write makes info.csv, and replicas.csv when kadi has the replicas. One that is
// there stays; if it says something else, that is said.
func (d *infoDocument) write(c *config.Config) error {
	if d.there != nil {
		// Other columns and fewer digits are no other facts.
		if differ := d.there.Differences(d.facts(), within(c.Dir, d.File)); differ != nil {
			d.Warnings = append(d.Warnings, fmt.Sprintf("%s: %s is used as it is and never overwritten: move it away to have it made",
				strings.Join(differ, "; "), within(c.Dir, d.File)))
		}
	} else if err := d.writeOnce(c, d.File, inputs.EncodeInfo(*d.facts())); err != nil {
		return err
	}
	replicas := d.replicasFile()
	if replicas == nil {
		return nil
	}
	return d.writeOnce(c, filepath.Join(filepath.Dir(d.File), inputs.ReplicasFile), replicas)
}

func (d *infoDocument) writeOnce(c *config.Config, path string, content []byte) error {
	was, err := os.ReadFile(path)
	switch {
	case err == nil && bytes.Equal(was, content):
		return nil
	case err == nil:
		d.Warnings = append(d.Warnings, fmt.Sprintf("%s is there and is not overwritten; it says something else: move it away to have it made", within(c.Dir, path)))
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	d.Changed = true
	return writeFile(path, func(w io.Writer) error { _, err := w.Write(content); return err })
}
