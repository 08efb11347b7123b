package darkmap

import (
	"math"

	"darksite/processing/ccd"
)

// Level is the signal of one quadrant of one exposure of one replica, in DN
// less the bias of each row. It has no value (NaN) without rows.
type Level struct {
	MedianDN float64 // the mean of the middle two for an even number of pixels
	MeanDN   float64
	// AlwaysSet are the bits that are set in every sample as sent, bias
	// included, AlwaysClear those that are set in none; bit 0 is 1 DN.
	AlwaysSet, AlwaysClear uint16
}

// Level looks at all pixels that one replica has in a quadrant. Stars hardly
// touch the median and lift the mean.
func (s *Stack) Level(replica int, i Integration, q ccd.Quadrant) Level {
	// A reading less a bias lies within 65535 of zero.
	const reach = 1 << 16
	counts := make([]int32, 2*reach)
	pixels, sum := 0, 0
	and, or := ^uint16(0), uint16(0)
	first, last := s.Geometry.RowsOf(q)
	for r := first; r <= last; r++ {
		row := s.Row(replica, i, s.Geometry.HalfRow(q.ColNeg(), r))
		if row == nil {
			continue
		}
		l := laneOf(row)
		for _, dn := range l.dn {
			and &= dn
			or |= dn
			v := int32(dn) - l.bias
			counts[v+reach]++
			sum += int(v)
		}
		pixels += len(l.dn)
	}
	if pixels == 0 {
		return Level{MedianDN: math.NaN(), MeanDN: math.NaN()}
	}
	ranked := func(k int) int {
		for v, n := range counts {
			if k < int(n) {
				return v - reach
			}
			k -= int(n)
		}
		panic("darkmap: more ranks than pixels")
	}
	return Level{
		MedianDN: float64(ranked((pixels-1)/2)+ranked(pixels/2)) / 2,
		MeanDN:   float64(sum) / float64(pixels),

		AlwaysSet: and, AlwaysClear: ^or,
	}
}
