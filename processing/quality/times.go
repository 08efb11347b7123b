package quality

import (
	"fmt"
	"slices"

	"darksite/internal/ground/phrase"
	"darksite/processing/artifact"
	"darksite/processing/timeline"
)

const timesClause = "times"

// timesFit is a clause that no rules can change: a calibration whose sources give
// times that cannot be true together is not good, and one with telemetry of
// another time is bad.
func timesFit(s Subject) (Clause, finding) {
	t := s.Calibration.Timeline()
	c := Clause{Name: timesClause, Title: "Times are consistent", State: Pass, Counts: Pass, Source: "times"}
	if len(t.Claims) == 0 {
		c.State, c.Sentence = Unknown, "No source gives the time of a replica."
		return c, finding{}
	}
	found := t.Check()
	c.Measured = &Quantity{float64(len(found)), "contradictions"}
	if unheld := withoutReception(s.Calibration); len(found) == 0 && len(unheld) > 0 {
		says := phrase.Plural(len(unheld), "replica has", "replicas have") + " no time of reception (replica " + phrase.List(unheld, 5) + "), so their telemetry may not be of this calibration"
		if len(unheld) == 1 {
			says = "Replica " + unheld[0] + " has no time of reception, so its telemetry may not be of this calibration"
		}
		c.State, c.Counts, c.Measured = Unknown, Degraded, nil
		c.Sentence = says + ". No rules can make such a calibration good."
		c.Do = "Process the calibration from its telemetry files, which have times."
		return c, finding{brief: phrase.Plural(len(unheld), "replica has", "replicas have") + " no time of reception"}
	}
	if len(found) == 0 {
		c.Sentence = "The times of telemetry, file names and tables are consistent."
		return c, finding{}
	}
	c.State = Degraded
	f := finding{brief: phrase.Plural(len(found), "time that cannot be true", "times that cannot be true")}
	c.Do = "Find out which source is wrong, correct it there and process again."
	does := "The map may be right; its times, its attitude and the values looked up by them may not be."
	var sentences []string
	var foreign []int
	for _, one := range found {
		sentences = append(sentences, one.Sentence)
		if one.Weight == timeline.Foreign {
			c.State = Bad
			does = "The map rests on telemetry of another time."
			c.Do = "Move the telemetry of another time away, fetch the right files and process again."
			foreign = append(foreign, one.Replicas...)
		}
	}
	c.Counts = c.State
	slices.Sort(foreign)
	switch foreign = slices.Compact(foreign); {
	case len(foreign) == 1:
		f.brief = fmt.Sprintf("replica %d is telemetry of another time", foreign[0])
	case c.State == Bad:
		f.brief = phrase.Plural(len(foreign), "replica is", "replicas are") + " telemetry of another time"
	}
	says := phrase.Plural(len(found), "time", "times") + " cannot be true: " + phrase.List(sentences, 3)
	c.Sentence = join(says+".", does, "No rules can make such a calibration good.")
	return c, f
}

// withoutReception numbers the replicas of which rows came and none says when.
func withoutReception(c *artifact.Calibration) (numbers []string) {
	if c.Origin == artifact.FromMap || c.Times == nil { // archives of before do not tell
		return nil
	}
	claims := c.Timeline().Claims
	for _, r := range c.Replicas {
		known := slices.ContainsFunc(claims, func(one timeline.Claim) bool { return one.Event == timeline.Received && one.Replica == r.Number })
		if r.RowsReceived > 0 && !known {
			numbers = append(numbers, fmt.Sprint(r.Number))
		}
	}
	return numbers
}
