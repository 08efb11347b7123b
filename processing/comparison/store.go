package comparison

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"darksite/processing/artifact"
	"darksite/processing/ccd"
	"darksite/processing/chandra"
	"darksite/processing/fits"
	"darksite/processing/pixels"
)

// ManifestOf is the SHA-256 of the MANIFEST of a calibration in an archive, by
// which a comparison names what it was made of.
func ManifestOf(archive string, id chandra.ID) (string, error) {
	content, err := os.ReadFile(filepath.Join(archive, string(id), artifact.ManifestFile))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%x", sha256.Sum256(content)), nil
}

// Load reads the comparison.json of a calibration.
func Load(dir string, id chandra.ID) (*Comparison, error) {
	path := filepath.Join(dir, string(id), ComparisonFile)
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	c, err := Parse(content)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if c.ID != id {
		return nil, fmt.Errorf("%s: describes calibration %q; each directory holds the one it is named after", path, c.ID)
	}
	return c, nil
}

// LoadPixels reads the list of pixels of a comparison.
func LoadPixels(g ccd.Geometry, dir string, id chandra.ID) ([]pixels.Pixel, error) {
	path := filepath.Join(dir, string(id), PixelsCSV)
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return pixels.ParseCSV(g, f, path)
}

// Verify reads the files of a comparison back and compares them with their
// manifest, each other and the numbers of comparison.json. It returns a
// sentence for each thing that does not hold.
func Verify(dir string, id chandra.ID) (problems []string) {
	problemf := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	files := map[string][]byte{}
	for _, name := range append(Files(), artifact.ManifestFile) {
		content, err := os.ReadFile(filepath.Join(dir, string(id), name))
		if err != nil {
			problemf("%v", err)
			continue
		}
		files[name] = content
	}
	if problems != nil {
		return problems
	}
	problems = artifact.CheckManifest(files[artifact.ManifestFile], files)
	c, err := Load(dir, id)
	if err != nil {
		problemf("%v", err)
		return problems
	}
	list, err := pixels.ParseCSV(c.Pixels.Geometry, bytes.NewReader(files[PixelsCSV]), PixelsCSV)
	if err != nil {
		problemf("%v", err)
	} else if len(list) != c.Pixels.Listed {
		problemf("%s: %d pixels, %s says %d", PixelsCSV, len(list), ComparisonFile, c.Pixels.Listed)
	}
	problems = append(problems, verifyTable(c.Pixels.Geometry, files[PixelsFITS], list)...)
	bad, err := pixels.ParseBadPixels(c.Pixels.Geometry, bytes.NewReader(files[BadPixelsFile]), BadPixelsFile)
	if err != nil {
		problemf("%v", err)
	} else if n := bad.Selected(); n != c.BadPixels.Selected {
		problemf("%s: %d pixels, %s says %d", BadPixelsFile, n, ComparisonFile, c.BadPixels.Selected)
	}
	return problems
}

// VerifyInputs compares the calibrations that a comparison was made of with those
// of an archive, in sentences.
func VerifyInputs(dir, archive string, id chandra.ID) (problems []string) {
	c, err := Load(dir, id)
	if err != nil {
		return nil // for Verify to say
	}
	for _, in := range c.Provenance.Inputs {
		switch sum, err := ManifestOf(archive, in.ID); {
		case err != nil:
			problems = append(problems, fmt.Sprintf("it was made with %s, which the archive does not hold: build makes it again", in.ID))
		case sum != in.Manifest:
			problems = append(problems, fmt.Sprintf("it was made with another %s than the archive holds: build makes it again", in.ID))
		}
	}
	return problems
}

// Without lists the comparisons of calibrations that are not among ids, rising.
func Without(dir string, ids []chandra.ID) (without []chandra.ID, err error) {
	entries, err := os.ReadDir(dir) // sorted by name
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if id, err := chandra.ParseID(e.Name()); err == nil && !slices.Contains(ids, id) {
			without = append(without, id)
		}
	}
	return without, nil
}

func verifyTable(g ccd.Geometry, content []byte, list []pixels.Pixel) (problems []string) {
	f, err := fits.Read(bytes.NewReader(content), PixelsFITS, 0)
	if err != nil {
		return []string{err.Error()}
	}
	if complete, err := f.Verify(); err != nil {
		problems = append(problems, err.Error())
	} else if !complete {
		problems = append(problems, PixelsFITS+": an HDU has no CHECKSUM or no DATASUM")
	}
	table, err := pixels.DecodeFITS(g, bytes.NewReader(content), PixelsFITS)
	if err != nil {
		return append(problems, err.Error())
	}
	if len(table) != len(list) {
		return append(problems, fmt.Sprintf("%s: %d pixels, %s has %d", PixelsFITS, len(table), PixelsCSV, len(list)))
	}
	for i := range table {
		if !same(table[i], list[i]) {
			return append(problems, fmt.Sprintf("%s: entry %d is not that of %s", PixelsFITS, i, PixelsCSV))
		}
	}
	return problems
}

// same takes rates that are not known as equal.
func same(a, b pixels.Pixel) bool {
	equal := func(x, y float32) bool { return x == y || x != x && y != y }
	return a.Row == b.Row && a.Col == b.Col && a.Class == b.Class &&
		equal(a.Now, b.Now) && equal(a.Before, b.Before) &&
		equal(a.NowCommon, b.NowCommon) && equal(a.BeforeCommon, b.BeforeCommon)
}

// Complete tells whether all files of a comparison are there.
func Complete(dir string, id chandra.ID) bool {
	for _, name := range append(Files(), artifact.ManifestFile) {
		if _, err := os.Stat(filepath.Join(dir, string(id), name)); err != nil {
			return false
		}
	}
	return true
}
