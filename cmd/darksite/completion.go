package main

import (
	"context"
	"fmt"

	"github.com/spf13/pflag"

	"darksite/processing/evidence"
)

var completionVerb = verb{
	name:  "completion",
	args:  "bash | zsh | fish",
	short: "print the completion script for a shell",
	long: `Prints a completion script for bash (with bash-completion), zsh or fish. The Tab key then
completes verbs, flags and their values, the calibrations of the site directory, and its
targets.`,
	examples: []string{
		"source <(darksite completion bash)",
		"darksite completion zsh > ~/.zfunc/_darksite",
		"darksite completion fish > ~/.config/fish/completions/darksite.fish",
	},
	words: func(*env, []string) []string { return []string{"bash", "zsh", "fish"} },
	setup: func(*pflag.FlagSet) func(context.Context, *env, []string) error { return runCompletion },
}

func runCompletion(_ context.Context, e *env, args []string) error {
	if len(args) == 1 {
		switch args[0] {
		case "bash":
			return e.root.GenBashCompletionV2(e.Out(), true)
		case "zsh":
			return e.root.GenZshCompletion(e.Out())
		case "fish":
			return e.root.GenFishCompletion(e.Out(), true)
		}
	}
	return usageError(fmt.Errorf("want one shell: bash, zsh or fish"), "completion")
}

// calibrations are the ids that the site directory knows.
func calibrations(e *env, _ []string) (words []string) {
	c, err := e.config()
	if err != nil {
		return nil
	}
	for _, id := range c.LocalIDs() {
		words = append(words, string(id))
	}
	return words
}

// questions are a calibration, then its numbers.
func questions(e *env, args []string) []string {
	if len(args) == 0 {
		return calibrations(e, args)
	}
	return evidence.Names()
}

// targets are the names of [publish.NAME] in site.toml.
func targets(e *env, _ []string) []string {
	c, err := e.config()
	if err != nil {
		return nil
	}
	return c.TargetNames()
}
