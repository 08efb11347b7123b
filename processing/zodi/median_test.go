package zodi

import (
	"math"
	"testing"
	"time"
)

// The six replicas of 2020:169 to 185 lay at six attitudes (sot/kadi, dwells). What
// a median map holds of their backgrounds is their median.
func TestDownstream5Median(t *testing.T) {
	var all []Background
	for _, r := range []struct {
		day          int
		ra, dec      float64
		units, ePerS float64
	}{
		{169, 76, -25.6, 230, 2.5}, {171, 294, -31, 174, 1.9}, {174, 39, 23, 626, 6.8},
		{177, 264, -33, 187, 2.0}, {179, 46.7, 14.1, 757, 8.2}, {185, 296.7, -42.9, 153, 1.6},
	} {
		b, err := At(time.Date(2020, 1, r.day, 12, 0, 0, 0, time.UTC), r.ra, r.dec)
		if err != nil {
			t.Fatal(err)
		}
		// RA and Dec are rounded, and a cell is a degree wide.
		if math.Abs(b.ZodiB-r.units) > 0.6 || math.Abs(b.EPerS-r.ePerS) > 0.06 {
			t.Errorf("day %d: %.2f units, %.2f e-/s, want %v and %v", r.day, b.ZodiB, b.EPerS, r.units, r.ePerS)
		}
		all = append(all, b)
	}
	even := Median(all)
	if want := (all[0].ZodiB + all[3].ZodiB) / 2; even.ZodiB != want || even.EPerS != want*EPerSecPerUnit {
		t.Errorf("%+v, want %v", even, want)
	}
	odd := Median(all[:5])
	if odd != all[0] {
		t.Errorf("%+v, want the third of five, %+v", odd, all[0])
	}
	if one := Median(all[4:5]); one != all[4] {
		t.Errorf("%+v, want %+v", one, all[4])
	}
}

func TestSeparation(t *testing.T) {
	for _, c := range []struct{ ra1, dec1, ra2, dec2, want float64 }{
		{10, 0, 11, 0, 1}, {359.5, 0, 0.5, 0, 1}, {10, 89.5, 190, 89.5, 1}, {10, -60, 12, -60, 0.99996}, {5, 5, 5, 5, 0}, {0, -90, 77, 90, 180},
	} {
		if got := Separation(c.ra1, c.dec1, c.ra2, c.dec2); math.Abs(got-c.want) > 1e-4 {
			t.Errorf("%+v: %v", c, got)
		}
	}
}
