package publish

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// rounds is how often something random is tried: many times at night.
func rounds(few, many int) int {
	if os.Getenv("DARKSITE_NIGHTLY") == "1" {
		return many
	}
	return few
}

// Of two publishers one wins; the other is told who. The tree is never a
// mixture.
func TestRaces(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	dir := scratch(t)
	won, lost := 0, 0
	for i := range rounds(60, 1000) {
		if i%20 == 0 {
			dir = scratch(t) // the first publish of all is raced for too
		}
		trees := [2]memory{random(rng), random(rng)}
		var errs [2]error
		var all sync.WaitGroup
		start := make(chan struct{})
		for k := range 2 {
			all.Go(func() {
				<-start
				_, errs[k] = target(dir).Publish(background, trees[k], Options{AllowFewer: true})
			})
		}
		close(start)
		all.Wait()
		for _, err := range errs {
			var locked *LockedError
			switch {
			case err == nil:
				won++
			case errors.As(err, &locked):
				lost++
				if h := locked.Holder; h != nil && h.Process != os.Getpid() {
					t.Errorf("the holder is %v", h)
				}
			default:
				t.Fatalf("race %d: %v", i, err)
			}
		}
		now := contents(t, dir)
		if a, b := published(trees[0]), published(trees[1]); errs[0] != nil && errs[1] != nil || !same(now, a) && !same(now, b) {
			t.Fatalf("race %d: %v, %v: %s", i, errs[0], errs[1], difference(now, a))
		}
	}
	t.Logf("%d won, %d were locked out", won, lost)
}

// lockless is a file system whose locks the system does not know.
type lockless struct{ disk }

func (lockless) Lock(string) (func(), error) { return nil, errNoLocks }

func TestStaleHolders(t *testing.T) {
	host, _ := os.Hostname()
	none := 1 << 22 // beyond the highest process number
	for name, c := range map[string]struct {
		holder Holder
		age    time.Duration
		locks  bool
		held   bool
	}{
		"dead, this host":               {Holder{none, host, "x"}, 0, true, false},
		"dead, this host, no locks":     {Holder{none, host, "x"}, 0, false, false},
		"alive, this host, no locks":    {Holder{os.Getpid(), host, "x"}, time.Hour, false, true},
		"another host, a sign just now": {Holder{1, "other", "2026-11-27T09:00:00Z"}, 0, true, true},
		"another host, silent":          {Holder{1, "other", "x"}, time.Hour, true, false},
		"another host, just, no locks":  {Holder{1, "other", "x"}, time.Minute, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			d := target(dir)
			publish(t, d, site("one", "2015_dec"), Options{})
			content, _ := json.Marshal(c.holder)
			put(t, dir, holderFile, string(content))
			when := time.Now().Add(-c.age)
			if err := os.Chtimes(filepath.Join(dir, holderFile), when, when); err != nil {
				t.Fatal(err)
			}
			if !c.locks {
				d.wrap = func(d disk) disk { return lockless{swift{d}} }
			}
			_, err := d.Publish(background, site("two", "2015_dec"), Options{})
			var locked *LockedError
			if errors.As(err, &locked) != c.held || !c.held && err != nil {
				t.Fatalf("%v", err)
			}
			if c.held && *locked.Holder != c.holder {
				t.Errorf("the holder is %v, want %v", locked.Holder, c.holder)
			}
			if _, err := os.Stat(filepath.Join(dir, holderFile)); (err == nil) != c.held {
				t.Errorf("the holder's file: %v", err)
			}
		})
	}
}

// Without locks of the system two publishers still do not meet.
func TestRacesWithoutLocks(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	dir := scratch(t)
	for i := range rounds(20, 300) {
		trees := [2]memory{random(rng), random(rng)}
		var errs [2]error
		var all sync.WaitGroup
		for k := range 2 {
			all.Go(func() {
				d := target(dir)
				d.wrap = func(d disk) disk { return lockless{swift{d}} }
				_, errs[k] = d.Publish(background, trees[k], Options{AllowFewer: true})
			})
		}
		all.Wait()
		for _, err := range errs {
			if err != nil && !errors.Is(err, ErrLocked) {
				t.Fatalf("race %d: %v", i, err)
			}
		}
		now := contents(t, dir)
		if !same(now, published(trees[0])) && !same(now, published(trees[1])) {
			t.Fatalf("race %d: %v, %v: a mixture", i, errs[0], errs[1])
		}
	}
}
