package quality

import (
	"math/rand/v2"
	"os"
	"testing"

	"darksite/internal/shared"
	"darksite/processing/chandra"
)

// nightly makes the long runs long.
var nightly = os.Getenv("DARKSITE_NIGHTLY") != ""

// raced is true under the race detector.
var raced bool

// tries of every fault.
var tries = map[bool]int{false: 1, true: 20}[nightly]

// history is how the CCD aged: days and temperatures as in flight until 2015,
// then what is known of later years.
var history = []struct {
	id   chandra.ID
	temp float64
}{
	{"2000326", -10.37}, {"2001060", -10.37}, {"2003116", -10.05}, {"2003195", -14.87}, {"2006329", -15.05}, {"2007006", -19.85}, {"2007069", -19.12},
	{"2012198", -18.98}, {"2012287", -16.83}, {"2015014", -14.91}, {"2015090", -13.72}, {"2015355", -13.6}, {"2016125", -13.5},
	{"2019155", -11.09}, {"2022069", -6.5}, {"2022104", -6.2}, {"2024100", -3}, {"2024133", -3}, {"2026001", 0}, {"2026100", 1},
}

// Whole calibrations are good, over the years, at all temperatures, with and
// without an earlier one: at most one false alarm in a thousand.
func TestNoFalseAlarms(t *testing.T) {
	shared.Slow(t)
	ccdsOf, noises := 1, 5
	if nightly {
		ccdsOf, noises = 5, 10
	}
	least := 100
	if raced {
		noises, least = 1, 5
	}
	judged, alarms := 0, 0
	for seed := range uint64(ccdsOf) {
		clear(ccds.maps)
		before := make([]*observed, noises)
		for i, e := range history {
			if raced && i%4 != 0 {
				continue
			}
			for k := range noises {
				s := newSky(t, 100+seed, e.id, e.temp)
				s.noise += uint64(k) << 40
				rng := rand.New(rand.NewPCG(s.noise, 5))
				for range 5 {
					s.temps = append(s.temps, e.temp+0.05*rng.NormFloat64())
				}
				now := s.observe(t)
				v := Judge(subject(t, now, before[k]), DefaultRules())
				if v.State != Good {
					alarms++
					t.Logf("CCD %d, noise %d, %s: %s", seed, k, e.id, v.Reason)
				}
				judged++
				before[k] = &now
			}
		}
	}
	if judged < least || alarms*1000 > judged {
		t.Errorf("%d false alarms in %d calibrations, want at most 1 in 1,000", alarms, judged)
	}
}
