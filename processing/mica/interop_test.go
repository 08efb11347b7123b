package mica_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"darksite/internal/shared"
	"darksite/processing/darkmap"
	"darksite/processing/era"
	"darksite/processing/fits"
	"darksite/processing/mica"
	"darksite/processing/pipeline"
	"darksite/processing/telemetry"
)

// TestReadWhatDarksiteWrites: an archive of darksite is one of mica's, without
// anything to complain of but the pixels that this calibration lacks. Its facts
// come from an info.fits.
func TestReadWhatDarksiteWrites(t *testing.T) {
	const id = "2016125"
	data := t.TempDir()
	dir := filepath.Join(data, id)
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	paths, _ := filepath.Glob(filepath.Join(shared.Path(t, "golden", "cal5"), "*_VC2_*"))
	for _, p := range paths {
		if err := os.Symlink(p, filepath.Join(dir, filepath.Base(p))); err != nil {
			t.Fatal(err)
		}
	}
	temperature, ra, dec := -13.25, 227.136, 16.976
	var info bytes.Buffer
	err := fits.Encode(&info, fits.Table{
		Name: "INFO", Columns: []fits.Column{{Name: "temp", Form: "D"}, {Name: "ra", Form: "D"}, {Name: "dec", Form: "D"}},
		Rows: 1, Row: func(int) []any { return []any{&temperature, &ra, &dec} },
	})
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "info.fits"), info.Bytes(), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	r, err := pipeline.Process(t.Context(), id, pipeline.Options{
		Data: data, Archive: t.TempDir(), Map: darkmap.DefaultSettings(), Eras: era.Default(), Reading: telemetry.DefaultOptions, Version: "test",
	})
	if err != nil {
		t.Fatal(err)
	}
	c, err := mica.Read(r.Dir)
	if err != nil {
		t.Fatal(err)
	}
	p := c.Properties
	if c.ID != id || len(c.Image)-c.Missing != r.Calibration.Statistics.Pixels() || len(p.Replicas) != 5 || p.Form != mica.Both {
		t.Errorf("%s, %d missing, properties %+v", c.ID, c.Missing, p)
	}
	if p.CCDTemp == nil || *p.CCDTemp != -13.25 || *p.Temperature() != *p.TCCD || *p.RADeg != ra || *p.DecDeg != dec || p.ZodiB == nil {
		t.Errorf("properties %+v", p)
	}
	if len(p.Other) != 0 || len(c.Contradictions) != 0 || len(c.Warnings) != 1 || !strings.Contains(c.Warnings[0], "pixels have no value") {
		t.Errorf("other %v, warnings %q, contradictions %q", p.Other, c.Warnings, c.Contradictions)
	}
}
