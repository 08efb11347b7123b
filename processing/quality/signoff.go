package quality

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"darksite/internal/ground/phrase"
	"darksite/internal/ground/settings"
	"darksite/processing/chandra"
)

// Decision is what a person says of a calibration.
type Decision string

const (
	Accept Decision = "accept"
	Reject Decision = "reject"
	Note   Decision = "note" // neither, a remark
)

// SignOff is what a person decided and why, content/signoff/<id>.toml. It
// stands beside the verdict and never instead of it.
type SignOff struct {
	By       string   `json:"by"`
	Date     string   `json:"date"` // YYYY-MM-DD
	Decision Decision `json:"decision"`
	Reason   string   `json:"reason"`
	// Verdict and Rules are what the person saw: the state, and the date of the
	// rules.
	Verdict State  `json:"verdict"`
	Rules   string `json:"rules"` // YYYY-MM-DD
}

// ParseSignOff reads a sign-off:
//
//	by = "N. N."
//	date = 2026-11-22
//	decision = "accept" # or "reject", "note"
//	reason = "One sentence or more."
//	verdict = "degraded" # what it was
//	rules = 2026-11-22 # the date of the rules it was made with
//
// All keys are necessary. The name is for errors.
func ParseSignOff(content []byte, name string) (SignOff, error) {
	var o SignOff
	s, err := settings.Parse(content, name)
	if err != nil {
		return o, err
	}
	o.By, _ = s.Text("by", 120)
	o.Date = s.Day("date")
	o.Reason, _ = s.Text("reason", mostText)
	o.Rules = s.Day("rules")
	decision, _ := s.Text("decision", 20)
	verdict, _ := s.Text("verdict", 20)
	s.Rest()
	for _, key := range s.Asked() {
		if _, there := s.Keys[key]; !there {
			s.Problemf(len(s.Lines), "no %s: a sign-off has %s", key, strings.Join(s.Asked(), ", "))
		}
	}
	if err := s.Err(); err != nil {
		return SignOff{}, err
	}
	o.Decision, o.Verdict = Decision(decision), State(verdict)
	if !slices.Contains([]Decision{Accept, Reject, Note}, o.Decision) {
		s.Problemf(s.Line("decision"), "decision = %s: want \"accept\", \"reject\" or \"note\"", phrase.Quoted(decision))
	}
	if !slices.Contains(Verdicts, o.Verdict) {
		s.Problemf(s.Line("verdict"), "verdict = %s: want the state that was seen: \"good\", \"remarked\", \"degraded\" or \"bad\"", phrase.Quoted(verdict))
	}
	if err := s.Err(); err != nil {
		return SignOff{}, err
	}
	return o, nil
}

// Encode writes the file that [ParseSignOff] reads.
func (o SignOff) Encode() []byte {
	return fmt.Appendf(nil, "by = %s\ndate = %s\ndecision = %s\nreason = %s\nverdict = \"%s\"\nrules = %s\n",
		settings.Quote(o.By), o.Date, settings.Quote(string(o.Decision)), settings.Quote(o.Reason), o.Verdict, o.Rules)
}

// Beside says in a sentence what was decided and whether it goes with the
// verdict as it is now. Agrees is true when the decision does, and was made of
// the same state: accept of all but bad, reject of bad, a note of any.
func (o SignOff) Beside(v Verdict) (sentence string, agrees bool) {
	done := map[Decision]string{Accept: "Accepted", Reject: "Rejected", Note: "Noted"}[o.Decision]
	when := fmt.Sprintf("%s by %s on %s, when the verdict was %s", done, o.By, o.Date, o.Verdict.Word())
	if o.Rules != v.Rules.Date {
		when += " under the rules of " + o.Rules
	}
	same := o.Verdict == v.State
	fits := o.Decision == Note || (o.Decision == Accept) == (v.State != Bad)
	switch {
	case same && fits:
		return when + "; it is the same now.", true
	case same:
		return fmt.Sprintf("%s; it is the same now, and the decision goes against it.", when), false
	case fits && o.Decision != Note:
		return fmt.Sprintf("%s; it is %s now, look again.", when, v.State.Word()), false
	case fits:
		return fmt.Sprintf("%s; it is %s now.", when, v.State.Word()), false
	}
	return fmt.Sprintf("%s; it is %s now, and the decision goes against it: look again.", when, v.State.Word()), false
}

// Follows tells of a sign-off that was made before its calibration. Whether its day
// has come yet is not known here: what is read has no clock.
func (o SignOff) Follows(id chandra.ID) error {
	if day := id.Date().Format(time.DateOnly); o.Date < day {
		return fmt.Errorf("date = %s: the calibration is of %s, and nobody signs it before: want that day or a later one", o.Date, day)
	}
	return nil
}
