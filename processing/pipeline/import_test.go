package pipeline

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"darksite/internal/shared"
	"darksite/processing/artifact"
	"darksite/processing/ccd"
	"darksite/processing/chandra"
	"darksite/processing/fits"
	"darksite/processing/l0"
	"darksite/processing/published"
	"darksite/processing/telemetry"
)

// Maps of mica's archive, in either of its forms, come in pixel for pixel, with
// their facts, and what is written passes its own check.
func TestImportMicaArchive(t *testing.T) {
	shared.Slow(t)
	root, old := t.TempDir(), t.TempDir()
	pastArchive(t, root)
	o := options(t, t.TempDir())
	for _, p := range past {
		oldForm(t, filepath.Join(root, "aca_dark"), filepath.Join(old, "aca_dark"), p.id)
		r, err := ImportMap(context.Background(), filepath.Join(old, "aca_dark", string(p.id)), o, false)
		if err != nil {
			t.Fatal(err)
		}
		if problems := artifact.Verify(o.Archive, p.id); problems != nil {
			t.Errorf("%s: %q", p.id, problems)
		}
		was, err := artifact.LoadImage(ccd.ACA, filepath.Join(root, "aca_dark"), p.id)
		if err != nil {
			t.Fatal(err)
		}
		is, err := artifact.LoadImage(ccd.ACA, o.Archive, p.id)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(was, is) {
			t.Errorf("%s: the pixels changed", p.id)
		}
		c := r.Calibration
		if c.Origin != artifact.FromMap || *c.Facts.CCDTemp != p.temp || len(c.Provenance.Inputs) != 2 || len(c.Contradictions) != 0 {
			t.Errorf("%s: origin %s, temperature %v, inputs %v, contradictions %q", p.id, c.Origin, *c.Facts.CCDTemp, c.Provenance.Inputs, c.Contradictions)
		}
		if classic := p.id != "2019155"; classic != (len(c.Replicas) == 5) || classic != (c.Zodi != nil) {
			t.Errorf("%s: %d replicas, zodi %v", p.id, len(c.Replicas), c.Zodi)
		}
		if stale, why, err := Stale(p.id, o); err != nil && !errors.Is(err, os.ErrNotExist) || stale {
			t.Errorf("%s is stale: %s %v", p.id, why, err)
		}
	}
}

