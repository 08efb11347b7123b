package timeline

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"darksite/processing/chandra"
	"darksite/processing/era"
)

// clean is a calibration with every source, as the institute has it: the replicas
// at the steps of their era, received after a delay.
type clean struct {
	id       chandra.ID
	start    time.Time
	steps    []time.Duration // from one replica to the next
	lasts    time.Duration
	received time.Duration // after the start of each
}

func classic(id chandra.ID) clean {
	const pitch = 43 * time.Minute
	return clean{id, id.Date().Add(2 * time.Hour), []time.Duration{pitch, pitch, pitch, pitch}, 590 * time.Second, 5 * time.Hour}
}

func modern(id chandra.ID) clean {
	return clean{id, id.Date().Add(3 * time.Hour), []time.Duration{days(2.5), days(2.9), days(2.6), days(2.8), days(5.3)}, 328 * time.Second, 5 * time.Hour}
}

// timeline makes the claims. Files are named after the day of each replica, or
// in the classic era of the first.
func (c clean) timeline() Timeline {
	e := era.Default().Of(c.id)
	t := Timeline{ID: c.id, Replicas: e.Replicas, ApartDays: e.ApartDays}
	start := c.start
	for n := 1; n <= len(c.steps)+1; n++ {
		file := fmt.Sprintf("%s_VC2_Replica%d", strings.ReplaceAll(chandra.IDOf(start).Colon(), ":", "_"), n)
		t.Claims = append(t.Claims,
			Claim{file, Day, n, date(start.Truncate(day)), ""},
			Claim{file, Received, n, date(start.Add(c.received)), date(start.Add(c.received + 612*time.Second))},
			Claim{"replicas.csv", Exposed, n, date(start), date(start.Add(c.lasts))})
		if n <= len(c.steps) {
			start = start.Add(c.steps[n-1])
		}
	}
	t.Claims = append(t.Claims, Claim{"info.csv", Catalogue, 0, date(c.start.Add(-31 * time.Minute)), ""})
	return t
}

// edit changes the claims of an event, of a replica or of all.
func (t *Timeline) edit(e Event, replica int, change func(*Claim)) {
	for i := range t.Claims {
		if c := &t.Claims[i]; c.Event == e && (replica == 0 || c.Replica == replica) {
			change(c)
		}
	}
}

// shift moves a claim in time.
func shift(by time.Duration) func(*Claim) {
	return func(c *Claim) {
		for _, s := range []*string{&c.Start, &c.Stop} {
			if t, err := chandra.ParseDate(*s); err == nil {
				*s = date(t.Add(by))
			}
		}
	}
}

func (t *Timeline) drop(e Event) { t.dropOnly(e, 0) }

func (t *Timeline) dropOnly(e Event, replica int) {
	kept := t.Claims[:0:0]
	for _, c := range t.Claims {
		if c.Event != e || replica != 0 && c.Replica != replica {
			kept = append(kept, c)
		}
	}
	t.Claims = kept
}

func sentences(found []Contradiction) string {
	var b strings.Builder
	for _, c := range found {
		fmt.Fprintf(&b, "\n  %d %s", c.Weight, c.Sentence)
	}
	return b.String()
}

// Times that go with each other are quiet: in every era, with sources that are not
// there, received at once and days later, across midnight, with pauses.
func TestCleanTimesAreQuiet(t *testing.T) {
	rng := rand.New(rand.NewPCG(10, 1))
	for range 3000 {
		year := 1999 + rng.IntN(28)
		id := chandra.IDOf(time.Date(year, 1, 1+rng.IntN(365), 0, 0, 0, 0, time.UTC))
		c := classic(id)
		switch {
		case id >= "2020001":
			c = modern(id)
			for i := range c.steps {
				c.steps[i] = days(0.5 + 7.4*rng.Float64()) // 5.3 is the longest known
			}
		case rng.IntN(4) == 0: // the longest pause that is known
			c.steps[rng.IntN(len(c.steps))] += 2*time.Hour + 30*time.Minute
		}
		c.start = id.Date().Add(time.Duration(rng.Float64() * 0.9999 * float64(day)))
		c.received = time.Duration(rng.Float64() * float64(latest-time.Hour))
		if rng.IntN(3) == 0 {
			c.received = 20 * time.Second // as it happens
		}
		tl := c.timeline()
		if id < "2020001" && rng.IntN(2) == 0 {
			// Only the first day is in the names.
			tl.edit(Day, 0, func(c *Claim) { c.Start = date(id.Date()) })
		}
		for _, e := range []Event{Received, Exposed, Catalogue, Day} {
			if rng.IntN(3) == 0 {
				tl.drop(e)
			}
		}
		if n := rng.IntN(8); n > 1 {
			for _, e := range []Event{Received, Exposed, Day} {
				tl.dropOnly(e, n) // a replica that was lost
			}
		}
		if found := tl.Check(); len(found) > 0 {
			t.Fatalf("%s, begun %s, received %s later:%s", id, date(c.start), c.received, sentences(found))
		}
	}
	if found := (Timeline{ID: "2016125", Replicas: 5, ApartDays: 1}).Check(); len(found) > 0 {
		t.Errorf("of nothing:%s", sentences(found))
	}
}

