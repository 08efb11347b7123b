package view

import (
	"fmt"
	"slices"
	"strings"

	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/history"
	"darksite/processing/quality"
	"darksite/processing/quantity"
	"darksite/processing/warm"
)

// Card is what all pages say of a calibration, in texts that are ready to be shown.
type Card struct {
	ID      chandra.ID
	Address string // directory under dark_cal/
	Day     string // "2015 December 21"
	Short   string // "2015 Dec 21"
	Date    string // "2015:355"

	// Simulated tells that the telemetry was simulated: no flight data.
	Simulated bool

	CCDTempText   string // "−13.6 °C"
	CCDTempSource string

	Pixels int // with a value
	// Partial says that the numbers count a part of the CCD, "" when they count
	// all of it.
	Partial string
	State   State

	row history.Row
}

// State is the verdict on a calibration, or only how much of it was received
// when it was not judged.
type State struct {
	// Class is "good", "remarked", "degraded" or "bad", for the style.
	Class string
	// Word is the verdict, with what a person decided where others go by that.
	Word     string
	Sign     string
	Sentence string
	// Causes are what the state comes of, worst first, and Actions what to do.
	Causes  []Cause
	Actions []string
	// SignOff is a sentence, "" when nobody signed.
	SignOff string
	// Disputed tells that the sign-off goes against the verdict as it is now.
	Disputed bool
}

// Cause is one thing that a state comes of.
type Cause struct {
	Class string
	Sign  string
	Text  string
	Place *Place // that shows it on the page of the calibration, nil for none
}

// Place is a part of the page of a calibration.
type Place struct{ ID, Name string }

// Temperature is that of the CCD, which says when it was only predicted.
func (k *Card) Temperature() string {
	if strings.HasPrefix(k.CCDTempSource, "predicted") {
		return k.CCDTempText + " (predicted, not measured)"
	}
	return k.CCDTempText
}

func cardOf(from *Calibration, r history.Row) Card {
	c := from.Artifact
	day := c.ID.Date()
	k := Card{
		ID: c.ID, Address: from.Address,
		Day: day.Format("2006 January 2"), Short: day.Format("2006 Jan 2"), Date: c.ID.Colon(),
		Simulated: c.Simulated, CCDTempText: "unknown", CCDTempSource: tempSource(c.Facts.CCDTempSource),
		Pixels: c.Statistics.Pixels(), State: StateOf(from), row: r,
	}
	if c.Facts.CCDTemp != nil {
		k.CCDTempText = fixed(c.Facts.CCDTemp, 1) + "\u00a0°C"
	}
	if whole := c.Geometry.Pixels(); k.Pixels < whole {
		k.Partial = fmt.Sprintf("These numbers cover the %s of %s pixels that have a value, %s of the CCD.",
			count(k.Pixels), count(whole), share(int64(k.Pixels), int64(whole)))
	}
	return k
}

// Number is one of the calibration, by its key, as the index has it.
func (k *Card) Number(key string) (string, error) {
	if q := quantity.Of(quantity.Key(key)); q != nil {
		return numberText(k.row, q), nil
	}
	return "", fmt.Errorf("there is no number %q", key)
}

// Warm is the share of the pixels that are above [warm.Threshold].
func (k *Card) Warm() string { return k.Share(warm.Threshold) }

// Share is that of the pixels above a threshold, e-/s.
func (k *Card) Share(threshold int) string {
	if n, ok := k.row.Over(threshold); ok {
		return share(int64(n), int64(k.Pixels))
	}
	return "unknown"
}

// severity orders states, the worst highest; those that need no action are equal.
func (s State) severity() int {
	return slices.Index([]string{"degraded", "bad"}, s.Class)
}

// StateOf is the state of a calibration.
func StateOf(from *Calibration) State {
	c := from.Artifact
	s := State{Class: "good", Word: "Complete", Sign: "✓", Sentence: receivedText(c)}
	if v := from.Verdict; v != nil {
		s.judge(v, from.SignOff, from.Unread)
		return s
	}
	if c.Map.Degraded {
		s.Class, s.Word, s.Sign = "degraded", "Degraded", "▲"
		for _, r := range c.Map.Reasons {
			s.Causes = append(s.Causes, Cause{Class: s.Class, Sign: s.Sign, Text: strings.TrimSuffix(Plain(r), ".")})
		}
		if len(s.Causes) > 0 {
			s.Sentence = s.Causes[0].Text + "."
		}
	}
	return s
}

// signs stand beside words, for those who do not see colours.
var signs = map[quality.State]string{quality.Good: "✓", quality.Pass: "✓", quality.Remarked: "✓*", quality.Degraded: "▲", quality.Bad: "✕"}

// places are the parts of a calibration's page that show what causes are about.
var places = map[quality.Place]*Place{
	quality.Telemetry:   {"telemetry", "telemetry"},
	quality.Readouts:    {"quality", "quality"},
	quality.Temperature: {"temperature", "temperature"},
	quality.Background:  {"background", "background"},
	quality.Sources:     {"method", "facts"},
	quality.Map:         {"map", "map"},
	quality.Pixels:      {"pixels", "pixels"},
	quality.Comparison:  {"before", "change"},
	quality.History:     {"levels", "levels"},
}

// judge shows a verdict, and beside it what a person said.
func (s *State) judge(v *quality.Verdict, o *quality.SignOff, unread string) {
	s.Class, s.Word, s.Sign = string(v.State), capital(v.State.Word()), signs[v.State]
	for _, c := range v.Causes {
		s.Causes = append(s.Causes, Cause{string(c.State), signs[c.State], clauseText(c.Text), places[c.Place]})
	}
	if len(s.Causes) > 0 {
		s.Sentence = s.Causes[0].Text + "."
	}
	if n, of := v.Unknown(); n > 0 {
		s.Sentence = fmt.Sprintf("%s; %d of %d not known.", strings.TrimSuffix(s.Sentence, "."), n, of)
	}
	for _, do := range v.Actions() {
		s.Actions = append(s.Actions, clauseText(do))
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
	return replicas + fmt.Sprintf("telemetry %s.", percent(received(c), int64(max(c.Map.Planned, c.Map.Replicas)*c.ReplicaRows())))
}

// received counts the rows that came of all that a calibration sends.
func received(c *artifact.Calibration) int64 {
	n := int64(0)
	for _, r := range c.Replicas {
		n += int64(r.RowsReceived)
	}
	return n
}