// Another map of a calibration does not take the place of the first in silence;
// the first one with corrected facts does.
func TestImportOfAnotherMap(t *testing.T) {
	shared.Slow(t)
	root, old := t.TempDir(), t.TempDir()
	pastArchive(t, root)
	oldForm(t, filepath.Join(root, "aca_dark"), old, "2007006")
	dir := filepath.Join(old, "2007006")
	o := options(t, t.TempDir())
	take := func(replace bool) error {
		_, err := ImportMap(context.Background(), dir, o, replace)
		return err
	}
	rewrite := func(name string, change func([]byte) []byte) {
		t.Helper()
		path := filepath.Join(dir, name)
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(os.Remove(path), os.WriteFile(path, change(content), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	if err := take(false); err != nil {
		t.Fatal(err)
	}
	rewrite(artifact.PropertiesFile, func(b []byte) []byte { return bytes.Replace(b, []byte(`"eb": 24.6,`), []byte(`"eb": 24.61,`), 1) })
	if err := take(false); err != nil {
		t.Errorf("corrected facts: %v", err)
	}
	rewrite(artifact.ImageFile, func([]byte) []byte {
		var b bytes.Buffer
		pixels := make([]float32, ccd.ACA.Pixels())
		for i := range pixels {
			pixels[i] = float32(i%97 - 9)
		}
		if err := fits.Encode(&b, fits.Image[float32]{Width: ccd.ACA.Columns, Height: ccd.ACA.Columns, Pixels: pixels}); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	})
	if err := take(false); !errors.Is(err, ErrKept) {
		t.Errorf("another map: %v", err)
	}
	if err := take(true); err != nil {
		t.Errorf("another map that is to replace it: %v", err)
	}
}

// What mica wrote of replica times is the whole calibration's, and a wrong
// attitude shows in the background: both are listed, neither is repaired.
func TestImportListsContradictions(t *testing.T) {
	shared.Slow(t)
	root, old := t.TempDir(), t.TempDir()
	pastArchive(t, root)
	oldForm(t, filepath.Join(root, "aca_dark"), old, "2007006")
	path := filepath.Join(old, "2007006", artifact.PropertiesFile)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	content = bytes.Replace(content, []byte(`"eb": 24.6,`), []byte(`"eb": 25.6,`), 1)
	if err := os.WriteFile(path, content, 0o666); err != nil {
		t.Fatal(err)
	}
	o := options(t, t.TempDir())
	r, err := ImportMap(context.Background(), filepath.Join(old, "2007006"), o, false)
	if err != nil {
		t.Fatal(err)
	}
	if c := r.Calibration; len(c.Contradictions) != 1 || !strings.Contains(c.Contradictions[0], "25.6") || c.Zodi.Eb != 25.6 {
		t.Errorf("eb %v, contradictions %q", r.Calibration.Zodi, c.Contradictions)
	}
}

// An import of the old decoder's tables gives the map that the telemetry gives,
// though the tables are full of that decoder's faults.
func TestImportL0(t *testing.T) {
	shared.Slow(t)
	id := chandra.ID("2016125")
	o := options(t, dataDir(t, string(id), "golden", "cal5"))
	want, err := Process(context.Background(), id, o)
	if err != nil {
		t.Fatal(err)
	}
	image, err := artifact.LoadImage(ccd.ACA, o.Archive, id)
	if err != nil {
		t.Fatal(err)
	}
	old := filepath.Join(t.TempDir(), string(id))
	if err := os.Mkdir(old, 0o777); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(filepath.Join(o.Data, string(id)))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		f, err := telemetry.DecodeFile(context.Background(), filepath.Join(o.Data, string(id), e.Name()), o.Reading)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := l0.Encode(&b, f.Rows, l0.Options{Legacy: true}); err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(e.Name(), ".gz") + "-L0.fits"
		if err := os.WriteFile(filepath.Join(old, name), b.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	// What the telemetry gave is not replaced unless that is said.
	if _, err := ImportL0(context.Background(), old, o, false); !errors.Is(err, ErrKept) {
		t.Errorf("replaced what came from telemetry: %v", err)
	}
	r, err := ImportL0(context.Background(), old, o, true)
	if err != nil {
		t.Fatal(err)
	}
	got, err := artifact.LoadImage(ccd.ACA, o.Archive, id)
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		if got[i] != image[i] && (got[i] == got[i] || image[i] == image[i]) {
			t.Fatalf("pixel %d is %v, from telemetry %v", i, got[i], image[i])
		}
	}
	c := r.Calibration
	if c.Origin != artifact.FromL0 || c.Facts.Start != want.Calibration.Facts.Start || c.Replicas[2].RowsReceived != want.Calibration.Replicas[2].RowsReceived {
		t.Errorf("origin %s, start %s, want %s", c.Origin, c.Facts.Start, want.Calibration.Facts.Start)
	}
	if problems := artifact.Verify(o.Archive, id); problems != nil {
		t.Errorf("%q", problems)
	}
	// Once more is no change, and needs no leave.
	if again, err := ImportL0(context.Background(), old, o, false); err != nil || again.Changed {
		t.Errorf("again: %v", err)
	}
	if _, err := ImportMap(context.Background(), filepath.Join(o.Archive, string(id)), o, true); err == nil || !strings.Contains(err.Error(), "own directory") {
		t.Errorf("imported the archive into itself: %v", err)
	}
}

func TestImportPublished(t *testing.T) {
	shared.Slow(t)
	var tables []*published.Table
	for _, name := range []string{"real_report_statistics.csv", "published_dark_stats.csv"} {
		table, err := published.Read(shared.Open(t, "data", name), name)
		if err != nil {
			t.Fatal(err)
		}
		tables = append(tables, table)
	}
	dir := filepath.Join(t.TempDir(), "published")
	o := options(t, t.TempDir())
	o.Archive = filepath.Join(t.TempDir(), "aca_dark")
	root := filepath.Dir(o.Archive)
	pastArchive(t, root)
	all, err := ImportPublished(tables, dir, o, false)
	if err != nil {
		t.Fatal(err)
	}
	found := map[chandra.ID]ImportedStatistics{}
	for _, one := range all {
		if one.Err != nil || !one.Changed {
			t.Errorf("%s: %v", one.Record.ID, one.Err)
		}
		found[one.Record.ID] = one
	}
	if c := found["2000326"].Record.Contradictions; len(c) != 3 {
		t.Errorf("2000-Nov: %q, want its count and its date twice", c)
	}
	// The made-up map of 2007006 is not the real one.
	if d := found["2007006"].Differences; !slices.ContainsFunc(d, func(s string) bool { return strings.Contains(s, "n_gt_100 is 38089") }) {
		t.Errorf("2007006 against a made-up map: %q", d)
	}
	records, err := Published(dir)
	if err != nil || len(records) != len(all) {
		t.Fatalf("%d records of %d, %v", len(records), len(all), err)
	}
	if again, err := ImportPublished(tables, dir, o, false); err != nil || again[0].Changed || again[0].Err != nil {
		t.Errorf("again: %+v, %v", again[0], err)
	}
	// Other tables would say something else.
	other, err := ImportPublished(tables[:1], dir, o, false)
	if err != nil || !errors.Is(other[0].Err, ErrKept) {
		t.Errorf("replaced what another import kept: %v, %v", other[0].Err, err)
	}
	// A flipped bit is found, and another import does not make it right.
	if n, problems, err := VerifyPublished(dir); n != len(all) || problems != nil || err != nil {
		t.Fatalf("%d records, %q, %v", n, problems, err)
	}
	for _, name := range []string{"2000326.json", "2017185.json", artifact.ManifestFile} {
		path := filepath.Join(dir, name)
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for at := range content {
			if at%211 != 0 {
				continue
			}
			broken := bytes.Clone(content)
			broken[at] ^= 1 << (at % 8)
			if err := os.WriteFile(path, broken, 0o666); err != nil {
				t.Fatal(err)
			}
			if _, problems, err := VerifyPublished(dir); err != nil || !strings.Contains(strings.Join(problems, "\n"), name) {
				t.Fatalf("%s: a flipped bit in byte %d: %q, %v", name, at, problems, err)
			}
		}
		if name == "2017185.json" {
			if _, err := ImportPublished(tables, dir, o, false); err != nil {
				t.Fatal(err)
			}
			if _, problems, _ := VerifyPublished(dir); !strings.Contains(strings.Join(problems, "\n"), name) {
				t.Errorf("an import made a damaged record right: %q", problems)
			}
		}
		if err := os.WriteFile(path, content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}
