package pixels

import (
	"fmt"
	"math"

	"darksite/processing/chandra"
	"darksite/processing/scaling"
)

// toCommon takes the rates of a map to the common temperature. The zero value
// leaves them as they are.
type toCommon struct {
	law *scaling.Scaling
	// memo has the results for whole rates, NaN where not yet worked out. The
	// rates of classic maps are whole, and the law takes most of the time of a
	// comparison.
	memo []float32
}

// memoized is how many whole rates from 0 up are kept, e-/s.
const memoized = 1 << 14

// toCommon is the way from the map's temperature, which is known, to another.
func (m Map) toCommon(temp chandra.Celsius, law scaling.Law) (toCommon, error) {
	s, err := law.Between(*m.Temp, temp)
	if err != nil {
		return toCommon{}, fmt.Errorf("map %s: %w", m.ID, err)
	}
	if *m.Temp == temp {
		return toCommon{}, nil
	}
	c := toCommon{law: &s, memo: make([]float32, memoized)}
	for i := range c.memo {
		c.memo[i] = float32(math.NaN())
	}
	return c, nil
}

// rate is rounded as [scaling.Scaling.Image] rounds. Classes are taken from
// this value, which is the one that is listed.
func (c toCommon) rate(v float32) float32 {
	if c.law == nil {
		return v
	}
	if !(v >= 0 && v < memoized) || v != float32(int32(v)) {
		return float32(c.law.Rate(float64(v)))
	}
	kept := &c.memo[int32(v)]
	if *kept != *kept {
		*kept = float32(c.law.Rate(float64(v)))
	}
	return *kept
}

// floor is a rate that, with all below it, stays below a level once scaled. Laws
// rise with the rate; the margin is far above what their inverse loses.
func (c toCommon) floor(level float64) float64 {
	const margin = 0.999
	if c.law == nil {
		return level * margin
	}
	return c.law.Source(level) * margin
}

// unknownTemps names the maps without a temperature, "" when there is none.
func unknownTemps(maps ...Map) (names string) {
	for _, m := range maps {
		if m.Temp != nil {
			continue
		}
		if names != "" {
			names += " and of "
		}
		names += string(m.ID)
	}
	return names
}
