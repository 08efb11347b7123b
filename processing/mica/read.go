package mica

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"darksite/processing/ccd"
	"darksite/processing/chandra"
	"darksite/processing/fits"
)

// Names of the files in a directory.
const (
	ImageFile      = "image.fits"
	PropertiesFile = "properties.json"
	// OldImageFile is the map as the IDL procedures left it in the data
	// directory; mica copied it to image.fits (inputs-and-pages.md, section D1).
	OldImageFile = "imd.fits"
)

// Calibration is what a directory holds.
type Calibration struct {
	Dir string // as it was given
	// ID is the directory's name where that is an id, else that of the
	// properties; "" where neither gives one.
	ID       chandra.ID
	Geometry ccd.Geometry
	// Image is the map in e-/s, NaN where there is no value. Missing counts those.
	Image   []float32
	Missing int
	// Impossible are values of the file that are no dark current. Their pixels
	// have no value, and Missing counts them too.
	Impossible []Impossible
	// Simulated tells that the map says it was made of simulated telemetry.
	Simulated bool
	// Properties are nil where there is a map alone.
	Properties *Properties
	// Files were read, the map first.
	Files []File
	// Warnings are sentences about what is unusual, Contradictions about what
	// cannot be true together. Nothing was changed for either.
	Warnings       []string
	Contradictions []string
}

// File is one file that was read.
type File struct {
	Name   string // base name
	Bytes  int64
	SHA256 string // hexadecimal
}

// archived is how mica's readers know a directory of a calibration: this at the
// start and nothing after (processing.md, section 2.1).
var archived = regexp.MustCompile(`^[12]\d{6}$`)

// List gives the calibrations of one archive directory by their names, rising.
// Names that mica's readers would not take are passed over; those they would
// take although the day does not exist are a warning.
func List(root string) (ids []chandra.ID, warnings []string, err error) {
	entries, err := os.ReadDir(root) // sorted by name
	if err != nil {
		return nil, nil, fmt.Errorf("archive of dark currents: %w", err)
	}
	for _, e := range entries {
		if !archived.MatchString(e.Name()) {
			continue
		}
		// A link to a directory is one.
		if st, err := os.Stat(filepath.Join(root, e.Name())); err != nil || !st.IsDir() {
			warnings = append(warnings, fmt.Sprintf("%s is named like a calibration and is no directory that can be read", filepath.Join(root, e.Name())))
			continue
		}
		id, err := chandra.ParseID(e.Name())
		if err != nil {
			warnings = append(warnings, fmt.Sprintf("%s is passed over: %v", filepath.Join(root, e.Name()), err))
			continue
		}
		ids = append(ids, id)
	}
	return ids, warnings, nil
}

// FindMap names the map in a directory of one calibration, image.fits or else
// imd.fits, also in capitals or gzipped; "" where there is none. The plain name
// goes before others.
func FindMap(dir string) string {
	entries, _ := os.ReadDir(dir) // sorted; one that cannot be read has none
	for _, want := range []string{ImageFile, OldImageFile} {
		found := ""
		for _, e := range entries {
			if e.Name() == want {
				return want
			}
			if found == "" && named(e.Name(), want) {
				found = e.Name()
			}
		}
		if found != "" {
			return found
		}
	}
	return ""
}

// named tells whether a file name means another but for case and compression.
func named(name, want string) bool {
	return strings.TrimSuffix(strings.ToLower(name), ".gz") == want
}

// Read reads the directory of one calibration: image.fits with properties.json,
// or where there is no image.fits, imd.fits alone.
func Read(dir string) (*Calibration, error) {
	if _, err := os.Stat(dir); err != nil {
		return nil, fmt.Errorf("directory of a calibration: %w", err)
	}
	image := FindMap(dir)
	if image == "" {
		return nil, fmt.Errorf("%s: neither %s nor %s is in it: want a directory of one calibration, for example aca_dark/2007006", dir, ImageFile, OldImageFile)
	}
	c, err := ReadMap(filepath.Join(dir, image))
	if err != nil || !named(image, ImageFile) {
		return c, err
	}
	c.Dir = dir
	name := filepath.Join(dir, PropertiesFile)
	content, err := readFile(name, maxProperties)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: the archive's readers want it beside %s; import the map alone under the name %s", err, ImageFile, OldImageFile)
	} else if err != nil {
		return nil, err
	}
	if c.Properties, err = ParseProperties(content); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	c.Files = append(c.Files, file(name, content))
	if c.ID == "" {
		c.ID = c.Properties.id()
	}
	c.check()
	return c, nil
}

// ReadMap reads one map from HDU 0 of a FITS file, of any type of pixel. The id
// is the name of the directory that the file is in, if that is one. What it
// warns of may be in its last digits, its unit or its sign.
func ReadMap(path string) (*Calibration, error) {
	content, err := readFile(path, fits.MaxBytes)
	if err != nil {
		return nil, err
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("dark current map %q: %w", path, err)
	}
	c := &Calibration{Geometry: ccd.ACA, Dir: filepath.Dir(path), Files: []File{file(path, content)}}
	if id, err := chandra.ParseID(filepath.Base(filepath.Dir(absolute))); err == nil {
		c.ID = id
	}
	return c, c.setImage(content, path)
}

// readFile reads a plain file of at most limit bytes; a pipe or a device would
// wait or never end.
func readFile(path string, limit int64) ([]byte, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !st.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a plain file (%s)", path, st.Mode().Type())
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(io.LimitReader(f, limit+1)); err != nil {
		return nil, err
	}
	if int64(b.Len()) > limit {
		return nil, fmt.Errorf("%s: more than %d bytes: check that it is the right file", path, limit)
	}
	return b.Bytes(), nil
}

func file(path string, content []byte) File {
	return File{filepath.Base(path), int64(len(content)), fmt.Sprintf("%x", sha256.Sum256(content))}
}
