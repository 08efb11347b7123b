package artifact

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"darksite/processing/chandra"
	"darksite/processing/darkmap"
	"darksite/processing/fits"
	"darksite/processing/mica"
	"darksite/processing/quantity"
	"darksite/processing/stats"
	"darksite/processing/timeline"
)

// Manifest lists the SHA-256 of files by name, as `sha256sum -c` reads it.
func Manifest(files map[string][]byte) []byte {
	var b bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(&b, "%x  %s\n", sha256.Sum256(files[name]), name)
	}
	return b.Bytes()
}

// Verify reads archive/<id>/ back and compares everything with everything: the
// files with their hashes, the FITS checksums, the counts in calibration.json
// with the image, the coverage with what it says of samples, properties.json
// with the facts. It returns a sentence for each thing that does not hold.
func Verify(archive string, id chandra.ID) []string {
	v := verifier{dir: filepath.Join(archive, string(id)), files: map[string][]byte{}}
	c, err := Load(archive, id)
	if err != nil {
		v.problemf("%v", err)
		c = nil
	}
	names := []string{CalibrationFile, ImageFile, PropertiesFile, ManifestFile}
	if c == nil || c.Origin != FromMap {
		names = append(names, CoverageFile)
	}
	for _, name := range names {
		content, err := os.ReadFile(filepath.Join(v.dir, name))
		if err != nil {
			v.problemf("%s: %v", name, reason(err))
			continue
		}
		v.files[name] = content
	}
	v.checkHashes()
	v.checkImage(c)
	v.checkCoverage(c)
	v.checkCorrections(c)
	v.checkTimes(c)
	v.checkProperties(c)
	return v.problems
}

type verifier struct {
	dir      string
	files    map[string][]byte
	problems []string
	filled   int // pixels of the map that are no measurements, in a copy
}

func (v *verifier) problemf(format string, args ...any) {
	v.problems = append(v.problems, fmt.Sprintf(format, args...))
}

func (v *verifier) checkHashes() {
	if manifest, ok := v.files[ManifestFile]; ok {
		v.problems = append(v.problems, CheckManifest(manifest, v.files)...)
	}
}

// CheckManifest compares files with the list of their SHA-256, which names each
// of them but itself, and says in sentences what differs.
func CheckManifest(manifest []byte, files map[string][]byte) (problems []string) {
	problemf := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	others := maps.Clone(files)
	delete(others, ManifestFile)
	want := map[string]string{}
	for line := range strings.Lines(string(manifest)) {
		sum, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if _, known := others[name]; !ok || !known || want[name] != "" {
			problemf("%s: the line %q names no file of this directory", ManifestFile, line)
			continue
		}
		want[name] = sum
	}
	for _, name := range slices.Sorted(maps.Keys(others)) {
		if got := fmt.Sprintf("%x", sha256.Sum256(others[name])); got != want[name] {
			problemf("%s: its SHA-256 is %s, %s says %q", name, got, ManifestFile, want[name])
		}
	}
	return problems
}

// Changed names the files of archive/<id>/ that are not as they were written, by
// their MANIFEST: changed by somebody, or damaged. Files that are gone, and those of
// others, are not named.
func Changed(archive string, id chandra.ID) (names []string, err error) {
	dir := filepath.Join(archive, string(id))
	manifest, err := os.ReadFile(filepath.Join(dir, ManifestFile))
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return []string{ManifestFile}, nil
		}
		return nil, err
	}
	for line := range strings.Lines(string(manifest)) {
		sum, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if !ok || filepath.Base(name) != name {
			names = append(names, ManifestFile)
			continue
		}
		content, err := os.ReadFile(filepath.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		} else if err != nil {
			return nil, err
		}
		if fmt.Sprintf("%x", sha256.Sum256(content)) != sum {
			names = append(names, name)
		}
	}
	return slices.Compact(names), nil
}

// open reads a FITS file and checks its checksums; nil if it is not to be had.
func (v *verifier) open(name string) *fits.File {
	content, ok := v.files[name]
	if !ok {
		return nil
	}
	f, err := fits.Read(bytes.NewReader(content), name, 0)
	if err != nil {
		v.problemf("%v", err)
		return nil
	}
	if complete, err := f.Verify(); err != nil {
		v.problemf("%v", err)
	} else if !complete {
		v.problemf("%s: an HDU has no CHECKSUM or no DATASUM", name)
	}
	return f
}

func (v *verifier) checkImage(c *Calibration) {
	f := v.open(ImageFile)
	if f == nil || c == nil {
		return
	}
	image, err := f.HDUs[0].Image()
	if err != nil {
		v.problemf("%v", err)
		return
	}
	// The numbers are those of what was measured.
	if v.filled, err = mica.Unfill(c.Geometry, f, image.Pixels); err != nil {
		v.problemf("%v", err)
		return
	}
	h := stats.NewHistogram(image.Pixels)
	if !slices.Equal(h.Values, c.Histogram.Values) || !slices.Equal(h.Counts, c.Histogram.Counts) {
		v.problemf("%s: the histogram is not that of %s", CalibrationFile, ImageFile)
	}
	for _, level := range stats.Thresholds {
		if n, had := c.Statistics.Over(level); had && n != h.Above(float64(level)) {
			v.problemf("%s: N>%d is %d, %s has %d", CalibrationFile, level, n, ImageFile, h.Above(float64(level)))
		}
	}
	if !reflect.DeepEqual(quantity.Measure(c.Histogram), c.Statistics) {
		v.problemf("%s: the statistics do not follow from the histogram", CalibrationFile)
	}
	if err := c.Geometry.CheckAxes(image.Width, image.Height); err != nil {
		v.problemf("%s: %v as %s says", ImageFile, err, CalibrationFile)
		return
	}
	quadrants := stats.Quadrants(c.Geometry, image.Pixels)
	for i, q := range c.Quadrants {
		if i >= len(quadrants) || !slices.Equal(quadrants[i].Values, q.Histogram.Values) || !slices.Equal(quadrants[i].Counts, q.Histogram.Counts) ||
			!reflect.DeepEqual(quantity.Measure(q.Histogram), q.Statistics) {
			v.problemf("%s: the numbers of quadrant %s are not those of %s", CalibrationFile, q.Quadrant, ImageFile)
		}
	}
}

