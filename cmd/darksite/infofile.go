package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"

	"darksite/internal/workspace"
	"darksite/processing/inputs"
)

// facts are what was found, in the form of a file.
func (d *infoDocument) facts() *inputs.Info {
	return &inputs.Info{DateStart: d.DateStart, RA: d.RA, Dec: d.Dec, CCDTemp: d.Temp, TempSource: d.TempSource}
}

// read reads the existing file of facts, info.csv or info.fits.
func (d *infoDocument) read(c *workspace.Workspace) error {
	dir := filepath.Dir(d.File)
	for _, name := range []string{inputs.InfoFile, inputs.InfoFITS} {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		} else if err != nil {
			return err
		}
		d.File = filepath.Join(dir, name)
		info, err := inputs.ReadInfo(bytes.NewReader(content), c.Rel(d.File))
		d.there, d.content = &info, content
		return err
	}
	return nil
}

// known tells whether the existing file has time and attitude.
func (d *infoDocument) known() bool {
	return d.there != nil && d.there.DateStart != "" && d.there.RA != nil && d.there.Dec != nil
}

// keep fills in from the existing file the facts that no other source gives.
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
}

// write makes info.csv, and replicas.csv if the replicas have facts. A file that a
// person wrote stays; a difference is reported.
func (d *infoDocument) write(c *workspace.Workspace) error {
	if err := d.writeInfo(c); err != nil {
		return err
	}
	return d.writeReplicas(c)
}

func (d *infoDocument) writeInfo(c *workspace.Workspace) error {
	facts := inputs.EncodeInfo(*d.facts())
	switch {
	case d.there == nil && d.empty():
		return nil // since 2020 replicas.csv has it all
	case d.there == nil:
		return d.replace(d.File, facts)
	case d.improves():
		return d.replace(d.File, facts)
	case d.typed && (d.there.CCDTemp == nil || math.Abs(*d.there.CCDTemp-*d.Temp) > 0.005):
		return fmt.Errorf("--temp %v: %s was written by a person and is never overwritten: write the temperature into it, or move it away and run info again", *d.Temp, c.Rel(d.File))
	}
	// The temperatures are compared where the best is chosen. Other columns and
	// fewer digits are no other facts.
	known := d.facts()
	if d.there.CCDTemp != nil {
		known.CCDTemp = nil
	}
	if differ := d.there.Differences(known, c.Rel(d.File)); differ != nil {
		d.Warnings = append(d.Warnings, fmt.Sprintf("%s: %s is used unchanged and never overwritten: move it away to have info write it",
			strings.Join(differ, "; "), c.Rel(d.File)))
	}
	return nil
}

// replace writes a file whose name is free, or whose content info wrote.
func (d *infoDocument) replace(path string, content []byte) error {
	was, err := os.ReadFile(path)
	switch {
	case err == nil && bytes.Equal(was, content):
		return nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	d.Changed = true
	return writeFile(path, func(w io.Writer) error { _, err := w.Write(content); return err })
}
