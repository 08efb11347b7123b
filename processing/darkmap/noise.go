package darkmap

import (
	"math"
	"slices"

	"darksite/internal/ground/workers"
	"darksite/processing/telemetry"
)

// robust turns a median absolute deviation into the standard deviation of a
// normal distribution.
const robust = 1.4826

// smallSample corrects the estimate for few samples, by their number (Croux and
// Rousseeuw 1992, Time-efficient algorithms for two highly robust estimators of
// scale, section 3). Above nine it is n/(n-0.8).
var smallSample = [...]float64{2: 1.196, 3: 1.495, 4: 1.363, 5: 1.206, 6: 1.200, 7: 1.140, 8: 1.129, 9: 1.107}

func correction(n int) float64 {
	if n < len(smallSample) {
		return smallSample[n]
	}
	return float64(n) / (float64(n) - 0.8)
}

// Noise is how much the dark current of each pixel scatters from replica to
// replica: the standard deviation of one replica's (long - short), in e-/s at
// the nominal gain and times, laid out as [Map.Image]. It is estimated from
// the median absolute deviation, so that a star in one of five replicas does
// not count; NaN where fewer than two replicas have both integrations.
//
// A map of five replicas has 0.54 of that noise, the standard error of a median
// of five normal samples.
func (s *Stack) Noise() []float32 {
	g := s.Geometry
	samples := g.RecordPixels()
	out := make([]float32, g.Pixels())
	scale := s.settings.GainEPerDN / (s.settings.LongS - s.settings.ShortS)
	workers.Ranges(g.HalfRows(), func(from, to int) {
		var d deviations
		for h := from; h < to; h++ {
			d.take(s.at(Short, h), s.at(Long, h))
			row := halfRowOf(g, out, h)
			if len(d.pairs) < 2 {
				for j := range samples {
					row.set(j, float32(math.NaN()))
				}
				continue
			}
			unit := scale * robust * correction(len(d.pairs)) / 2
			for j := range samples {
				row.set(j, float32(float64(d.twice(j))*unit))
			}
		}
	})
	return out
}

// pair is one half row of one replica in both integrations.
type pair struct{ short, long lane }

func (p *pair) at(j int) int32 { return p.long.at(j) - p.short.at(j) }

// deviations is what a worker keeps between half rows.
type deviations struct {
	pairs  []pair
	values []int32
}

func (d *deviations) take(short, long []*telemetry.Row) {
	d.pairs = d.pairs[:0]
	for i := range short {
		if short[i] != nil && long[i] != nil {
			d.pairs = append(d.pairs, pair{laneOf(short[i]), laneOf(long[i])})
		}
	}
	d.values = slices.Grow(d.values[:0], len(d.pairs))[:len(d.pairs)]
}

// twice is two times the median absolute deviation of a pixel's long - short in
// DN: two times, because for an even number of replicas both medians are
// halfway between integers.
func (d *deviations) twice(j int) int32 {
	if len(d.pairs) == 5 {
		return 2 * deviation5(d.pairs[0].at(j), d.pairs[1].at(j), d.pairs[2].at(j), d.pairs[3].at(j), d.pairs[4].at(j))
	}
	for k := range d.pairs {
		d.values[k] = d.pairs[k].at(j)
	}
	n := len(d.values)
	slices.Sort(d.values)
	center := d.values[(n-1)/2] + d.values[n/2] // two times the median
	for k, v := range d.values {
		d.values[k] = max(2*v-center, center-2*v)
	}
	slices.Sort(d.values)
	return (d.values[(n-1)/2] + d.values[n/2]) / 2
}

// deviation5 is the median absolute deviation of five.
func deviation5(a, b, c, d, e int32) int32 {
	a, b = min(a, b), max(a, b)
	d, e = min(d, e), max(d, e)
	c, e = min(c, e), max(c, e)
	c, d = min(c, d), max(c, d)
	a, d = min(a, d), max(a, d)
	a, c = min(a, c), max(a, c)
	b, e = min(b, e), max(b, e)
	b, d = min(b, d), max(b, d)
	b, c = min(b, c), max(b, c)
	// Rising now. The deviations are 0, c-b <= c-a and d-c <= e-c; the third
	// smallest of the five is wanted.
	return min(max(c-b, d-c), min(c-a, e-c))
}
