package artifact

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"darksite/processing/ccd/ccdtest"
	"darksite/processing/chandra"
	"darksite/processing/quantity"
	"darksite/processing/stats"
)

const id = chandra.ID("2015355")

func set(image string) map[string][]byte {
	return map[string][]byte{ImageFile: []byte(image), CalibrationFile: []byte("{}")}
}

func save(t *testing.T, archive, image string) bool {
	t.Helper()
	changed, err := Save(archive, id, set(image))
	if err != nil {
		t.Fatal(err)
	}
	return changed
}

func TestSaveReplacesInOneStep(t *testing.T) {
	archive := filepath.Join(t.TempDir(), "deep", "aca_dark")
	if !save(t, archive, "one") {
		t.Error("a first save changed nothing")
	}
	path := filepath.Join(archive, string(id), ImageFile)
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if save(t, archive, "one") {
		t.Error("the same bytes again counted as a change")
	}
	if after, err := os.Stat(path); err != nil || !os.SameFile(before, after) {
		t.Error("the same bytes were written again")
	}
	if !save(t, archive, "two") {
		t.Error("other bytes counted as no change")
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "two" {
		t.Errorf("image %q, %v", got, err)
	}
	entries, err := os.ReadDir(archive)
	if err != nil || len(entries) != 1 {
		t.Errorf("the archive holds %v, %v", entries, err)
	}
}

func TestSaveKeepsWhatOthersPutThere(t *testing.T) {
	archive := t.TempDir()
	save(t, archive, "one")
	note := filepath.Join(archive, string(id), "README")
	if err := os.WriteFile(note, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	save(t, archive, "two")
	if got, err := os.ReadFile(note); err != nil || string(got) != "mine" {
		t.Errorf("README %q, %v", got, err)
	}
	if err := os.Mkdir(filepath.Join(archive, string(id), "Result"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := Save(archive, id, set("three")); err == nil || !strings.Contains(err.Error(), "Result") {
		t.Errorf("a directory that cannot be kept: %v", err)
	}
	if got, err := os.ReadFile(filepath.Join(archive, string(id), ImageFile)); err != nil || string(got) != "two" {
		t.Errorf("after the refusal: image %q, %v", got, err)
	}
}

// What was made together goes together: a map that another program made has no
// coverage.fits, and must not keep that of the map before it.
func TestSaveDropsWhatItMadeBefore(t *testing.T) {
	archive := t.TempDir()
	files := set("one")
	files[CoverageFile] = []byte("of one")
	files[ManifestFile] = Manifest(files)
	if _, err := Save(archive, id, files); err != nil {
		t.Fatal(err)
	}
	note := filepath.Join(archive, string(id), "README")
	if err := os.WriteFile(note, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	save(t, archive, "two")
	if _, err := os.Stat(filepath.Join(archive, string(id), CoverageFile)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the coverage of the earlier map is still there: %v", err)
	}
	if got, err := os.ReadFile(note); err != nil || string(got) != "mine" {
		t.Errorf("README %q, %v", got, err)
	}
}

// A process that was killed leaves nothing for ever, and nothing is lost where
// it was killed between two renames.
func TestSaveAfterAKill(t *testing.T) {
	archive := t.TempDir()
	for _, dir := range []string{".staged-2015355-1", ".staged-2015355-1-swept", ".staged-2015355-2", ".staged-2014001-3", ".staged-2015355-4-old"} {
		if err := os.Mkdir(filepath.Join(archive, dir), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(archive, dir, "README"), []byte("mine"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	save(t, archive, "one")
	entries, err := os.ReadDir(archive)
	if err != nil || len(entries) != 2 || entries[0].Name() != ".staged-2014001-3" || entries[1].Name() != string(id) {
		t.Errorf("the archive holds %v, %v", entries, err)
	}
	if err := os.Mkdir(filepath.Join(archive, ".staged-2015355-9"), 0o755); err != nil {
		t.Fatal(err)
	}
	save(t, archive, "one") // the same bytes: what was left goes all the same
	if entries, err = os.ReadDir(archive); err != nil || len(entries) != 2 {
		t.Errorf("the archive holds %v, %v", entries, err)
	}
	for name, want := range map[string]string{"README": "mine", ImageFile: "one"} {
		if got, err := os.ReadFile(filepath.Join(archive, string(id), name)); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestSaveSweepsItsOwnRemains(t *testing.T) {
	archive := t.TempDir()
	if err := os.WriteFile(filepath.Join(archive, string(id)), []byte("in the way"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Save(archive, id, set("one")); err == nil {
		t.Error("a file in the place of the directory was replaced")
	}
	entries, _ := os.ReadDir(archive)
	if len(entries) != 1 {
		t.Errorf("after a failure the archive holds %v", entries)
	}
}

func TestListSeesOnlyCalibrations(t *testing.T) {
	archive := t.TempDir()
	save(t, archive, "one")
	for _, dir := range []string{".staged-2015355-12", "2014001", "notes", "20153551"} {
		if err := os.Mkdir(filepath.Join(archive, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	ids, err := List(archive)
	if err != nil || len(ids) != 1 || ids[0] != id {
		t.Errorf("%v, %v", ids, err)
	}
	if ids, err := List(filepath.Join(archive, "nothing")); err != nil || ids != nil {
		t.Errorf("no archive: %v, %v", ids, err)
	}
}

func sample() *Calibration {
	h := stats.NewHistogram([]float32{-1, 2, 2, 300})
	return &Calibration{Schema: Schema, ID: id, Date: id.Colon(), Geometry: ccdtest.Small, Histogram: h, Statistics: quantity.Measure(h)}
}

func TestCalibrationRoundTrip(t *testing.T) {
	b, err := encodeLines(sample())
	if err != nil {
		t.Fatal(err)
	}
	c, err := Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	again, err := encodeLines(c)
	if err != nil || string(again) != string(b) {
		t.Errorf("written again it differs: %v\n%s\n%s", err, b, again)
	}
}

func TestParseRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Calibration)
		says   string
	}{
		"newer schema":       {func(c *Calibration) { c.Schema = "darksite/calibration/4" }, `schema "darksite/calibration/4"`},
		"impossible id":      {func(c *Calibration) { c.ID = "2015999" }, "2015999"},
		"falling values":     {func(c *Calibration) { c.Histogram.Values[1] = -5 }, "rising"},
		"no count":           {func(c *Calibration) { c.Histogram.Counts[0] = 0 }, "positive"},
		"other pixel number": {func(c *Calibration) { c.Statistics.Numbers[quantity.WithValue] = 5 }, "5"},
		"lengths":            {func(c *Calibration) { c.Histogram.Counts = c.Histogram.Counts[:1] }, "as many"},
	} {
		cal := sample()
		c.change(cal)
		b, err := json.Marshal(cal)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Parse(b); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	b, err := encodeLines(sample())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{"schema":"darksite/calibration/1","id":"2015355"}`))
	f.Add([]byte(`{"schema":"darksite/calibration/2","id":"2015355","statistics":{"pixels":1},"histogram":{"values":[1,2],"counts":[1]}}`))
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := Parse(b)
		if err != nil {
			return
		}
		if c.Histogram.Pixels() != c.Statistics.Pixels() {
			t.Error("accepted a histogram that does not fit its statistics")
		}
	})
}
