package evidence

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"darksite/processing/ccd"
	"darksite/processing/ccd/ccdtest"
	"darksite/processing/darkmap"
	"darksite/processing/quantity"
	"darksite/processing/stats"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		"-512,-512": "-512,-512", "12,-40": "12,-40", "511, 511": "511,511",
		"image:0,0": "-512,-512", "image: 524,472": "12,-40",
		"mean": "mean_e_per_s", " Mean ": "mean_e_per_s", "MEDIAN": "median_e_per_s", "mode": "mode_e_per_s", "peak about the mode": "peak_about_mode_e_per_s", "mean_near_mode": "mean_near_mode_e_per_s", "mean near the  peak": "mean_near_peak_e_per_s", "mean_near_peak": "mean_near_peak_e_per_s",
		"n>100": "n_gt_100", "N > 101.5": "n_gt_101.5", "n_gt_100": "n_gt_100", "N>-3": "n_gt_-3",
		"a:N>100": "A:n_gt_100", "D: median": "D:median_e_per_s",
		"p95": "p95", "q0.95": "p95", "quantile 0.5": "p50", "p33.3": "p33.3", "P99.9": "p99.9", "p0": "p0", "p10": "p10", "p100": "p100",
		"q0.123457": "quantile 0.123457", "q0.125": "p12.5", "b:p5": "B:p5", "max": "max_e_per_s", "pixels": "pixels",
		"warm fraction": "warm_percent", "adj": "count_adj", "N>200 by the model": "n_gt_200_model", "zodi": "zodi_e_per_s", "T": "ccd_temp_c",
		"rows": "rows", "ledger fill": "ledger fill", "t_ccd": "ccd_temp_c", "RA": "ra",
		"replica 3 rows": "replica 3 rows", "Replica 03 Long a rows": "replica 3 long A rows", "replica 1 short rows": "replica 1 short rows",
		"replica 2 ledger damaged": "replica 2 ledger damaged", "replica 2 data frames": "replica 2 data frames", "replica 5 rejected": "replica 5 rows rejected",
	} {
		q, err := Parse(text)
		if err == nil {
			q, err = q.on(ccd.ACA)
		}
		if err != nil || q.String() != want {
			t.Errorf("%q is %q (%v), want %q", text, q, err, want)
		}
	}
	for _, text := range []string{
		"", "512,0", "-513,0", "0,512", "image:-1,0", "image:0,1024", "1,2,3", "N", "N>", "N>x", "p101", "q1.5", "p", "men", "E:mean", "A:adj",
		"A:rows", "A:1,2", "replica 0 rows", "replica 1", "replica 1 mean", "replica 1 A rows", "replica 100 rows", "segments", strings.Repeat("9", 101),
	} {
		q, err := Parse(text)
		if err == nil {
			q, err = q.on(ccd.ACA)
		}
		if !errors.Is(err, ErrQuestion) {
			t.Errorf("%q is %q, want an error that it names no number (%v)", text, q, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range append(Names(), "-512,40", "image:0,552", "B:p99.5", "q0.123457", "N>101.5") {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q, err := Parse(text)
		if err != nil {
			if !errors.Is(err, ErrQuestion) {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		if back, err := Parse(q.String()); err != nil || back != q {
			t.Fatalf("%q is %q, which is read as %+v (%v), want %+v", text, q, back, err, q)
		}
	})
}

// Every pixel has a place of its own in the telemetry, that of the stack.
func TestPlaces(t *testing.T) {
	for _, g := range []ccd.Geometry{ccd.ACA, ccdtest.Small} {
		seen := map[[2]int]bool{}
		for index := range g.Pixels() {
			row, col := g.RowColumn(index)
			p := placeOf(g, row, col)
			at := g.PlaceOf(p.quadrant.ColNeg(), int16(p.row))
			if at.Y*g.Columns+at.X0+at.Step*p.sample != index || p.sample < 0 || p.sample >= g.RecordPixels() {
				t.Fatalf("pixel %d is at %+v", index, p)
			}
			key := [2]int{p.halfRow, p.sample}
			if seen[key] {
				t.Fatalf("two pixels are %+v", p)
			}
			seen[key] = true
		}
	}
}

// A quantity of the table can be asked for, and is worked out, without code of its own.
func TestNewQuantity(t *testing.T) {
	defer quantity.Add(quantity.Quantity{
		Key: "ninth_decile_e_per_s", Unit: quantity.EPerS, Name: "ninth decile", Head: "Ninth decile", Means: "the value below which nine tenths of the pixels lie",
		Measure: func(h stats.Histogram) (float64, bool) { return h.Quantile(0.9), true },
	})()
	n := ask(t, open(t, golden(t, darkmap.Classic)), "ninth decile").Number
	if n.Name != "ninth_decile_e_per_s" || n.Stored == nil || n.Recomputed == nil || *n.Stored != *n.Recomputed || n.StoredAt != "/statistics/ninth_decile_e_per_s" || !slices.Contains(Names(), n.Name) {
		t.Errorf("%+v", n)
	}
}
