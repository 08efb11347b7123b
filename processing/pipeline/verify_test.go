package pipeline

import (
	"bytes"
	"context"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"darksite/internal/shared"
	"darksite/processing/artifact"
	"darksite/processing/ccd"
	"darksite/processing/fits"
	"darksite/processing/quantity"
)

// A flipped bit anywhere in an artifact is found, and the file is named.
func TestVerifyFindsEveryFlippedBit(t *testing.T) {
	shared.Slow(t)
	o := options(t, dataDir(t, "2016125", "golden", "cal5"))
	r, err := Process(context.Background(), "2016125", o)
	if err != nil {
		t.Fatal(err)
	}
	if problems := artifact.Verify(o.Archive, "2016125"); problems != nil {
		t.Fatalf("a fresh archive has problems: %q", problems)
	}
	random := rand.New(rand.NewPCG(3, 4))
	for _, name := range []string{
		artifact.ImageFile, artifact.CoverageFile, artifact.PropertiesFile, artifact.CalibrationFile, artifact.ManifestFile,
	} {
		path := filepath.Join(r.Dir, name)
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for range 6 {
			at, bit := random.IntN(len(content)), random.IntN(8)
			content[at] ^= 1 << bit
			if err := os.WriteFile(path, content, 0o644); err != nil {
				t.Fatal(err)
			}
			problems := strings.Join(artifact.Verify(o.Archive, "2016125"), "\n")
			if name == artifact.ImageFile {
				if _, err := artifact.LoadImage(ccd.ACA, o.Archive, "2016125"); err == nil {
					t.Errorf("bit %d of byte %d of the image was flipped, and it was taken", bit, at)
				}
			}
			if !strings.Contains(problems, name) {
				t.Errorf("%s: bit %d of byte %d was flipped, and verify says %q", name, bit, at, problems)
			}
			content[at] ^= 1 << bit
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	// Consistent hashes do not hide numbers that contradict each other.
	if err := os.Remove(filepath.Join(r.Dir, artifact.CoverageFile)); err != nil {
		t.Fatal(err)
	}
	if problems := artifact.Verify(o.Archive, "2016125"); len(problems) == 0 || !strings.Contains(problems[0], artifact.CoverageFile) {
		t.Errorf("a missing file: %q", problems)
	}
	if stale, why, err := Stale("2016125", o); !stale || !strings.Contains(why, artifact.CoverageFile) || err != nil {
		t.Errorf("a missing file: stale %v, %q, %v", stale, why, err)
	}
}

// Headers that are damaged, or pixels that cannot be, end in a sentence.
func TestVerifyOfWrongCoverage(t *testing.T) {
	shared.Slow(t)
	o := options(t, dataDir(t, "2016125", "golden", "cal5"))
	r, err := Process(context.Background(), "2016125", o)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(r.Dir, artifact.CoverageFile)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	check := func(what string, content []byte) {
		t.Helper()
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
		if problems := strings.Join(artifact.Verify(o.Archive, "2016125"), "\n"); !strings.Contains(problems, artifact.CoverageFile) {
			t.Errorf("%s: %q", what, problems)
		}
	}
	for _, word := range []string{"XTENSION= 'IMAGE", "BITPIX  =", "NAXIS1  =", "EXTNAME = '"} {
		for at := 0; ; at++ {
			next := bytes.Index(content[at:], []byte(word))
			if next < 0 {
				break
			}
			at += next
			broken := bytes.Clone(content)
			broken[at+len(word)-1] ^= 1
			check(word, broken)
			broken[at+len(word)-1] ^= 1
			broken[at+len(word)] ^= 2
			check(word, broken)
		}
	}
	size := ccd.ACA.Columns
	for _, value := range []float32{-1, float32(math.NaN()), float32(math.Inf(1)), 1e30} {
		pixels := make([]float32, size*size)
		pixels[5] = value
		var b bytes.Buffer
		image := fits.Image[float32]{Width: size, Height: size, Pixels: pixels}
		hdus := []fits.HDU{fits.Primary{}}
		for _, image.Name = range []string{"SHORT", "LONG", "NOISE"} {
			hdus = append(hdus, image)
		}
		if err := fits.Encode(&b, hdus...); err != nil {
			t.Fatal(err)
		}
		check("an impossible number of samples", b.Bytes())
	}
}

// Numbers that do not follow from the image are found though every hash holds.
func TestVerifyOfNumbers(t *testing.T) {
	shared.Slow(t)
	o := options(t, dataDir(t, "2016125", "golden", "cal5"))
	r, err := Process(context.Background(), "2016125", o)
	if err != nil {
		t.Fatal(err)
	}
	for what, change := range map[string]func(*artifact.Calibration){
		"statistics": func(c *artifact.Calibration) { c.Statistics.Numbers[quantity.Mean] += 0.001 },
		"quadrant B": func(c *artifact.Calibration) { c.Quadrants[1].Statistics.Numbers[quantity.Median]++ },
		"quadrant A": func(c *artifact.Calibration) {
			c.Quadrants[0], c.Quadrants[2] = c.Quadrants[2], c.Quadrants[0]
			c.Quadrants[0].Quadrant, c.Quadrants[2].Quadrant = "A", "C"
		},
	} {
		c, err := artifact.Load(o.Archive, "2016125")
		if err != nil {
			t.Fatal(err)
		}
		change(c)
		image, err := artifact.LoadImage(ccd.ACA, o.Archive, "2016125")
		if err != nil {
			t.Fatal(err)
		}
		c.Origin = artifact.FromMap
		files, err := artifact.Encode(c, &artifact.Images{Dark: image})
		if err != nil {
			t.Fatal(err)
		}
		archive := t.TempDir()
		if _, err := artifact.Save(archive, c.ID, files); err != nil {
			t.Fatal(err)
		}
		problems := strings.Join(artifact.Verify(archive, c.ID), "\n")
		if !strings.Contains(problems, what) || strings.Contains(problems, "SHA-256") {
			t.Errorf("%s of %s: %q", what, r.Dir, problems)
		}
	}
}

func TestVerifyInputs(t *testing.T) {
	o := options(t, dataDir(t, "2016125", "golden", "cal5"))
	r, err := Process(context.Background(), "2016125", o)
	if err != nil {
		t.Fatal(err)
	}
	differ, absent := artifact.VerifyInputs(o.Data, r.Calibration)
	if differ != nil || absent != nil {
		t.Fatalf("differ %q, absent %q", differ, absent)
	}
	inputs := r.Calibration.Provenance.Inputs
	for i, content := range [][]byte{nil, []byte("another file")} {
		path := filepath.Join(o.Data, "2016125", inputs[i].Name)
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if content != nil {
			if err := os.WriteFile(path, content, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	differ, absent = artifact.VerifyInputs(o.Data, r.Calibration)
	if len(differ) != 1 || !strings.Contains(differ[0], inputs[1].Name) || len(absent) != 1 || absent[0] != inputs[0].Name {
		t.Errorf("differ %q, absent %q", differ, absent)
	}
}
