package temperature

import (
	"fmt"
	"math"
	"slices"
	"time"

	"darksite/internal/ground/phrase"
	"darksite/processing/chandra"
)

// How mica's update_aca_dark.py took temperatures.
const (
	meanWithin = 600 * time.Second    // of the replica
	meanAbove  = 4                    // samples
	fitWithin  = 20_000 * time.Second // of the middle of the replica
	fitAbove   = 100                  // samples
)

// The range that temperatures of a CCD lie in, degrees Celsius: that of
// warm_pix_corr.py (sot/state_of_aca) until the cooler no longer held it, and up
// to what the CCD reached since.
const validFrom, validTo, validToSince2019 = -25, -5, 5

var since2019 = time.Date(2019, time.July, 1, 0, 0, 0, 0, time.UTC)

func valid(celsius float64, at time.Time) bool {
	highest := validTo
	if !at.Before(since2019) {
		highest = validToSince2019
	}
	return celsius >= validFrom && celsius <= float64(highest)
}

// At is the temperature at one replica.
type At struct {
	Number int
	// Celsius is nil when there are too few samples. Source is one of
	// chandra.HDR3, chandra.AACCCDPT and chandra.TelemetryTemp.
	Celsius *float64
	Source  string
	// Samples were taken; LeftOut have no value, or one that no CCD had.
	Samples, LeftOut int
	// Low and High are the least and the greatest sample, degrees Celsius.
	Low, High float64

	doubts []string // sentences about times with two values
}

// manyDegrees is more than a CCD changes within the half hour around a replica.
const manyDegrees = 1

// Result is the temperature at each replica, in the order of the windows, and
// sentences about what is odd.
func (s *Search) Result() (all []At, warnings []string) {
	warnings = slices.Clone(s.Warnings)
	for i, w := range s.windows {
		at := w.at(unique(s.near[i]))
		warnings = append(warnings, at.doubts...)
		if at.Celsius != nil && at.High-at.Low > manyDegrees && at.Source != chandra.AACCCDPT {
			warnings = append(warnings, fmt.Sprintf("replica %d: the temperatures around it reach from %.2f to %.2f C; look at the telemetry", w.Number, at.Low, at.High))
		}
		if at.LeftOut > 0 {
			warnings = append(warnings, fmt.Sprintf("replica %d: %d of %d samples are left out, without a value or one that no CCD had", w.Number, at.LeftOut, at.Samples+at.LeftOut))
		}
		all = append(all, at)
	}
	return all, warnings
}

// unique sorts samples by sensor and time, each time once, as the table that was
// read first has it: tables may overlap. A sample says how far another is away.
func unique(samples []sample) (list []sample) {
	samples = slices.Clone(samples)
	slices.SortStableFunc(samples, func(a, b sample) int {
		if a.sensor != b.sensor {
			return a.sensor - b.sensor
		}
		return a.at.Compare(b.at)
	})
	for _, one := range samples {
		n := len(list)
		if n == 0 || list[n-1].sensor != one.sensor || !list[n-1].at.Equal(one.at) {
			list = append(list, one)
			continue
		}
		first := &list[n-1]
		if off := math.Abs(one.celsius - first.celsius); !one.missing && !first.missing && off > first.off {
			first.off, first.other = off, one.table
		}
	}
	return list
}

// doubt is a sentence about samples of which tables have another value too, ""
// where none have. Apart is set where they are too far from each other for either
// to be taken.
func (w *Window) doubt(used []sample) (sentence string, apart bool) {
	n := 0
	var worst sample
	for _, one := range used {
		if one.off > 0 {
			n++
		}
		if one.off > worst.off {
			worst = one
		}
	}
	if n == 0 {
		return "", false
	}
	tables := "two values of " + worst.table + " differ"
	if worst.other != worst.table {
		tables = worst.table + " and " + worst.other + " differ"
	}
	at := phrase.Plural(n, "time", "times")
	if apart = worst.off > manyDegrees; apart {
		return fmt.Sprintf("replica %d: at %s %s, by up to %.2f C (%s), so neither is taken: take the wrong table out of [source] temperatures, or correct it", w.Number, at, tables, worst.off, sensors[worst.sensor].source), true
	}
	return fmt.Sprintf("replica %d: at %s %s, by up to %.2f C (%s); the value of %s is taken, which was read first", w.Number, at, tables, worst.off, sensors[worst.sensor].source, worst.table), false
}

// at takes the best sensor that has enough.
func (w *Window) at(samples []sample) At {
	out := At{Number: w.Number}
	for n, sensor := range sensors {
		var near, wide []sample
		left := 0
		for _, one := range samples {
			if one.sensor != n {
				continue
			}
			inside := away(one.at, *w) <= meanWithin
			switch {
			case one.missing || !valid(one.celsius, one.at):
				if inside {
					left++
				}
				continue
			case inside:
				near = append(near, one)
			}
			if one.at.Sub(w.middle()).Abs() <= fitWithin {
				wide = append(wide, one)
			}
		}
		out.LeftOut = max(out.LeftOut, left)
		var celsius float64
		var used []sample
		switch {
		case sensor.source == chandra.AACCCDPT && len(wide) > fitAbove:
			celsius, used = parabola(wide, w.middle()), wide
		case len(near) > meanAbove:
			celsius, used = mean(near), near
		}
		if used == nil || !valid(celsius, w.Start) {
			continue
		}
		doubt, apart := w.doubt(used)
		if doubt != "" {
			out.doubts = append(out.doubts, doubt)
		}
		if apart {
			continue
		}
		found := At{Number: w.Number, Celsius: &celsius, Source: sensor.source, Samples: len(used), LeftOut: left, doubts: out.doubts}
		found.Low, found.High = bounds(used)
		return found
	}
	return out
}

func (w *Window) middle() time.Time { return w.Start.Add(w.Stop.Sub(w.Start) / 2) }

func mean(samples []sample) float64 {
	sum := 0.0
	for _, one := range samples {
		sum += one.celsius
	}
	return sum / float64(len(samples))
}

func bounds(samples []sample) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, one := range samples {
		low, high = min(low, one.celsius), max(high, one.celsius)
	}
	return low, high
}

// parabola is the value at a time of the parabola that fits the samples best
// (least squares).
func parabola(samples []sample, at time.Time) float64 {
	// Times in units of the widest distance keep the sums near 1.
	var x [5]float64 // sums of powers
	var y [3]float64
	for _, one := range samples {
		t := float64(one.at.Sub(at)) / float64(fitWithin)
		p := 1.0
		for i := range x {
			x[i] += p
			if i < len(y) {
				y[i] += p * one.celsius
			}
			p *= t
		}
	}
	// Cramer's rule for the constant term.
	determinant := func(a, b, c [3]float64) float64 {
		return a[0]*(b[1]*c[2]-b[2]*c[1]) - b[0]*(a[1]*c[2]-a[2]*c[1]) + c[0]*(a[1]*b[2]-a[2]*b[1])
	}
	first, second, third := [3]float64{x[0], x[1], x[2]}, [3]float64{x[1], x[2], x[3]}, [3]float64{x[2], x[3], x[4]}
	return determinant(y, second, third) / determinant(first, second, third)
}
