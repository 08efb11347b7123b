package quality

import (
	"darksite/internal/ground/phrase"
	"darksite/processing/timeline"
)

// timesFit is a clause that no rules can change: a calibration whose sources give
// times that cannot be true together is not good, and one with telemetry of
// another time is bad.
func timesFit(s Subject) (Clause, string) {
	t := s.Calibration.Timeline()
	c := Clause{Name: "times", Title: "Times fit together", State: Pass, Counts: Pass, Source: "times"}
	if len(t.Claims) == 0 {
		c.State, c.Sentence = Unknown, "No source gives the time of a replica."
		return c, ""
	}
	found := t.Check()
	c.Measured = &Quantity{float64(len(found)), "contradictions"}
	if len(found) == 0 {
		c.Sentence = "What telemetry, names of files and tables say of times can be true together."
		return c, ""
	}
	c.State = Degraded
	does := "The map may be right; its times, its attitude and what was looked up by them may not be."
	var sentences []string
	for _, one := range found {
		sentences = append(sentences, one.Sentence)
		if one.Weight == timeline.Foreign {
			c.State = Bad
			does = "The map rests on telemetry of another time."
		}
	}
	c.Counts = c.State
	says := phrase.Plural(len(found), "time", "times") + " cannot be true: " + phrase.List(sentences, 3)
	c.Sentence = join(says+".", does, "No rules can make such a calibration good.")
	return c, says
}
