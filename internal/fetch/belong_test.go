package fetch

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"darksite/internal/shared"
	"darksite/processing/chandra"
	"darksite/processing/era"
	"darksite/processing/inputs"
)

// name is short for a delivered name: day, replica and running number.
func name(day chandra.ID, replica, number int) string {
	return fmt.Sprintf("%s_%s_VC2_Replica%d_SFDU_%05d.gz", day[:4], day[4:], replica, number)
}

// named are the replicas of a day, one after the other.
func named(day chandra.ID, from, to int) (list []string) {
	for r := from; r <= to; r++ {
		list = append(list, name(day, r, 31000+r))
	}
	return list
}

// decided lists empty files of a source. Here are files of data/<id>/.
func decided(t *testing.T, id chandra.ID, there []string, here map[chandra.ID][]string, files ...string) *Listing {
	t.Helper()
	dir, o := t.TempDir(), options(t)
	for _, n := range there {
		put(t, filepath.Join(dir, n), nil)
	}
	for d, names := range here {
		for _, n := range names {
			put(t, filepath.Join(o.Data, string(d), n), nil)
		}
	}
	o.Files = files
	l, err := List(t.Context(), source(t, dir), id, o)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func namesOf(list []Candidate) (names []string) {
	for _, c := range list {
		names = append(names, c.VC2Name.String())
	}
	return names
}

func join(lists ...[]string) []string { return slices.Concat(lists...) }

func TestBelongs(t *testing.T) {
	const day, next, third = chandra.ID("2010189"), chandra.ID("2010190"), chandra.ID("2010191")
	whole, first, rest := named(day, 1, 5), named(day, 1, 2), named(next, 3, 5)
	second := []string{name(next, 1, 40001), name(next, 2, 40002), name(next, 3, 40003), name(next, 4, 40004), name(next, 5, 40005)}
	type files = map[chandra.ID][]string
	for what, c := range map[string]struct {
		id        chandra.ID
		there     []string
		here      files
		belongs   []string
		elsewhere map[string]chandra.ID
		undecided []string
		spare     []string
	}{
		"one day":                        {id: day, there: whole, belongs: whole},
		"across midnight":                {id: day, there: join(first, rest), belongs: join(first, rest)},
		"across midnight, asked by rest": {id: next, there: join(first, rest), elsewhere: map[string]chandra.ID{rest[0]: day, rest[1]: day, rest[2]: day}},
		"consecutive days": {id: day, there: join(whole, second), belongs: whole,
			elsewhere: map[string]chandra.ID{second[0]: next, second[1]: next, second[2]: next, second[3]: next, second[4]: next}},
		"consecutive days, the second": {id: next, there: join(whole, second), belongs: second},
		"consecutive days, the first lost its end": {id: day, there: join(first, second[:2], rest), belongs: first,
			elsewhere: map[string]chandra.ID{second[0]: next, second[1]: next, rest[0]: next, rest[1]: next, rest[2]: next}},
		// Which of two files of a replica is the first calibration's, no name tells.
		"consecutive days, the first across midnight": {id: day, there: join(first, second, rest), belongs: first,
			elsewhere: map[string]chandra.ID{second[0]: next, second[1]: next}, undecided: join(second[2:], rest)},
		"the second of those":                       {id: next, there: join(first, second, rest), belongs: second[:2], undecided: join(second[2:], rest)},
		"three days, the middle one ends the first": {id: third, there: join(first, rest, named(third, 4, 5)), belongs: named(third, 4, 5)},
		"the first replicas lost":                   {id: day, there: named(day, 3, 5), belongs: named(day, 3, 5)},
		"only the rest after midnight":              {id: day, there: rest, undecided: rest},
		"the beginning fetched and taken away":      {id: day, there: rest, here: files{day: first}, belongs: rest},
		"held by another": {id: day, there: join(first, rest), here: files{next: rest},
			belongs: first, elsewhere: map[string]chandra.ID{rest[0]: next, rest[1]: next, rest[2]: next}},
		"a sixth the next day":  {id: day, there: join(whole, []string{name(next, 6, 1)}), belongs: whole, elsewhere: map[string]chandra.ID{name(next, 6, 1): next}},
		"packed and unpacked":   {id: day, there: []string{whole[0], strings.TrimSuffix(whole[0], ".gz")}, belongs: whole[:1], spare: []string{strings.TrimSuffix(whole[0], ".gz")}},
		"unpacked here already": {id: day, there: whole[:2], here: files{day: {strings.TrimSuffix(whole[0], ".gz")}}, belongs: whole[1:2], spare: whole[:1]},
		"two deliveries":        {id: day, there: []string{whole[0], name(day, 2, 1), name(day, 2, 2)}, belongs: whole[:1], undecided: []string{name(day, 2, 1), name(day, 2, 2)}},
		"two deliveries, one here": {id: day, there: []string{name(day, 2, 1), name(day, 2, 2)}, here: files{day: {name(day, 2, 2)}},
			belongs: []string{name(day, 2, 2)}, spare: []string{name(day, 2, 1)}},
		// Single replicas, at most ten days apart (era.Default).
		"days apart": {id: "2020169", there: []string{name("2020150", 1, 1), name("2020169", 1, 2), name("2020171", 1, 3), name("2020180", 1, 4), name("2020200", 1, 5)},
			belongs:   []string{name("2020169", 1, 2), name("2020171", 1, 3), name("2020180", 1, 4)},
			elsewhere: map[string]chandra.ID{name("2020200", 1, 5): "2020200"}},
		"days apart, a later one": {id: "2020171", there: []string{name("2020169", 1, 2), name("2020171", 1, 3)},
			elsewhere: map[string]chandra.ID{name("2020171", 1, 3): "2020169"}},
	} {
		t.Run(what, func(t *testing.T) {
			l := decided(t, c.id, c.there, c.here)
			if diff := cmp.Diff(c.belongs, namesOf(l.With(Belongs))); diff != "" {
				t.Errorf("belongs (-want +got):\n%s", diff)
			}
			sorted := func(names []string) []string { return slices.Sorted(slices.Values(names)) }
			if diff := cmp.Diff(sorted(c.undecided), sorted(namesOf(l.With(Undecided)))); diff != "" {
				t.Errorf("undecided (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.spare, namesOf(l.With(Spare))); diff != "" {
				t.Errorf("spare (-want +got):\n%s", diff)
			}
			var elsewhere map[string]chandra.ID
			for _, e := range l.With(Elsewhere) {
				if elsewhere == nil {
					elsewhere = map[string]chandra.ID{}
				}
				elsewhere[e.VC2Name.String()] = e.Of
			}
			if diff := cmp.Diff(c.elsewhere, elsewhere); diff != "" {
				t.Errorf("elsewhere (-want +got):\n%s", diff)
			}
			for _, e := range l.Candidates {
				if e.Why == "" {
					t.Errorf("%s: no reason", e.VC2Name)
				}
				if (e.Decision == Belongs || e.Decision == Undecided) && slices.Contains(l.Missing, e.Replica) {
					t.Errorf("replica %d is missing and has decision %d", e.Replica, e.Decision)
				}
			}
		})
	}
}

// The planned times of real calibrations, of which 2007069 crosses midnight, say
// what names their files have if a file is named after the day of its replica;
// each calibration is found whole.
func TestBelongsReal(t *testing.T) {
	ids := map[chandra.ID]bool{}
	var there []string
	days := map[chandra.ID]map[chandra.ID]bool{}
	for _, row := range shared.Table(t, "starcheck_replica_targets.csv") {
		id := chandra.ID(row["dark_id_planned"])
		at, err := chandra.ParseDate(row["manvr_end"] + ".000")
		if err != nil {
			t.Fatal(err)
		}
		n := name(chandra.IDOf(at), int(shared.Number(t, row["replica_number"])), 31000)
		if days[id] == nil {
			days[id] = map[chandra.ID]bool{}
		}
		days[id][chandra.IDOf(at)] = true
		ids[id] = true
		if !slices.Contains(there, n) { // one calibration may be in two loads
			there = append(there, n)
		}
	}
	crossing := 0
	for id := range ids {
		l := decided(t, id, there, nil)
		if len(days[id]) > 1 {
			crossing++
		}
		if got := l.With(Belongs); len(got) != 5 || len(l.Missing) != 0 || len(l.With(Undecided)) != 0 {
			t.Errorf("%s on %v: %v", id, days[id], l.Candidates)
		}
	}
	if len(ids) < 3 || crossing == 0 || !ids["2007069"] || len(days["2007069"]) != 2 {
		t.Errorf("%d calibrations, %d across midnight: want 2007069 among them", len(ids), crossing)
	}
}

// Whatever is there, a file is taken by at most one calibration, and a
// calibration has one file of a replica.
func TestBelongsOnce(t *testing.T) {
	const seed = 11
	random := rand.New(rand.NewPCG(seed, 0))
	days := []chandra.ID{"2012059", "2012060", "2012061", "2012062"}
	for round := range 3000 {
		var there []remote
		here := holdings{}
		for range 1 + random.IntN(14) {
			n, err := inputs.ParseVC2Name(name(days[random.IntN(4)], 1+random.IntN(6), 31000+random.IntN(3)))
			if err != nil {
				t.Fatal(err)
			}
			n.Gzip = random.IntN(4) > 0
			if random.IntN(5) == 0 {
				id := days[random.IntN(4)]
				if _, held := here.owner(n); !held {
					here[id] = append(here[id], n)
				}
			}
			if !slices.ContainsFunc(there, func(r remote) bool { return r.VC2Name == n }) {
				there = append(there, remote{VC2Name: n, path: n.String()})
			}
		}
		taken := map[inputs.VC2Name]chandra.ID{}
		for _, id := range days {
			b := newBelonging(id, era.Default(), here, there)
			var list []Candidate
			for _, r := range there {
				if of, _ := b.of(r.VC2Name); of == id {
					list = append(list, Candidate{VC2Name: r.VC2Name, Path: r.path})
				}
			}
			oneEach(list, here[id], false, false)
			had := map[int]bool{}
			for _, c := range list {
				if c.Decision != Belongs || slices.Contains(here[id], c.VC2Name) {
					continue
				}
				if other, ok := taken[c.VC2Name]; ok {
					t.Fatalf("seed %d, round %d: %s is of %s and of %s", seed, round, c.VC2Name, other, id)
				}
				taken[c.VC2Name] = id
				if had[c.Replica] || slices.ContainsFunc(here[id], func(n inputs.VC2Name) bool { return n.Replica == c.Replica }) {
					t.Fatalf("seed %d, round %d: %s has two files of replica %d", seed, round, id, c.Replica)
				}
				had[c.Replica] = true
			}
		}
	}
}

func TestListAsked(t *testing.T) {
	const day, next = chandra.ID("2010189"), chandra.ID("2010190")
	rest := named(next, 3, 5)
	l := decided(t, day, rest, nil, rest[0], rest[2])
	if diff := cmp.Diff([]string{rest[0], rest[2]}, namesOf(l.With(Belongs))); diff != "" {
		t.Error(diff)
	}
	// One that would make a second file of a replica is not taken, asked or not.
	l = decided(t, day, rest, map[chandra.ID][]string{day: {name(day, 3, 1)}}, rest[0])
	if diff := cmp.Diff(rest[:1], namesOf(l.With(Undecided))); diff != "" {
		t.Error(diff)
	}
	o := options(t)
	o.Files = []string{"../../etc/passwd"}
	if l, err := List(t.Context(), source(t, t.TempDir()), day, o); err == nil {
		t.Errorf("%+v", l)
	}
}

func TestListRefuses(t *testing.T) {
	o, dir := options(t), t.TempDir()
	for _, id := range []chandra.ID{"", "2015", "2015366", "../2015355", "2015355/.."} {
		if _, err := List(t.Context(), source(t, dir), id, o); err == nil {
			t.Errorf("%q was taken", id)
		}
	}
	for _, id := range []chandra.ID{"1000001", "2999365"} {
		if _, err := List(t.Context(), source(t, dir), id, o); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
	o.Eras = nil
	if _, err := List(t.Context(), source(t, dir), "2015355", o); err == nil {
		t.Error("taken without eras")
	}
	o.Eras = era.Eras{{From: "1999001", Replicas: 99, ApartDays: 366}}
	if _, err := List(t.Context(), source(t, dir), "1999001", o); err != nil {
		t.Errorf("the longest calibration: %v", err)
	}
}

func TestListSizes(t *testing.T) {
	dir := t.TempDir()
	for i, n := range named("2010189", 1, 5) {
		size := 3000
		if i == 2 {
			size = 1000
		}
		put(t, filepath.Join(dir, n), make([]byte, size))
	}
	l, err := List(t.Context(), source(t, dir), "2010189", options(t))
	if err != nil || len(l.Warnings) != 1 || !strings.Contains(l.Warnings[0], "Replica3") {
		t.Errorf("%q, %v", l.Warnings, err)
	}
}
