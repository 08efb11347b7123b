package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"darksite/internal/config"
	"darksite/internal/lock"
	"darksite/internal/term"
	"darksite/internal/workspace"
)

// verb is one thing that darksite does.
type verb struct {
	name  string
	args  string // as in the usage line
	short string // one line for the list
	long  string // paragraphs for its own help
	// examples are command lines.
	examples []string
	alone    bool // takes no arguments
	// words complete the argument after args; nil completes file names. values are
	// the permitted values of flags.
	words  func(e *env, args []string) []string
	values map[string][]string
	// setup defines the verb's flags and returns what runs it.
	setup func(*pflag.FlagSet) func(context.Context, *env, []string) error
}

// verbs are in the order of use.
func verbs() []verb {
	return []verb{demoVerb, initVerb, runVerb, statusVerb, checkVerb, fetchVerb, infoVerb, processVerb, importVerb, archiveVerb, buildVerb, adoptVerb, serveVerb, publishVerb, twikiVerb, historyVerb, scoreVerb, signVerb, verifyVerb, whyVerb, decodeVerb, simulateVerb, configVerb, versionVerb, completionVerb, manVerb}
}

// env is the environment of a verb.
type env struct {
	*term.Printer
	dir, file string // of the configuration, as given
	root      *cobra.Command
}

// config is the site directory with its configuration, whatever lies in it.
func (e *env) config() (*workspace.Workspace, error) {
	c, err := config.Load(e.dir, e.file, home())
	return workspace.Open(&c, version), err
}

// home is the user's home directory, "" when it is not known.
func home() string {
	dir, err := os.UserHomeDir()
	if err != nil || !filepath.IsAbs(dir) {
		return ""
	}
	return dir
}

// site is the site directory, which must be one already.
func (e *env) site() (*workspace.Workspace, error) {
	c, err := e.config()
	if err != nil || isSite(c) {
		return c, err
	}
	return c, &term.ExitError{Code: term.Configuration, Err: fmt.Errorf("%s is not a site directory: it has no %s, no data directory and no archive", c.Dir, config.FileName),
		Hint: "name the site directory with -C DIR; `darksite init DIR` starts a new one, and `darksite demo --dir DIR` makes an example"}
}

// isSite tells whether a directory is a site: it has a configuration, or holds
// telemetry or calibrations. Other programs have a content/ and a static/ too.
func isSite(c *workspace.Workspace) bool {
	if c.File != "" {
		return true
	}
	for _, path := range []string{c.DataDir(), c.ArchiveDir(), c.PublishedDir(), c.LegacyDir(), filepath.Join(c.Dir, workspace.AddressFile)} {
		if _, err := os.Stat(path); err == nil {
			return true
		}
	}
	return false
}

// locked is site, and keeps others from writing to the site directory until
// unlock is called.
func (e *env) locked() (c *workspace.Workspace, unlock func(), err error) {
	if c, err = e.site(); err != nil {
		return c, nil, err
	}
	unlock, err = lock.Write(c.Dir)
	return c, unlock, err
}

// begun is locked for verbs that may start a site directory.
func (e *env) begun() (c *workspace.Workspace, unlock func(), err error) {
	if c, err = e.config(); err != nil {
		return c, nil, err
	}
	unlock, err = lock.Write(c.Dir)
	return c, unlock, err
}
