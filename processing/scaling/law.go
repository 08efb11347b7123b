package scaling

import (
	"errors"
	"fmt"
	"math"

	"darksite/processing/chandra"
)

// Law says how dark current depends on CCD temperature.
type Law struct {
	name string
	// A constant law multiplies by base for every stepC degrees; base is 0 for
	// the per-pixel law.
	base, stepC float64
}

var (
	// Historic is the law of the temperature-adjusted threshold
	// 100 * 10^((T+19)/21) e-/s, a factor of 1.5505 per 4 C
	// (sot/state_of_aca, warm_pix_corr).
	Historic = Law{name: "historic", base: 10, stepC: 21}
	// Uniform is the law that readers of the archive apply, a factor of 1/0.70
	// per 4 C (chandra_aca dark_model, DARK_SCALE_4C).
	Uniform = Law{name: "uniform", base: 1 / 0.70, stepC: 4}
	// PerPixel is the law whose slope depends on the pixel's own dark current
	// (chandra_aca dark_model, dark_temp_scale_img, 2024): 1.33 to 1.55 per 4 C.
	PerPixel = Law{name: "per-pixel"}
)

// ReferenceTemp is the CCD temperature that mica scales to unless told
// otherwise and at which the historic threshold is 100 e-/s.
const ReferenceTemp chandra.Celsius = -19

// MaxDifference is the most that two temperatures may differ, in C. Somewhat
// beyond it the per-pixel law would put the warmest pixels below cooler ones.
const MaxDifference chandra.Celsius = 50

// UniformPer4C is the uniform law with another factor per 4 C, for example the
// older 1/0.62. The factor is above 1: warmer means more.
func UniformPer4C(factor float64) (Law, error) {
	if !(factor > 1 && factor <= 10) {
		return Law{}, fmt.Errorf("temperature law: factor %v per 4 C: want one above 1, at most 10, for example 1/0.70", factor)
	}
	return Law{name: fmt.Sprintf("uniform %.4f per 4 C", factor), base: factor, stepC: 4}, nil
}

// Name names the law on pages and in files.
func (l Law) Name() string { return l.name }

// Between is the law from one CCD temperature to another, at most
// [MaxDifference] apart.
func (l Law) Between(from, to chandra.Celsius) (Scaling, error) {
	if l.name == "" {
		return Scaling{}, errors.New("temperature law: none chosen: want Historic, Uniform or PerPixel")
	}
	degrees := float64(to - from)
	if !(math.Abs(degrees) <= float64(MaxDifference)) {
		return Scaling{}, fmt.Errorf("temperature law %s from %v C to %v C: want two temperatures at most %v C apart",
			l.name, from, to, MaxDifference)
	}
	if degrees == 0 {
		return Scaling{factor: 1}, nil // exactly, by every law
	}
	if l.base > 0 {
		return Scaling{factor: math.Pow(l.base, degrees/l.stepC)}, nil
	}
	return newPerPixel(degrees), nil
}
