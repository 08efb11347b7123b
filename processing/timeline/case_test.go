package timeline

import (
	"slices"
	"strings"
	"testing"
	"time"

	"darksite/processing/chandra"
)

// Case 1 of the cases: telemetry of one calibration in the directory of another.
// Each variant gives a contradiction that is no slip and names what was found.
func TestCase01TelemetryOfAnotherTime(t *testing.T) {
	other := func(n, of int, id, from chandra.ID) Timeline {
		tl, source := classic(id).timeline(), classic(from).timeline()
		var foreign Claim
		source.edit(Received, of, func(c *Claim) { foreign = *c })
		tl.edit(Received, n, func(c *Claim) { c.Start, c.Stop = foreign.Start, foreign.Stop })
		return tl
	}
	telemetry := func(tl Timeline) Timeline { tl.drop(Exposed); tl.drop(Catalogue); return tl }
	renamed := func(id, from chandra.ID) Timeline {
		tl := classic(from).timeline()
		tl.ID = id
		return tl
	}
	edited := func(id chandra.ID, edit func(tl *Timeline)) Timeline {
		c := classic(id)
		if id >= "2020001" {
			c = modern(id)
		}
		tl := c.timeline()
		edit(&tl)
		return tl
	}
	swap := func(e Event, a, b int) func(tl *Timeline) {
		return func(tl *Timeline) {
			tl.edit(e, a, func(c *Claim) { c.Replica = -b })
			tl.edit(e, b, func(c *Claim) { c.Replica = a })
			tl.edit(e, -b, func(c *Claim) { c.Replica = b })
		}
	}
	for name, c := range map[string]struct {
		tl       Timeline
		weight   Weight
		replicas []int
		want     []string
	}{
		"replica 4 of 2016200 in 2016125": {telemetry(other(4, 4, "2016125", "2016200")), Foreign, []int{4},
			[]string{"replica 4 was received at 2016:200:09:09:00.000 (2016_125_VC2_Replica4), 75.4 days after 2016:125", "move the file away"}},
		"replica 4 of 2015355":              {telemetry(other(4, 4, "2016125", "2015355")), Foreign, []int{4}, []string{"replica 4 was received at 2015:355", "before 2016:125"}},
		"of the day after":                  {telemetry(other(4, 4, "2016125", "2016126")), Foreign, []int{4}, []string{"replica 4 was received at 2016:126:09:09", "from replica 5 at 2016:125:09:52"}},
		"the first of the day after":        {telemetry(other(1, 1, "2016125", "2016126")), Foreign, []int{1}, []string{"replica 1 was received at 2016:126:07:00"}},
		"the last of the day before":        {telemetry(other(5, 5, "2016125", "2016124")), Foreign, []int{5}, []string{"replica 5 was received at 2016:124:09:52"}},
		"another number, years later":       {telemetry(other(2, 5, "2004253", "2019155")), Foreign, []int{2}, []string{"replica 2 was received at 2019:155"}},
		"hours away":                        {telemetry(edited("2016125", func(tl *Timeline) { tl.edit(Received, 5, shift(8*time.Hour)) })), Foreign, []int{5}, []string{"replica 5 was received at", "8.7 h from replica 4", "at most 6 h apart"}},
		"since 2020, its file renamed":      {telemetry(edited("2020169", func(tl *Timeline) { tl.edit(Received, 3, shift(35*day)) })), Foreign, []int{3}, []string{"replica 3 was received at", "35.7 days after", "the file was renamed"}},
		"a whole calibration, a year later": {telemetry(edited("2015125", func(tl *Timeline) { tl.edit(Received, 0, shift(366*day)) })), Foreign, []int{1, 2, 3, 4, 5}, []string{"all 5 replicas", "move the directory to its id, about 2016126"}},
		"a whole one, its day after":        {renamed("2016126", "2016125"), Foreign, []int{1, 2, 3, 4, 5}, []string{"all 5 replicas were received outside"}},
		"a whole one, its day before":       {telemetry(renamed("2016124", "2016125")), Wrong, []int{1}, []string{"the first replica, is named after 2016:125, not after 2016:124"}},
		"its day before, the names as well": {edited("2016125", func(tl *Timeline) { tl.ID = "2016124"; tl.drop(Day); tl.drop(Exposed) }), Wrong, nil, []string{"info.csv says 2016:125"}},
		"the file's name":                   {telemetry(edited("2016125", func(tl *Timeline) { tl.edit(Day, 3, shift(-55*day)) })), Wrong, []int{3}, []string{"2016_125_VC2_Replica3 is named after 2016:070, 55 days from 2016:125"}},
		"numbers mixed up":                  {telemetry(edited("2016125", swap(Received, 2, 4))), Wrong, []int{1, 2, 3, 4, 5}, []string{"replicas were received in the order 1, 4, 3, 2, 5"}},
		"one replica twice":                 {telemetry(edited("2016125", func(tl *Timeline) { tl.edit(Received, 3, shift(-43*time.Minute)) })), Wrong, []int{2, 3}, []string{"replicas 2 and 3 were received at the same time"}},
		"overlapping":                       {telemetry(edited("2016125", func(tl *Timeline) { tl.edit(Received, 3, shift(-37*time.Minute)) })), Wrong, []int{2, 3}, []string{"replicas 2 and 3 were received at the same time"}},
		"two calibrations in one file": {telemetry(edited("2016125", func(tl *Timeline) {
			tl.Claims = append(tl.Claims, Claim{"2016_125_VC2_Replica3", Received, 3, "2016:200:08:00:00.000", "2016:200:08:05:00.000"})
		})), Foreign, []int{3}, []string{"the rows of replica 3", "received at two times", "75 days apart"}},
	} {
		found := c.tl.Check()
		if len(found) == 0 {
			t.Errorf("%s: nothing is found", name)
			continue
		}
		if !slices.ContainsFunc(found, func(one Contradiction) bool { return one.Weight == c.weight && slices.Equal(one.Replicas, c.replicas) }) {
			t.Errorf("%s:%s\nwant one of weight %d and replicas %v", name, sentences(found), c.weight, c.replicas)
		}
		for _, w := range c.want {
			if !strings.Contains(sentences(found), w) {
				t.Errorf("%s:%s\nlacks %q", name, sentences(found), w)
			}
		}
	}
}

