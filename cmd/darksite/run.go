package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"darksite/internal/notify"
	"darksite/internal/procedure"
	"darksite/internal/site"
	"darksite/internal/term"
	"darksite/internal/workspace"
	"darksite/processing/chandra"
	"darksite/processing/inputs"
	"darksite/processing/kadi"
	"darksite/processing/pipeline"
)

var runVerb = verb{
	name:  "run",
	args:  "ID [--until STEP | --publish] [--incomplete [--by NAME [--reason TEXT]]] | --due [--dry-run]",
	short: "run the whole procedure for a calibration, as far as possible",
	long: `Runs the steps of the procedure in order: replicas, fetch, check, info, process, archive,
build. Steps already done are skipped. When it has to wait it stops, says why and ends with
exit code 3; run it again later. It can be stopped at any moment and started again, with the
same result. The journal .darksite/journal.jsonl records what was done.

--publish also publishes to the default target of site.toml.
--incomplete continues with the replicas at hand; use it when the others are lost. The map
is marked incomplete. With --by NAME (and --reason TEXT) the loss is recorded in
data/<id>/lost.toml, and later runs, status and check no longer wait; remove the file to
wait again.
--due runs every calibration of the last two months that kadi knows and that has no pages
yet, and publishes if site.toml has a default target; with nothing to do it prints nothing.
Made for cron. Where [notify] in site.toml names recipients, it sends them mail when a
calibration is bad, late, or waits for a person, once for each event.
--dry-run lists the steps that are left and shows the mail; it runs, sends and writes nothing.`,
	examples: []string{
		"darksite run 2016125",
		"darksite run 2016125 --publish",
		"darksite run --due --quiet",
		"darksite run --due --dry-run",
		`darksite run 2016125 --incomplete --by "A. Analyst" --reason "replica 4 was lost on the ground"`,
	},
	words:  calibrations,
	values: map[string][]string{"until": stepNames()},
	setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
		var o running
		fs.StringVar(&o.until, "until", "", "stop after `STEP`")
		fs.BoolVar(&o.incomplete, "incomplete", false, "continue with the replicas at hand")
		fs.StringVar(&o.by, "by", "", "with --incomplete: `NAME` of the person who declares the other replicas lost")
		fs.StringVar(&o.reason, "reason", "", "with --by: `TEXT` of the reason")
		fs.BoolVar(&o.publish, "publish", false, "publish at the end")
		fs.BoolVar(&o.due, "due", false, "run all calibrations that are due")
		fs.BoolVar(&o.dryRun, "dry-run", false, "list what would be done, and do nothing")
		return o.run
	},
}

// stepNames are what --until takes.
func stepNames() (names []string) {
	for _, step := range procedure.Steps {
		names = append(names, string(step.Name))
	}
	return names
}

type running struct {
	until, by, reason                string
	incomplete, due, publish, dryRun bool
}

// ran is the JSON document for a calibration.
type ran struct {
	ID    chandra.ID `json:"id"`
	Steps []ranStep  `json:"steps"`
	// Result is done, wait or failed; Why is the reason for the latter two.
	Result string `json:"result"`
	Why    string `json:"why,omitempty"`
}

type ranStep struct {
	Step    procedure.Name `json:"step"`
	Result  string         `json:"result"`
	Seconds float64        `json:"seconds"`
}