// Anything that is moved further than the tolerances is found.
func TestMovedTimesAreFound(t *testing.T) {
	rng := rand.New(rand.NewPCG(10, 2))
	away := func(least, most time.Duration) time.Duration {
		d := least + time.Duration(rng.Float64()*float64(most-least))
		if rng.IntN(2) == 0 {
			return -d
		}
		return d
	}
	for name, move := range map[string]func(id chandra.ID, tl *Timeline){
		"the telemetry of one replica": func(id chandra.ID, tl *Timeline) {
			least := longestStep + sequence
			if id >= "2020001" {
				least = days(11) + latest
			}
			tl.edit(Received, 2+rng.IntN(4), shift(away(least, days(9000))))
		},
		"one replica of another calibration, its file renamed": func(id chandra.ID, tl *Timeline) {
			n := 1 + rng.IntN(5)
			least := days(1)
			if id >= "2020001" {
				least = days(7)
			}
			by := away(least, days(9000)).Truncate(day)
			tl.drop(Exposed)
			tl.drop(Catalogue)
			tl.edit(Received, n, shift(by))
		},
		"all telemetry": func(id chandra.ID, tl *Timeline) {
			tl.edit(Received, 0, shift(away(days(7), days(9000))))
		},
		"the whole calibration, before or after its id": func(id chandra.ID, tl *Timeline) {
			by := away(days(1), days(9000)).Truncate(day)
			for _, e := range []Event{Received, Exposed, Day, Catalogue} {
				tl.edit(e, 0, shift(by))
			}
			if rng.IntN(2) == 0 {
				tl.drop(Catalogue)
			}
			if rng.IntN(2) == 0 {
				tl.drop(Exposed)
			}
			if id >= "2020001" {
				tl.edit(Day, 0, shift(0))
			}
		},
		"a row of replicas.csv": func(id chandra.ID, tl *Timeline) {
			least := longestStep + sequence
			if id >= "2020001" {
				least = days(55)
			}
			tl.edit(Exposed, 1+rng.IntN(5), shift(away(least, days(9000))))
		},
		"replicas.csv": func(id chandra.ID, tl *Timeline) {
			tl.edit(Exposed, 0, shift(away(days(2), days(9000))))
		},
		"the date of info.csv": func(id chandra.ID, tl *Timeline) {
			tl.edit(Catalogue, 0, shift(away(days(2), days(9000))))
		},
		"two replicas at one time": func(id chandra.ID, tl *Timeline) {
			i := rng.IntN(2)
			e := []Event{Received, Exposed}[i]
			var first Claim
			tl.edit(e, 2, func(c *Claim) { first = *c })
			tl.edit(e, 3, func(c *Claim) {
				c.Start, c.Stop = first.Start, first.Stop
				shift(time.Duration(rng.IntN(200)) * time.Second)(c)
			})
		},
	} {
		for range 300 {
			id := chandra.IDOf(time.Date(2000+rng.IntN(26), 1, 1+rng.IntN(365), 0, 0, 0, 0, time.UTC))
			c := classic(id)
			if id >= "2020001" {
				c = modern(id)
			}
			tl := c.timeline()
			move(id, &tl)
			found := tl.Check()
			if len(found) == 0 {
				t.Errorf("%s of %s: nothing is found in %+v", name, id, tl.Claims)
				break
			}
			for _, one := range found {
				if one.Weight == Slip || one.Source == "" || !strings.Contains(one.Sentence, id.Colon()[:2]) {
					t.Errorf("%s of %s: %+v", name, id, one)
				}
			}
		}
	}
}
