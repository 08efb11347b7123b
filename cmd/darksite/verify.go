package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"darksite/internal/legacy"
	"darksite/internal/workspace"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/comparison"
	"darksite/processing/pipeline"
)

var verifyVerb = verb{
	name:  "verify",
	args:  "[ID...] [--archive DIR] | --published [TARGET]",
	short: "check that the archive, or a published site, is complete and consistent",
	long: `Reads back archive/aca_dark/<id>/, for all calibrations or those named, and cross-checks
everything: files against their SHA-256, FITS checksums, counts against the image,
properties.json against calibration.json, the pixel lists against each other, the times of
all sources against each other, the telemetry at hand against the recorded inputs of the
map, and old report pages against what was imported. Each problem is listed; the exit code
is then 1.

--archive reads back what ` + "`darksite archive`" + ` copied into a mica archive: filled pixels are
counted and treated as holes, so that the numbers are the measured ones.

--published reads back what was published to a directory (a name in site.toml or a path), or
a copy of one: each file, missing and extra files, and what rollbacks need.`,
	examples: []string{"darksite verify", "darksite verify 2016125", "darksite verify --published /www/ASPECT"},
	words:    calibrations,
	setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
		copies := fs.String("archive", "", "verify the copies in the archive `DIR`")
		published := fs.Bool("published", false, "verify a published directory")
		return func(ctx context.Context, e *env, args []string) error {
			switch {
			case *copies != "" && *published:
				return usageError(errors.New("--archive and --published exclude each other"), "verify")
			case *copies != "":
				return verifyCopies(ctx, e, *copies, args)
			case !*published:
				return runVerify(ctx, e, args)
			case len(args) > 1:
				return usageError(fmt.Errorf("one target, not %d", len(args)), "verify")
			}
			return verifyPublished(ctx, e, strings.Join(args, ""))
		}
	},
}

// verified is the JSON document for a calibration.
type verified struct {
	ID       chandra.ID `json:"id"`
	Problems []string   `json:"problems"`
	// Contradictions are those that the archive states, of times and others.
	Contradictions []string `json:"contradictions"`
	InputsAbsent   []string `json:"inputs_absent"`
}

func runVerify(ctx context.Context, e *env, args []string) error {
	c, err := e.site()
	if err != nil {
		return err
	}
	ids, err := e.ids(args, "verify")
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		if ids, err = artifact.List(c.ArchiveDir()); err != nil {
			return err
		}
	}
	if err := archived(c, ids...); err != nil {
		return err
	}
	documents := []verified{}
	bad := 0
	for _, id := range ids {
		if err := ctx.Err(); err != nil {
			return err
		}
		d := verified{ID: id, Problems: artifact.Verify(c.ArchiveDir(), id)}
		if cal, err := artifact.Load(c.ArchiveDir(), id); err == nil {
			differ, absent := artifact.VerifyInputs(c.DataDir(), cal)
			d.Problems, d.InputsAbsent = append(d.Problems, differ...), absent
			d.Contradictions = cal.Contradictions
		}
		if _, err := os.Stat(filepath.Join(c.ComparisonsDir(), string(id))); err == nil {
			for _, p := range append(comparison.Verify(c.ComparisonsDir(), id), comparison.VerifyInputs(c.ComparisonsDir(), c.ArchiveDir(), id)...) {
				d.Problems = append(d.Problems, "comparison: "+p)
			}
		}
		d.Problems, d.InputsAbsent = append([]string{}, d.Problems...), append([]string{}, d.InputsAbsent...)
		d.Contradictions = append([]string{}, d.Contradictions...)
		documents = append(documents, d)
		d.print(e)
		if len(d.Problems) > 0 {
			bad++
		}
	}
	beside := besides{Published: []string{}, Comparisons: []string{}, OldPages: []string{}}
	if len(args) == 0 {
		if err := beside.verify(e, c, ids); err != nil {
			return err
		}
	}
	if err := e.Document(struct {
		Calibrations []verified `json:"calibrations"`
		besides
	}{documents, beside}); err != nil {
		return err
	}
	switch {
	case bad > 0:
		return fmt.Errorf("%d of %d calibrations have problems", bad, len(ids))
	case len(beside.Published)+len(beside.Comparisons)+len(beside.OldPages) > 0:
		return errors.New("files beside the archive have problems")
	case len(ids)+beside.records == 0:
		return errors.New("the archive is empty: nothing to verify")
	}
	return nil
}

func (d *verified) print(e *env) {
	state := "whole"
	if len(d.Problems) > 0 {
		state = fmt.Sprintf("%d %s", len(d.Problems), plural(len(d.Problems), "problem", "problems"))
	}
	stated := slices.DeleteFunc(slices.Clone(d.Contradictions), func(p string) bool { return slices.Contains(d.Problems, artifact.TimesProblem+p) })
	if n := len(stated); n > 0 {
		state += fmt.Sprintf("; %d %s", n, plural(n, "contradiction", "contradictions"))
	}
	if n := len(d.InputsAbsent); n > 0 {
		state += fmt.Sprintf("; %d of its inputs %s not at hand", n, plural(n, "is", "are"))
	}
	e.Printf("%s  %s", d.ID, state)
	for _, p := range d.Problems {
		e.Printf("         %s", p)
	}
	for _, p := range stated {
		e.Printf("         contradiction: %s", p)
	}
}

// besides is checked with the whole archive only.
type besides struct {
	// Published are problems of the published numbers, Comparisons those of
	// comparisons without their calibration.
	Published   []string `json:"published_problems"`
	Comparisons []string `json:"comparison_problems"`
	OldPages    []string `json:"old_page_problems"`
	records     int
}

func (b *besides) verify(e *env, c *workspace.Workspace, ids []chandra.ID) error {
	records, problems, err := pipeline.VerifyPublished(c.PublishedDir())
	if err != nil {
		return err
	}
	b.records, b.Published = records, append(b.Published, problems...)
	for _, p := range b.Published {
		e.Printf("%s: %s", c.Rel(c.PublishedDir()), p)
	}
	reports, problems, err := legacy.Verify(c.LegacyDir())
	if err != nil {
		return err
	}
	b.records, b.OldPages = b.records+reports, append(b.OldPages, problems...)
	for _, p := range b.OldPages {
		e.Printf("%s", p)
	}
	gone, err := comparison.Without(c.ComparisonsDir(), ids)
	if err != nil {
		return err
	}
	for _, id := range gone {
		p := fmt.Sprintf("%s: the archive lacks this calibration; remove the directory, which nothing else needs",
			c.Rel(filepath.Join(c.ComparisonsDir(), string(id))))
		b.Comparisons = append(b.Comparisons, p)
		e.Printf("%s", p)
	}
	return nil
}
