package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"darksite/internal/config"
	"darksite/internal/ground/workers"
	"darksite/internal/term"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/comparison"
	"darksite/processing/pipeline"
	"darksite/processing/quality"
)

var scoreVerb = verb{
	name:  "score",
	args:  "[ID...] [--rules FILE]",
	short: "the verdict on calibrations, by any rules",
	long: `Judges calibrations of the archive, all of them or those named: good, degraded (usable, and
why not without care) or bad. A verdict is a function of the archive and of a rules file and
of nothing else, so all of history can be judged again by other rules. For one calibration
every clause is shown, with its number, its limit and what to do.

Without --rules those of site.toml hold, or the built-in ones, which --print-rules prints.
What a person says of a calibration is content/signoff/<id>.toml; it is shown beside the
verdict and never instead of it. Exit code 4 when a calibration that was named is bad.`,
	examples: []string{
		"darksite score",
		"darksite score 2016125",
		"darksite score --print-rules > rules.toml",
		"darksite score --rules rules.toml",
	},
	words: calibrations,
	setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
		rules := fs.String("rules", "", "judge by the rules in `FILE`")
		print := fs.Bool("print-rules", false, "print the built-in rules, to start a file of your own")
		return func(ctx context.Context, e *env, args []string) error { return runScore(ctx, e, args, *rules, *print) }
	},
}

// scored is a verdict with what a person said, if anybody did.
type scored struct {
	quality.Verdict
	SignOff  *quality.SignOff `json:"sign_off"`
	Beside   string           `json:"sign_off_sentence,omitempty"`
	Disputed bool             `json:"disputed"`
	Unread   string           `json:"sign_off_unread,omitempty"` // why a sign-off counts as none

	comparison *comparison.Comparison // that the verdict rests on; nil without one
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
	if err := archived(&c, ids...); err != nil {
		return err
	}
	rules, err := rulesOf(&c, file)
	if err != nil {
		return err
	}
	verdicts, err := score(ctx, &c, ids, rules)
	if err != nil {
		return err
	}
	if err := warnUnmatched(e, &c); err != nil {
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
		Verdicts []scored `json:"verdicts"`
	}{verdicts}); err != nil {
		return err
	}
	if named && bad > 0 {
		return &term.ExitError{Code: term.QualityFailed, Err: fmt.Errorf("%d of %d calibrations are bad", bad, len(verdicts))}
	}
	return nil
}

// rulesOf reads the rules of a file, else of site.toml, else the built-in ones.
func rulesOf(c *config.Config, file string) (*quality.Rules, error) {
	if file == "" && c.Quality.Rules != "" {
		file = c.Quality.Rules
		if !filepath.IsAbs(file) {
			file = filepath.Join(c.Dir, file)
		}
	}
	if file == "" {
		return quality.DefaultRules(), nil
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, &term.ExitError{Code: term.Configuration, Err: fmt.Errorf("rules: %w", err), Hint: "`darksite score --print-rules > FILE` makes one to start from"}
	}
	rules, err := quality.ParseRules(content, file)
	if err != nil {
		return nil, &term.ExitError{Code: term.Configuration, Err: err, Hint: "`darksite score --print-rules` shows a file that holds"}
	}
	return rules, nil
}

// score judges calibrations, in their order.
func score(ctx context.Context, c *config.Config, ids []chandra.ID, rules *quality.Rules) ([]scored, error) {
	compared, err := comparedBy(ctx, c, rules)
	if err != nil {
		return nil, err
	}
	verdicts := make([]scored, len(ids))
	err = workers.Each(len(ids), func(i int) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		cal, err := artifact.Load(c.ArchiveDir(), ids[i])
		if err != nil {
			return err
		}
		if compared == nil {
			verdicts[i], err = judge(c, cal, rules)
		} else {
			verdicts[i], err = judgeWith(c, cal, compared[ids[i]], rules)
		}
		return err
	})
	return verdicts, err
}

// comparedBy gives the comparisons that belong to some rules: a calibration that they
// call bad is no partner of another. It is nil where those that are stored do.
func comparedBy(ctx context.Context, c *config.Config, rules *quality.Rules) (map[chandra.ID]*comparison.Comparison, error) {
	ids, err := artifact.List(c.ArchiveDir())
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		stored, err := comparison.Load(c.ComparisonsDir(), id)
		if err == nil && stored.Provenance.Rules == comparison.Rules(rules.Source()) {
			continue
		} else if errors.Is(err, fs.ErrNotExist) {
			continue // not compared yet, and judged without
		} else if err != nil {
			return nil, err
		}
		o, err := comparingOptions(c)
		if err != nil {
			return nil, err
		}
		o.Rules = rules
		return pipeline.ComparedUnder(ctx, o)
	}
	return nil, nil
}

// judge holds a calibration against rules, and reads what a person said of it.
func judge(c *config.Config, cal *artifact.Calibration, rules *quality.Rules) (scored, error) {
	compared, err := comparison.Load(c.ComparisonsDir(), cal.ID)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return scored{}, err
	}
	return judgeWith(c, cal, compared, rules)
}

// judgeWith is judge with a comparison, nil for none.
func judgeWith(c *config.Config, cal *artifact.Calibration, compared *comparison.Comparison, rules *quality.Rules) (s scored, err error) {
	s = scored{Verdict: quality.Judge(quality.Subject{Calibration: cal, Comparison: compared}, rules), comparison: compared}
	signed, unread := signOffOf(c, cal.ID)
	if unread != nil {
		s.Unread = unread.Error() + "."
	} else if signed != nil {
		said, agrees := signed.Beside(s.Verdict)
		s.SignOff, s.Beside, s.Disputed = signed, said, !agrees
	}
	return s, nil
}

// signOffOf is what a person said of a calibration, nil where nobody did. The error
// says why a file counts as none: one that is wrong stops nothing else.
func signOffOf(c *config.Config, id chandra.ID) (*quality.SignOff, error) {
	file := signOffFile(id)
	content, err := os.ReadFile(filepath.Join(c.Dir, filepath.FromSlash(file)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var o quality.SignOff
	if err == nil {
		o, err = quality.ParseSignOff(content, file)
		if err == nil {
			if err = o.Follows(id); err != nil {
				err = fmt.Errorf("%s: %w", file, err)
			}
		}
	}
	if err != nil {
		wrong, _, _ := strings.Cut(err.Error(), "\n") // the first of what is wrong
		return nil, fmt.Errorf("%s counts as not signed: %s; mend the file, or write it anew with `darksite sign %s --replace`", id, wrong, id)
	}
	return &o, nil
}

// printVerdicts is a line for each calibration.
func printVerdicts(e *env, verdicts []scored) {
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
		rows = append(rows, []string{string(v.ID), string(v.State), signed, v.Summary})
	}
	e.Table([]term.Column{{Title: "id"}, {Title: "verdict"}, {Title: "signed"}, {Title: "why"}}, rows)
	e.Verbosef("%s rules of %s", verdicts[0].Rules.Name, verdicts[0].Rules.Date)
}

// printClauses is one verdict with all its clauses.
func printClauses(e *env, v scored) {
	e.Printf("%s  %s", v.ID, v.Summary)
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
		if c.Counts == quality.Degraded || c.Counts == quality.Bad {
			e.Printf("%s: %s", c.Name, c.Sentence)
		}
	}
	e.Printf("judged by the %s rules of %s", v.Rules.Name, v.Rules.Date)
}
