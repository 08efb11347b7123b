package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"darksite/internal/lock"
	"darksite/internal/procedure"
	"darksite/internal/term"
	"darksite/internal/workspace"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/pipeline"
	"darksite/processing/quality"
)

var archiveVerb = verb{
	name:  "archive",
	args:  "[ID...] [--to DIR] [--classic DIR] [--fill] [--force] [--replace]",
	short: "copy calibrations into a mica archive",
	long: `Copies the files of all calibrations, or of those named, into an existing mica archive
(--to, else [source] mirror in site.toml; its aca_dark directory, or the one above). Each
calibration is checked first, read back afterwards, and appears in one step: readers never
see part of one. A copy that already has the same bytes is a success; a copy that darksite
did not make, or that was changed, is replaced only with --replace (else exit code 12).

Readers of that archive take the newest map without asking how good it is. Three kinds are
therefore refused, with the reason and exit code 4: a map judged bad (unless
content/signoff/<id>.toml accepts it with that verdict), a map without a CCD temperature,
and a map with pixels without a value. All are checked before anything is written; one
refused calibration does not hold up the others.

--fill fills pixels without a value, in the copy only: from the last usable map, scaled to
this temperature by the per-pixel law, else with the median of the neighbouring pixels of
the same quadrant. The header, properties.json and the table FILLED in image.fits record
which pixels were filled and how.
--force copies in spite of a refusal, says so, and records it in properties.json and the
journal.
--classic writes DIR/<id>/imd.fits, info.csv and the cumulative Result/zodi.csv instead, for
scripts that read the old data directory. With --to both are written.`,
	examples: []string{"darksite archive 2016125", "darksite archive 2016125 --to /data/aca/archive/aca_dark --fill"},
	words:    calibrations,
	setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
		var o archiving
		fs.StringVar(&o.to, "to", "", "copy to `DIR` instead of the mirror in site.toml")
		fs.StringVar(&o.classic, "classic", "", "write the layout of the old data directory into `DIR`")
		fs.BoolVar(&o.fill, "fill", false, "fill pixels without a value, in the copy")
		fs.BoolVar(&o.force, "force", false, "copy in spite of a refusal")
		fs.BoolVar(&o.replace, "replace", false, "replace copies that darksite did not make, or that were changed")
		return o.run
	},
}

// archiving copies calibrations to where others read them.
type archiving struct {
	to, classic          string // "" for not there
	fill, force, replace bool

	rules *quality.Rules
	zodi  pipeline.ZodiRows // for classic
}

// mirrored is the JSON document for a calibration.
type mirrored struct {
	ID      chandra.ID       `json:"id"`
	Dir     string           `json:"dir"`
	Classic string           `json:"classic,omitempty"` // directory
	Changed bool             `json:"changed"`
	Filled  *artifact.Filled `json:"filled"`
	Forced  []string         `json:"forced"`  // reasons that were overridden
	Refused []string         `json:"refused"` // reasons; nothing was written
	Error   string           `json:"error,omitempty"`
}

func (o *archiving) run(ctx context.Context, e *env, args []string) error {
	c, err := e.site()
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
	if o.to == "" && o.classic == "" && c.Source.Mirror != "" {
		o.to = c.Beside(c.Source.Mirror)
	} else if err := c.CheckMirror(o.to, "--to"); o.to != "" && err != nil {
		return usageError(err, "archive")
	}
	if err := c.CheckMirror(o.classic, "--classic"); o.classic != "" && err != nil {
		return usageError(err, "archive")
	}
	if o.to == "" && o.classic == "" {
		return usageError(errors.New("no archive to copy to: give --to DIR, or set [source] mirror in site.toml"), "archive")
	}
	unlock, err := lock.Write(c.Dir)
	if err != nil {
		return err
	}
	defer unlock()
	documents := make([]mirrored, len(ids))
	failures := make([]error, len(ids))
	for i, id := range ids { // all are checked before any is written
		if err := ctx.Err(); err != nil {
			return err
		}
		documents[i] = mirrored{ID: id, Forced: []string{}, Refused: []string{}}
		_, failures[i] = o.prepare(c, id)
	}
	for i, id := range ids {
		if err := ctx.Err(); err != nil {
			return err
		}
		if failures[i] == nil {
			documents[i], failures[i] = o.copy(e, c, id)
		}
		if failures[i] == nil && documents[i].Changed {
			failures[i] = o.journal(c, documents[i])
		}
		if failures[i] == nil {
			continue
		}
		documents[i].Error = failures[i].Error()
		var refused *pipeline.Refusal
		if errors.As(failures[i], &refused) {
			documents[i].Refused = refused.Reasons
		}
		if len(ids) > 1 {
			e.Errorf("%v", failures[i])
		}
	}
	if err := e.Document(documents); err != nil {
		return err
	}
	if len(ids) == 1 {
		return failures[0]
	}
	return notCopied(failures)
}

