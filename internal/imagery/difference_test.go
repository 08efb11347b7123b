package imagery

import (
	"image/color"
	"math"
	"testing"
)

func TestDifference(t *testing.T) {
	values := flat(0)
	values[at(47, -64)] = 5000
	values[at(-48, -64)] = -5000
	values[at(-48, 63)] = nan()
	b, err := DifferencePNG(small, values)
	picture := decode(t, b, err)
	middle := (differenceSteps - 1) / 2
	for _, c := range []struct{ x, y, want int }{
		{0, 0, differenceSteps - 1}, {0, 95, 0}, {127, 95, differenceSteps}, {64, 48, middle},
	} {
		if got := picture.ColorIndexAt(c.x, c.y); int(got) != c.want {
			t.Errorf("x %d, y %d: colour %d, want %d", c.x, c.y, got, c.want)
		}
	}
	if _, err := DifferencePNG(small, values[1:]); err == nil {
		t.Error("a picture of too few pixels is drawn")
	}
}

// The stretch is the same on either side and rises with the value.
func TestDifferenceStretch(t *testing.T) {
	s := differenceStretch()
	limits := s.limits
	direct := func(v float32) uint8 {
		i := 0
		for i < len(limits) && v >= limits[i] {
			i++
		}
		return uint8(i)
	}
	last := uint8(0)
	for v := float32(-2000); v <= 2000; v += 0.125 {
		i := s.index(v)
		if want := direct(v); i != want {
			t.Fatalf("%v e-/s has colour %d, want %d", v, i, want)
		}
		if i < last {
			t.Fatalf("%v e-/s has colour %d, a smaller one %d", v, i, last)
		}
		last = i
		if mirror := s.index(-v); int(i)+int(mirror) != differenceSteps-1 {
			if onLimit := func() bool {
				for _, l := range limits {
					if l == v || l == -v {
						return true
					}
				}
				return false
			}(); !onLimit {
				t.Fatalf("%v e-/s has colour %d, its opposite %d", v, i, mirror)
			}
		}
	}
	for _, limit := range limits {
		for _, v := range []float32{limit, math.Nextafter32(limit, -1e9), math.Nextafter32(limit, 1e9)} {
			if got, want := s.index(v), direct(v); got != want {
				t.Errorf("%v e-/s has colour %d, want %d", v, got, want)
			}
		}
	}
	for v, want := range map[float32]uint8{float32(math.Inf(1)): differenceSteps - 1, float32(math.Inf(-1)): 0, float32(math.Copysign(0, -1)): (differenceSteps - 1) / 2} {
		if got := s.index(v); got != want {
			t.Errorf("%v has colour %d, want %d", v, got, want)
		}
	}
}

func TestDifferencePalette(t *testing.T) {
	p := differencePalette()
	lightness := func(c color.Color) float64 { return toLab(c).l }
	middle := (differenceSteps - 1) / 2
	for i := range middle {
		if lightness(p[i]) >= lightness(p[i+1]) || lightness(p[differenceSteps-1-i]) >= lightness(p[differenceSteps-2-i]) {
			t.Errorf("colour %d from an end is not darker than the next", i)
		}
		if d := lightness(p[i]) - lightness(p[differenceSteps-1-i]); math.Abs(d) > 0.03 {
			t.Errorf("the two sides differ by %.3f in lightness at %d", d, i)
		}
	}
	missing := toLab(p[differenceSteps])
	for i, c := range p[:differenceSteps] {
		if missing.distance(toLab(c)) < 0.12 {
			t.Errorf("the colour of what is not known is near colour %d", i)
		}
	}
}

func TestDifferenceScale(t *testing.T) {
	s := DifferenceScale()
	last := -1.0
	for _, tick := range s.Ticks {
		if tick.Position <= last || tick.Position < 0 || tick.Position > 1 {
			t.Errorf("%v e-/s at %v, behind %v", tick.Value, tick.Position, last)
		}
		last = tick.Position
	}
	if first, end := s.Ticks[0], s.Ticks[len(s.Ticks)-1]; first.Position != 0 || end.Position != 1 {
		t.Errorf("the ends are at %v and %v", first.Position, end.Position)
	}
}
