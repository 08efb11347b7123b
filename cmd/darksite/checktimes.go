package main

import (
	"fmt"
	"slices"

	"darksite/processing/artifact"
	"darksite/processing/kadi"
	"darksite/processing/timeline"
)

// claimsOf are the times that kadi has of the replicas.
func claimsOf(k *kadi.Calibration) (claims []timeline.Claim) {
	for i, r := range k.Replicas {
		claims = append(claims, timeline.Claim{Source: timeline.Kadi, Event: timeline.Exposed, Replica: k.Numbers[i], Start: r.Start, Stop: r.Stop})
	}
	return claims
}

// askTimes compares the times of all sources, kadi included. A contradiction means
// not ready; a slip of hours is a note.
func (d *checked) askTimes(cal *artifact.Calibration) {
	t := cal.Timeline()
	t.Claims = append(t.Claims, d.taken...)
	first := 0 // contradictions come before missing or damaged files
	for _, one := range t.Check() {
		d.Contradictions = append(d.Contradictions, one.Sentence)
		if one.Weight == timeline.Slip {
			d.Notes = append(d.Notes, "contradiction: "+one.Sentence)
			continue
		}
		d.State, d.Why = contradictory, slices.Insert(d.Why, first, one.Sentence)
		first++
	}
}

// contradictoryHint says how to continue.
func (d *checked) contradictoryHint() string {
	return fmt.Sprintf("correct the wrong source and check again; `darksite process %s` makes a map anyway, which is never good", d.ID)
}
