package darkmap

import (
	"fmt"
	"math"
	"slices"
)

// Method names how a map is made.
type Method string

const (
	// Classic is how the archive of 1999 to 2015 was made: nominal gain and
	// times, so that 1 DN is 1 e-/s, and the upper of the two middle values for
	// an even number of samples. Its maps hold only integers (processing.md,
	// section 4.2).
	Classic Method = "classic"
	// Measured takes the times from the rows' INTEG field and the mean of the
	// middle two.
	Measured Method = "measured"
)

// Settings of a map.
type Settings struct {
	Method     Method
	GainEPerDN float64 // e-/DN
	ShortS     float64 // nominal integration times, s
	LongS      float64
	Replicas   int // how many make a whole calibration
	// Factors bring the replicas, in the order of the stack, to one temperature
	// before the median (scaling.ToMean); nil leaves them as they are.
	Factors []float64
}

// DefaultSettings are the classic ones: gain 5 e-/DN, 5 s and 10 s, five
// replicas (calibration reports, 2000 to 2009).
func DefaultSettings() Settings {
	return Settings{Method: Classic, GainEPerDN: 5, ShortS: 5, LongS: 10, Replicas: 5}
}

// integTolerance is how far an integration time may be from the nominal one:
// 5 s is 4.992 or 5.008 s in units of 0.016 s.
const integTolerance = 0.1 // s

func (s Settings) check() error {
	switch {
	case s.Method != Classic && s.Method != Measured:
		return fmt.Errorf("map method %q: want %q or %q", s.Method, Classic, Measured)
	case !(s.GainEPerDN > 0) || math.IsInf(s.GainEPerDN, 0):
		return fmt.Errorf("gain %v e-/DN: want a positive number, nominally 5", s.GainEPerDN)
	case !(s.ShortS > 0 && s.LongS > s.ShortS+2*integTolerance):
		return fmt.Errorf("integration times %v s and %v s: want a short and a longer one", s.ShortS, s.LongS)
	case slices.ContainsFunc(s.Factors, func(f float64) bool { return !(f > 0 && f < maxFactor) }):
		return fmt.Errorf("factors %v of the replicas: want numbers above 0 and below %v", s.Factors, maxFactor)
	case s.Replicas < 1:
		return fmt.Errorf("%d replicas expected: want at least 1", s.Replicas)
	}
	return nil
}
