package pixels

import (
	"fmt"
	"math"

	"darksite/processing/chandra"
)

// Find lists the pixels of a map that has no earlier one.
func Find(now Map, s Settings) (*Report, error) {
	if err := check(s, now); err != nil {
		return nil, err
	}
	r := newReport(now, s)
	walk(r, s, now.Image, nil, toCommon{}, toCommon{})
	return r, nil
}

// Compare lists the pixels of a map and what became of those of an earlier one.
func Compare(now, before Map, s Settings) (*Report, error) {
	if err := check(s, now, before); err != nil {
		return nil, err
	}
	for _, m := range []Map{before, now} {
		if m.Time.IsZero() {
			return nil, fmt.Errorf("map %s: its time is not known, so there are no rates per day; give the day of its id", m.ID)
		}
	}
	if now.Geometry != before.Geometry {
		return nil, errGeometries(now, before)
	}
	days := now.Time.Sub(before.Time).Hours() / 24
	if !(days > 0) {
		return nil, fmt.Errorf("map %s of %s is compared with map %s of %s: want an earlier one", now.ID, chandra.FormatDate(now.Time), before.ID, chandra.FormatDate(before.Time))
	}
	r := newReport(now, s)
	d := &Difference{Before: before.source(), Days: days, Change: s.Change, Noise: s.Noise}
	r.Since = d

	var nowTo, beforeTo toCommon
	if unknown := unknownTemps(before, now); unknown != "" {
		d.Note = fmt.Sprintf("The CCD temperature of %s is not known, so rates were compared as measured; a difference in temperature shows as pixels that are new or gone.", unknown)
	} else {
		common := *before.Temp
		if s.CommonTemp != nil {
			common = *s.CommonTemp
		}
		var err error
		if nowTo, err = now.toCommon(common, s.Law); err != nil {
			return nil, err
		}
		if beforeTo, err = before.toCommon(common, s.Law); err != nil {
			return nil, err
		}
		d.CommonTemp, d.Law = &common, s.Law.Name()
	}
	walk(r, s, now.Image, before.Image, nowTo, beforeTo)
	d.Warm.rates(days)
	d.Hot.rates(days)
	return r, nil
}

func check(s Settings, maps ...Map) error {
	if err := s.check(); err != nil {
		return err
	}
	for _, m := range maps {
		if err := m.check(); err != nil {
			return err
		}
	}
	return nil
}

// errGeometries says that two maps cannot be held against each other.
func errGeometries(a, b Map) error {
	return fmt.Errorf("map %s is of the CCD %+v and map %s of %+v: want two maps of one CCD", a.ID, a.Geometry, b.ID, b.Geometry)
}

func newReport(now Map, s Settings) *Report {
	return &Report{Geometry: now.Geometry, WarmAbove: s.Warm, HotAbove: s.Hot, Now: now.source()}
}

// walk goes through the pixels once. Without an earlier map, before is nil.
func walk(r *Report, s Settings, now, before []float32, nowTo, beforeTo toCommon) {
	d := r.Since
	// Where both rates are below these, no threshold is crossed and no change
	// is large enough, whatever the law.
	level := min(s.Warm, s.Change.EPerS)
	nowFloor, beforeFloor := nowTo.floor(level), beforeTo.floor(level)
	nan := float32(math.NaN())
	var ratios ratioMedian
	g := r.Geometry
	record := g.RecordPixels()
	for start := 0; start < len(now); start += record {
		quadrant := g.QuadrantAt(g.RowColumn(start)).Order()
		for i := start; i < start+record; i++ {
			p := Pixel{Now: now[i], Before: nan, NowCommon: nan, BeforeCommon: nan}
			if !known(p.Now) {
				r.Missing++
				if d != nil {
					d.NotComparable++
				}
				continue
			}
			if float64(p.Now) > s.Warm {
				p.Class = Warm
				r.Warm.add(quadrant)
				if float64(p.Now) > s.Hot {
					p.Class |= Hot
					r.Hot.add(quadrant)
				}
			}
			switch {
			case d == nil:
			case !known(before[i]):
				d.NotComparable++
			default:
				d.Compared++
				p.Before = before[i]
				// The rest of the CCD is cool, and the law costs time.
				if float64(p.Now) > nowFloor || float64(p.Before) > beforeFloor || p.Class&s.List != 0 {
					p.NowCommon, p.BeforeCommon = nowTo.rate(p.Now), beforeTo.rate(p.Before)
					p.Class |= d.judge(s, quadrant, float64(p.NowCommon), float64(p.BeforeCommon), p.Class&s.List != 0, &ratios)
				}
			}
			if p.Class&s.List != 0 {
				at := place(g, i)
				p.Row, p.Col = at.Row, at.Col
				r.Pixels = append(r.Pixels, p)
			}
		}
	}
	r.Listed = len(r.Pixels)
	if d != nil {
		d.MedianRatio = ratios.median()
	}
}

