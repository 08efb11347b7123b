package fetch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"darksite/internal/term"
	"darksite/processing/chandra"
	"darksite/processing/era"
	"darksite/processing/inputs"
	"darksite/processing/telemetry"
)

// Options of listing and fetching.
type Options struct {
	// Data is the directory that holds <id>/ directories.
	Data string
	Eras era.Eras
	// Reading bounds what a file may hold.
	Reading telemetry.Options
	// Settle is how long a file that is not packed must stay unchanged at the
	// source to count as whole: nothing in it tells where it ends.
	Settle time.Duration
	// Files, when there are any, are the names of the files to fetch, whatever
	// their names tell.
	Files []string
	// Cut takes a file that is not packed and ends within an SFDU as whole.
	Cut bool
	// Progress is told how far a fetch is; may be nil. Calls do not overlap.
	Progress func(Progress)

	hooks hooks
}

// DefaultSettle is a few times as long as a transfer pauses between two writes.
const DefaultSettle = 10 * time.Second

// Candidate is a telemetry file of the source.
type Candidate struct {
	inputs.VC2Name
	// Path is its place in the source, with slashes.
	Path     string
	Bytes    int64
	Modified time.Time // UTC, by the source's clock; to the second from rsync

	Decision Decision
	// Of is the calibration it is of, "" when that is undecided.
	Of chandra.ID
	// Why is the reason for the decision.
	Why string
}

// Listing is what a source has for a calibration.
type Listing struct {
	ID     chandra.ID
	Source Source
	// Candidates are by day, replica and path.
	Candidates []Candidate
	// Missing are the replicas of which there is no file, neither here nor at
	// the source, where the era numbers them. One that is undecided is none.
	Missing []int
	// Warnings are sentences for the operator.
	Warnings []string
}

// With are the candidates of one decision.
func (l *Listing) With(d Decision) (list []Candidate) {
	for _, c := range l.Candidates {
		if c.Decision == d {
			list = append(list, c)
		}
	}
	return list
}

// List finds a calibration's telemetry files at the source and says which of
// them belong to it. It changes nothing.
func List(ctx context.Context, src Source, id chandra.ID, o Options) (*Listing, error) {
	if src.kind == 0 {
		return nil, errors.New("no source of telemetry is named: " + wantSource)
	}
	if _, err := chandra.ParseID(string(id)); err != nil {
		return nil, err
	}
	if err := o.Eras.Check(); err != nil {
		return nil, err
	}
	e := o.Eras.Of(id)
	w := windowOf(id, e)
	here, err := readHoldings(o.Data, w)
	if err != nil {
		return nil, err
	}
	there, err := src.origin(o.hooks.complete()).list(ctx, w)
	if err != nil {
		return nil, err
	}
	l := &Listing{ID: id, Source: src, Warnings: there.warnings}
	slices.SortFunc(there.files, func(a, b remote) int {
		return cmp.Or(cmp.Compare(a.ID(), b.ID()), cmp.Compare(a.Replica, b.Replica), cmp.Compare(a.path, b.path))
	})
	b := newBelonging(id, o.Eras, here, there.files)
	for _, r := range there.files {
		asked := slices.Contains(o.Files, r.VC2Name.String())
		if len(o.Files) > 0 && !asked || len(o.Files) == 0 && r.ID() < id {
			continue
		}
		c := Candidate{VC2Name: r.VC2Name, Path: r.path, Bytes: r.bytes, Modified: r.modified.UTC()}
		switch c.Of, c.Why = b.of(r.VC2Name); {
		case asked:
			c.Of, c.Why = id, "it was asked for"
		case c.Of == "":
			c.Decision = Undecided
		case c.Of != id:
			c.Decision = Elsewhere
		}
		l.Candidates = append(l.Candidates, c)
	}
	for _, name := range o.Files {
		if !slices.ContainsFunc(l.Candidates, func(c Candidate) bool { return c.VC2Name.String() == name }) {
			return nil, fmt.Errorf("%w: %s has no file %q of the days about %s", ErrNotYet, src, name, id.Colon())
		}
	}
	oneEach(l.Candidates, here[id], e.ApartDays > 1, len(o.Files) > 0)
	if e.ApartDays <= 1 && e.ApartDays > 0 && len(o.Files) == 0 {
		l.Missing = missing(e.Replicas, append(l.With(Belongs), l.With(Undecided)...), here[id])
	}
	l.warn()
	return l, nil
}

// missing are the numbers of which there is no file.
func missing(replicas int, there []Candidate, here []inputs.VC2Name) (list []int) {
	for _, c := range there {
		here = append(here, c.VC2Name)
	}
	for n := 1; n <= replicas; n++ {
		if !slices.ContainsFunc(here, func(h inputs.VC2Name) bool { return h.Replica == n }) {
			list = append(list, n)
		}
	}
	return list
}

// warn tells of files that are left out, and of sizes that are unlike the others.
func (l *Listing) warn() {
	for _, c := range l.Candidates {
		if c.Decision == Spare || c.Decision == Undecided {
			l.Warnings = append(l.Warnings, fmt.Sprintf("%s is not fetched: %s", c.VC2Name, c.Why))
		}
	}
	for _, packed := range []bool{true, false} {
		var list []Candidate
		for _, c := range l.With(Belongs) {
			if c.Gzip == packed {
				list = append(list, c)
			}
		}
		if len(list) < 3 {
			continue
		}
		sizes := make([]int64, len(list))
		for i, c := range list {
			sizes[i] = c.Bytes
		}
		slices.Sort(sizes)
		usual := sizes[len(sizes)/2]
		for _, c := range list {
			if 2*c.Bytes < usual || c.Bytes > 2*usual {
				l.Warnings = append(l.Warnings, fmt.Sprintf("%s has %s, the others about %s: it may lack rows", c.VC2Name, term.Size(c.Bytes), term.Size(usual)))
			}
		}
	}
}

// nothing says why no file of the calibration was found.
func (l *Listing) nothing() error {
	if list := l.With(Undecided); len(list) > 0 {
		return fmt.Errorf("%w: %s: %s; name the files to fetch them", ErrUndecided, l.ID, list[0].Why)
	}
	for _, c := range l.Candidates {
		if c.ID() == l.ID && c.Decision == Elsewhere {
			return fmt.Errorf("%w: %s has no file of its own: %s is of %s (%s); fetch that, or name the files", ErrUndecided, l.ID, c.VC2Name, c.Of, c.Why)
		}
	}
	return fmt.Errorf("%w: %s has no VC2 file of %s (%s_%s_VC2_Replica1_SFDU_31087.gz, for example); wait for the telemetry, and run the same command again",
		ErrNotYet, l.Source, l.ID.Colon(), l.ID[:4], l.ID[4:])
}

// readHoldings reads the names in the data directories of the window's days.
func readHoldings(data string, w window) (holdings, error) {
	here := holdings{}
	entries, err := os.ReadDir(data)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	for _, e := range entries {
		id, err := chandra.ParseID(e.Name())
		if err != nil || !w.holds(id) {
			continue
		}
		files, err := os.ReadDir(filepath.Join(data, e.Name()))
		if err != nil {
			return nil, fmt.Errorf("data directory: %w", err)
		}
		for _, f := range files {
			if n, err := inputs.ParseVC2Name(f.Name()); err == nil {
				here[id] = append(here[id], n)
			}
		}
	}
	return here, nil
}
