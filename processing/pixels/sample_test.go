package pixels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"darksite/processing/ccd"
	"darksite/processing/chandra"
	"darksite/processing/synth"

	"github.com/google/go-cmp/cmp"
)

func celsius(t float64) *chandra.Celsius {
	c := chandra.Celsius(t)
	return &c
}

var nan = float32(math.NaN())

func date(t testing.TB, id chandra.ID) time.Time {
	t.Helper()
	if _, err := chandra.ParseID(string(id)); err != nil {
		t.Fatal(err)
	}
	return id.Date()
}

// flat is a map of one rate but for some pixels.
func flat(id chandra.ID, temp *chandra.Celsius, rate float32, pixels map[Place]float32) Map {
	m := Map{ID: id, Geometry: ccd.ACA, Image: make([]float32, ccd.ACA.Pixels()), Temp: temp, Time: id.Date(), File: string(id) + "/image.fits"}
	for i := range m.Image {
		m.Image[i] = rate
	}
	for p, v := range pixels {
		m.Image[p.index(ccd.ACA)] = v
	}
	return m
}

// simulated is a map of the degradation model with noise and some missing rows.
func simulated(t testing.TB, id chandra.ID, temp float64) Map {
	t.Helper()
	image, err := synth.DarkMap(5, id.Date(), temp)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(uint64(id.Year()), uint64(id.DayOfYear())))
	for i, v := range image {
		sigma := math.Sqrt(16 + 0.172*float64(v))
		image[i] = float32(math.Round(float64(v) + sigma*r.NormFloat64()))
	}
	lost := r.IntN(1000) * ccd.ACA.Columns
	for i := range 3 * ccd.ACA.RecordPixels() {
		image[lost+i] = nan
	}
	return Map{ID: id, Geometry: ccd.ACA, Image: image, Temp: celsius(temp), Time: id.Date().Add(5 * time.Hour)}
}

func compare(t testing.TB, now, before Map, s Settings) *Report {
	t.Helper()
	r, err := Compare(now, before, s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// difference says where two lists first differ; cmp takes seconds for long ones.
func difference(want, got []Pixel) string {
	for i := range max(len(want), len(got)) {
		if i >= len(want) || i >= len(got) {
			return fmt.Sprintf("%d pixels, want %d", len(got), len(want))
		}
		w, g := want[i], got[i]
		for k, v := range w.rates() {
			if o := *g.rates()[k]; *v != o && (known(*v) || known(o)) {
				return fmt.Sprintf("entry %d: %+v, want %+v", i, g, w)
			}
		}
		if w.Row != g.Row || w.Col != g.Col || w.Class != g.Class {
			return fmt.Sprintf("entry %d: %+v, want %+v", i, g, w)
		}
	}
	return ""
}

var nanEqual = cmp.Comparer(func(a, b float32) bool { return a == b || a != a && b != b })