// notCopied is one error for several calibrations: an unsafe target outranks a
// refusal, and a refusal outranks damage here.
func notCopied(failures []error) error {
	failed := slices.DeleteFunc(slices.Clone(failures), func(err error) bool { return err == nil })
	if len(failed) == 0 {
		return nil
	}
	code := term.Failure
	for _, want := range []int{term.UnsafeTarget, term.QualityFailed} {
		if slices.ContainsFunc(failed, func(err error) bool { return term.CodeOf(classified(err)) == want }) {
			code = want
			break
		}
	}
	return &term.ExitError{Code: code, Err: fmt.Errorf("%d of %d calibrations were not copied", len(failed), len(failures))}
}

// prepare makes the files of a copy and writes nothing: it is nil if the copy
// exists and pixels without a value are the only reason for a refusal.
func (o *archiving) prepare(c *workspace.Workspace, id chandra.ID) (*pipeline.Prepared, error) {
	if err := archived(c, id); err != nil {
		return nil, err
	}
	out, err := o.outgoing(c, id)
	if err != nil {
		return nil, err
	}
	p, err := out.Prepare()
	var refused *pipeline.Refusal
	if errors.As(err, &refused) {
		if o.to != "" && o.classic == "" && refused.Fillable {
			if there, err := pipeline.Mirrored(c.ArchiveDir(), id, o.to); err == nil && there {
				return nil, nil
			}
		}
		return nil, o.refused(refused)
	} else if err != nil {
		return nil, err
	}
	if o.to != "" {
		err = out.Check(o.to)
	}
	if err == nil && o.classic != "" {
		var k *pipeline.Classic
		if k, err = o.old(c, p); err == nil {
			err = k.Check()
		}
	}
	return p, unsafe(err)
}

// unsafe adds the exit code for a target with files of others.
func unsafe(err error) error {
	if errors.Is(err, pipeline.ErrForeign) || errors.Is(err, pipeline.ErrChanged) {
		return &term.ExitError{Code: term.UnsafeTarget, Err: err}
	}
	return err
}

// outgoing is a calibration with its standing and, to fill holes, the last usable
// one before it.
func (o *archiving) outgoing(c *workspace.Workspace, id chandra.ID) (*pipeline.Outgoing, error) {
	standing, _, err := o.standing(c, id)
	if err != nil {
		return nil, err
	}
	out := &pipeline.Outgoing{ID: id, Archive: c.ArchiveDir(), Standing: standing, Fill: o.fill, Force: o.force, Replace: o.replace}
	if !o.fill {
		return out, nil
	}
	ids, err := artifact.List(c.ArchiveDir())
	if err != nil {
		return nil, err
	}
	for _, before := range slices.Backward(ids) {
		if before >= id {
			continue
		}
		standing, temp, err := o.standing(c, before)
		if err != nil {
			return nil, err
		}
		if standing.Usable && temp {
			out.Earlier = []chandra.ID{before}
			break
		}
	}
	return out, nil
}

// standing judges a calibration, and tells whether its temperature is known.
func (o *archiving) standing(c *workspace.Workspace, id chandra.ID) (s quality.Standing, temp bool, err error) {
	if o.rules == nil {
		if o.rules, err = c.Rules(""); err != nil {
			return s, false, err
		}
	}
	cal, err := artifact.Load(c.ArchiveDir(), id)
	if err != nil {
		return s, false, err
	}
	v, err := c.Judge(cal, o.rules)
	if err != nil {
		return s, false, err
	}
	s = quality.StandingOf(v.Verdict, v.SignOff)
	if v.Unread != "" {
		// It may be a rejection, and readers of that archive do not ask.
		return quality.Standing{Why: strings.TrimSuffix(v.Unread, ".")}, cal.Facts.CCDTemp != nil, nil
	}
	if !s.Usable {
		s.Why += " (" + v.Reason + ")"
	}
	return s, cal.Facts.CCDTemp != nil, nil
}

// hindrance is the reason for a refusal that calibration.json gives, "" for none.
func (o *archiving) hindrance(c *workspace.Workspace, id chandra.ID) string {
	out, err := o.outgoing(c, id)
	if err != nil {
		return err.Error()
	}
	cal, err := artifact.Load(c.ArchiveDir(), id)
	if err != nil {
		return err.Error()
	}
	return strings.Join(out.Against(cal), "; ")
}

