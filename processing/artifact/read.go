package artifact

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"darksite/processing/ccd"
	"darksite/processing/chandra"
	"darksite/processing/darkmap"
	"darksite/processing/fits"
	"darksite/processing/mica"
	"darksite/processing/quantity"
	"darksite/processing/stats"
)

// List gives the ids of the calibrations in an archive that darksite described,
// rising. An archive that does not exist has none.
func List(archive string) ([]chandra.ID, error) {
	entries, err := os.ReadDir(archive)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var ids []chandra.ID
	for _, e := range entries {
		id, err := chandra.ParseID(e.Name())
		if err != nil {
			continue // a link to a directory counts as one
		}
		if _, err := os.Stat(filepath.Join(archive, e.Name(), CalibrationFile)); err == nil {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids, nil
}

// Incomplete names a file that archive/<id>/ lacks, "" when all are there.
func Incomplete(archive string, id chandra.ID) string {
	dir := filepath.Join(archive, string(id))
	names := []string{ImageFile, PropertiesFile, CalibrationFile, ManifestFile}
	for _, name := range append(names, slices.Sorted(maps.Keys(listed(dir)))...) {
		if _, err := os.Stat(filepath.Join(dir, filepath.Base(name))); err != nil {
			return name
		}
	}
	return ""
}

// Files reads all files of a calibration, by name.
func Files(archive string, id chandra.ID) (map[string][]byte, error) {
	c, err := Load(archive, id)
	if err != nil {
		return nil, err
	}
	names := []string{ImageFile, PropertiesFile, CalibrationFile, ManifestFile}
	if c.Origin != FromMap {
		names = append(names, CoverageFile)
	}
	files := map[string][]byte{}
	for _, name := range names {
		if files[name], err = os.ReadFile(filepath.Join(archive, string(id), name)); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// Load reads the calibration.json of one calibration.
func Load(archive string, id chandra.ID) (*Calibration, error) {
	path := filepath.Join(archive, string(id), CalibrationFile)
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	c, err := Parse(content)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if c.ID != id {
		return nil, fmt.Errorf("%s: describes calibration %q; each directory holds the calibration it is named after", path, c.ID)
	}
	return c, nil
}

// A FITS file has at most maxHeaders bytes and pixelBytes for each pixel; the
// ACA's image.fits has 4.2 MB, coverage.fits 6.3.
const (
	maxHeaders = 1 << 20
	pixelBytes = 64
)

// LoadImage reads the map of one calibration in e-/s, without what was filled in a
// copy. One whose checksums do not hold, or of another size than the geometry of
// the calibration.json, is an error.
func LoadImage(g ccd.Geometry, archive string, id chandra.ID) ([]float32, error) {
	file, err := loadFITS(g, archive, id, ImageFile)
	if err != nil {
		return nil, err
	}
	image, err := ccdImage(g, file.HDUs[0], filepath.Join(archive, string(id), ImageFile))
	if err == nil {
		_, err = mica.Unfill(g, file, image)
	}
	return image, err
}

// LoadCoverage reads how many samples of the short and of the long integration
// each pixel of the map rests on, indexed as the map. A map that another program
// made has none; then the error is an [fs.ErrNotExist].
func LoadCoverage(g ccd.Geometry, archive string, id chandra.ID) (short, long []uint8, err error) {
	file, err := loadFITS(g, archive, id, CoverageFile)
	if err != nil {
		return nil, nil, err
	}
	var samples [2][]uint8
	for i := range samples {
		name := extension(darkmap.Integration(i))
		u, err := file.Find(name)
		if err != nil {
			return nil, nil, err
		}
		pixels, err := ccdImage(g, u, filepath.Join(archive, string(id), CoverageFile)+": "+name)
		if err != nil {
			return nil, nil, err
		}
		samples[i] = make([]uint8, len(pixels))
		for k, n := range pixels {
			samples[i][k] = uint8(max(0, min(n, 255)))
		}
	}
	return samples[darkmap.Short], samples[darkmap.Long], nil
}

// loadFITS reads a file of one calibration and checks its checksums.
func loadFITS(g ccd.Geometry, archive string, id chandra.ID, name string) (*fits.File, error) {
	path := filepath.Join(archive, string(id), name)
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	file, err := fits.Read(f, path, int64(maxHeaders+pixelBytes*g.Pixels()))
	if err != nil {
		return nil, err
	}
	if _, err := file.Verify(); err != nil {
		return nil, fmt.Errorf("%w, or process or import calibration %s again", err, id)
	}
	return file, nil
}

// ccdImage is an image of the size of the CCD.
func ccdImage(g ccd.Geometry, u *fits.Unit, name string) ([]float32, error) {
	image, err := u.Image()
	if err != nil {
		return nil, err
	}
	if err := g.CheckAxes(image.Width, image.Height); err != nil {
		return nil, fmt.Errorf("%s: %w as %s says: process or import the calibration again", name, err, CalibrationFile)
	}
	return image.Pixels, nil
}

// Parse reads and checks a calibration.json.
func Parse(content []byte) (*Calibration, error) {
	c := &Calibration{Geometry: ccd.ACA} // where the file does not tell
	err := json.Unmarshal(content, c)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	// What has another schema may well have other types, too.
	if !slices.Contains([]string{Schema, schema2, schema1}, c.Schema) {
		return nil, fmt.Errorf("schema %q: this darksite reads %q, %q and %q; build with the darksite that wrote it, or process the calibration again", c.Schema, Schema, schema2, schema1)
	}
	if err != nil {
		return nil, err
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	c.StoredSchema, c.Schema = c.Schema, Schema
	c.complete()
	switch c.StoredSchema {
	case schema1:
		c.upgrade2()
		return c, c.upgrade1(content)
	case schema2:
		c.upgrade2()
	}
	return c, nil
}

// upgrade2 takes the numbers near the peak from the histogram: version 2 called
// those about the mode by the names of those about the median where the latter
// had no value.
func (c *Calibration) upgrade2() {
	c.complete(quantity.Peak, quantity.MeanNearPeak, quantity.Mode, quantity.PeakAboutMode, quantity.MeanNearMode)
}

// complete works out the numbers that the file lacks, and some of them again.
func (c *Calibration) complete(again ...quantity.Key) {
	c.Statistics.Complete(c.Histogram, again...)
	for i := range c.Quadrants {
		c.Quadrants[i].Statistics.Complete(c.Quadrants[i].Histogram, again...)
	}
}

// upgrade1 fills in what version 1 said in other words. What it did not know
// stays unknown, until the calibration is processed again.
func (c *Calibration) upgrade1(content []byte) error {
	var old struct {
		Replicas []struct {
			Other int    `json:"rows_strange"`
			First string `json:"received_first"`
			Last  string `json:"received_last"`
		} `json:"replicas"`
	}
	if err := json.Unmarshal(content, &old); err != nil {
		return err
	}
	c.Origin, c.Contradictions = FromTelemetry, []string{}
	for i, r := range old.Replicas {
		to := &c.Replicas[i]
		to.Received, to.RowsOther = true, r.Other
		if r.First != "" {
			to.Start, to.Stop, to.TimeSource = r.First, r.Last, TimeReceived
		}
	}
	c.Map.Exposures = c.exposures()
	return c.Correct()
}

// check refuses what later steps could not rely on.
func (c *Calibration) check() error {
	if _, err := chandra.ParseID(string(c.ID)); err != nil {
		return err
	}
	if err := checkHistogram(c.Histogram, c.Statistics); err != nil {
		return err
	}
	if n := c.Statistics.Pixels(); n > c.Geometry.Pixels() {
		return fmt.Errorf("histogram of %d pixels: the CCD %s has %v", n, c.Geometry.Name, c.Geometry)
	}
	parts := 0
	for _, q := range c.Quadrants {
		if err := checkHistogram(q.Histogram, q.Statistics); err != nil {
			return fmt.Errorf("quadrant %q: %w", q.Quadrant, err)
		}
		parts += q.Statistics.Pixels()
	}
	if len(c.Quadrants) > 0 && parts != c.Statistics.Pixels() {
		return fmt.Errorf("the quadrants hold %d pixels and the whole %d", parts, c.Statistics.Pixels())
	}
	return nil
}

func checkHistogram(h stats.Histogram, s quantity.Statistics) error {
	if len(h.Values) != len(h.Counts) {
		return fmt.Errorf("histogram: %d values and %d counts, want as many of each", len(h.Values), len(h.Counts))
	}
	for i := range h.Values {
		if h.Counts[i] < 1 || i > 0 && h.Values[i] <= h.Values[i-1] {
			return fmt.Errorf("histogram: entry %d is %v with count %d, want rising values and positive counts", i, h.Values[i], h.Counts[i])
		}
	}
	if n := h.Pixels(); n != s.Pixels() {
		return fmt.Errorf("histogram holds %d pixels and the statistics say %d", n, s.Pixels())
	}
	return nil
}
