package l0

import (
	"math"
	"time"

	"darksite/processing/chandra"
)

const (
	fullDay = 86400.0 // s
	// lost is what a legacy day lacks.
	lost = fullDay - legacyDay // s
	// ambiguous is how long after midnight a legacy time is also one before it;
	// the word that was taken for microseconds could add to the day.
	ambiguous = lost + math.MaxUint16/1e6 // s
	lastDay   = math.MaxUint16            // that an ERT can hold, since 1958
	// unixDay is 1970-01-01 in days since 1958-01-01.
	unixDay = 4383
)

// possible tells whether a time in seconds is within reach of an ERT; false for
// NaN.
func possible(seconds float64) bool { return math.Abs(seconds) < (lastDay+1)*fullDay }

// ertOf is the Earth-received time a number of seconds after the start of a day
// since 1958, to the microsecond. ok is false where an SFDU could not hold it.
func ertOf(day, seconds float64) (e chandra.ERT, ok bool) {
	micros := math.Round(seconds * 1e6)
	if micros >= fullDay*1e6 {
		day, micros = day+1, micros-fullDay*1e6
	}
	if !(day >= 0 && day <= lastDay && micros >= 0) {
		return chandra.ERT{}, false
	}
	return chandra.ERT{Day: uint16(day), Milli: uint32(micros / 1000), Micro: uint16(math.Mod(micros, 1000))}, true
}

// trueTime is the UTC of a TT in seconds since 1998.
func trueTime(tt float64) (chandra.ERT, bool) {
	if !possible(tt) {
		return chandra.ERT{}, false
	}
	utc := chandra.FromSeconds(tt)
	midnight := utc.Truncate(24 * time.Hour)
	return ertOf(float64(midnight.Unix()/(24*60*60)+unixDay), utc.Sub(midnight).Seconds())
}

// legacyCandidates are the instants that a legacy time may stand for, in
// seconds of true days since 1998, UTC: the time on the day that the division
// gives, and for the first half hour also the last half hour before.
func legacyCandidates(t float64) []float64 {
	if !possible(t) {
		return []float64{math.NaN()}
	}
	day := math.Floor(t / legacyDay)
	seconds := t - day*legacyDay
	late := day*fullDay + seconds
	if seconds < ambiguous {
		return []float64{late, late - lost}
	}
	return []float64{late}
}

// legacyTimes resolves the times of a table. Rows follow each other closely, so
// of the ways to read the first row, that one is right from which the rest goes
// on with the smaller steps. unsure is true when both are as good; then it was
// after midnight.
func legacyTimes(times []float64) (utc []float64, unsure bool) {
	if len(times) == 0 {
		return nil, false
	}
	best := math.Inf(1)
	for _, start := range legacyCandidates(times[0]) {
		way, steps := make([]float64, len(times)), 0.0
		at := start
		for i, t := range times {
			way[i] = nearest(legacyCandidates(t), at)
			if i == 0 {
				way[i] = start
			}
			// A time that bit errors changed is no neighbour.
			if step := math.Abs(way[i] - at); step < fullDay {
				steps += step
				at = way[i]
			}
		}
		switch {
		case utc == nil || steps < best-1: // s
			utc, best, unsure = way, steps, false
		case steps <= best+1:
			unsure = true
		}
	}
	return utc, unsure
}

func nearest(candidates []float64, to float64) float64 {
	best := candidates[0]
	for _, c := range candidates[1:] {
		if math.Abs(c-to) < math.Abs(best-to) {
			best = c
		}
	}
	return best
}