func (o *running) run(ctx context.Context, e *env, args []string) error {
	ids, err := e.ids(args, "run")
	switch {
	case err != nil:
		return err
	case o.due == (len(ids) > 0):
		return usageError(errors.New("name a calibration, or --due"), "run")
	}
	if (o.by != "" || o.reason != "") && (!o.incomplete || o.by == "") || o.by != "" && len(ids) != 1 {
		return usageError(errors.New("--by NAME declares, with --incomplete, the other replicas of one calibration lost; --reason goes with --by"), "run")
	}
	until := procedure.Build
	if o.publish && o.until != "" {
		return usageError(errors.New("--until and --publish exclude each other"), "run")
	}
	if o.until != "" {
		if until, err = procedure.Parse(o.until); err != nil {
			return usageError(err, "run")
		}
	}
	c, unlock, err := o.open(e)
	if err != nil {
		return err
	}
	defer unlock()
	if o.publish && c.Publish.Default == "" {
		return &term.ExitError{Code: term.Configuration, Err: errors.New("no publish target is set"), Hint: "set [publish] default in site.toml"}
	}
	if o.publish || o.due && o.until == "" && c.Publish.Default != "" {
		until = procedure.Publish
	}
	if o.by != "" && !o.dryRun {
		if err := writeTold(e, c, ids[0], o.by, o.reason); err != nil {
			return err
		}
	}
	e.warnStrays(c)
	e.warnFaults(c)
	if o.due {
		if ids, err = dueIDs(c); err != nil {
			return err
		}
	}
	if o.dryRun {
		return o.plan(e, c, ids, until)
	}
	documents := []ran{}
	var failures []error
	for _, id := range ids {
		d, err := o.one(ctx, e, c, id, until)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		documents = append(documents, d)
		if err != nil && len(ids) > 1 {
			e.Errorf("%s: %v", id, err)
		}
		if err != nil {
			failures = append(failures, err)
		}
	}
	if o.due && len(documents) > 0 {
		e.Printf("%s", paragraph(documents))
	}
	var untold error
	if o.due {
		untold = tell(ctx, e, c)
	}
	if err := e.Document(documents); err != nil {
		return err
	}
	failed := worst(failures, len(ids))
	if len(ids) == 1 && len(failures) == 1 {
		failed = failures[0]
	}
	if failed == nil {
		return untold
	}
	if untold != nil {
		e.Errorf("%s", strings.TrimSpace(untold.Error()+"\n"+term.HintOf(untold))) // the exit code is that of the run
	}
	return failed
}

// open gives the site directory, locked unless nothing will be written.
func (o *running) open(e *env) (c *workspace.Workspace, unlock func(), err error) {
	if o.dryRun {
		c, err = e.site()
		return c, func() {}, err
	}
	return e.locked()
}

// toDo are the steps of a calibration that are left.
type toDo struct {
	ID    chandra.ID `json:"id"`
	Steps []string   `json:"steps"`
}

// plan tells what would be done and, for those that are due, which mail is to be sent
// as things stand.
func (o *running) plan(e *env, c *workspace.Workspace, ids []chandra.ID, until procedure.Name) error {
	all := []toDo{}
	for _, id := range ids {
		steps, err := checklist(c, id)
		if err != nil {
			return err
		}
		one := toDo{id, []string{}}
		for _, s := range steps {
			if s.State != procedure.Skipped && (s.State != procedure.Done || s.Again) {
				one.Steps = append(one.Steps, string(s.Name))
			}
			if s.Name == until {
				break
			}
		}
		all = append(all, one)
		if len(one.Steps) == 0 {
			e.Printf("%s  nothing is left to do", id)
		} else {
			e.Printf("%s  would run %s", id, strings.Join(one.Steps, ", "))
		}
	}
	mail := []notify.Message{}
	if o.due {
		m, err := openMail(c)
		if err != nil {
			return err
		}
		if m != nil {
			mail = append(mail, m.messages...)
			m.show(e)
		}
	}
	return e.Document(struct {
		Calibrations []toDo           `json:"calibrations"`
		Mail         []notify.Message `json:"mail"`
	}{all, mail})
}

// paragraph summarizes all results, for a mail.
func paragraph(all []ran) string {
	var sentences []string
	for _, d := range all {
		switch d.Result {
		case procedure.ResultDone:
			sentences = append(sentences, fmt.Sprintf("Calibration %s is done.", d.ID))
		case procedure.ResultWait:
			sentences = append(sentences, fmt.Sprintf("Calibration %s waits: %s.", d.ID, strings.TrimSuffix(d.Why, ".")))
		default:
			sentences = append(sentences, fmt.Sprintf("Calibration %s failed: %s.", d.ID, strings.TrimSuffix(d.Why, ".")))
		}
	}
	return strings.Join(sentences, " ")
}

// worst is one error for several calibrations: a failure outranks a wait.
func worst(failures []error, of int) error {
	if len(failures) == 0 {
		return nil
	}
	i := slices.IndexFunc(failures, func(err error) bool { return term.CodeOf(classified(err)) != term.Incomplete })
	return &term.ExitError{Code: term.CodeOf(classified(failures[max(i, 0)])), Err: fmt.Errorf("%d of %d calibrations are not done", len(failures), of)}
}