func (v *verifier) checkCoverage(c *Calibration) {
	f := v.open(CoverageFile)
	if f == nil || c == nil {
		return
	}
	for i, want := range [][]int{darkmap.Short: c.Map.SamplesShort, darkmap.Long: c.Map.SamplesLong} {
		name := extension(darkmap.Integration(i))
		u, err := f.Find(name)
		if err != nil {
			v.problemf("%v", err)
			continue
		}
		image, err := u.Image()
		if err != nil {
			v.problemf("%v", err)
			continue
		}
		got := make([]int, len(want))
		for _, n := range image.Pixels {
			if n >= 0 && n < float32(len(got)) {
				got[int(n)]++
			}
		}
		if !slices.Equal(got, want) {
			v.problemf("%s: %s counts %v pixels by samples, %s says %v", CoverageFile, name, got, CalibrationFile, want)
		}
	}
	u, err := f.Find(noiseExtension)
	if err != nil {
		v.problemf("%v", err)
		return
	}
	image, err := u.Image()
	if err != nil {
		v.problemf("%v", err)
		return
	}
	if err := c.Geometry.CheckAxes(image.Width, image.Height); err != nil {
		v.problemf("%s: %s: %v as %s says", CoverageFile, noiseExtension, err, CalibrationFile)
		return
	}
	if got := summarizeNoise(c.Geometry, image.Pixels); !reflect.DeepEqual(got, c.Noise) {
		v.problemf("%s: the noise is not that of %s", CalibrationFile, CoverageFile)
	}
}

// checkCorrections makes what follows from the facts once more.
func (v *verifier) checkCorrections(c *Calibration) {
	if c == nil {
		return
	}
	if again, err := c.Again(); err != nil {
		v.problemf("%s: %v", CalibrationFile, err)
	} else if !reflect.DeepEqual(again.Zodi, c.Zodi) || !reflect.DeepEqual(again.Warm, c.Warm) || !sameBackgrounds(again.Replicas, c.Replicas) {
		v.problemf("%s: the corrected numbers do not follow from the histogram, the temperature and the attitude", CalibrationFile)
	} else if again.Facts != c.Facts || !reflect.DeepEqual(again.Replicas, c.Replicas) {
		v.problemf("%s: start and stop do not follow from what its sources say of times: process the calibration again", CalibrationFile)
	}
}

// TimesProblem begins the problems that [Verify] finds with times.
const TimesProblem = "times: "

// checkTimes holds what the sources say of times against each other, also in an
// archive that was made before anything did. What the archive states is no damage
// where it is a slip of hours, or came with a map that was imported as it was.
func (v *verifier) checkTimes(c *Calibration) {
	if c == nil {
		return
	}
	for _, one := range c.TimeContradictions() {
		stated := slices.Contains(c.Contradictions, one.Sentence)
		if !stated || one.Weight != timeline.Slip && c.Origin != FromMap {
			v.problemf("%s%s", TimesProblem, one.Sentence)
		}
		if !stated {
			v.problemf("%s: does not state this contradiction: process or import the calibration again", CalibrationFile)
		}
	}
}

// sameBackgrounds compares the backgrounds of replicas.
func sameBackgrounds(a, b []Replica) bool {
	return slices.EqualFunc(a, b, func(x, y Replica) bool { return reflect.DeepEqual(x.Zodi, y.Zodi) })
}

func (v *verifier) checkProperties(c *Calibration) {
	content, ok := v.files[PropertiesFile]
	if !ok || c == nil {
		return
	}
	var p copied
	if err := json.Unmarshal(content, &p); err != nil {
		v.problemf("%s: not JSON: %v", PropertiesFile, err)
		return
	}
	said := 0
	if p.Filled != nil {
		said = p.Filled.Pixels
	}
	if said != v.filled {
		v.problemf("%s: %d pixels are filled, %s lists %d", PropertiesFile, said, ImageFile, v.filled)
	}
	want, err := encodeJSON(copyProperties(c, p.Filled, p.Forced.Reasons), propertiesIndent)
	if err != nil {
		v.problemf("%s: %v", PropertiesFile, err)
		return
	}
	if !bytes.Equal(content, want) {
		v.problemf("%s: does not say what %s says", PropertiesFile, CalibrationFile)
	}
}

// VerifyInputs compares the inputs that a calibration was made of with the files
// in its data directory: those that differ, and those that are not at hand.
func VerifyInputs(data string, c *Calibration) (differ, absent []string) {
	for _, in := range c.Provenance.Inputs {
		content, err := os.ReadFile(filepath.Join(data, string(c.ID), filepath.Base(in.Name)))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			absent = append(absent, in.Name)
		case err != nil:
			differ = append(differ, fmt.Sprintf("%s: %v", in.Name, reason(err)))
		case fmt.Sprintf("%x", sha256.Sum256(content)) != in.SHA256:
			differ = append(differ, fmt.Sprintf("%s: is not the file that the calibration was made of", in.Name))
		}
	}
	return differ, absent
}

// reason is an error of the system without the path, which is named already.
func reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
