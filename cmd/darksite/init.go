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
	made := []string{"data", workspace.NotesDir, workspace.SignOffsDir}
	for _, dir := range made {
		if err := os.MkdirAll(filepath.Join(e.dir, filepath.FromSlash(dir)), 0o777); err != nil {
			return err
		}
	}
	c, unlock, err := e.begun()
	if err != nil {
		return err
	}
	defer unlock()
	if err := writeFile(file, func(w io.Writer) error { _, err := io.WriteString(w, config.Example()); return err }); err != nil {
		return err
	}
	e.Printf("%s is a site directory now", c.Dir)
	e.Printf("  %s holds every setting with its default: set [site], [source] and [publish]", config.FileName)
	e.Printf("  data/YYYYDOY/ holds the telemetry of a calibration: copy it there, or run `darksite fetch ID`")
	e.Printf("  `darksite import PATH` imports existing maps and published numbers")
	e.Printf("  `darksite run ID` does the whole procedure; `darksite serve --open` shows the pages")
	return e.Document(struct {
		Dir  string   `json:"dir"`
		Made []string `json:"made"`
	}{c.Dir, append(made, config.FileName)})
}
