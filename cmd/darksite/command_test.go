package main

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// Every verb has examples, and each of them is a command line that a shell and the
// program take.
func TestExamples(t *testing.T) {
	for _, v := range verbs() {
		if len(v.examples) == 0 {
			t.Errorf("%s has no example", v.name)
		}
		for _, line := range v.examples {
			words := exec.Command("bash", "-c", `darksite() { printf '%s\n' "$@" > ~/words; }
				mkdir -p ~/.zfunc ~/.config/fish/completions && `+line+` && cat ~/words`)
			words.Dir = t.TempDir()
			words.Env = []string{"HOME=" + words.Dir, "PATH=/usr/bin:/bin"}
			out, err := words.Output()
			if err != nil {
				t.Errorf("%s: %v", line, err)
				continue
			}
			var g globals
			root, ran := g.root(), ""
			for _, c := range root.Commands() {
				c.RunE = func(c *cobra.Command, args []string) error { ran = c.Name(); return nil }
			}
			root.SetArgs(pixelsLast(strings.Split(strings.TrimSpace(string(out)), "\n")))
			if err := root.Execute(); err != nil || ran != v.name {
				t.Errorf("%s: runs %q, %v", line, ran, err)
			}
		}
	}
}

// Every flag whose values are completed is there.
func TestValues(t *testing.T) {
	var g globals
	root := g.root()
	for _, v := range verbs() {
		c, _, err := root.Find([]string{v.name})
		if err != nil {
			t.Fatal(err)
		}
		for flag := range v.values {
			if _, ok := c.GetFlagCompletionFunc(flag); !ok {
				t.Errorf("%s has no flag --%s", v.name, flag)
			}
		}
	}
}
