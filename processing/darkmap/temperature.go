package darkmap

import (
	"math"

	"darksite/processing/telemetry"
)

// Fine is how many steps a DN has once signals were multiplied by factors. They
// stay whole numbers, so that medians are exact.
const Fine = 256

// maxFactor keeps the largest signal, 65,535 DN, within 32 bits in steps of Fine.
const maxFactor = 100

// Scaled is a signal in DN times a factor, in steps of 1/Fine DN.
func Scaled(signalDN int32, factor float64) int32 {
	return int32(math.Round(float64(float64(signalDN)*factor) * Fine))
}

// scaledMiddles is middles on signals that are multiplied by the factors of their
// replicas, in steps of 1/Fine DN.
func scaledMiddles(rows []*telemetry.Row, factors []float64, lower, upper []int32, spare *scratch) int {
	lanes, of := spare.lanes[:0], make([]float64, 0, len(rows))
	for i, r := range rows {
		if r != nil {
			lanes, of = append(lanes, laneOf(r)), append(of, factors[i])
		}
	}
	spare.lanes = lanes
	return sortedMiddles(lanes, func(k int, signal int32) int32 { return Scaled(signal, of[k]) }, lower, upper, spare)
}
