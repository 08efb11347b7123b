package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"darksite/internal/term"
	"darksite/internal/workspace"
	"darksite/processing/artifact"
	"darksite/processing/quality"
)

var scoreVerb = verb{
	name:  "score",
	args:  "[ID...] [--rules FILE]",
	short: "judge calibrations, by any rules",
	long: `Judges all calibrations of the archive, or those named: good, good with remarks (to be
known, nothing to be done), degraded (something changes how the map may be used) or bad. A
verdict depends only on the archive and a rules file, so the whole history can be judged again
by other rules. For a single calibration every clause is shown, with its number, its limit and
what to do.

Without --rules the rules in site.toml apply, else the built-in ones; --print-rules prints
those. A person's decision on a calibration is in content/signoff/<id>.toml; it is shown
beside the verdict and never replaces it. Exit code 4 if a named calibration is bad.`,
	examples: []string{
		"darksite score",
		"darksite score 2016125",
		"darksite score --print-rules > rules.toml",
		"darksite score --rules rules.toml",
	},
	words: calibrations,
	setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
		rules := fs.String("rules", "", "judge by the rules in `FILE`")
		print := fs.Bool("print-rules", false, "print the built-in rules, as a start for your own")
		return func(ctx context.Context, e *env, args []string) error { return runScore(ctx, e, args, *rules, *print) }
	},
}

func runScore(ctx context.Context, e *env, args []string, file string, print bool) error {
	if print {
		_, err := e.Out().Write(quality.DefaultFile())
		return err
	}
	c, err := e.site()
	if err != nil {
		return err
	}
	ids, err := e.ids(args, "score")
	if err != nil {
		return err
	}
	named := len(ids) > 0
	if !named {
		if ids, err = artifact.List(c.ArchiveDir()); err != nil {
			return err
		}
	}
	if len(ids) == 0 {
		return errors.New("the archive is empty: `darksite process` or `darksite import` fills it")
	}
	if err := archived(c, ids...); err != nil {
		return err
	}
	rules, err := c.Rules(file)
	if err != nil {
		return err
	}
	verdicts, err := c.Score(ctx, ids, rules)
	if err != nil {
		return err
	}
	if err := warnUnmatched(e, c); err != nil {
		return err
	}
	bad := 0
	for _, v := range verdicts {
		if v.State == quality.Bad {
			bad++
		}
	}
	if named && len(verdicts) == 1 {
		printClauses(e, verdicts[0])
	} else {
		printVerdicts(e, verdicts)
	}
	if err := e.Document(struct {
		Verdicts []workspace.Judged `json:"verdicts"`
	}{verdicts}); err != nil {
		return err
	}
	if named && bad > 0 {
		return &term.ExitError{Code: term.QualityFailed, Err: fmt.Errorf("%d of %d calibrations are bad", bad, len(verdicts))}
	}
	return nil
}

// printVerdicts is a line for each calibration.
func printVerdicts(e *env, verdicts []workspace.Judged) {
	var rows [][]string
	for _, v := range verdicts {
		signed := ""
		if v.Unread != "" {
			signed = "unread!"
		} else if v.SignOff != nil {
			signed = string(v.SignOff.Decision)
			if v.Disputed {
				signed += "!"
			}
		}
		rows = append(rows, []string{string(v.ID), v.State.Word(), signed, because(v.Verdict)})
	}
	e.Table([]term.Column{{Title: "id"}, {Title: "verdict"}, {Title: "signed"}, {Title: "why", Wrap: true}}, rows)
	e.Verbosef("%s rules of %s", verdicts[0].Rules.Name, verdicts[0].Rules.Date)
}

// because is the reason of a verdict without its word, which stands beside it.
func because(v quality.Verdict) string {
	return strings.TrimLeft(v.Reason[min(len(v.State.Word()), len(v.Reason)):], ":; ")
}

// printClauses is one verdict with all its clauses.
func printClauses(e *env, v workspace.Judged) {
	e.Printf("%s  %s", v.ID, v.Reason)
	if v.Unread != "" {
		e.Printf("         %s", v.Unread)
	} else if v.SignOff != nil {
		e.Printf("         %s %s", v.Beside, v.SignOff.Reason)
	}
	var rows [][]string
	for _, c := range v.Clauses {
		measured := ""
		if c.Measured != nil {
			measured = fmt.Sprintf("%.6g %s", c.Measured.Value, c.Measured.Unit)
		}
		rows = append(rows, []string{string(c.State), c.Name, measured})
	}
	e.Table([]term.Column{{Title: "state"}, {Title: "clause"}, {Title: "measured"}}, rows)
	for _, c := range v.Clauses {
		if c.Counts != quality.Pass {
			e.Printf("%s: %s", c.Name, strings.TrimSpace(c.Sentence+" "+c.Do))
		}
	}
	e.Printf("judged by the %s rules of %s", v.Rules.Name, v.Rules.Date)
}
