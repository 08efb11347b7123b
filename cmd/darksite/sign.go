package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/pflag"

	"darksite/internal/term"
	"darksite/internal/workspace"
	"darksite/processing/quality"
)

var signVerb = verb{
	name:  "sign",
	args:  "ID --decision accept|reject|note --by NAME --reason TEXT [--date DAY] [--replace]",
	short: "sign off a calibration: accept it, reject it, or leave a note",
	long: `Writes content/signoff/<id>.toml: who decided what and why, with the current verdict and the
date of the rules. The decision stands beside the verdict and never changes it. Accepting a
bad calibration makes it available for comparisons; rejecting a good one removes it from
comparisons, lists and mica's archive.

An existing sign-off is replaced only with --replace.`,
	examples: []string{
		`darksite sign 2016125 --decision accept --by "A. Analyst" --reason "The lost rows are at the edge."`,
		`darksite sign 2016125 --decision reject --by "A. Analyst" --reason "The shutter was open." --replace`,
	},
	words:  calibrations,
	values: map[string][]string{"decision": {string(quality.Accept), string(quality.Reject), string(quality.Note)}},
	setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
		var o signing
		fs.StringVar(&o.decision, "decision", "", "`DECISION`: accept, reject or note")
		fs.StringVar(&o.by, "by", "", "`NAME` of the person who decided")
		fs.StringVar(&o.reason, "reason", "", "`TEXT` of the reason, a sentence or more")
		fs.StringVar(&o.date, "date", "", "`DAY` of the decision, YYYY-MM-DD, instead of today in UTC")
		fs.BoolVar(&o.replace, "replace", false, "replace an existing sign-off")
		return o.run
	},
}

type signing struct {
	decision, by, reason, date string
	replace                    bool
}

func (o *signing) run(ctx context.Context, e *env, args []string) error {
	ids, err := e.ids(args, "sign")
	if err != nil {
		return err
	}
	if len(ids) != 1 {
		return usageError(errors.New("name one calibration"), "sign")
	}
	// A day begins fourteen hours earlier in the east.
	latest := clock().UTC().Add(14 * time.Hour).Format(time.DateOnly)
	if o.date == "" {
		o.date = clock().UTC().Format(time.DateOnly)
	} else if _, err := time.Parse(time.DateOnly, o.date); err != nil {
		return usageError(fmt.Errorf("--date %q: want a day as YYYY-MM-DD", o.date), "sign")
	} else if o.date > latest {
		return usageError(fmt.Errorf("--date %s has not come yet: want the day of the decision", o.date), "sign")
	} else if err := (quality.SignOff{Date: o.date}).Follows(ids[0]); err != nil {
		return usageError(fmt.Errorf("--%w", err), "sign")
	}
	c, unlock, err := e.locked()
	if err != nil {
		return err
	}
	defer unlock()
	rules, err := c.Rules("")
	if err != nil {
		return err
	}
	verdicts, err := c.Score(ctx, ids, rules)
	if errors.Is(err, os.ErrNotExist) {
		return notArchived(c, ids[0], err)
	} else if err != nil {
		return err
	}
	judged := verdicts[0]
	file := workspace.SignOffFile(ids[0])
	signed := quality.SignOff{By: o.by, Date: o.date, Decision: quality.Decision(o.decision), Reason: o.reason,
		Verdict: judged.State, Rules: judged.Rules.Date}
	if signed, err = quality.ParseSignOff(signed.Encode(), "sign-off"); err != nil {
		return usageError(err, "sign")
	}
	path := filepath.Join(c.Dir, filepath.FromSlash(file))
	if _, err := os.Lstat(path); err == nil && !o.replace {
		return &term.ExitError{Code: term.UnsafeTarget, Err: fmt.Errorf("%s already exists", file),
			Hint: fmt.Sprintf("`darksite score %s` shows it; --replace writes a new one", ids[0])}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	if err := writeFile(path, func(w io.Writer) error { _, err := w.Write(signed.Encode()); return err }); err != nil {
		return err
	}
	said, agrees := signed.Beside(judged.Verdict)
	e.Printf("%s: %s", ids[0], judged.Reason)
	e.Printf("%s: %s", file, said)
	e.Hintf("`darksite build` shows it on the pages")
	return e.Document(struct {
		File     string          `json:"file"`
		SignOff  quality.SignOff `json:"sign_off"`
		Disputed bool            `json:"disputed"`
	}{file, signed, !agrees})
}
