package fetch

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"darksite/processing/chandra"
	"darksite/processing/era"
	"darksite/processing/inputs"
)

// Decision is what becomes of a file of the source.
type Decision int

// The decisions.
const (
	// Belongs: it is of the calibration.
	Belongs Decision = iota
	// Elsewhere: it is of another calibration, see Candidate.Of.
	Elsewhere
	// Spare: the calibration has this replica in another file.
	Spare
	// Undecided: a person has to say.
	Undecided
)

// holdings are the telemetry files of the data directory, by calibration.
type holdings map[chandra.ID][]inputs.VC2Name

// all are the names, of whatever calibration.
func (h holdings) all() (names []inputs.VC2Name) {
	for _, n := range h {
		names = append(names, n...)
	}
	return names
}

// owner is the calibration that holds a file of this name.
func (h holdings) owner(n inputs.VC2Name) (chandra.ID, bool) {
	var ids []chandra.ID
	for id, names := range h {
		if slices.Contains(names, n) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return "", false
	}
	return slices.Min(ids), true
}

// belonging knows the days about a calibration.
type belonging struct {
	id   chandra.ID
	eras era.Eras
	here holdings
	// days has the files of each day, here and at the source, each once.
	days map[chandra.ID][]inputs.VC2Name
}

func newBelonging(id chandra.ID, eras era.Eras, here holdings, there []remote) *belonging {
	b := &belonging{id: id, eras: eras, here: here, days: map[chandra.ID][]inputs.VC2Name{}}
	names := here.all()
	for _, r := range there {
		names = append(names, r.VC2Name)
	}
	for _, n := range names {
		if !slices.Contains(b.days[n.ID()], n) {
			b.days[n.ID()] = append(b.days[n.ID()], n)
		}
	}
	return b
}

// of tells which calibration a file is of, and why; "" when the names do not
// tell.
func (b *belonging) of(n inputs.VC2Name) (id chandra.ID, why string) {
	if slices.Contains(b.here[b.id], n) {
		return b.id, "it is there already"
	}
	if owner, ok := b.here.owner(n); ok {
		return owner, fmt.Sprintf("the directory of %s holds it", owner)
	}
	if b.eras.Of(b.id).ApartDays > 1 {
		return b.group(n)
	}
	day := n.ID()
	if b.endsDayBefore(day) {
		head := after(day, -1)
		return head, fmt.Sprintf("replica %d goes on with those of %s, across midnight", n.Replica, head.Colon())
	}
	if day == after(b.id, 1) && b.days[b.id] == nil && lowest(b.days[day]) > 1 {
		return "", fmt.Sprintf("there is no file of %s; those of %s begin with replica %d, and may be the rest of a calibration that began the day before",
			b.id.Colon(), day.Colon(), lowest(b.days[day]))
	}
	if day == after(b.id, 1) && n.Replica > highest(b.days[b.id]) && b.days[b.id] != nil && b.twice(n) {
		return "", fmt.Sprintf("there are two files of replica %d of %s, one of which may be of %s", n.Replica, day.Colon(), b.id)
	}
	return day, "its day is " + day.Colon()
}

// group puts days that lie within the era's distance together.
func (b *belonging) group(n inputs.VC2Name) (id chandra.ID, why string) {
	var days []time.Time
	for day := range b.days {
		days = append(days, day.Date())
	}
	slices.SortFunc(days, time.Time.Compare)
	for _, c := range b.eras.Group(days) {
		for _, i := range c.Replicas {
			if days[i].Equal(n.ID().Date()) {
				return c.ID, fmt.Sprintf("replicas lie at most %v days apart since %s", b.eras.Of(c.ID).ApartDays, c.ID.Colon())
			}
		}
	}
	return n.ID(), "its day is " + n.ID().Colon()
}

// endsDayBefore tells whether all files of a day go on with the replicas of
// the day before, which is not itself the end of a calibration.
func (b *belonging) endsDayBefore(day chandra.ID) bool {
	before := after(day, -1)
	e := b.eras.Of(before)
	if len(b.days[before]) == 0 || len(b.days[day]) == 0 || e.ApartDays == 0 {
		return false
	}
	goesOn := lowest(b.days[day]) > highest(b.days[before]) && highest(b.days[day]) <= e.Replicas
	return goesOn && !b.endsDayBefore(before)
}

// twice tells whether a replica of a day has two files, other than one packed
// and unpacked.
func (b *belonging) twice(n inputs.VC2Name) bool {
	return slices.ContainsFunc(b.days[n.ID()], func(m inputs.VC2Name) bool {
		return m.Replica == n.Replica && m.Number != n.Number
	})
}

func lowest(names []inputs.VC2Name) int {
	return slices.MinFunc(names, func(a, b inputs.VC2Name) int { return a.Replica - b.Replica }).Replica
}

// highest is 0 for none.
func highest(names []inputs.VC2Name) (n int) {
	for _, name := range names {
		n = max(n, name.Replica)
	}
	return n
}

// oneEach leaves one file of each replica among those that belong. What the
// data directory holds decides, then that a packed file tells whether it is
// whole; of others neither is taken.
func oneEach(list []Candidate, have []inputs.VC2Name, daily, asked bool) {
	place := func(n inputs.VC2Name) [2]int {
		if daily { // each day may have its own numbers
			return [2]int{n.Year*1000 + n.DOY, n.Replica}
		}
		return [2]int{0, n.Replica}
	}
	held := map[[2]int]inputs.VC2Name{}
	for _, n := range have {
		held[place(n)] = n
	}
	rivals := map[[2]int][]*Candidate{}
	for i := range list {
		c := &list[i]
		if c.Decision != Belongs {
			continue
		}
		if n, ok := held[place(c.VC2Name)]; ok && n != c.VC2Name && !slices.Contains(have, c.VC2Name) {
			c.Decision, c.Why = Spare, fmt.Sprintf("the data directory has %s for replica %d", n, c.Replica)
			if asked {
				c.Decision = Undecided
				c.Why += ": move that away to have this one"
			}
			continue
		}
		rivals[place(c.VC2Name)] = append(rivals[place(c.VC2Name)], c)
	}
	for _, r := range rivals {
		settle(r, have)
	}
}

// settle decides between files of one replica.
func settle(rivals []*Candidate, have []inputs.VC2Name) {
	best := slices.IndexFunc(rivals, func(c *Candidate) bool { return slices.Contains(have, c.VC2Name) })
	if best < 0 && !slices.ContainsFunc(rivals, func(c *Candidate) bool { return c.Number != rivals[0].Number }) {
		best = slices.IndexFunc(rivals, func(c *Candidate) bool { return c.Gzip })
		if best < 0 {
			best = 0
		}
		if slices.ContainsFunc(rivals, func(c *Candidate) bool { return c.VC2Name == rivals[best].VC2Name && c.Bytes != rivals[best].Bytes }) {
			best = -1 // one name at two places, with different contents
		}
	}
	var names []string
	for _, c := range rivals {
		names = append(names, c.Path)
	}
	for i, c := range rivals {
		switch {
		case best < 0:
			c.Decision, c.Why = Undecided, fmt.Sprintf("replica %d has %d files: %s", c.Replica, len(rivals), strings.Join(names, ", "))
		case i != best:
			c.Decision, c.Why = Spare, fmt.Sprintf("%s is taken for replica %d", rivals[best].VC2Name, c.Replica)
		}
	}
}