// dueIDs are the calibrations that kadi knows of and that have no pages yet.
func dueIDs(c *workspace.Workspace) (due []chandra.ID, err error) {
	if c.Source.Kadi == "" {
		return nil, &term.ExitError{Code: term.Configuration, Err: errors.New("--due needs kadi's event database, and no kadi file is named"), Hint: "set [source] kadi in site.toml"}
	}
	known, err := recent(c)
	if err != nil {
		return nil, err
	}
	for _, k := range known {
		id := k.ID
		if givenUp(c, k) {
			continue
		}
		// An error of one is reported in its turn, and does not stop the others.
		steps, err := checklist(c, id)
		if err != nil || procedure.Current(steps) != nil {
			due = append(due, id)
		}
	}
	return due, nil
}

// givenUp tells of an attempt that was begun again: it is not waited for, unless
// somebody took it up.
func givenUp(c *workspace.Workspace, k kadi.Calibration) bool {
	if k.RepeatedAs == "" {
		return false
	}
	_, err := os.Stat(filepath.Join(c.DataDir(), string(k.ID)))
	return errors.Is(err, fs.ErrNotExist)
}

// one does the remaining steps of a calibration.
func (o *running) one(ctx context.Context, e *env, c *workspace.Workspace, id chandra.ID, until procedure.Name) (ran, error) {
	d := ran{ID: id, Steps: []ranStep{}, Result: procedure.ResultDone}
	// A calibration refused for mica's archive still gets its pages, which say why;
	// they are not published by themselves.
	var refused error
	for _, s := range procedure.Steps {
		if refused != nil && s.Name == procedure.Publish {
			break
		}
		steps, err := checklist(c, id)
		if err != nil {
			err = record(c, id, s.Name, func() (string, bool, error) { return "", false, err })
			d.Result, d.Why = resultOf(err), err.Error()
			return d, err
		}
		at := steps[slices.IndexFunc(steps, func(step procedure.Step) bool { return step.Name == s.Name })]
		switch {
		case at.State == procedure.Skipped:
			e.Verbosef("%s  %s: skipped, %s", id, s.Name, at.Detail)
		case at.State == procedure.Done && !at.Again:
			detail := at.Detail
			if detail != "" {
				detail = ", " + detail
			}
			e.Printf("%s  %s: done already%s", id, s.Name, detail)
		default:
			started := time.Now()
			result := procedure.ResultDone
			err = record(c, id, s.Name, func() (string, bool, error) {
				err := o.do(ctx, e, c, id, s.Name)
				result = resultOf(err)
				return "", false, err
			})
			d.Steps = append(d.Steps, ranStep{s.Name, result, time.Since(started).Seconds()})
			if isRefusal(err) {
				refused = err
				e.Warnf("%v", err)
			} else if err != nil {
				d.Result, d.Why = result, err.Error()
				return d, err
			}
		}
		if s.Name == until {
			break
		}
	}
	if refused != nil {
		d.Result, d.Why = procedure.ResultFailed, refused.Error()
		return d, refused
	}
	e.Printf("%s  done as far as %s", id, until)
	return d, nil
}

// isRefusal tells whether a calibration was refused for mica's archive.
func isRefusal(err error) bool {
	var r *pipeline.Refusal
	return errors.As(err, &r)
}

func resultOf(err error) string {
	switch {
	case err == nil:
		return procedure.ResultDone
	case term.CodeOf(classified(err)) == term.Incomplete:
		return procedure.ResultWait
	case errors.Is(err, context.Canceled):
		return procedure.ResultStopped
	}
	return procedure.ResultFailed
}

// record does a step and writes its result to the journal.
func record(c *workspace.Workspace, id chandra.ID, step procedure.Name, do func() (detail string, already bool, err error)) error {
	started := time.Now()
	detail, already, err := do()
	entry := procedure.Entry{
		Time: started.UTC().Format(time.RFC3339), ID: id, Step: step, Result: resultOf(err),
		Seconds: float64(time.Since(started).Milliseconds()) / 1000, Version: version, Detail: detail,
	}
	switch {
	case err != nil:
		err := classified(err)
		entry.Detail, entry.Hint, entry.Exit = err.Error(), term.HintOf(err), term.CodeOf(err)
	case already:
		entry.Result = procedure.ResultAlready
	}
	return errors.Join(err, procedure.Append(journalPath(c), entry))
}

