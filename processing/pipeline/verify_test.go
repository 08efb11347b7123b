package pipeline

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"darksite/processing/artifact"
)

// A flipped bit anywhere in an artifact is found, and the file is named.
func TestVerifyFindsEveryFlippedBit(t *testing.T) {
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
