package stats

import (
	"math"
	"testing"
)

// A parabola of counts has its vertex where it was put.
func TestPeakOfAParabola(t *testing.T) {
	for _, vertex := range []float64{7, 7.3, 6.6} {
		var values []float32
		for v := 0; v <= 14; v++ {
			n := int(10000 - 150*(float64(v)-vertex)*(float64(v)-vertex))
			for range max(n, 0) {
				values = append(values, float32(v))
			}
		}
		got, ok := NewHistogram(values).Peak()
		if !ok || math.Abs(got-vertex) > 0.001 {
			t.Errorf("peak %v %v, want %v", got, ok, vertex)
		}
	}
}

func TestPeakDoesNotDependOnTheFarTail(t *testing.T) {
	var values []float32
	for v := -20; v <= 20; v++ {
		for range int(5000 * math.Exp(-float64(v*v)/30)) {
			values = append(values, float32(v))
		}
	}
	before, ok := NewHistogram(values).Peak()
	if !ok || math.Abs(before) > 1e-9 {
		t.Fatalf("peak %v %v, want 0", before, ok)
	}
	// As many far above as far below leave the median and the peak.
	for range 500 {
		values = append(values, 3000, -3000)
	}
	if after, ok := NewHistogram(values).Peak(); !ok || math.Abs(after-before) > 1e-9 {
		t.Errorf("peak moved from %v to %v", before, after)
	}
}

func TestNoPeak(t *testing.T) {
	for name, values := range map[string][]float32{"nothing": {nan()}, "one value": {3}, "two ends": {-4, 4}} {
		if got, ok := NewHistogram(values).Peak(); ok && name != "one value" {
			t.Errorf("%s: peak %v", name, got)
		}
	}
}

func TestMeanNearPeakIncludesItsEnds(t *testing.T) {
	h := NewHistogram([]float32{5, 10, 10, 10, 15, 15, 15.5, 4.5, 1000})
	if got, want := h.MeanNearPeak(), 65.0/6; h.Median() != 10 || math.Abs(got-want) > 1e-12 {
		t.Errorf("mean near peak %v (median %v), want %v", got, h.Median(), want)
	}
}

// On a warm CCD the median is no place to look for the peak.
func TestPeakOfAWarmCCD(t *testing.T) {
	var values []float32
	for v := 0; v <= 16; v++ { // about 8
		for range 10000 - 150*(v-8)*(v-8) {
			values = append(values, float32(v))
		}
	}
	for v := 17; v <= 500; v++ {
		for range 600 - v {
			values = append(values, float32(v))
		}
	}
	h := NewHistogram(values)
	median := h.Median()
	if median < 20 {
		t.Fatalf("median %v", median)
	}
	if got, ok := h.Peak(); ok {
		t.Errorf("peak %v, want none about the median", got)
	}
	if near := h.MeanNearPeak(); math.Abs(near-median) > 1 {
		t.Errorf("mean near peak %v, want one near the median, %v", near, median)
	}
	got, ok := h.PeakAboutMode()
	if mode, there := h.Mode(); !ok || !there || mode != 8 || math.Abs(got-8) > 0.001 {
		t.Errorf("mode %v %v, peak about it %v %v, want 8", mode, there, got, ok)
	}
	if near := h.MeanNearMode(); math.Abs(near-8) > 0.001 {
		t.Errorf("mean near mode %v, want 8", near)
	}
}
