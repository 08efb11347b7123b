package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"darksite/internal/config"
	"darksite/internal/term"
)

// verb is one thing that darksite does.
type verb struct {
	name  string
	args  string // as in the usage line
	short string // one line for the list
	long  string // paragraphs for its own help
	// setup defines the verb's flags and returns what runs it.
	setup func(*flag.FlagSet) func(context.Context, *env, []string) error
}

// verbs in the order of the work.
func verbs() []verb {
	return []verb{demoVerb, runVerb, statusVerb, checkVerb, fetchVerb, infoVerb, processVerb, importVerb, archiveVerb, buildVerb, adoptVerb, serveVerb, publishVerb, twikiVerb, historyVerb, scoreVerb, verifyVerb, whyVerb, decodeVerb, simulateVerb, versionVerb}
}

// env is what a verb finds around it.
type env struct {
	*term.Printer
	dir, file string // of the configuration, as given
}

// config reads the configuration of the site directory.
func (e *env) config() (config.Config, error) { return config.Load(e.dir, e.file, home()) }

// home is the user's home directory, "" when it is not known.
func home() string {
	dir, err := os.UserHomeDir()
	if err != nil || !filepath.IsAbs(dir) {
		return ""
	}
	return dir
}

// site reads the configuration of a directory that must be a site's already.
func (e *env) site() (config.Config, error) {
	c, err := e.config()
	if err != nil || isSite(&c) {
		return c, err
	}
	return c, &term.ExitError{Code: term.Configuration, Err: fmt.Errorf("%s is no site directory: it has neither %s nor a data directory nor an archive", c.Dir, config.FileName),
		Hint: "name the site directory with -C DIR; a new one begins with telemetry in data/YYYYDOY/ or an import, and `darksite demo --dir DIR` makes one to look at"}
}

// isSite tells whether somebody meant a directory to be a site: by its
// configuration, or by what calibrations are made of or kept in. Other programs
// have a content/ and a static/ too.
func isSite(c *config.Config) bool {
	if c.File != "" {
		return true
	}
	for _, path := range []string{c.DataDir(), c.ArchiveDir(), c.PublishedDir(), legacyPath(c), filepath.Join(c.Dir, addressFile)} {
		if _, err := os.Stat(path); err == nil {
			return true
		}
	}
	return false
}

// locked is site, and keeps others from writing to the site directory until
// unlock is called.
func (e *env) locked() (c config.Config, unlock func(), err error) {
	if c, err = e.site(); err != nil {
		return c, nil, err
	}
	unlock, err = lock(c.Dir)
	return c, unlock, err
}

// begun is locked for what may be the first thing in a site directory.
func (e *env) begun() (c config.Config, unlock func(), err error) {
	if c, err = e.config(); err != nil {
		return c, nil, err
	}
	unlock, err = lock(c.Dir)
	return c, unlock, err
}

// globals are the flags that every verb knows, before it or after it.
type globals struct {
	dir, config          string
	json, quiet, verbose bool
}

func (g *globals) define(fs *flag.FlagSet) {
	fs.StringVar(&g.dir, "C", g.dir, "work in the site directory `DIR`")
	fs.StringVar(&g.config, "config", g.config, "read the configuration from `FILE` instead of site.toml")
	fs.BoolVar(&g.json, "json", g.json, "print JSON for programs")
	fs.BoolVar(&g.quiet, "q", g.quiet, "print nothing but warnings and errors")
	fs.BoolVar(&g.verbose, "v", g.verbose, "print more")
}

func (g *globals) mode() term.Mode {
	switch {
	case g.json:
		return term.JSON
	case g.quiet:
		return term.Quiet
	case g.verbose:
		return term.Verbose
	}
	return term.Human
}

func (g *globals) printer() *term.Printer {
	return term.New(term.Detect(os.Stdout, os.Stderr, os.Getenv, g.mode()))
}

// dispatch finds the verb, parses its flags and runs it. The printer it
// returns reports the error in the mode that was asked for.
func dispatch(ctx context.Context, args []string) (*term.Printer, error) {
	g := globals{dir: "."}
	top := flagSet("darksite", &g)
	if err := top.Parse(args); errors.Is(err, flag.ErrHelp) {
		p := g.printer()
		return p, help(p.Out(), nil)
	} else if err != nil {
		return g.printer(), usageError(err, "")
	}
	if _, err := expanded(top, nil); err != nil {
		return g.printer(), usageError(err, "")
	}
	args = top.Args()
	if len(args) == 0 {
		if err := help(os.Stderr, nil); err != nil {
			return g.printer(), err
		}
		return g.printer(), &term.ExitError{Code: term.Usage, Err: errors.New("say what to do, for example `darksite demo`")}
	}
	if args[0] == "help" {
		p := g.printer()
		return p, help(p.Out(), args[1:])
	}
	v, err := find(args[0])
	if err != nil {
		return g.printer(), err
	}
	fs := flagSet(v.name, &g)
	do := v.setup(fs)
	rest, err := parse(fs, args[1:])
	if errors.Is(err, flag.ErrHelp) {
		p := g.printer()
		return p, help(p.Out(), []string{v.name})
	} else if err != nil {
		return g.printer(), usageError(err, v.name)
	}
	p := g.printer()
	err = do(ctx, &env{Printer: p, dir: g.dir, file: g.config}, rest)
	return p, err
}

