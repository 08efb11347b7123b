package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/pflag"

	"darksite/internal/config"
	"darksite/internal/term"
)

var configVerb = verb{
	name:  "config",
	short: "show every effective setting and its origin",
	long: `Lists the site directory, its configuration file, and every setting with its value and
origin: a default, or the file and line that set it. No setting holds a password or key; the
files that hold them are named but not read.`,
	examples: []string{"darksite config", "darksite -C /data/dark config --json"},
	alone:    true,
	setup:    func(*pflag.FlagSet) func(context.Context, *env, []string) error { return runConfig },
}

// effective is a value with its origin.
type effective struct {
	config.Value
	Origin string `json:"origin"`
}

func runConfig(_ context.Context, e *env, _ []string) error {
	c, err := e.config()
	if err != nil {
		return err
	}
	var content []byte
	file := ""
	if c.File != "" {
		if content, err = os.ReadFile(c.File); err != nil {
			return err
		}
		if file, err = filepath.Abs(c.File); err != nil {
			return err
		}
	}
	given := func(flag string) string {
		if e.root.PersistentFlags().Changed(flag) {
			return "--" + flag
		}
		return "default"
	}
	all := []effective{
		{config.Value{Name: "directory", Value: c.Dir}, given("directory")},
		{config.Value{Name: "config", Value: file}, given("config")},
	}
	for _, v := range c.Values(string(content)) {
		origin := "default"
		if v.FromFile {
			if origin = c.Rel(file); v.Line > 0 {
				origin += fmt.Sprintf(" line %d", v.Line)
			}
		}
		all = append(all, effective{v, origin})
	}
	var rows [][]string
	for _, v := range all {
		text, err := json.Marshal(v.Value.Value)
		if err != nil {
			return err
		}
		rows = append(rows, []string{v.Name, v.Origin, string(text)})
	}
	e.Table([]term.Column{{Title: "setting"}, {Title: "origin"}, {Title: "value"}}, rows)
	return e.Document(struct {
		Settings []effective `json:"settings"`
	}{all})
}
