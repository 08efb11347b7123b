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

// askTimes holds the times of all sources, kadi's too, against each other. What
// cannot be true together is not ready; a slip of hours is a note.
func (d *checked) askTimes(cal *artifact.Calibration) {
	t := cal.Timeline()
	t.Claims = append(t.Claims, d.taken...)
	first := 0 // they are said before what is missing or damaged
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

// contradictoryHint says how a person goes on.
func (d *checked) contradictoryHint() string {
	return fmt.Sprintf("correct what is wrong and check again; `darksite process %s` makes a map all the same, which is never good", d.ID)
}
