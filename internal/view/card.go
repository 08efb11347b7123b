package view

import (
	"fmt"
	"strings"

	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/history"
	"darksite/processing/quality"
	"darksite/processing/quantity"
	"darksite/processing/stats"
	"darksite/processing/warm"
)

// Card is what all pages say of a calibration, in texts that are ready to be shown.
type Card struct {
	ID      chandra.ID
	Address string // directory under dark_cal/
	Day     string // "2015 December 21"
	Short   string // "2015 Dec 21"
	Date    string // "2015:355"

	CCDTempText   string // "−13.6 °C"
	CCDTempSource string

	Pixels int
	// Numbers are all that follow from the map.
	Numbers  map[quantity.Key]Number
	WarmText string // share of pixels above [warm.Threshold]
	Above    []Above

	// Partial says that the numbers count a part of the CCD, "" when they count
	// all of it.
	Partial string
	State   State
}

// Number is a number with its text, "none" where the definition finds none.
type Number struct {
	Value *float64
	Text  string
}

// Above is the number of pixels strictly above a threshold.
type Above struct {
	Threshold int    // e-/s
	Name      string // "N > 1,000"
	Count     int
	Text      string
	Share     string // of the pixels with a value
}

// State is the verdict on a calibration, or only how much of it was received
// when it was not judged.
type State struct {
	// Class is "good", "degraded" or "bad", for the style.
	Class string
	// Word is the verdict, with what a person decided where others go by that.
	Word     string
	Sign     string
	Sentence string
	Reasons  []string
	// SignOff is a sentence, "" when nobody signed.
	SignOff string
	// Disputed tells that the sign-off goes against the verdict as it is now.
	Disputed bool
}

// Temperature is that of the CCD, which says when it was only predicted.
func (k *Card) Temperature() string {
	if strings.HasPrefix(k.CCDTempSource, "predicted") {
		return k.CCDTempText + " (predicted, not measured)"
	}
	return k.CCDTempText
}

func cardOf(from *Calibration) Card {
	c := from.Artifact
	day := c.ID.Date()
	k := Card{
		ID: c.ID, Address: from.Address,
		Day: day.Format("2006 January 2"), Short: day.Format("2006 Jan 2"), Date: c.ID.Colon(),
		CCDTempText: "unknown", CCDTempSource: tempSource(c.Facts.CCDTempSource),
		Pixels: c.Statistics.Pixels(), Numbers: map[quantity.Key]Number{}, WarmText: "unknown",
		State: StateOf(from),
	}
	if c.Facts.CCDTemp != nil {
		k.CCDTempText = fixed(c.Facts.CCDTemp, 1) + "\u00a0°C"
	}
	if whole := chandra.CCDSize * chandra.CCDSize; k.Pixels < whole {
		k.Partial = fmt.Sprintf("These numbers count the %s of %s pixels that have a value, %s of the CCD.",
			count(k.Pixels), count(whole), share(int64(k.Pixels), int64(whole)))
	}
	for _, q := range quantity.Measured() {
		k.Numbers[q.Key] = Number{c.Statistics.Value(q.Key), numberText(history.Row{Numbers: c.Statistics.Numbers}, q)}
	}
	for _, t := range stats.Thresholds {
		a := Above{Threshold: t, Name: "N > " + count(t), Text: "unknown", Share: "unknown"}
		if n, ok := c.Statistics.Over(t); ok {
			a.Count, a.Text, a.Share = n, count(n), share(int64(n), int64(c.Statistics.Pixels()))
		}
		if t == warm.Threshold {
			k.WarmText = a.Share
		}
		k.Above = append(k.Above, a)
	}
	return k
}

// StateOf is the state of a calibration.
func StateOf(from *Calibration) State {
	c := from.Artifact
	s := State{Class: "good", Word: "Complete", Sign: "✓", Reasons: []string{}, Sentence: receivedText(c)}
	if v := from.Verdict; v != nil {
		s.judge(v, from.SignOff, from.Unread)
		return s
	}
	if c.Map.Degraded {
		s.Class, s.Word, s.Sign = "degraded", "Degraded", "▲"
		for _, r := range c.Map.Reasons {
			s.Reasons = append(s.Reasons, sentence(Plain(r)))
		}
	}
	return s
}

// judge shows a verdict, and beside it what a person said.
func (s *State) judge(v *quality.Verdict, o *quality.SignOff, unread string) {
	s.Class = string(v.State)
	switch v.State {
	case quality.Good:
		s.Word = "Good"
	case quality.Degraded:
		s.Word, s.Sign = "Degraded", "▲"
	default:
		s.Word, s.Sign = "Bad", "✕"
	}
	for i, c := range v.Clauses {
		failed := c.Counts == quality.Degraded || c.Counts == quality.Bad
		// The last clause, on the map as a whole, repeats what others say more
		// exactly.
		if failed && (i < len(v.Clauses)-1 || len(s.Reasons) == 0) {
			s.Reasons = append(s.Reasons, clauseText(c.Sentence))
		}
	}
	if o != nil {
		said, agrees := o.Beside(*v)
		s.SignOff, s.Disputed = Plain(said)+" "+Plain(o.Reason), !agrees
		switch usable := quality.StandingOf(*v, o).Usable; {
		case !usable && o.Decision == quality.Reject:
			s.Word += ", rejected"
		case usable && v.State == quality.Bad:
			s.Word += ", accepted"
		}
	} else if unread != "" {
		s.SignOff, s.Disputed = Plain(unread), true
		s.Word += ", sign-off unread"
	}
}

// receivedText says how much of a calibration was received.
func receivedText(c *artifact.Calibration) string {
	if c.Map.Planned == 0 {
		return "The map was made elsewhere; its replicas are not known."
	}
	replicas := c.Map.ReplicasText() + ", "
	if c.Origin == artifact.FromMap {
		return replicas + "the map was made elsewhere."
	}
	return replicas + fmt.Sprintf("telemetry %s.", percent(received(c), int64(max(c.Map.Planned, c.Map.Replicas)*chandra.ReplicaRows)))
}

// received counts the rows that came of all that a calibration sends.
func received(c *artifact.Calibration) int64 {
	n := int64(0)
	for _, r := range c.Replicas {
		n += int64(r.RowsReceived)
	}
	return n
}

// Number is one of a card, by its key.
func (k *Card) Number(key string) (Number, error) {
	if n, ok := k.Numbers[quantity.Key(key)]; ok {
		return n, nil
	}
	return Number{}, fmt.Errorf("there is no number %q", key)
}

// Over counts the pixels above a threshold, e-/s.
func (k *Card) Over(threshold int) (Above, error) {
	for _, a := range k.Above {
		if a.Threshold == threshold {
			return a, nil
		}
	}
	return Above{}, fmt.Errorf("no pixels are counted above %d e-/s", threshold)
}
