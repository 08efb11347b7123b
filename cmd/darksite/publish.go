package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"darksite/internal/legacy"
	"darksite/internal/lock"

	"github.com/spf13/pflag"

	"darksite/internal/config"
	"darksite/internal/fetch"
	"darksite/internal/ground/phrase"
	"darksite/internal/ground/spelling"
	"darksite/internal/publish"
	"darksite/internal/term"
	"darksite/internal/workspace"
)

var publishVerb = verb{
	name:  "publish",
	args:  "[TARGET] [--dry-run] [--list | --rollback [N]]",
	short: "build, then publish the pages, or roll back",
	long: `Builds, then brings TARGET up to date. TARGET is a name in site.toml ([publish.NAME];
without one, [publish] default), a directory (the one that holds dark_cal/), an archive file
(.zip or .tar.gz), or a place that rsync reaches (host:/path). Readers never see a
half-published site. Files that darksite did not make are not touched: if they are in the
way the target is refused (exit code 12) until --adopt, which keeps them in
.darksite-releases/displaced/. If a publish is stopped, the next one finishes it.

--dry-run lists the files and numbers that would change, and writes nothing but the build.
--list shows the releases of a directory; --rollback [N] goes back to the previous one, or
to N, one of the last ten. A rollback needs no build and can run on any machine.`,
	examples: []string{
		"darksite publish",
		"darksite publish www --dry-run",
		"darksite publish /www/ASPECT",
		"darksite publish /www/ASPECT --rollback",
	},
	words: targets,
	setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
		var o publishing
		fs.BoolVar(&o.noBuild, "no-build", false, "publish the last build")
		fs.BoolVar(&o.dryRun, "dry-run", false, "list the changes and publish nothing")
		fs.BoolVar(&o.adopt, "adopt", false, "replace files in the way that darksite did not make")
		fs.BoolVar(&o.fewer, "allow-fewer", false, "allow fewer calibrations than are published now")
		fs.BoolVar(&o.list, "list", false, "list the releases")
		fs.VarPF(&o.back, "rollback", "", "go back to release `[N]`, or to the previous one").NoOptDefVal = "true"
		return o.run
	},
}

type publishing struct {
	noBuild, dryRun, adopt, fewer, list bool
	back                                release
}

// release is the optional number of --rollback.
type release struct {
	set bool
	n   int
}

func (r *release) String() string { return "" }
func (r *release) Type() string   { return "boolfunc" } // whose value pflag's help does not ask for
func (r *release) Set(s string) (err error) {
	if r.set = true; s == "true" {
		return nil
	}
	if r.n, err = strconv.Atoi(s); err != nil || r.n < 1 {
		return errors.New("want the number of a release, from 1 on")
	}
	return nil
}

// publishDocument is the JSON document of a publish.
type publishDocument struct {
	Target string `json:"target"`
	Kind   string `json:"kind"`
	DryRun bool   `json:"dry_run"`
	*publish.Changes
}

// place is where to publish to.
type place struct {
	config.Target
	target publish.Target
}

func (o *publishing) run(ctx context.Context, e *env, args []string) error {
	if o.back.set && o.back.n == 0 {
		// The number may be a separate argument; a directory named in digits is
		// written with ./ in front.
		i := slices.IndexFunc(args, func(s string) bool { _, err := strconv.ParseUint(s, 10, 31); return err == nil })
		if i >= 0 {
			if o.back.n, _ = strconv.Atoi(args[i]); o.back.n < 1 {
				return usageError(errors.New("--rollback: want the number of a release, from 1 on"), "publish")
			}
			args = slices.Delete(slices.Clone(args), i, i+1)
		}
	}
	name := ""
	switch {
	case len(args) > 1:
		return usageError(fmt.Errorf("one target, not %d", len(args)), "publish")
	case len(args) == 1:
		name = args[0]
	}
	if o.list && o.back.set || (o.list || o.back.set) && (o.dryRun || o.adopt || o.fewer) {
		return usageError(errors.New("--list and --rollback exclude other flags"), "publish")
	}
	if o.list || o.back.set {
		// The site directory is not needed, and may be gone.
		c, err := e.config()
		if err != nil {
			return err
		}
		at, err := findPlace(c, name)
		if err != nil {
			return err
		}
		d, ok := at.target.(*publish.Directory)
		if !ok {
			return usageError(fmt.Errorf("%s keeps no releases, only a directory does; to go back, build the earlier state and publish it", at.target), "publish")
		}
		if o.list {
			return listReleases(e, d)
		}
		return o.rollback(ctx, e, c, d)
	}
	c, err := e.site()
	if err != nil {
		return err
	}
	keep := lock.Write
	if o.noBuild {
		keep = lock.WriteOrRead
	}
	unlock, err := keep(c.Dir)
	if err != nil {
		return err
	}
	defer unlock()
	at, err := findPlace(c, name)
	if err == nil {
		err = safePlace(c, at)
	}
	if err != nil {
		return err
	}
	if !o.noBuild {
		b, err := new(building).build(ctx, e, c)
		if err != nil {
			return err
		}
		if len(b.Failed) > 0 {
			return withHint(fmt.Errorf("%d %s could not be processed, so nothing is published", len(b.Failed), plural(len(b.Failed), "calibration", "calibrations")),
				"fix them; or `darksite publish --no-build` publishes the pages of what the archive holds")
		}
	}
	changes, err := o.to(ctx, e, c, at)
	if err != nil {
		return err
	}
	return e.Document(publishDocument{at.target.String(), at.Kind, o.dryRun, changes})
}