// refused adds what to do, and whether readers have an earlier copy.
func (o *archiving) refused(r *pipeline.Refusal) error {
	err := error(r)
	if dir := pipeline.Holds(o.to, r.ID); o.to != "" && dir != "" {
		err = fmt.Errorf("%w; readers have an earlier copy, %s: remove it if they must not use it", err, dir)
	}
	hint := fmt.Sprintf("fix the named problem; a person can accept the calibration in content/signoff/%s.toml; --force copies it anyway, and records that", r.ID)
	if r.Fillable {
		hint = fmt.Sprintf("`darksite archive %s --fill` fills them, in the copy only", r.ID)
	}
	return &term.ExitError{Code: term.QualityFailed, Err: err, Hint: hint}
}

// old is the copy in the layout of the old data directory.
func (o *archiving) old(c *workspace.Workspace, p *pipeline.Prepared) (*pipeline.Classic, error) {
	if o.zodi == nil {
		var err error
		if o.zodi, err = pipeline.ArchiveZodi(c.ArchiveDir()); err != nil {
			return nil, err
		}
	}
	return &pipeline.Classic{Prepared: p, Root: o.classic, Rows: o.zodi, Replace: o.replace}, nil
}

// copy writes a calibration and reports the result.
func (o *archiving) copy(e *env, c *workspace.Workspace, id chandra.ID) (mirrored, error) {
	d := mirrored{ID: id, Forced: []string{}, Refused: []string{}}
	p, err := o.prepare(c, id)
	if err != nil {
		return d, err
	}
	if p == nil {
		d.Dir = pipeline.Holds(o.to, id)
		e.Printf("%s  %s: there already, with pixels that were filled", id, d.Dir)
		return d, nil
	}
	d.Filled, d.Forced = p.Filled, append(d.Forced, p.Forced...)
	for _, reason := range p.Forced {
		e.Warnf("%s: FORCED: copied although %s", id, reason)
	}
	if p.Simulated {
		e.Warnf("%s: its telemetry was simulated, which the copy says too (SIMULATD in %s): it is no dark current of the flight CCD", id, artifact.ImageFile)
	}
	if o.to != "" {
		if d.Dir, d.Changed, err = p.Put(o.to); err != nil {
			return d, unsafe(err)
		}
		e.Printf("%s  %s: %s", id, d.Dir, map[bool]string{true: "copied and read back", false: "there already"}[d.Changed])
	}
	if o.classic != "" {
		k, err := o.old(c, p)
		if err != nil {
			return d, err
		}
		dir, changed, warnings, err := k.Put()
		if err != nil {
			return d, unsafe(err)
		}
		for _, w := range warnings {
			e.Warnf("%s", w)
		}
		e.Printf("%s  %s: %s", id, dir, map[bool]string{true: "imd.fits and Result/zodi.csv written", false: "there already"}[changed])
		d.Classic, d.Changed = dir, d.Changed || changed
	}
	if f := p.Filled; f != nil {
		e.Printf("%s  %s", id, filledText(f))
	}
	return d, nil
}

// filledText says how many pixels were filled, and from what.
func filledText(f *artifact.Filled) string {
	var from []string
	if f.Earlier > 0 {
		from = append(from, fmt.Sprintf("%s from the map of %s, scaled by the %s law", num(f.Earlier), f.EarlierID, f.Law))
	}
	if f.Neighbours > 0 {
		from = append(from, num(f.Neighbours)+" from neighbouring pixels of their quadrant")
	}
	return fmt.Sprintf("%s pixels without a value were filled in the copy: %s", num(f.Pixels), strings.Join(from, ", "))
}

// journal records the copy and overridden refusals.
func (o *archiving) journal(c *workspace.Workspace, d mirrored) error {
	var detail []string
	for _, dir := range []string{d.Dir, d.Classic} {
		if dir != "" {
			detail = append(detail, dir)
		}
	}
	if d.Filled != nil {
		detail = append(detail, filledText(d.Filled))
	}
	for _, reason := range d.Forced {
		detail = append(detail, "FORCED although "+reason)
	}
	return procedure.Append(journalPath(c), procedure.Entry{
		Time: time.Now().UTC().Format(time.RFC3339), ID: d.ID, Step: procedure.Archive, Result: procedure.ResultDone,
		Version: version, Detail: strings.Join(detail, "; "),
	})
}
