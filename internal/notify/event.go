package notify

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"darksite/internal/procedure"
	"darksite/processing/chandra"
	"darksite/processing/quality"
	"darksite/processing/vocabulary"
)

// Kind is what an event is about.
type Kind string

const (
	Bad    Kind = "bad"    // a calibration is judged bad, and nobody has signed that
	Late   Kind = "late"   // the next calibration, or a part of one, has not come in time
	Waits  Kind = "waits"  // a run cannot go on before a person decides
	Failed Kind = "failed" // a step of a run failed
)

// Situation is how everything stands.
type Situation struct {
	Calibrations []Calibration
	// Latest is the last calibration that is known, "" for none, and Due the day by
	// which the next is expected.
	Latest chandra.ID
	Due    time.Time
	Now    time.Time
}

// Calibration is how one of them stands.
type Calibration struct {
	ID      chandra.ID
	Verdict *quality.Verdict // nil before there is one
	SignOff *quality.SignOff // nil where nobody signed
	// Stop is the entry of the step at which its last run stopped, nil where nothing
	// is left to do.
	Stop *procedure.Entry
	Lost bool // replicas are, and nobody has said to go on without them
	// Final is until when replicas that are missing may be found.
	Final time.Time
	Page  string // its address, "" if not known
	// Simulated tells that its map rests on telemetry that never was.
	Simulated bool
}

// Event is what people are told of, once.
type Event struct {
	Kind Kind
	ID   chandra.ID // of the last calibration, where the next is late
	Step procedure.Name
	// Reason makes it another event when it changes. It is "" where there can be but
	// one.
	Reason string
	Why    []string // sentences for people
	Do     string   // what to do
	Page   string
}

// Events are all that people should know of, by calibration.
func Events(s Situation) (all []Event) {
	for _, c := range s.Calibrations {
		bad, is := c.bad()
		if is {
			if c.Simulated {
				bad.Why = append(bad.Why, vocabulary.Simulated)
			}
			all = append(all, bad)
		}
		// What a bad map is refused for is that it is bad.
		if stop, ok := c.stopped(s.Now); ok && !(is && stop.Step == procedure.Archive) {
			all = append(all, stop)
		}
	}
	if day := s.Now.UTC().Format(time.DateOnly); s.Latest != "" && day > s.Due.Format(time.DateOnly) {
		all = append(all, Event{Kind: Late, ID: s.Latest,
			Why: []string{fmt.Sprintf("The next calibration was expected by %s, and none is known since that of %s (%s).", longDay(s.Due), longDay(s.Latest.Date()), s.Latest)},
			Do:  "ask when it is planned, and check that kadi's event database is kept up to date. cadence_days below [pages] in site.toml says how often calibrations are expected."})
	}
	return all
}

// bad is the event of a bad verdict that nobody has signed knowing that it is bad.
func (c Calibration) bad() (Event, bool) {
	if c.Verdict == nil || c.Verdict.State != quality.Bad || c.SignOff != nil && c.SignOff.Verdict == quality.Bad {
		return Event{}, false
	}
	e := Event{Kind: Bad, ID: c.ID, Page: c.Page,
		Do: strings.Join(append(c.Verdict.Actions(), fmt.Sprintf("`darksite sign %s` records what a person decides.", c.ID)), " ")}
	var names []string
	for _, clause := range c.Verdict.Clauses {
		if clause.Counts == quality.Bad {
			names = append(names, clause.Name)
			e.Why = append(e.Why, clause.Sentence)
		}
	}
	slices.Sort(names)
	e.Reason = strings.Join(names, ", ")
	return e, true
}

// number is what differs between two failures of one cause: a port, a duration.
var number = regexp.MustCompile(`\d+`)

// exitQuality is the exit code of what a person has to decide.
const exitQuality = 4

// stopped is the event of a run that did not come to its end, unless there is
// nothing to do but wait.
func (c Calibration) stopped(now time.Time) (Event, bool) {
	if c.Stop == nil {
		return Event{}, false
	}
	e := Event{ID: c.ID, Step: c.Stop.Step, Page: c.Page, Why: strings.Split(sentence(c.Stop.Detail), "\n"), Do: c.Stop.Hint}
	switch {
	case c.Stop.Result == procedure.ResultWait && c.Lost, c.Stop.Result == procedure.ResultFailed && c.Stop.Exit == exitQuality:
		e.Kind, e.Reason = Waits, c.Stop.Detail
	case c.Stop.Result == procedure.ResultWait && now.After(c.Final):
		e.Kind = Late
	case c.Stop.Result == procedure.ResultFailed:
		e.Kind, e.Reason = Failed, number.ReplaceAllString(c.Stop.Detail, "#")
	default:
		return Event{}, false
	}
	return e, true
}

func longDay(t time.Time) string { return t.Format("2006 January 2") }

// sentence ends with a full stop.
func sentence(s string) string { return strings.TrimRight(s, ". ") + "." }

// JournalStep is the step of entries about mail in the journal.
const JournalStep procedure.Name = "notify"

// over is the result of an entry that an event came to an end: the same again is
// another.
const over = "over"

// topic is what of an event stays when its reason changes.
func (e Event) topic() string {
	if e.Step != "" {
		return fmt.Sprintf("%s at %s", e.Kind, e.Step)
	}
	return string(e.Kind)
}

// Told is the entry of the journal that people were told of an event.
func (e Event) Told() procedure.Entry {
	detail := e.topic()
	if e.Reason != "" {
		detail += ": " + e.Reason
	}
	return procedure.Entry{ID: e.ID, Step: JournalStep, Result: procedure.ResultDone, Detail: detail}
}

// News are the events that people have not been told of, and entries about those of
// before that came to an end.
func News(now []Event, journal []procedure.Entry) (fresh []Event, ended []procedure.Entry) {
	type subject struct {
		id    chandra.ID
		topic string
	}
	told, order := map[subject][]string{}, []subject(nil)
	for _, e := range journal {
		if e.Step != JournalStep {
			continue
		}
		topic, reason, _ := strings.Cut(e.Detail, ": ")
		at := subject{e.ID, topic}
		switch e.Result {
		case over:
			delete(told, at)
		case procedure.ResultDone:
			told[at] = append(told[at], reason)
			order = append(order, at)
		}
	}
	holds := map[subject]bool{}
	for _, e := range now {
		at := subject{e.ID, e.topic()}
		holds[at] = true
		if !slices.Contains(told[at], e.Reason) {
			fresh = append(fresh, e)
		}
	}
	for _, at := range order {
		if told[at] != nil && !holds[at] {
			ended = append(ended, procedure.Entry{ID: at.id, Step: JournalStep, Result: over, Detail: at.topic})
			delete(told, at)
		}
	}
	return fresh, ended
}
