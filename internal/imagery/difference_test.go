package imagery

import (
	"image/color"
	"math"
	"testing"
)

func TestDifference(t *testing.T) {
	values := flat(0)
	values[at(511, -512)] = 5000
	values[at(-512, -512)] = -5000
	values[at(-512, 511)] = nan()
	b, err := DifferencePNG(values)
	picture := decode(t, b, err)
	middle := (differenceSteps - 1) / 2
	for _, c := range []struct{ x, y, want int }{
		{0, 0, differenceSteps - 1}, {0, 1023, 0}, {1023, 1023, differenceSteps}, {512, 512, middle},
	} {
		if got := picture.ColorIndexAt(c.x, c.y); int(got) != c.want {
			t.Errorf("x %d, y %d: colour %d, want %d", c.x, c.y, got, c.want)
		}
	}
	if _, err := DifferencePNG(values[1:]); err == nil {
		t.Error("a picture of too few pixels is drawn")
	}
}

// The stretch is the same on either side and rises with the value.
func TestDifferenceStretch(t *testing.T) {
	limits := differenceLimits()
	last := uint8(0)
	for v := float32(-2000); v <= 2000; v += 0.25 {
		i := differenceIndex(limits, v)
		if i < last {
			t.Fatalf("%v e-/s has colour %d, a smaller one %d", v, i, last)
		}
		last = i
		if mirror := differenceIndex(limits, -v); int(i)+int(mirror) != differenceSteps-1 {
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
	if got := differenceIndex(limits, float32(math.Inf(1))); got != differenceSteps-1 {
		t.Errorf("infinity has colour %d", got)
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
