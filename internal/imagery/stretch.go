package imagery

import (
	"math"
	"sync"
)

// The stretch of the maps is logarithmic from StretchLow to StretchHigh in
// e-/s: from where the noise takes over to where few pixels of the published
// histograms are left. All maps share it, so that they can be compared.
const (
	StretchLow  = 1.0
	StretchHigh = 5000.0
)

// stretch finds the palette index of a value without a logarithm. The upper
// 16 bits of a positive float32 name an interval of less than 1 % of its
// value, and colours change every 3.4 %, so that an interval holds at most one
// change.
type stretch struct {
	lowest [1 << 15]uint8 // index of the lowest value of each interval
	limits [steps]float32 // limits[i] is the lowest value of colour i
}

var mapStretch = sync.OnceValue(func() *stretch {
	s := new(stretch)
	for i := 1; i < steps; i++ {
		s.limits[i] = float32(StretchLow * math.Pow(StretchHigh/StretchLow, float64(i)/steps))
	}
	at := 0
	for interval := range s.lowest {
		v := math.Float32frombits(uint32(interval) << 16)
		for at < steps-1 && v >= s.limits[at+1] {
			at++
		}
		s.lowest[interval] = uint8(at)
	}
	return s
})

// index is the place of a value in the palette. Values below the stretch have
// its first colour, those above its last.
func (s *stretch) index(v float32) uint8 {
	if v != v {
		return missingIndex
	}
	bits := math.Float32bits(v)
	if bits>>31 == 1 {
		return 0
	}
	i := s.lowest[bits>>16]
	if i < steps-1 && v >= s.limits[i+1] {
		i++
	}
	return i
}
