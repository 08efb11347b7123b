package notify

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"darksite/internal/procedure"
	"darksite/processing/chandra"
	"darksite/processing/quality"
)

var now = time.Date(2016, 5, 10, 12, 0, 0, 0, time.UTC)

func badMap(clauses ...string) *quality.Verdict {
	v := &quality.Verdict{ID: "2016125", State: quality.Bad, Clauses: []quality.Clause{{Name: "noise", Counts: quality.Degraded, Sentence: "Noisy."}}}
	for _, name := range clauses {
		v.Clauses = append(v.Clauses, quality.Clause{Name: name, Counts: quality.Bad, Sentence: "The " + name + " is out of its limit."})
	}
	return v
}

func stop(step procedure.Name, result string, exit int, detail string) *procedure.Entry {
	return &procedure.Entry{ID: "2016125", Step: step, Result: result, Exit: exit, Detail: detail, Hint: "do this"}
}

func TestEvents(t *testing.T) {
	later, earlier := now.AddDate(0, 0, 1), now.AddDate(0, 0, -1)
	for name, c := range map[string]struct {
		calibration Calibration
		want        string // kinds, steps and reasons
	}{
		"all is well":        {Calibration{Verdict: &quality.Verdict{State: quality.Good}}, ""},
		"degraded":           {Calibration{Verdict: &quality.Verdict{State: quality.Degraded}}, ""},
		"bad":                {Calibration{Verdict: badMap("zodiacal-light", "levels")}, "bad::levels, zodiacal-light"},
		"bad, and signed":    {Calibration{Verdict: badMap("levels"), SignOff: &quality.SignOff{Decision: quality.Note, Verdict: quality.Bad}}, ""},
		"bad since then":     {Calibration{Verdict: badMap("levels"), SignOff: &quality.SignOff{Decision: quality.Accept, Verdict: quality.Good}}, "bad::levels"},
		"refused as bad":     {Calibration{Verdict: badMap("levels"), Stop: stop(procedure.Archive, "failed", 4, "it is bad")}, "bad::levels"},
		"refused otherwise":  {Calibration{Stop: stop(procedure.Archive, "failed", 4, "it has no CCD temperature")}, "waits:archive:it has no CCD temperature"},
		"contradictory":      {Calibration{Stop: stop(procedure.Check, "failed", 4, "replica 4 is of 2016:100")}, "waits:check:replica 4 is of 2016:100"},
		"to come":            {Calibration{Final: later, Stop: stop(procedure.Replicas, "wait", 3, "3 of 5")}, ""},
		"not coming":         {Calibration{Final: earlier, Stop: stop(procedure.Fetch, "wait", 3, "3 of 5")}, "late:fetch:"},
		"lost":               {Calibration{Final: earlier, Lost: true, Stop: stop(procedure.Fetch, "wait", 3, "replica 4 is missing")}, "waits:fetch:replica 4 is missing"},
		"no network":         {Calibration{Stop: stop(procedure.Publish, "failed", 1, "read tcp 10.0.0.1:40904: reset")}, "failed:publish:read tcp #.#.#.#:#: reset"},
		"stopped by a user":  {Calibration{Stop: stop(procedure.Build, "stopped", 130, "interrupted")}, ""},
		"done, and not over": {Calibration{Stop: stop(procedure.Fetch, "done", 0, "")}, ""},
	} {
		c.calibration.ID = "2016125"
		var got []string
		for _, e := range Events(Situation{Calibrations: []Calibration{c.calibration}, Now: now}) {
			got = append(got, fmt.Sprintf("%s:%s:%s", e.Kind, e.Step, e.Reason))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	due := time.Date(2016, 5, 10, 0, 0, 0, 0, time.UTC)
	if e := Events(Situation{Latest: "2016032", Due: due, Now: now}); e != nil {
		t.Errorf("late on the day itself: %+v", e)
	}
	if e := Events(Situation{Latest: "2016032", Due: due, Now: now.AddDate(0, 0, 1)}); len(e) != 1 || e[0].Kind != Late || e[0].ID != "2016032" {
		t.Errorf("a day after it: %+v", e)
	}
	if e := Events(Situation{Now: now}); e != nil {
		t.Errorf("nothing is known: %+v", e)
	}
}

// An event is told of once, again when its reason changes, and again when it comes
// back.
func TestNews(t *testing.T) {
	var journal []procedure.Entry
	event := func(kind Kind, id chandra.ID, step procedure.Name, reason string) Event {
		return Event{Kind: kind, ID: id, Step: step, Reason: reason}
	}
	bad, worse := event(Bad, "2016125", "", "levels"), event(Bad, "2016125", "", "levels, noise: high")
	cut, down := event(Failed, "2016125", "fetch", "reset"), event(Failed, "2016125", "fetch", "timeout")
	late := event(Late, "2016032", "", "")
	for i, c := range []struct {
		now         []Event
		fresh, over int
	}{
		{nil, 0, 0},
		{[]Event{bad, late}, 2, 0},
		{[]Event{bad, late}, 0, 0},
		{[]Event{worse, late}, 1, 0},
		{[]Event{bad, worse, late}, 0, 0}, // both were told
		{[]Event{late}, 0, 1},
		{[]Event{bad, late, cut}, 2, 0},
		{[]Event{bad, late, down}, 1, 0}, // failures that alternate
		{[]Event{bad, late, cut}, 0, 0},
		{[]Event{bad, event(Late, "2016125", "", "")}, 1, 2},
		{nil, 0, 2},
		{nil, 0, 0},
	} {
		fresh, over := News(c.now, journal)
		if len(fresh) != c.fresh || len(over) != c.over {
			t.Errorf("%d: %+v are new, want %d; %+v are over, want %d", i, fresh, c.fresh, over, c.over)
		}
		journal = append(journal, over...)
		for _, e := range fresh {
			journal = append(journal, e.Told())
		}
		journal = append(journal, procedure.Entry{ID: "2016125", Step: procedure.Fetch, Result: procedure.ResultDone})
	}
}

func TestMessages(t *testing.T) {
	hostile := "The level\r\nBcc: x@example.org \x1b[2J is high."
	for _, e := range []Event{
		{Kind: Bad, ID: "2016125", Why: []string{hostile}, Do: "look", Page: "https://example.org/dark_cal/2016_may/"},
		{Kind: Late, ID: "2016125", Why: []string{"Due."}, Do: "ask."},
		{Kind: Late, ID: "2016125", Step: procedure.Fetch, Why: []string{"3 of 5."}},
		{Kind: Waits, ID: "2016125", Step: procedure.Check, Why: []string{"Two times."}, Do: "correct it"},
		{Kind: Failed, ID: "2016125", Step: procedure.Publish, Why: []string{"No network."}},
	} {
		m := e.Message("Dunkelströme\r\nBcc: y@example.org")
		if strings.ContainsAny(m.Subject+strings.ReplaceAll(m.Text, "\n", ""), "\r\n\x1b") || !strings.HasPrefix(m.Subject, "Dunkelströme") {
			t.Errorf("%s: %q\n%q", e.Kind, m.Subject, m.Text)
		}
		if (e.Page != "") != strings.Contains(m.Text, "\nIts page: "+e.Page+"\n") || (e.Do != "") != strings.Contains(m.Text, "\nWhat to do: "+strings.TrimSuffix(e.Do, ".")+".\n") {
			t.Errorf("%s: %s", e.Kind, m.Text)
		}
		if next := e.Kind == Late && e.Step == ""; next == strings.Contains(m.Text, "darksite status 2016125") {
			t.Errorf("%s: %s", e.Kind, m.Text)
		}
	}
}
