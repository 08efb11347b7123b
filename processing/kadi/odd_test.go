package kadi

import (
	"strings"
	"testing"
	"time"

	"darksite/processing/era"
)

// Since 2020 replicas days apart are one calibration, so two calibrations that
// follow each other soon look like one: it is said.
func TestMoreReplicasThanACalibrationHasAreNamed(t *testing.T) {
	six := flight(t)
	var more []Replica
	after := six[5].StartTime.Add(24 * time.Hour).Sub(six[0].StartTime)
	for _, r := range six {
		more = append(more, replica(r.StartTime.Add(after), r.DurS))
	}
	for _, c := range []struct {
		replicas []Replica
		want     bool
	}{{six, false}, {append(flight(t), more...), true}} {
		got := Judge("2020169", c.replicas, reached(t, "2020:300"), time.Time{}, era.Default())
		if said := strings.Contains(strings.Join(got.Warnings, "; "), "12 replicas follow each other within 10 days each, and 5 make a calibration complete: they may be of more than one"); said != c.want {
			t.Errorf("%d replicas: %q", len(got.Replicas), got.Warnings)
		}
	}
}

// Of two attempts on one day neither has an id of its own.
func TestTwoAttemptsOnOneDayAreToldApart(t *testing.T) {
	first := classicFive(t, "2015:355:01:00:00.000")[:2]
	second := classicFive(t, "2015:355:12:00:00.000")
	got := Judge("2015355", append(first, second...), reached(t, "2015:360"), time.Time{}, era.Default())
	said := strings.Join(got.Warnings, "; ")
	if got.State != Complete || strings.Contains(said, "another attempt, 2015355") || !strings.Contains(said, "belong to another attempt on the same day; 2015355 means the one that is complete") {
		t.Errorf("%s, %q", got.State, got.Warnings)
	}
}

// A replica that lasts no time is none.
func TestAReplicaOfNoLengthDoesNotCount(t *testing.T) {
	for id, five := range map[string][]Replica{"2015355": classicFive(t, start2015), "2020169": flight(t)[:5]} {
		five[2] = replica(five[2].StartTime, 0)
		eras := era.Default()
		got := Judge(group(five, eras)[0].id, five, reached(t, "2021:001"), time.Time{}, eras)
		if got.State != Lost || !strings.Contains(strings.Join(got.Warnings, "; "), "lasted 0.0 s") || !strings.Contains(got.Sentence(), "kadi has 4 of 5 replicas") {
			t.Errorf("%s: %s, %q, %s", id, got.State, got.Warnings, got.Sentence())
		}
	}
}