// do does one step.
func (o *running) do(ctx context.Context, e *env, c *workspace.Workspace, id chandra.ID, step procedure.Name) error {
	switch step {
	case procedure.Replicas:
		k, err := askKadi(c, id)
		if err != nil {
			return err
		}
		e.Printf("%s", k.Sentence())
		for _, w := range k.Warnings {
			e.Warnf("%s", w)
		}
		if k.State == kadi.Wait && !o.incomplete {
			return &term.ExitError{Code: term.Incomplete, Err: errors.New(k.Sentence()),
				Hint: fmt.Sprintf("run `darksite run %s` again later; `--incomplete` continues with the replicas at hand, and `--by NAME` gives up the others", id)}
		}
		if unheardOf(&k) && !o.incomplete {
			return withHint(errors.New(k.Sentence()), fmt.Sprintf("`darksite status` lists the known calibrations; `darksite run %s --incomplete` continues without kadi", id))
		}
	case procedure.Fetch:
		return o.fetch(ctx, e, c, id)
	case procedure.Check:
		d, err := check(ctx, c, id, o.incomplete)
		if err != nil {
			return err
		}
		d.print(e)
		err = d.err()
		switch {
		case err == nil || o.incomplete && len(d.Files) > 0 && d.State != contradictory:
		case d.State == contradictory:
			return &term.ExitError{Code: term.QualityFailed, Err: err, Hint: fmt.Sprintf("%s; then `darksite run %s` continues", d.contradictoryHint(), id)}
		case d.State == damaged && !d.unusable:
			return &term.ExitError{Code: term.QualityFailed, Err: err,
				Hint: fmt.Sprintf("fetch the files again; or `darksite run %s --incomplete` continues with the files at hand, and marks the map incomplete", id)}
		default:
			return err
		}
	case procedure.Info:
		info := newInfoOptions()
		d, err := info.find(c, id)
		if err != nil {
			return err
		}
		if err := d.write(c); err != nil {
			return err
		}
		d.print(e, c)
	case procedure.Process:
		r, err := processOne(ctx, e, c, id)
		if err != nil {
			return err
		}
		_, apart, err := compareAll(ctx, e, c)
		if err != nil {
			return err
		}
		if slices.Contains(apart, id) {
			return notCompared([]chandra.ID{id})
		}
		return verdicts(e, c, []processed{documentOf(r)})
	case procedure.Archive:
		_, err := (&archiving{to: c.Beside(c.Source.Mirror)}).copy(e, c, id)
		return err
	case procedure.Build:
		// Other calibrations, whose telemetry may still be arriving, wait for their
		// own run.
		b, err := c.BuildPages(ctx, e.shown(c), "run "+string(id))
		if err != nil {
			return err
		}
		e.Printf("%s: %s files added, %s changed", c.Rel(filepath.Join(c.PublicDir(), site.Section, "index.html")), num(len(b.Added)), num(len(b.Changed)))
	case procedure.Publish:
		at, err := findPlace(c, "")
		if err != nil {
			return err
		}
		_, err = (&publishing{}).to(ctx, e, c, at)
		return err
	case procedure.TWiki:
		return errors.New("posting to the TWiki needs a request: `darksite twiki " + string(id) + " --post`")
	}
	return nil
}

// fetch copies the telemetry. It does not wait for replicas declared lost.
func (o *running) fetch(ctx context.Context, e *env, c *workspace.Workspace, id chandra.ID) error {
	_, err := fetchOne(ctx, e, c, id, fetching{})
	if c.Source.Kadi == "" && !o.incomplete || err != nil && term.CodeOf(err) != term.Incomplete {
		return err
	}
	var k kadi.Calibration
	if c.Source.Kadi != "" {
		var failed error
		if k, failed = askKadi(c, id); failed != nil {
			return failed
		}
	}
	switch {
	case o.incomplete || k.State == kadi.Lost && k.Told != nil:
		if err != nil {
			e.Warnf("%v", err)
		}
		return nil
	case err != nil && k.State == kadi.Lost:
		return &term.ExitError{Code: term.Incomplete, Err: err,
			Hint: fmt.Sprintf("replicas are lost; if the others suffice, `darksite run %s --incomplete` continues with them", id)}
	case err != nil:
		return err
	}
	files, err := inputs.Scan(filepath.Join(c.DataDir(), string(id)), c.Calibrations.Eras)
	if err == nil && len(files.VC2) < len(k.Replicas) {
		err = &term.ExitError{Code: term.Incomplete, Err: fmt.Errorf("kadi has %d replicas of %s, and %d have telemetry", len(k.Replicas), id, len(files.VC2)),
			Hint: fmt.Sprintf("wait and run `darksite run %s` again, or continue without them: `--incomplete`", id)}
	}
	return err
}

// withHint adds a hint and keeps the exit code.
func withHint(err error, hint string) error {
	return &term.ExitError{Code: term.CodeOf(classified(err)), Err: err, Hint: hint}
}
