package synth

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"sync"
)

// source is a seeded stream of random numbers. Each thing that is drawn has
// its own stream, named by a tag and numbers, so that neither the order of
// work nor the number of processors changes a byte.
type source struct{ rand.PCG }

// The tags of the streams.
const (
	tagPixels uint64 = iota + 1
	tagFlicker
	tagCounts
	tagVariates
	tagField
	tagCosmic
	tagBias
	tagRow
	tagReplica
	tagFault
	tagLeftStar
)

func newSource(seed uint64, names ...uint64) *source {
	s := new(source)
	s.name(seed, names...)
	return s
}

// name restarts the source as another stream.
func (s *source) name(seed uint64, names ...uint64) {
	h := mix(seed)
	for _, n := range names {
		h = mix(h ^ n)
	}
	s.Seed(h, mix(h))
}

// mix is the output function of SplitMix64 (Steele, Lea and Flood 2014).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// uniform is in [0, 1).
func (s *source) uniform() float64 { return float64(s.Uint64()>>11) * (1.0 / (1 << 53)) }

// below is in 0..n-1; n must be above 0.
func (s *source) below(n int) int {
	high, _ := bits.Mul64(s.Uint64(), uint64(n))
	return int(high)
}

const (
	quantileBits = 12
	quantiles    = 1 << quantileBits
)

// normalHalf holds the quantiles of a normal distribution with variance 1/2,
// so that the sum of two entries is a standard normal variate within 5.1
// standard deviations. A table and a sum round alike on all processors, which
// the exponentials and fused operations of a rejection method need not.
var normalHalf = sync.OnceValue(func() *[quantiles]float64 {
	var table [quantiles]float64
	sum := 0.0
	for i := range table {
		p := (float64(i) + 0.5) / quantiles
		table[i] = float64(float32(math.Erfinv(2*p - 1)))
		sum += float64(table[i] * table[i])
	}
	scale := math.Sqrt(0.5 * quantiles / sum)
	for i := range table {
		table[i] *= scale
	}
	return &table
})

// normal is a standard normal variate.
func (s *source) normal(half *[quantiles]float64) float64 {
	u := s.Uint64()
	return half[u%quantiles] + half[u>>32%quantiles]
}

// poisson is a count with the given mean: by products of uniforms when it is
// small, by its normal limit from 50 on, where the two differ by less than the
// spread of any test on them.
func (s *source) poisson(mean float64) int {
	if !(mean > 0) {
		return 0
	}
	if mean >= 50 {
		spread := float64(math.Sqrt(mean) * s.normal(normalHalf()))
		return max(0, int(math.Floor(mean+spread+0.5)))
	}
	n, limit := 0, math.Exp(-mean)
	for p := s.uniform(); p > limit; p *= s.uniform() {
		n++
	}
	return n
}

// steps is a value to the nearest 1/1024. The last bit of exponentials and
// powers differs between processors; a value on this grid does not.
func steps(x float64) float32 { return float32(math.Floor(float64(x*1024)+0.5) / 1024) }