func flagSet(name string, g *globals) *flag.FlagSet {
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.SetOutput(io.Discard) // errors and help are told by us
	g.define(fs)
	return fs
}

// pixelForm is a pixel with a negative row, which is no flag.
var pixelForm = regexp.MustCompile(`^-\d+,`)

// parse takes flags before, between and after the arguments. What follows "--"
// is arguments only.
func parse(fs *flag.FlagSet, args []string) (rest []string, err error) {
	var literal []string
	if i := slices.Index(args, "--"); i >= 0 {
		args, literal = args[:i], args[i+1:]
	}
	for {
		n := slices.IndexFunc(args, pixelForm.MatchString)
		if n < 0 {
			n = len(args)
		}
		if err := fs.Parse(args[:n]); err != nil {
			return nil, err
		}
		args = args[n-fs.NArg():]
		if len(args) == 0 {
			return expanded(fs, append(rest, literal...))
		}
		rest = append(rest, args[0])
		args = args[1:]
	}
}

// expanded puts the home directory in place of a "~" at the beginning of flags
// and arguments, as a shell does where it sees it: not in --out=~/x.
func expanded(fs *flag.FlagSet, args []string) ([]string, error) {
	var wrong error
	fs.Visit(func(f *flag.Flag) {
		path, err := config.ExpandHome(f.Value.String(), home())
		if err == nil && path != f.Value.String() {
			err = f.Value.Set(path)
		}
		if err != nil {
			wrong = fmt.Errorf("--%s %s: %w", f.Name, f.Value, err)
		}
	})
	for i, a := range args {
		path, err := config.ExpandHome(a, home())
		if err != nil {
			wrong = fmt.Errorf("%s: %w", a, err)
		}
		args[i] = path
	}
	return args, wrong
}

func find(name string) (verb, error) {
	var names []string
	for _, v := range verbs() {
		if v.name == name {
			return v, nil
		}
		names = append(names, v.name)
	}
	hint := "`darksite help` lists what there is"
	if near, ok := config.Nearest(name, names); ok {
		hint = fmt.Sprintf("did you mean `darksite %s`?", near)
	}
	return verb{}, &term.ExitError{Code: term.Usage, Err: fmt.Errorf("there is no verb %q", name), Hint: hint}
}

// usageError is a mistake in the command line.
func usageError(err error, verb string) error {
	return &term.ExitError{Code: term.Usage, Err: err, Hint: strings.TrimSpace(fmt.Sprintf("`darksite help %s", verb)) + "` tells how"}
}

// help writes the list of verbs, or one verb's own help.
func help(w io.Writer, args []string) error {
	if len(args) == 0 {
		fmt.Fprint(w, `darksite turns Chandra dark current calibrations into dark maps and web pages

usage: darksite [-C DIR] [--config FILE] [--json] [-q | -v] VERB [ARGUMENTS]

`)
		for _, v := range verbs() {
			fmt.Fprintf(w, "  %-10s %s\n", v.name, v.short)
		}
		fmt.Fprint(w, `
A site directory holds data/<id>/ with the telemetry of each calibration; site.toml
is optional. Start with "darksite demo". "darksite help VERB" tells more.

exit codes:
`)
		for _, c := range term.ExitCodes {
			fmt.Fprintf(w, "  %3d  %s\n", c.Code, c.Meaning)
		}
		return nil
	}
	v, err := find(args[0])
	if err != nil {
		return err
	}
	fs := flagSet(v.name, &globals{dir: "."})
	v.setup(fs)
	fmt.Fprintf(w, "usage: darksite %s %s\n\n%s\n\nflags:\n", v.name, v.args, strings.TrimSpace(v.long))
	fs.VisitAll(func(f *flag.Flag) {
		value, text := flag.UnquoteUsage(f)
		dash := "--"
		if len(f.Name) == 1 {
			dash = "-"
		}
		name := strings.TrimSpace(dash + f.Name + " " + value)
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "0" && f.Name != "C" {
			text += " (default " + f.DefValue + ")"
		}
		fmt.Fprintf(w, "  %-16s %s\n", name, text)
	})
	return nil
}
