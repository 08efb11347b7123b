package synth

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"darksite/processing/chandra"
)

// The truth lies in a directory of its own beside the telemetry.
const (
	truthDir     = "truth"
	manifestFile = "manifest.json"
	infoFile     = "info.csv"
)

// manifest is what truth/manifest.json holds.
type manifest struct {
	ID      chandra.ID      `json:"id"`
	Options Options         `json:"options"`
	Damage  Damage          `json:"damage"`
	Faults  []Applied       `json:"faults"`
	Files   []manifestEntry `json:"files"`
}

type manifestEntry struct {
	Name       string         `json:"name"`
	Replica    int            `json:"replica"`
	Missing    bool           `json:"missing"`
	Bytes      int64          `json:"bytes"`
	GzipBytes  int            `json:"gzip_bytes"`
	SFDUs      int            `json:"sfdus_sent"`
	DataFrames int            `json:"data_frames_sent"`
	Strips     int            `json:"segments_sent"`
	RowsSent   int            `json:"rows_sent"`
	Rows       map[string]int `json:"rows_arrived"`
	Faults     []Applied      `json:"faults"`
}

// Manifest says in JSON what was simulated: the options, the damage and each
// fault with its place, and counts for each file.
func (c *Calibration) Manifest() ([]byte, error) {
	m := manifest{ID: c.ID, Options: c.Options, Damage: c.Damage, Faults: append([]Applied{}, c.Faults...)}
	for _, f := range c.Files {
		rows := map[string]int{}
		for _, name := range arrivalNames {
			rows[name] = 0
		}
		for _, a := range f.Arrivals {
			rows[a.String()]++
		}
		m.Files = append(m.Files, manifestEntry{
			Name: f.Name, Replica: f.Replica, Missing: f.Missing, Bytes: f.Bytes, GzipBytes: len(f.Gzip),
			SFDUs: f.SFDUs, DataFrames: f.DataFrames, Strips: f.Strips,
			RowsSent: len(f.Rows), Rows: rows, Faults: append([]Applied{}, f.Faults...),
		})
	}
	b, err := json.MarshalIndent(m, "", " ")
	return append(b, '\n'), err
}

// Info is the content of info.csv: the start, temperature and attitude in the
// form of the historic scripts (inputs-and-pages.md, section D).
func (c *Calibration) Info() []byte {
	o := c.Options
	head, source := "", ""
	if o.TempSource != "" {
		head, source = ",temp_source", ","+o.TempSource
	}
	return fmt.Appendf(nil, "datestart,temp,ra,dec%s\n%s,%.2f,%.3f,%.3f%s\n",
		head, chandra.FormatDate(o.Start), o.TCCD, o.RA, o.Dec, source)
}

// Write makes a data directory as delivered: the telemetry files that there
// are and info.csv, with the truth in its subdirectory truth (manifest.json,
// and for each replica a .sent.csv as [WriteSent] writes it). All is written
// under a dotted name beside dir and renamed. It fails when dir is there and
// not empty.
func Write(dir string, c *Calibration) (err error) {
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return fmt.Errorf("simulation of %s: %s is not empty: remove it or name another directory", c.ID, dir)
	} else if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("simulation of %s: %w", c.ID, err)
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("simulation of %s: nothing is written to %s: %w", c.ID, dir, err)
		}
	}()
	dir, err = filepath.Abs(dir)
	if err != nil {
		return err
	}
	parent, base := filepath.Split(dir)
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return err
	}
	stage, err := os.MkdirTemp(parent, "."+base+".tmp-")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.RemoveAll(stage)
		}
	}()
	if err := c.fill(stage); err != nil {
		return err
	}
	if err := os.Chmod(stage, 0o755); err != nil {
		return err
	}
	// Not every system renames over an empty directory.
	if err := os.Remove(dir); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.Rename(stage, dir)
}

// fill writes all files into a directory.
func (c *Calibration) fill(dir string) error {
	truth := filepath.Join(dir, truthDir)
	if err := os.Mkdir(truth, 0o755); err != nil {
		return err
	}
	put := func(dir, name string, b []byte) error {
		return os.WriteFile(filepath.Join(dir, name), b, 0o644)
	}
	for name, content := range c.Truth {
		if err := put(truth, name, content); err != nil {
			return err
		}
	}
	for _, f := range c.Files {
		if !f.Missing {
			if err := put(dir, f.Name, f.Gzip); err != nil {
				return err
			}
		}
		var sent bytes.Buffer
		if err := WriteSent(&sent, f.Rows, f.Arrivals); err != nil {
			return err
		}
		if err := put(truth, strings.TrimSuffix(f.Name, ".gz")+".sent.csv", sent.Bytes()); err != nil {
			return err
		}
	}
	m, err := c.Manifest()
	if err != nil {
		return err
	}
	return errors.Join(put(truth, manifestFile, m), put(dir, infoFile, c.Info()))
}
