package synth

import (
	"bytes"
	"math"
	"testing"

	"darksite/internal/shared"
	"darksite/processing/darkmap"
	"darksite/processing/stats"
	"darksite/processing/telemetry"
)

// A full calibration, decoded and combined, must show the dark map it was made
// of: in level, in numbers of warm pixels, in its hot pixels and in place.
func TestFullCalibrationShowsItsDarkMap(t *testing.T) {
	shared.Slow(t)
	if testing.Short() {
		t.Skip("five replicas of 38 MB")
	}
	c := calibrate(t, "2016125", Defaults(), "drop 8 frames; repeat 3 frames; flip 5 record syncs")
	var files []*telemetry.File
	for _, f := range c.Files {
		b, err := inflate(t, f.Gzip)
		if err != nil {
			t.Fatal(err)
		}
		compare(t, f.Name, &Received{Bytes: b, Rows: f.Rows, Arrivals: f.Arrivals})
		file, err := telemetry.Decode(bytes.NewReader(b), f.Name)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	settings := darkmap.DefaultSettings()
	stack, err := darkmap.NewStack(telemetry.CCD, files, settings)
	if err != nil {
		t.Fatal(err)
	}
	m, err := darkmap.Combine(stack)
	if err != nil {
		t.Fatal(err)
	}
	truth := make([]float32, pixels)
	hotTruth, hotBoth, n, sum := 0, 0, 0, 0.0
	for p, dark := range c.Dark {
		truth[p] = dark + float32(c.Options.Zodi)
		if d := float64(m.Image[p] - truth[p]); d == d && truth[p] < 100 {
			sum += d
			n++
		}
		if truth[p] > 1500 {
			hotTruth++
			if m.Image[p] > 1400 {
				hotBoth++
			}
		}
	}
	if mean := sum / float64(n); math.Abs(mean) > 0.15 {
		t.Errorf("the map is off by %.3f e-/s on average", mean)
	}
	if hotTruth < 50 || hotBoth != hotTruth {
		t.Errorf("%d of %d hot pixels are in the map", hotBoth, hotTruth)
	}
	a, b := stats.NewHistogram(m.Image), stats.NewHistogram(truth)
	for _, level := range []float64{50, 100, 200, 500} {
		if x, y := float64(a.Above(level)), float64(b.Above(level)); math.Abs(x-y) > 0.02*y {
			t.Errorf("%g pixels above %g e-/s in the map, %g in truth", x, level, y)
		}
	}
	for row := badFirstRow; row <= badLastRow; row++ {
		p := telemetry.CCD.Index(row, badCol)
		if m.Image[p] < 200 {
			t.Fatalf("the bad column has %g e-/s at row %d", m.Image[p], row)
		}
	}
}
