package darkmap

import (
	"errors"
	"fmt"
	"math"

	"darksite/internal/ground/workers"
	"darksite/processing/ccd"
	"darksite/processing/telemetry"
)

// Map is a dark current map.
type Map struct {
	Geometry ccd.Geometry
	// Image is the dark current in e-/s, unclipped; NaN where there is no sample
	// of either integration.
	Image []float32
	// Coverage counts the samples behind each pixel, per integration, laid out
	// as Image.
	Coverage [2][]uint8
	// Seconds are the integration times that the map was divided by: nominal
	// for classic, the mean over all rows used for measured.
	Seconds [2]float64
	Settings
	Replicas int // that contributed at least one row
}

var (
	// ErrNoRows says that there is nothing to make a map of.
	ErrNoRows = errors.New("no calibration row")
	// ErrIntegrations says that the rows are not of two integrations, so that no
	// wait and no further replica of the kind makes a map of them.
	ErrIntegrations = errors.New("the two integrations are not there")
)

// maxReplicas is what Coverage can count.
const maxReplicas = math.MaxUint8

// Combine makes the map of a stack. The result does not depend on the order of
// the replicas or on the number of processors.
func Combine(stack *Stack) (*Map, error) {
	s := stack.settings
	if stack.replicas > maxReplicas {
		return nil, errors.New("more than 255 replicas: coverage cannot count them")
	}
	if s.Factors != nil && len(s.Factors) != stack.replicas {
		return nil, fmt.Errorf("%d factors for %d replicas: want one for each", len(s.Factors), stack.replicas)
	}
	g := stack.Geometry
	m := &Map{Geometry: g, Settings: s, Image: make([]float32, g.Pixels())}
	for i := range m.Coverage {
		m.Coverage[i] = make([]uint8, len(m.Image))
	}
	var units, counts [2][]int // sums over the samples of a half row
	for _, i := range Integrations {
		units[i], counts[i] = make([]int, g.HalfRows()), make([]int, g.HalfRows())
	}

	workers.Ranges(g.HalfRows(), func(from, to int) {
		c := newCombiner(g.RecordPixels())
		for h := from; h < to; h++ {
			for _, i := range Integrations {
				counts[i][h], units[i][h] = c.take(stack, i, h)
			}
			m.set(h, c, [2]int{counts[Short][h], counts[Long][h]}, [2]int{units[Short][h], units[Long][h]})
		}
	})

	m.Replicas = stack.contributing()
	m.Seconds = [2]float64{s.ShortS, s.LongS}
	for _, i := range Integrations {
		n, sum := 0, 0
		for h := range g.HalfRows() {
			n += counts[i][h]
			sum += units[i][h]
		}
		if n == 0 {
			return nil, stack.without(i)
		}
		if s.Method == Measured {
			m.Seconds[i] = float64(sum) / float64(n) * telemetry.IntegUnit
		}
	}
	return m, nil
}

// without says what is there instead of the rows of an integration.
func (s *Stack) without(missing Integration) error {
	there := Long
	if missing == Long {
		there = Short
	}
	seconds := [2]float64{s.settings.ShortS, s.settings.LongS}
	n, other := 0, 0
	for _, row := range s.rows[there] {
		if row != nil {
			n++
		}
	}
	for _, o := range s.OtherIntegration {
		other += o
	}
	const difference = "the dark current is the difference of the two, so no map can be made of this set, whatever else comes"
	switch {
	case n > 0:
		return fmt.Errorf("%w: %d rows of %.4g s, %d of another time and none of %.4g s: %s", ErrIntegrations, n, seconds[there], other, seconds[missing], difference)
	case other > 0:
		return fmt.Errorf("%w: %d rows of another time, none of %.4g s and none of %.4g s: %s", ErrIntegrations, other, seconds[missing], seconds[there], difference)
	}
	return ErrNoRows
}

// combiner is the working space of one worker.
type combiner struct {
	lower, upper [2][]int32
	scratch
}

func newCombiner(samples int) *combiner {
	c := new(combiner)
	for _, i := range Integrations {
		c.lower[i], c.upper[i] = make([]int32, samples), make([]int32, samples)
	}
	return c
}

// take finds the middle samples of a half row, their number and the sum of their
// integration times as sent.
func (c *combiner) take(s *Stack, i Integration, h int) (n, units int) {
	rows := s.at(i, h)
	if s.settings.Factors != nil {
		n = scaledMiddles(rows, s.settings.Factors, c.lower[i], c.upper[i], &c.scratch)
	} else {
		n = middles(rows, c.lower[i], c.upper[i], &c.scratch)
	}
	for _, r := range rows {
		if r != nil {
			units += int(r.IntegUnits)
		}
	}
	return n, units
}

// Median is what goes into the map for one sample of a half row: its signal in DN
// and its integration time in s; ok is false where no replica has the row.
func (s *Stack) Median(i Integration, halfRow, sample int) (dn, seconds float64, ok bool) {
	c := newCombiner(s.Geometry.RecordPixels())
	n, units := c.take(s, i, halfRow)
	lower, upper := float64(c.lower[i][sample]), float64(c.upper[i][sample])
	if s.settings.Factors != nil {
		lower, upper = lower/Fine, upper/Fine
	}
	if s.settings.Method == Classic {
		return upper, [2]float64{s.settings.ShortS, s.settings.LongS}[i], n > 0
	}
	return (lower + upper) / 2, float64(units) / float64(n) * telemetry.IntegUnit, n > 0
}

// set writes one half row of the map from the middle values of its samples.
func (m *Map) set(h int, c *combiner, n, units [2]int) {
	out := halfRowOf(m.Geometry, m.Image, h)
	samples := m.Geometry.RecordPixels()
	base := out.Y*m.Geometry.Columns + min(out.X0, out.X0+out.Step*(samples-1))
	for i := range m.Coverage {
		cover := m.Coverage[i][base:][:samples]
		for j := range cover {
			cover[j] = uint8(n[i])
		}
	}
	if n[Short] == 0 || n[Long] == 0 {
		for j := range samples {
			out.set(j, float32(math.NaN()))
		}
		return
	}
	step := 1.0 // DN
	if m.Factors != nil {
		step = 1.0 / Fine
	}
	if m.Method == Classic {
		scale := m.GainEPerDN / (m.LongS - m.ShortS) * step
		for j := range samples {
			out.set(j, float32(float64(c.upper[Long][j]-c.upper[Short][j])*scale))
		}
		return
	}
	t := [2]float64{}
	for i := range t {
		t[i] = float64(units[i]) / float64(n[i]) * telemetry.IntegUnit
	}
	// The sums of the middle two are twice the median.
	scale := m.GainEPerDN / (t[Long] - t[Short]) / 2 * step
	for j := range samples {
		twice := c.lower[Long][j] + c.upper[Long][j] - c.lower[Short][j] - c.upper[Short][j]
		out.set(j, float32(float64(twice)*scale))
	}
}

// contributing counts the replicas that have any row.
func (s *Stack) contributing() (n int) {
	for r := range s.replicas {
		for h := range s.Geometry.HalfRows() {
			if s.Row(r, Short, h) != nil || s.Row(r, Long, h) != nil {
				n++
				break
			}
		}
	}
	return n
}

// Samples counts pixels by the number of samples behind them: the result has
// an entry for each number from 0 to the most that occurs.
func (m *Map) Samples(i Integration) []int {
	var counts [maxReplicas + 1]int
	most := 0
	for _, n := range m.Coverage[i] {
		counts[n]++
		most = max(most, int(n))
	}
	return counts[:most+1]
}
