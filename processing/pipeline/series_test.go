package pipeline

import (
	"math"
	"path/filepath"
	"strings"
	"testing"

	"darksite/internal/shared"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/comparison"
	"darksite/processing/history"
	"darksite/processing/quantity"
	"darksite/processing/scaling"
	"darksite/processing/synth"
)

// One CCD over the years, from its telemetry to what changed: warm and hot pixels stay,
// others join them, and a new set point is no change of the CCD.
func TestSeriesOfOneCCD(t *testing.T) {
	shared.Slow(t)
	if testing.Short() {
		t.Skip("nine replicas of 38 MB")
	}
	const series = "id,temp,ra,dec,damage\n2015355,-13.6,227.136,16.976,\n2016125,,152.376,46.886,\n2018100,-11.2,166.783,33.928,rows -400 to -371 of replica 3 lost\n"
	start := synth.Defaults()
	start.Seed, start.Replicas = 5, 3
	sessions, _, err := synth.ReadSeries(strings.NewReader(series), "series.csv", start)
	if err != nil {
		t.Fatal(err)
	}
	o := options(t, t.TempDir())
	o.Comparisons, o.Comparison, o.Rules = filepath.Join(t.TempDir(), "comparison"), comparison.DefaultSettings(), nothingBad(t)
	at := history.At{CCDTemp: -15, Law: scaling.PerPixel}
	var before *history.Row
	for _, s := range sessions {
		sent, err := synth.Calibrate(t.Context(), s.ID, s.Options, s.Damage, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := synth.Write(filepath.Join(o.Data, string(s.ID)), sent); err != nil {
			t.Fatal(err)
		}
		r, err := Process(t.Context(), s.ID, o)
		if err != nil {
			t.Fatal(err)
		}
		if c := r.Calibration; !c.Simulated || *c.Facts.CCDTemp != s.Options.TCCD || c.Zodi == nil || math.Abs(c.Zodi.EPerS-s.Options.Zodi) > 0.001 {
			t.Errorf("%s: simulated %v, at %v C and %+v, want %v C and %v e-/s", s.ID, c.Simulated, *c.Facts.CCDTemp, c.Zodi, s.Options.TCCD, s.Options.Zodi)
		}
		row, err := history.Of(r.Calibration, at)
		if err != nil {
			t.Fatal(err)
		}
		common, expected := row.Value(quantity.Over(100)+"_common"), row.Value(quantity.Over(100)+"_model")
		if ratio := *common / *expected; ratio < 0.9 || ratio > 1.1 {
			t.Errorf("%s: %.3f of the pixels above 100 e-/s that the model expects", s.ID, ratio)
		}
		if before != nil && *common <= *before.Value(quantity.Over(100) + "_common") {
			t.Errorf("%s: no more pixels above 100 e-/s at the common temperature than in %s", s.ID, before.ID)
		}
		before = &row
	}
	if _, err := Compare(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	for i, s := range sessions[1:] {
		c, err := comparison.Load(o.Comparisons, s.ID)
		if err != nil {
			t.Fatal(err)
		}
		d := c.Pixels.Since
		if d == nil || d.Before.ID != sessions[i].ID || !d.Before.Simulated {
			t.Fatalf("%s: compared with %+v, want %s", s.ID, d, sessions[i].ID)
		}
		for level, x := range map[string]int{"warm": kept(d.Warm.Stayed.Total, d.Warm.Gone.Total), "hot": kept(d.Hot.Stayed.Total, d.Hot.Gone.Total)} {
			if x < 85 {
				t.Errorf("%s: %d %% of the %s pixels are so still", s.ID, x, level)
			}
		}
		if d.Warm.Created.Total == 0 || d.Warm.NetPerDay <= 0 {
			t.Errorf("%s: no new warm pixels: %+v", s.ID, d.Warm)
		}
		// The CCD warms by the uniform law and is compared by the per-pixel law.
		if d.MedianRatio == nil || *d.MedianRatio < 0.97 || *d.MedianRatio > 1.06 {
			t.Errorf("%s: warm pixels at the common temperature are %v times as bright as before", s.ID, d.MedianRatio)
		}
		t.Logf("%s: warm %+v, hot %+v, ratio %v", s.ID, d.Warm, d.Hot, *d.MedianRatio)
	}
	if ids, err := artifact.List(o.Archive); err != nil || len(ids) != len(sessions) || ids[0] != chandra.ID("2015355") {
		t.Errorf("%v, %v", ids, err)
	}
}

// kept is the share of pixels that stayed above a threshold, in percent.
func kept(stayed, gone int) int { return 100 * stayed / max(1, stayed+gone) }
