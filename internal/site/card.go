package site

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

// card is what other pages say of a calibration, and the front matter of its
// own page: texts ready to show, and the plain numbers behind them.
type card struct {
	ID      chandra.ID `json:"id"`
	Address string     `json:"address"` // directory under dark_cal/
	Day     string     `json:"day"`     // "2015 December 21"
	Short   string     `json:"short"`   // "2015 Dec 21"
	Date    string     `json:"doy"`     // "2015:355"

	CCDTemp       *float64 `json:"ccd_temp_c"`
	CCDTempNumber string   `json:"ccd_temp_number"` // "−13.6"
	CCDTempText   string   `json:"ccd_temp_text"`   // "−13.6 °C"
	CCDTempSource string   `json:"ccd_temp_source"`

	Pixels int `json:"pixels"`
	// Numbers are all that follow from the map.
	Numbers  map[quantity.Key]shownNumber `json:"numbers"`
	WarmText string                       `json:"warm_text"` // share of pixels above [warm.Threshold]
	Above    []above                      `json:"above"`

	// Partial says that the numbers count a part of the CCD, "" when they count
	// all of it.
	Partial string `json:"partial"`
	State   state  `json:"state"`
}

// shownNumber is a number with its text, "none" where the definition finds none.
type shownNumber struct {
	Value *float64 `json:"value"`
	Text  string   `json:"text"`
}

// above is the number of pixels strictly above a threshold.
type above struct {
	Threshold int    `json:"threshold"` // e-/s
	Name      string `json:"name"`      // "N > 1,000"
	Count     int    `json:"count"`
	Text      string `json:"text"`
	Share     string `json:"share"` // of the pixels with a value
}

// state is the verdict on a calibration, or only how much of it was received
// when it was not judged.
type state struct {
	// Class is "good", "degraded" or "bad", for the style.
	Class string `json:"class"`
	// Word is the verdict, with what a person decided where others go by that.
	Word     string   `json:"word"`
	Sign     string   `json:"sign"`
	Sentence string   `json:"sentence"`
	Reasons  []string `json:"reasons"`
	// SignOff is a sentence, "" when nobody signed.
	SignOff string `json:"sign_off"`
	// Disputed tells that the sign-off goes against the verdict as it is now.
	Disputed bool `json:"disputed"`
}

// temperature is that of the CCD, which says when it was only predicted.
func (k *card) temperature() string {
	if strings.HasPrefix(k.CCDTempSource, "predicted") {
		return k.CCDTempText + " (predicted, not measured)"
	}
	return k.CCDTempText
}

func cardOf(from Calibration, address string) card {
	c := from.Artifact
	day := c.ID.Date()
	k := card{
		ID: c.ID, Address: address,
		Day: day.Format("2006 January 2"), Short: day.Format("2006 Jan 2"), Date: c.ID.Colon(),
		CCDTemp: c.Facts.CCDTemp, CCDTempNumber: fixed(c.Facts.CCDTemp, 1), CCDTempText: "unknown", CCDTempSource: tempSource(c.Facts.CCDTempSource),
		Pixels: c.Statistics.Pixels(), Numbers: map[quantity.Key]shownNumber{}, WarmText: "unknown",
		State: stateOf(from),
	}
	if c.Facts.CCDTemp != nil {
		k.CCDTempText = k.CCDTempNumber + "\u00a0°C"
	}
	if whole := chandra.CCDSize * chandra.CCDSize; k.Pixels < whole {
		k.Partial = fmt.Sprintf("These numbers count the %s of %s pixels that have a value, %s of the CCD.",
			count(k.Pixels), count(whole), share(int64(k.Pixels), int64(whole)))
	}
	for _, q := range quantity.Measured() {
		k.Numbers[q.Key] = shownNumber{c.Statistics.Value(q.Key), numberText(history.Row{Numbers: c.Statistics.Numbers}, q)}
	}
	for _, t := range stats.Thresholds {
		a := above{Threshold: t, Name: "N > " + count(t), Text: "unknown", Share: "unknown"}
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

func stateOf(from Calibration) state {
	c := from.Artifact
	s := state{Class: "good", Word: "Complete", Sign: "✓", Reasons: []string{}, Sentence: receivedText(c)}
	if v := from.Verdict; v != nil {
		s.judge(v, from.SignOff, from.Unread)
		return s
	}
	if c.Map.Degraded {
		s.Class, s.Word, s.Sign = "degraded", "Degraded", "▲"
		for _, r := range c.Map.Reasons {
			s.Reasons = append(s.Reasons, sentence(plain(r)))
		}
	}
	return s
}

// judge shows a verdict, and beside it what a person said.
func (s *state) judge(v *quality.Verdict, o *quality.SignOff, unread string) {
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
		s.SignOff, s.Disputed = plain(said)+" "+plain(o.Reason), !agrees
		switch usable := quality.StandingOf(*v, o).Usable; {
		case !usable && o.Decision == quality.Reject:
			s.Word += ", rejected"
		case usable && v.State == quality.Bad:
			s.Word += ", accepted"
		}
	} else if unread != "" {
		s.SignOff, s.Disputed = plain(unread), true
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
