package main

import (
	"context"
	"errors"
	"flag"

	"darksite/internal/config"
	"darksite/internal/term"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/pipeline"
)

var archiveVerb = verb{
	name:  "archive",
	args:  "[ID...] [--to DIR] [--replace]",
	short: "copy calibrations into an archive of mica",
	long: `Copies the files of calibrations, all or those named, into an existing archive of mica
(--to, else [source] mirror in site.toml; its aca_dark directory, or the one above). Each
calibration is checked before and read back after, and appears in one step: readers never
see a part. One that is there already with the same bytes is a success; one that something
else wrote is replaced only with --replace (exit code 12 without).`,
	setup: func(fs *flag.FlagSet) func(context.Context, *env, []string) error {
		to := fs.String("to", "", "copy to `DIR` instead of the mirror of site.toml")
		replace := fs.Bool("replace", false, "replace what darksite did not make")
		return func(ctx context.Context, e *env, args []string) error { return runArchive(ctx, e, args, *to, *replace) }
	},
}

// mirrored is the JSON document for a calibration.
type mirrored struct {
	ID      chandra.ID `json:"id"`
	Dir     string     `json:"dir"`
	Changed bool       `json:"changed"`
}

func runArchive(ctx context.Context, e *env, args []string, to string, replace bool) error {
	c, err := e.config()
	if err != nil {
		return err
	}
	ids, err := e.ids(args, "archive")
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		if ids, err = artifact.List(c.ArchiveDir()); err != nil {
			return err
		}
	}
	if to == "" && c.Source.Mirror != "" {
		to = c.Beside(c.Source.Mirror)
	} else if err := c.CheckMirror(to, "--to"); to != "" && err != nil {
		return usageError(err, "archive")
	}
	if to == "" {
		return usageError(errors.New("no archive to copy to: give --to DIR, or set [source] mirror in site.toml"), "archive")
	}
	unlock, err := lock(c.Dir)
	if err != nil {
		return err
	}
	defer unlock()
	documents := []mirrored{}
	for _, id := range ids {
		if err := ctx.Err(); err != nil {
			return err
		}
		d, err := mirror(e, &c, id, to, replace)
		if err != nil {
			return err
		}
		documents = append(documents, d)
	}
	return e.Document(documents)
}

func mirror(e *env, c *config.Config, id chandra.ID, to string, replace bool) (mirrored, error) {
	dir, changed, err := pipeline.Mirror(c.ArchiveDir(), id, to, replace)
	if errors.Is(err, pipeline.ErrForeign) {
		return mirrored{}, &term.ExitError{Code: term.UnsafeTarget, Err: err}
	} else if err != nil {
		return mirrored{}, err
	}
	state := "copied and read back"
	if !changed {
		state = "there already"
	}
	e.Printf("%s  %s: %s", id, dir, state)
	return mirrored{id, dir, changed}, nil
}