// Case 2: tables with times that cannot be.
func TestCase02TablesWithWrongTimes(t *testing.T) {
	const pitch = 43 * time.Minute
	year := func(c *Claim) {
		c.Start = "2015" + c.Start[4:]
		if c.Stop != "" {
			c.Stop = "2015" + c.Stop[4:]
		}
	}
	start := func(to string) func(*Claim) { return func(c *Claim) { c.Start = to } }
	stop := func(to string) func(*Claim) { return func(c *Claim) { c.Stop = to } }
	kadi := func(tl *Timeline, by time.Duration) {
		for _, c := range classic(tl.ID).timeline().Claims {
			if c.Event == Exposed {
				c.Source = Kadi
				shift(by)(&c)
				tl.Claims = append(tl.Claims, c)
			}
		}
	}
	for name, c := range map[string]struct {
		id   chandra.ID
		edit func(tl *Timeline)
		want string // "" for nothing
		only Weight
	}{
		"right":                    {"2016125", func(tl *Timeline) {}, "", 0},
		"year of replica 1":        {"2016125", func(tl *Timeline) { tl.edit(Exposed, 1, year) }, "replicas.csv has replica 1 begin at 2015:125:02:00:00.000, 365 days before 2016:125", Wrong},
		"year of its start alone":  {"2016125", func(tl *Timeline) { tl.edit(Exposed, 1, start("2015:125:02:00:00.000")) }, "replica 1 last 365 days", Wrong},
		"year of the last":         {"2016125", func(tl *Timeline) { tl.edit(Exposed, 5, year) }, "replica 5 begin at 2015:125", Wrong},
		"year of all":              {"2016125", func(tl *Timeline) { tl.edit(Exposed, 0, year) }, "replicas 1, 2, 3, 4 and 5 begin at 2015:125", Wrong},
		"day of one":               {"2016125", func(tl *Timeline) { tl.edit(Exposed, 3, shift(day)) }, "in the order 1, 2, 4, 5, 3, replica 5 at 2016:125:04:52:00.000 and replica 3 only at 2016:126:03:26:00.000, 22.6 h later", Wrong},
		"day of the first":         {"2016125", func(tl *Timeline) { tl.edit(Exposed, 1, shift(day)) }, "replica 1 begin at 2016:126", Wrong},
		"order":                    {"2016125", func(tl *Timeline) { tl.edit(Exposed, 2, shift(pitch)); tl.edit(Exposed, 3, shift(-pitch)) }, "replicas were taken in the order 1, 3, 2, 4, 5", Wrong},
		"the same":                 {"2016125", func(tl *Timeline) { tl.edit(Exposed, 3, shift(-pitch)) }, "replicas 2 and 3 were taken at the same time", Wrong},
		"overlap":                  {"2016125", func(tl *Timeline) { tl.edit(Exposed, 3, shift(-35*time.Minute)) }, "replicas 2 and 3 were taken at the same time", Wrong},
		"a stop an hour late":      {"2016125", func(tl *Timeline) { tl.edit(Exposed, 3, stop("2016:125:04:35:50.000")) }, "replica 3 last 69.8 min", Wrong},
		"a stop long before":       {"2016125", func(tl *Timeline) { tl.edit(Exposed, 3, stop("2016:120:04:35:50.000")) }, "replica 3 stop at 2016:120:04:35:50.000, 5 days before it starts", Wrong},
		"a short one":              {"2016125", func(tl *Timeline) { tl.edit(Exposed, 3, stop("2016:125:03:26:10.000")) }, "replica 3 last 10 s", Wrong},
		"twice as long as others":  {"2016125", func(tl *Timeline) { tl.edit(Exposed, 3, stop("2016:125:03:51:00.000")) }, "replica 3 last 25 min", Wrong},
		"since 2020, another year": {"2020169", func(tl *Timeline) { tl.edit(Exposed, 4, shift(-366*day)) }, "replica 4 begin at 2019:176", Wrong},
		"since 2020, too far":      {"2020169", func(tl *Timeline) { tl.edit(Exposed, 6, shift(7*day)) }, "replica 6 at 2020:192:05:24:00.000, 12.3 days apart", Wrong},
		"after the reception":      {"2016125", func(tl *Timeline) { tl.edit(Exposed, 0, shift(10*time.Hour)); tl.drop(Catalogue) }, "replicas 1, 2, 3, 4 and 5 were received before taken", Slip},
		"one after its reception":  {"2016125", func(tl *Timeline) { tl.edit(Exposed, 5, shift(5*time.Hour+10*time.Minute)) }, "replica 5 was received before taken", Slip},
		"start alone":              {"2016125", func(tl *Timeline) { tl.edit(Exposed, 0, stop("")) }, "", 0},
		"another year of info.csv": {"2016125", func(tl *Timeline) { tl.edit(Catalogue, 0, year) }, "info.csv says 2015:125:01:29:00.000, the calibration is of 2016:125", Wrong},
		"info.csv the day after":   {"2016125", func(tl *Timeline) { tl.edit(Catalogue, 0, shift(day)) }, "info.csv says 2016:126", Wrong},
		"info.csv after the first": {"2016125", func(tl *Timeline) { tl.edit(Catalogue, 0, shift(time.Hour)) }, "info.csv says 2016:125:02:29:00.000 for the first star catalogue, 29 min after replica 1 began by replicas.csv", Slip},
		"kadi agrees":              {"2016125", func(tl *Timeline) { kadi(tl, 30*time.Second) }, "", 0},
		"kadi has other times":     {"2016125", func(tl *Timeline) { kadi(tl, time.Hour) }, "replicas.csv has replica 1 begin at 2016:125:02:00:00.000 and kadi at 2016:125:03:00:00.000, 60 min apart", Wrong},
		"kadi of another day":      {"2016125", func(tl *Timeline) { tl.drop(Exposed); kadi(tl, 3*day) }, "kadi has replicas 1, 2, 3, 4 and 5 begin at 2016:128", Wrong},
		"not a time":               {"2016125", func(tl *Timeline) { tl.edit(Exposed, 2, start("2016-05-04")) }, "\"2016-05-04\"", Wrong},
	} {
		made := classic(c.id)
		if c.id >= "2020001" {
			made = modern(c.id)
		}
		tl := made.timeline()
		c.edit(&tl)
		found := tl.Check()
		said := sentences(found)
		if (c.want == "") != (len(found) == 0) || !strings.Contains(said, c.want) {
			t.Errorf("%s:%s\nwant %q", name, said, c.want)
		}
		for _, one := range found {
			if one.Weight != c.only {
				t.Errorf("%s:%s\nwant weight %d alone", name, said, c.only)
			}
		}
	}
}
