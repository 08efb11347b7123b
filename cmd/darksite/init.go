package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/pflag"

	"darksite/internal/config"
	"darksite/internal/ground/phrase"
	"darksite/internal/term"
	"darksite/internal/workspace"
)

var initVerb = verb{
	name:  "init",
	args:  "[DIR]",
	short: "start a new site directory",
	long: `Makes DIR, or the current directory, a site directory: site.toml with every setting, its
explanation and its default, and the directories data/, content/notes/ and content/signoff/.
Existing files are left alone; a directory with a site.toml is refused (exit code 12).`,
	examples: []string{"darksite init dark", "darksite -C dark init"},
	setup:    func(*pflag.FlagSet) func(context.Context, *env, []string) error { return runInit },
}

func runInit(_ context.Context, e *env, args []string) error {
	if len(args) > 1 {
		return usageError(fmt.Errorf("one directory, not %d", len(args)), "init")
	}
	if e.file != "" {
		return usageError(fmt.Errorf("--config: a new site directory has its settings in %s", config.FileName), "init")
	}
	for _, dir := range args {
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(e.dir, dir)
		}
		e.dir = dir
	}
	file := filepath.Join(e.dir, config.FileName)
	if _, err := os.Lstat(file); !errors.Is(err, os.ErrNotExist) {
		if err != nil {
			return err
		}
		return &term.ExitError{Code: term.UnsafeTarget, Err: fmt.Errorf("%s already exists", file),
			Hint: fmt.Sprintf("`darksite -C %s config` shows its settings, and `darksite -C %s status` what to do next", phrase.Shell(e.dir), phrase.Shell(e.dir))}
	}
	if err := makeSiteDirs(e.dir); err != nil {
		return err
	}
	c, unlock, err := e.begun()
	if err != nil {
		return err
	}
	defer unlock()
	if err := writeFile(file, func(w io.Writer) error { _, err := io.WriteString(w, config.Example()); return err }); err != nil {
		return err
	}
	in := "darksite"
	if e.dir != "." {
		in += " -C " + phrase.Shell(e.dir)
	}
	e.Printf("%s is a site directory now. What comes next:", c.Dir)
	e.Printf("  1. set [site], [source] and [publish] in %s, which explains every setting", config.FileName)
	e.Printf("  2. telemetry at hand: copy it to data/YYYYDOY/ (UTC day of the first replica), then `%s build`", in)
	e.Printf("     telemetry on the operations host: `%s run YYYYDOY` does the whole procedure", in)
	e.Printf("     maps or published numbers: `%s import PATH`, then `%s build`", in, in)
	e.Printf("  3. look: `%s serve --open`; publish: `%s publish --dry-run`", in, in)
	e.Printf("`darksite demo --dir tour` makes a site with simulated calibrations, to try things first")
	return e.Document(struct {
		Dir  string   `json:"dir"`
		Made []string `json:"made"`
	}{c.Dir, append(siteDirs, config.FileName)})
}

// siteDirs are where people put their files in a site directory.
var siteDirs = []string{"data", workspace.NotesDir, workspace.SignOffsDir}

func makeSiteDirs(site string) error {
	for _, dir := range siteDirs {
		if err := os.MkdirAll(filepath.Join(site, filepath.FromSlash(dir)), 0o777); err != nil {
			return err
		}
	}
	return nil
}
