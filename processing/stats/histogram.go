package stats

import (
	"math"
	"sort"
)

// Histogram is the exact histogram of a map: every value that occurs, rising,
// and how many pixels have it. Pixels without a value (NaN) are not in it.
type Histogram struct {
	Values []float32 `json:"values"` // e-/s, strictly rising
	Counts []int     `json:"counts"`
}

// latticeLimit bounds the fast path of [NewHistogram]. The difference of two
// 16-bit readings minus their biases lies within four times 65535.
const latticeLimit = 1 << 18

// NewHistogram counts the values of a map, any shape, in e-/s. Infinite
// values do not occur in maps and count as missing.
func NewHistogram(values []float32) Histogram {
	if h, ok := countIntegers(values); ok {
		return h
	}
	return countSorted(values)
}

// countIntegers is the way of classic maps, whose values are integers.
func countIntegers(values []float32) (Histogram, bool) {
	counts := make([]int32, 2*latticeLimit)
	lowest, highest := 2*latticeLimit, -1
	for _, v := range values {
		if v != v {
			continue
		}
		if !(v >= -latticeLimit && v < latticeLimit) || v != float32(int32(v)) {
			return Histogram{}, false
		}
		i := int(int32(v)) + latticeLimit
		counts[i]++
		lowest, highest = min(lowest, i), max(highest, i)
	}
	var h Histogram
	for i := lowest; i <= highest; i++ {
		if counts[i] > 0 {
			h.Values = append(h.Values, float32(i-latticeLimit))
			h.Counts = append(h.Counts, int(counts[i]))
		}
	}
	return h, true
}

// countSorted takes any values: a radix sort of keys that order as the floats
// do, three passes of 11 bits, then runs of equal keys.
func countSorted(values []float32) Histogram {
	keys := make([]uint32, 0, len(values))
	for _, v := range values {
		if v != v || math.IsInf(float64(v), 0) {
			continue
		}
		bits := math.Float32bits(v + 0) // -0 becomes 0
		if bits>>31 == 1 {
			bits = ^bits
		} else {
			bits |= 1 << 31
		}
		keys = append(keys, bits)
	}
	const digit = 11
	spare := make([]uint32, len(keys))
	for shift := 0; shift < 32; shift += digit {
		var starts [1 << digit]int
		for _, k := range keys {
			starts[k>>shift&(1<<digit-1)]++
		}
		sum := 0
		for i, n := range starts {
			starts[i] = sum
			sum += n
		}
		for _, k := range keys {
			d := k >> shift & (1<<digit - 1)
			spare[starts[d]] = k
			starts[d]++
		}
		keys, spare = spare, keys
	}
	var h Histogram
	for i := 0; i < len(keys); {
		j := i
		for j < len(keys) && keys[j] == keys[i] {
			j++
		}
		bits := keys[i]
		if bits>>31 == 1 {
			bits &^= 1 << 31
		} else {
			bits = ^bits
		}
		h.Values = append(h.Values, math.Float32frombits(bits))
		h.Counts = append(h.Counts, j-i)
		i = j
	}
	return h
}

// Pixels is the number of pixels that have a value.
func (h Histogram) Pixels() int {
	n := 0
	for _, c := range h.Counts {
		n += c
	}
	return n
}

// Above counts the pixels strictly above a threshold in e-/s.
func (h Histogram) Above(threshold float64) int {
	i := sort.Search(len(h.Values), func(i int) bool { return float64(h.Values[i]) > threshold })
	n := 0
	for _, c := range h.Counts[i:] {
		n += c
	}
	return n
}

// Mean of all pixels, unclipped, in e-/s; NaN without pixels.
func (h Histogram) Mean() float64 {
	sum, n := h.SumNear(0, math.Inf(1))
	return sum / float64(n)
}

// Median of all pixels in e-/s, the mean of the middle two for an even count;
// NaN without pixels.
func (h Histogram) Median() float64 { return h.Quantile(0.5) }
