package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"darksite/internal/ground/spelling"
	"darksite/internal/term"
	"darksite/internal/workspace"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/evidence"
	"darksite/processing/quantity"
	"darksite/processing/scaling"
	"darksite/processing/telemetry"

	"github.com/spf13/pflag"
)

var whyVerb = verb{
	name:  "why",
	args:  "ID NUMBER",
	short: "trace a published number back to the bytes of the telemetry",
	long: `Traces a number of a calibration in the archive, step by step, down to the bytes of the
telemetry, recomputes it, and says whether the result agrees. NUMBER is

  -512,40  image:0,552            a pixel: ACA row and column, or image row and column
  mean  median  peak  min  max    a statistic of the map
  'N>100'  p95  'mean near peak'  likewise; any threshold, any percentile
  mode  'peak about mode'  'mean near mode'   about the fullest bin
  B:median  'A:N>100'             the same for a quadrant
  'replica 3 rows'                a fact of a replica: rows, bytes, sfdus, segments, data
                                  frames, ledger fill, short rows, long A rows and others
  rows  ccd_temp  ra  dec         a fact of the calibration
  count_adj  'warm fraction'      a number derived from the map and the facts

For a calibration with published numbers only, NUMBER is the name of one of them in the
index or the history; the answer gives the file, the line and the text that it was read
from, and the values of other sources.

Quote names with blanks, and N>100, which a shell would take for a redirection. If the
telemetry is gone, the answer comes from the archive alone. Exit code 1 means that something
contradicts the archive: a number that differs when recomputed, or an input that changed.`,
	examples: []string{
		"darksite why 2016125 mean",
		"darksite why 2016125 'N>100'",
		"darksite why 2016125 -12,34",
		"darksite why 2016125 'replica 3 rows' --json",
	},
	words: questions,
	setup: func(*pflag.FlagSet) func(context.Context, *env, []string) error { return runWhy },
}

func runWhy(ctx context.Context, e *env, args []string) error {
	if len(args) < 2 {
		return usageError(errors.New("name a calibration and a number, for example `darksite why 2016125 mean`"), "why")
	}
	id, question, err := e.firstID(args, "why")
	if err != nil {
		return err
	}
	if len(question) == 0 {
		return usageError(fmt.Errorf("name a number too, for example `darksite why %s mean`", id), "why")
	}
	asked := strings.Join(question, " ")
	q, unclear := parseQuestion(asked)
	if unclear != nil && quantity.Named(asked) == nil {
		return unclear
	}
	c, err := e.site()
	if err != nil {
		return err
	}
	if record, err := publishedOnly(c, id); err != nil {
		return err
	} else if record != nil {
		return whyPublished(e, record, asked)
	}
	if unclear != nil {
		return unclear
	}
	k, err := evidence.Open(ctx, id, evidence.Options{
		Data: c.DataDir(), Archive: c.ArchiveDir(), Reading: telemetry.DefaultOptions, Version: version,
		At: quantity.At{CCDTemp: chandra.Celsius(c.Pages.CommonTempC), Law: scaling.PerPixel},
	})
	if errors.Is(err, fs.ErrNotExist) {
		return notArchived(c, id, err)
	} else if err != nil {
		return err
	}
	a, err := k.Ask(ctx, q)
	if errors.Is(err, evidence.ErrQuestion) {
		return &term.ExitError{Code: term.Usage, Err: err, Hint: whyHelp}
	} else if err != nil {
		return err
	}
	reason{e, c, a}.print()
	if err := e.Document(a); err != nil {
		return err
	}
	if n := len(a.Problems); n > 0 {
		return &term.ExitError{
			Code: term.Failure,
			Err:  fmt.Errorf("%s of %s: %s", a.Question, a.ID, strings.Join(a.Problems, "; ")),
			Hint: fmt.Sprintf("`darksite verify %s` checks the whole calibration", a.ID),
		}
	}
	return nil
}

// whyHelp is the hint where nothing nearer is to be said.
const whyHelp = "`darksite help why` lists the numbers"

// parseQuestion reads a question, or suggests a similar one.
func parseQuestion(text string) (evidence.Question, error) {
	q, err := evidence.Parse(text)
	if err == nil {
		return q, nil
	}
	hint := whyHelp
	if near, ok := spelling.Nearest(strings.ToLower(text), evidence.Names()); ok {
		hint = fmt.Sprintf("did you mean '%s'?", near)
	}
	if strings.EqualFold(text, "N") {
		hint = "quote it, 'N>100': the shell takes the word after > as a file name, and may just have created that file"
	}
	return q, &term.ExitError{Code: term.Usage, Err: err, Hint: hint}
}

// archived reports the first calibration that the archive lacks.
func archived(c *workspace.Workspace, ids ...chandra.ID) error {
	for _, id := range ids {
		if _, err := os.Stat(filepath.Join(c.ArchiveDir(), string(id))); errors.Is(err, fs.ErrNotExist) {
			return notArchived(c, id, err)
		}
	}
	return nil
}

// notArchived is the error for a calibration, or a file of it, that the archive
// lacks.
func notArchived(c *workspace.Workspace, id chandra.ID, err error) error {
	if _, there := os.Stat(filepath.Join(c.ArchiveDir(), string(id), artifact.CalibrationFile)); there == nil {
		return &term.ExitError{Code: term.Failure, Err: err, Hint: fmt.Sprintf("`darksite process %s` makes it again", id)}
	}
	failed := &term.ExitError{Code: term.Failure, Err: fmt.Errorf("%s is not in %s", id, c.Rel(c.ArchiveDir()))}
	if _, err := os.Stat(filepath.Join(c.DataDir(), string(id))); err == nil {
		failed.Hint = fmt.Sprintf("`darksite process %s` puts it there", id)
		return failed
	}
	failed.Hint = workspace.Nearest(string(id), c.LocalIDs())
	return failed
}
