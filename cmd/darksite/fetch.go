package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/pflag"

	"darksite/internal/fetch"
	"darksite/internal/term"
	"darksite/internal/workspace"
	"darksite/processing/chandra"
	"darksite/processing/telemetry"
)

var fetchVerb = verb{
	name:  "fetch",
	args:  "ID [FILE...] [--from SOURCE] [--cut]",
	short: "copy a calibration's telemetry into data/",
	long: `Copies the VC2 files of a calibration from the source ([source] telemetry in site.toml: a
directory, "host:/path" by rsync over ssh, or "rsync://host/module/path") into data/<id>/,
including the files of the following day if the sequence ran past midnight. A file gets its
final name only when it is complete: it unpacks, and its telemetry ends with a whole SFDU.
Existing files are never overwritten; an interrupted fetch continues where it stopped.

If names do not tell which of two calibrations files belong to, fetch says so; name the
files then. Exit code 3 if files are missing or still arriving.`,
	examples: []string{"darksite fetch 2016125", "darksite fetch 2016125 --from /dumps/vc2"},
	words:    calibrations,
	setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
		var o fetching
		fs.StringVar(&o.from, "from", "", "fetch from `SOURCE` instead of the one in site.toml")
		fs.BoolVar(&o.cut, "cut", false, "accept an uncompressed file that ends within an SFDU")
		return o.run
	},
}

// fetching are the options of fetch.
type fetching struct {
	from  string
	cut   bool
	files []string
}

// fetched is the JSON document of a fetch.
type fetched struct {
	ID       chandra.ID    `json:"id"`
	Source   string        `json:"source"`
	Dir      string        `json:"dir"`
	Files    []fetchedFile `json:"files"`
	Missing  []int         `json:"missing_replicas"`
	Warnings []string      `json:"warnings"`
}

type fetchedFile struct {
	Name    string  `json:"name"`
	Outcome string  `json:"outcome"` // fetched, present, waiting, refused or failed
	Bytes   int64   `json:"bytes"`
	SHA256  string  `json:"sha256,omitempty"`
	Seconds float64 `json:"seconds"`
	Error   string  `json:"error,omitempty"`
}

func (o *fetching) run(ctx context.Context, e *env, args []string) error {
	if len(args) == 0 {
		return usageError(errors.New("name one calibration, for example 2015355"), "fetch")
	}
	id, files, err := e.firstID(args, "fetch")
	if err != nil {
		return err
	}
	o.files = files
	c, unlock, err := e.begun()
	if err != nil {
		return err
	}
	defer unlock()
	d, err := fetchOne(ctx, e, c, id, *o)
	if d != nil {
		if err := e.Document(d); err != nil {
			return err
		}
	}
	return err
}

// fetchOne fetches a calibration and reports its files.
func fetchOne(ctx context.Context, e *env, c *workspace.Workspace, id chandra.ID, o fetching) (*fetched, error) {
	base, from := c.Dir, o.from
	if from == "" {
		from = c.Source.Telemetry
	} else if base, _ = os.Getwd(); base == "" {
		base = c.Dir
	}
	if from == "" {
		return nil, &term.ExitError{Code: term.Configuration, Err: errors.New("no source of telemetry is named"),
			Hint: "set [source] telemetry in site.toml, give --from, or copy the files into data/" + string(id)}
	}
	if err := c.CheckSource(from, "--from"); o.from != "" && err != nil {
		return nil, usageError(err, "fetch")
	}
	source, err := fetch.ParseSource(from, base)
	if err != nil {
		return nil, &term.ExitError{Code: term.Configuration, Err: err}
	}
	var bar *term.Progress
	last := int64(0)
	r, err := fetch.Fetch(ctx, source, id, fetch.Options{
		Data: c.DataDir(), Eras: c.Calibrations.Eras, Reading: telemetry.DefaultOptions, Settle: fetch.DefaultSettle, Files: o.files, Cut: o.cut,
		Progress: func(p fetch.Progress) {
			if bar == nil {
				bar = e.Progress("fetching "+string(id), p.Bytes, term.Bytes)
			}
			bar.Add(p.Done - last)
			last = p.Done
		},
	})
	if bar != nil {
		bar.Close()
	}
	if r == nil {
		return nil, fetchError(err)
	}
	d := &fetched{ID: id, Source: source.String(), Dir: r.Dir, Files: []fetchedFile{}, Missing: append([]int{}, r.Missing...), Warnings: append([]string{}, r.Warnings...)}
	for i := range r.Files {
		f := &r.Files[i]
		one := fetchedFile{Name: f.Name, Outcome: f.Outcome.String(), Bytes: f.Bytes, SHA256: f.SHA256, Seconds: f.Seconds}
		if f.Err != nil {
			one.Error = f.Err.Error()
		} else {
			e.Printf("%s", f.Sentence())
		}
		d.Files = append(d.Files, one)
	}
	for _, w := range r.Warnings {
		e.Warnf("%s", w)
	}
	if err == nil && len(r.Missing) > 0 {
		return d, &term.ExitError{Code: term.Incomplete, Err: fmt.Errorf("replicas %v of %s are missing at the source", r.Missing, id),
			Hint: fmt.Sprintf("wait and run `darksite fetch %s` again; files already fetched are kept", id)}
	}
	return d, fetchError(err)
}

// fetchError adds the exit code to an error.
func fetchError(err error) error {
	if errors.Is(err, fetch.ErrNotYet) {
		return &term.ExitError{Code: term.Incomplete, Err: err, Hint: "wait and run the command again; files already fetched are kept"}
	}
	return err
}
