package chart

import (
	"math"
	"math/rand/v2"

	"darksite/processing/stats"
)

// sample is a histogram with the shape of a real one: a peak near mode e-/s, a
// negative tail, and damage that falls off as a power law.
func sample(seed uint64, mode, warm float64) stats.Histogram {
	return sampleOf(1<<20, seed, mode, warm)
}

func sampleOf(pixels int, seed uint64, mode, warm float64) stats.Histogram {
	r := rand.New(rand.NewPCG(seed, 1))
	values := make([]float32, pixels)
	for i := range values {
		v := mode + 2.2*r.NormFloat64() + 2*r.ExpFloat64()
		if r.Float64() < warm {
			v += 8 * (math.Pow(1-r.Float64(), -1/1.1) - 1)
		}
		values[i] = float32(math.Round(min(v, 15000)))
	}
	return stats.NewHistogram(values)
}

func sampleSeries() []Series {
	return []Series{
		{Name: "2015 Dec 21 (2015:355)", Histogram: sample(1, 6.5, 0.75), Current: true},
		{Name: "2015 Sep 14 (2015:257)", Histogram: sample(2, 6.2, 0.70)},
		{Name: "2015 Jun 06 (2015:157)", Histogram: sample(3, 5.7, 0.62)},
	}
}