// findPlace finds a target by name or directory; "" is the default.
func findPlace(c *workspace.Workspace, name string) (place, error) {
	if name == "" {
		if name = c.Publish.Default; name == "" {
			return place{}, usageError(errors.New("name a target of site.toml or a directory, or set [publish] default"), "publish")
		}
	}
	t, ok := c.FindTarget(name)
	if !ok {
		var err error
		if t, err = unnamedTarget(c, name); err != nil {
			return place{}, err
		}
		if err := c.CheckTarget(t, "the target"); err != nil {
			return place{}, usageError(err, "publish")
		}
	}
	target, err := openTarget(c, t)
	return place{t, target}, err
}

// safePlace refuses directories that are never a target: the root of the file
// system, the home directory and those above it.
func safePlace(c *workspace.Workspace, at place) error {
	if at.Kind != config.KindDirectory {
		return nil
	}
	path, err := filepath.Abs(c.Beside(at.Path))
	if err != nil {
		return err
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	what := ""
	home, err := os.UserHomeDir()
	if real, failed := filepath.EvalSymlinks(home); failed == nil {
		home = real
	}
	switch {
	case path == filepath.Dir(path):
		what = "the root of the file system"
	case err != nil || home == "":
	case path == home:
		what = "your home directory"
	case strings.HasPrefix(home, path+string(filepath.Separator)):
		what = "above your home directory"
	}
	if what == "" {
		return nil
	}
	return &term.ExitError{Code: term.UnsafeTarget, Err: fmt.Errorf("%s is %s, not a place for pages", path, what),
		Hint: "name the directory of the web server that is to hold dark_cal/"}
}

// archiveForm matches names of archive files, including kinds that are not
// supported.
var archiveForm = regexp.MustCompile(`(?i)\.(zip|tar|tgz|tbz2?|txz|tar\.[a-z0-9]{1,4}|7z|rar)$`)

// unnamedTarget is a target without a table in site.toml: a directory, an archive
// file or a place that rsync reaches.
func unnamedTarget(c *workspace.Workspace, name string) (config.Target, error) {
	none := config.Target{}
	refuse := func(hint, format string, args ...any) (config.Target, error) {
		return none, &term.ExitError{Code: term.Usage, Err: fmt.Errorf(format, args...), Hint: hint}
	}
	if _, err := fetch.ParseRemote(name); err == nil {
		return config.Target{Kind: config.KindRsync, To: name}, nil
	} else if host, _, ok := strings.Cut(name, ":"); ok && !strings.Contains(host, "/") {
		return refuse("write ./ in front of a directory with a colon in its name; storage needs a table [publish.NAME] in site.toml",
			"there is no target %q: %v", name, err)
	}
	if !strings.ContainsAny(name, `/.`) {
		hint := fmt.Sprintf("write ./%s for a directory, or a table [publish.%s] in site.toml", name, name)
		if near, ok := spelling.Nearest(name, c.TargetNames()); ok {
			hint = fmt.Sprintf("did you mean %s? %s", near, hint)
		}
		return refuse(hint, "there is no target %q", name)
	}
	path, err := filepath.Abs(name)
	if err != nil {
		return none, err
	}
	st, err := os.Stat(path)
	switch archive := archiveForm.MatchString(path); {
	case archive && err == nil && st.IsDir() && !strings.HasSuffix(name, "/"):
		return refuse("append a / to publish into the directory", "%s is a directory with the name of an archive file", path)
	case archive && (err != nil || !st.IsDir()) && strings.HasSuffix(name, "/"):
		return refuse("create the directory to publish into it, or omit the / for an archive file", "%s is not a directory", path)
	case archive && !strings.HasSuffix(name, "/"):
		if _, err := publish.NewArchive(path); err != nil {
			return refuse("archive files end in .zip or .tar.gz, in lower case", "%v", err)
		}
		return config.Target{Kind: config.KindArchive, Path: path}, nil
	case err == nil && !st.IsDir():
		return refuse("name a directory, or an archive file that ends in .zip or .tar.gz", "%s is a file", path)
	}
	return config.Target{Kind: config.KindDirectory, Path: path}, nil
}

// openTarget is a target of site.toml.
func openTarget(c *workspace.Workspace, t config.Target) (publish.Target, error) {
	switch t.Kind {
	case config.KindDirectory:
		return publish.NewDirectory(c.Beside(t.Path), publish.Readers(t.Readers)), nil
	case config.KindArchive:
		return publish.NewArchive(c.Beside(t.Path))
	case config.KindRsync:
		return publish.NewRsync(t.To, publish.Readers(t.Readers))
	case config.KindS3:
		file := ""
		if t.Credentials != "" {
			file = c.Beside(t.Credentials)
		}
		keys, err := publish.ReadKeys(file, os.Getenv)
		if err != nil {
			return nil, &term.ExitError{Code: term.Configuration, Err: fmt.Errorf("keys of target %s: %w", t.Name, err)}
		}
		return publish.NewS3(publish.Storage{Endpoint: t.Endpoint, Region: t.Region, Bucket: t.Bucket, Prefix: t.Prefix, Keys: keys})
	}
	return nil, fmt.Errorf("targets of kind %s are not known", t.Kind)
}

// to publishes the build and reports the result.
func (o *publishing) to(ctx context.Context, e *env, c *workspace.Workspace, at place) (*publish.Changes, error) {
	if err := safePlace(c, at); err != nil {
		return nil, err
	}
	tree, err := publish.OpenBuilt(c.PublicDir())
	if err != nil {
		return nil, err
	}
	defer tree.Close()
	options := publish.Options{Adopt: o.adopt, AllowFewer: o.fewer, Version: version, Marks: legacy.Marks{}, Apart: tree.Apart()}
	if at.MainPage != "" {
		block, err := mainBlock(c, tree, filepath.Join(c.Beside(at.Path), at.MainPage), filepath.ToSlash(at.MainPage))
		if err != nil {
			return nil, err
		}
		options.Blocks = []publish.Block{{Path: filepath.ToSlash(at.MainPage), Content: block}}
	}
	act := at.target.Publish
	if o.dryRun {
		act = at.target.Plan
	}
	var bar *term.Progress
	options.Progress = func(done, total int) {
		switch {
		case !e.Watched():
		case done == 0:
			bar = e.Progress("writing "+filepath.Base(at.target.String()), int64(total), "files")
		default:
			bar.Add(1)
		}
	}
	changes, err := act(ctx, tree, options)
	if bar != nil {
		bar.Close()
	}
	if err != nil {
		if changes != nil {
			warn(e, changes)
		}
		return nil, unpublished(err)
	}
	tellLost(e, at, changes, tree)
	tellPublished(e, at, changes, o.dryRun)
	if o.dryRun {
		return changes, nil
	}
	return changes, rememberPublished(c, at, publish.Digest(tree.Files()))
}

// unpublished adds the exit code and hint to an error of publishing.
func unpublished(err error) error {
	var locked *publish.LockedError
	switch {
	case errors.As(err, &locked):
		return &term.ExitError{Code: term.Locked, Err: err, Hint: "wait until it has finished, and run the command again"}
	case errors.Is(err, publish.ErrObstructed):
		return &term.ExitError{Code: term.UnsafeTarget, Err: err, Hint: "nothing was changed; --adopt does not help here"}
	case errors.Is(err, publish.ErrForeign):
		return &term.ExitError{Code: term.UnsafeTarget, Err: err, Hint: "nothing was changed; --dry-run --adopt lists what would be"}
	case errors.Is(err, publish.ErrBegun):
		return withHint(err, "readers see whole files, some of them new: run the command again to continue, or `darksite publish --rollback` to undo it")
	}
	return err
}

func warn(e *env, c *publish.Changes) {
	for _, w := range c.Warnings {
		e.Warnf("%s", w)
	}
}

// Numbers of lines in a list for people; JSON has all.
const (
	maxFiles   = 30
	maxNumbers = 40
)

// tellPublished reports what was done, what it means, and what is next.
func tellPublished(e *env, at place, c *publish.Changes, dry bool) {
	warn(e, c)
	if c.Finished > 0 && dry {
		e.Printf("release %d was not finished: it is finished first", c.Finished)
	} else if c.Finished > 0 {
		e.Printf("release %d, begun earlier, is finished", c.Finished)
	}
	if n := len(c.Mended); n > 0 {
		what := "can be read by those who should"
		if dry {
			what = "would be made readable"
		}
		e.Printf("%s %s %s, %s first", num(n), plural(n, "file or directory", "files and directories"), what, c.Mended[0])
	}
	if c.Nothing() {
		e.Printf("%s: already up to date; %s %s, nothing to do", at.target, num(c.Calibrations), plural(c.Calibrations, "calibration", "calibrations"))
		return
	}
	if dry {
		tellList(e, "add", c.Added)
		tellList(e, "change", c.Changed)
		tellList(e, "remove", c.Removed)
		tellList(e, "block", c.Pages)
		tellList(e, "keep", c.Displaced)
		for i, n := range c.Numbers {
			if i == maxNumbers {
				e.Printf("number  and %d more; --json has all", len(c.Numbers)-i)
				break
			}
			e.Printf("number  %s %s: %s -> %s", n.Path, n.Name, orNone(n.Before), orNone(n.After))
		}
	}
	what := "published"
	if dry {
		what = "would be published"
	}
	if c.Release > 0 && at.Kind == config.KindDirectory {
		what += fmt.Sprintf(" as release %d", c.Release)
	}
	e.Printf("%s: %s; %s %s added, %s changed, %s removed, %s unchanged", at.target, what,
		num(len(c.Added)), plural(len(c.Added), "file", "files"), num(len(c.Changed)), num(len(c.Removed)), num(c.Unchanged))
	switch {
	case c.Before == 0:
		e.Printf("%s %s", num(c.Calibrations), plural(c.Calibrations, "calibration", "calibrations"))
	case c.Before == c.Calibrations:
		e.Printf("%s %s, as many as before", num(c.Calibrations), plural(c.Calibrations, "calibration", "calibrations"))
	default:
		e.Printf("%s %s, before %s", num(c.Calibrations), plural(c.Calibrations, "calibration", "calibrations"), num(c.Before))
	}
	if dry {
		e.Hintf("nothing was written to the target; run without --dry-run to publish")
	} else if at.Kind == config.KindDirectory {
		hint := fmt.Sprintf("`darksite verify --published %s` reads it back", at.argument())
		if c.Release > 1 {
			hint += fmt.Sprintf("; `darksite publish --rollback %s` undoes it", at.argument())
		}
		e.Hintf("%s", hint)
	}
}

// argument names the target on the command line.
func (p place) argument() string {
	if p.Name != "" {
		return phrase.Shell(p.Name)
	}
	return phrase.Shell(p.target.String())
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

func tellList(e *env, what string, paths []string) {
	for i, p := range paths {
		if i == maxFiles {
			e.Printf("%-7s and %d more; --json has all", what, len(paths)-i)
			return
		}
		e.Printf("%-7s %s", what, p)
	}
}

func listReleases(e *env, d *publish.Directory) error {
	list, err := d.List()
	if err != nil {
		return err
	}
	var rows [][]string
	for _, r := range list {
		note := ""
		if r.RollbackTo > 0 {
			note = fmt.Sprintf("back to %d", r.RollbackTo)
		}
		if r.Fewer != nil {
			note = strings.TrimPrefix(note+fmt.Sprintf(", fewer calibrations allowed (%d, before %d)", r.Fewer.To, r.Fewer.From), ", ")
		}
		if r.Adopted {
			note = strings.TrimPrefix(note+", files of others allowed to be replaced", ", ")
		}
		rows = append(rows, []string{strconv.Itoa(r.Number), r.State, r.Time, num(r.Calibrations), num(r.Added), num(r.Changed), num(r.Removed), r.Version, note})
	}
	if len(list) == 0 {
		e.Printf("%s: nothing has been published there", d)
	} else {
		e.Table([]term.Column{{Title: "release", Right: true}, {Title: "state"}, {Title: "time"}, {Title: "calibrations", Right: true},
			{Title: "added", Right: true}, {Title: "changed", Right: true}, {Title: "removed", Right: true}, {Title: "by"}, {Title: "note"}}, rows)
	}
	return e.Document(list)
}

func (o *publishing) rollback(ctx context.Context, e *env, c *workspace.Workspace, d *publish.Directory) error {
	changes, err := d.Rollback(ctx, o.back.n, publish.Options{Version: version, Marks: legacy.Marks{}})
	if err != nil {
		return unpublished(err)
	}
	warn(e, changes)
	if changes.Nothing() {
		e.Printf("%s: already at that release, nothing to do", d)
	} else {
		e.Printf("%s: rolled back, as release %d; %s added, %s changed, %s removed, %s unchanged", d, changes.Release,
			num(len(changes.Added)), num(len(changes.Changed)), num(len(changes.Removed)), num(changes.Unchanged))
		e.Printf("%s %s, before %s", num(changes.Calibrations), plural(changes.Calibrations, "calibration", "calibrations"), num(changes.Before))
		e.Hintf("the next `darksite publish` publishes the current build")
	}
	return e.Document(publishDocument{d.String(), config.KindDirectory, false, changes})
}