// judge counts and classifies a pair of rates in e-/s at the common temperature.
// Noise is looked at where it matters: listed is true for a pixel that is listed
// whatever its rate was before.
func (d *Difference) judge(s Settings, quadrant int, now, before float64, listed bool, ratios *ratioMedian) (c Class) {
	nowWarm, wasWarm, nowHot, wasHot := now > s.Warm, before > s.Warm, now > s.Hot, before > s.Hot
	if nowWarm && wasWarm {
		ratios.add(now / before)
	}
	if high, low := max(now, before, 0), max(min(now, before), 0); high-low > s.Change.EPerS && high > s.Change.Factor*low {
		if now > before {
			c = Brighter
			d.Brighter.add(quadrant)
		} else {
			c = Fainter
			d.Fainter.add(quadrant)
		}
	}
	if (listed || c != 0 || nowWarm != wasWarm || nowHot != wasHot) && s.Noise.exceeded(now, before) {
		c |= BeyondNoise
	}
	c |= d.Warm.cross(quadrant, nowWarm, wasWarm, c, NewWarm, GoneWarm)
	c |= d.Hot.cross(quadrant, nowHot, wasHot, c, NewHot, GoneHot)
	return c
}

// exceeded is true for two rates in e-/s that noise does not explain.
func (n Noise) exceeded(now, before float64) bool {
	variance := 2*n.Readout*n.Readout + n.Shot*n.Shot*(max(now, 0)+max(before, 0))
	difference := now - before
	return difference*difference > n.Sigmas*n.Sigmas*variance
}

// cross counts and classifies a pixel at one threshold, above which it is now
// and was before, or not.
func (x *Crossing) cross(quadrant int, now, before bool, c, isNew, isGone Class) Class {
	switch {
	case now && before:
		x.Stayed.add(quadrant)
	case now:
		x.New.add(quadrant)
		if c&BeyondNoise != 0 {
			x.Created.add(quadrant)
		}
		return isNew
	case before:
		x.Gone.add(quadrant)
		if c&BeyondNoise != 0 {
			x.Recovered.add(quadrant)
		}
		return isGone
	}
	return 0
}

// ratioMedian finds a median by counting, for there can be a million ratios.
type ratioMedian struct {
	bins [4 * ratioSteps]int // of width 1/ratioSteps, centred on its multiples
	n    int
}

const ratioSteps = 500

func (m *ratioMedian) add(ratio float64) {
	// What is above the last bin may be more than an integer holds.
	m.bins[int(min(ratio*ratioSteps+0.5, float64(len(m.bins)-1)))]++
	m.n++
}

// median interpolates within the bin; nil without ratios.
func (m *ratioMedian) median() *float64 {
	if m.n == 0 {
		return nil
	}
	left := float64(m.n) / 2
	for bin, n := range m.bins {
		if left <= float64(n) && n > 0 {
			v := (float64(bin) - 0.5 + left/float64(n)) / ratioSteps
			return &v
		}
		left -= float64(n)
	}
	return nil
}
