package chart

import (
	"bufio"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"darksite/internal/shared"
	"darksite/processing/chandra"
	"darksite/processing/scaling"
	"darksite/processing/stats"
)

// A patch of 100 by 100 pixels of a flight dark map, scaled to -3 C, whose
// values are no integers: each bin must hold exactly the pixels within it.
func TestRealPatch(t *testing.T) {
	file, err := os.Open(shared.Path(t, "data", "real_dark_patch_2024_scaled_m3C.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var values []float32
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if line := lines.Text(); !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "c") {
			for _, field := range strings.Split(line, ",") {
				v, err := strconv.ParseFloat(field, 32)
				if err != nil {
					t.Fatal(err)
				}
				values = append(values, float32(v))
			}
		}
	}
	if err := lines.Err(); err != nil || len(values) != 10000 {
		t.Fatalf("%d values, want 10000: %v", len(values), err)
	}
	f := mustFigure(t, "patch", []Series{{Name: "2024 at -3 °C", Histogram: stats.NewHistogram(values), Current: true}})
	for b, density := range f.Table.Density[0] {
		low, high := f.Table.Edges[b], f.Table.Edges[b+1]
		within := 0.0
		for _, v := range values {
			if float64(v) >= low && float64(v) < high {
				within++
			}
		}
		if got := density * (high - low); math.Abs(got-within) > 1e-6 {
			t.Errorf("bin %g to %g e-/s holds %g pixels, want %g", low, high, got, within)
		}
	}
}

func BenchmarkHistogram(b *testing.B) {
	series := sampleSeries()
	for b.Loop() {
		if _, err := histogram("histogram", series, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// The figure of a calibration page with 150 calibrations to choose from.
func BenchmarkExplorer(b *testing.B) {
	series := sampleSeries()
	o := ExplorerOptions{ID: "histogram", CCDTemp: -15, Law: scaling.PerPixel}
	for i := range 150 {
		id := chandra.IDOf(chandra.ID("2010001").Date().AddDate(0, 0, 30*i))
		o.Entries = append(o.Entries, Entry{ID: id, Name: string(id), Address: "../" + string(id) + "/histogram.js"})
	}
	for i := range series {
		series[i].ID = o.Entries[149-i].ID
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Explorer(series, o); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkShard(b *testing.B) {
	e := Exact{ID: "2015355", Name: "2015 Dec 21"}
	for q := range 4 {
		e.Quadrants = append(e.Quadrants, sampleOf(1<<18, uint64(q), 6.5, 0.7))
	}
	e.Histogram = stats.Merge(e.Quadrants...)
	for b.Loop() {
		if _, err := Shard(e); err != nil {
			b.Fatal(err)
		}
	}
}
