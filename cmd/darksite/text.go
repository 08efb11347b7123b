package main

import (
	"io"
	"path/filepath"

	"github.com/google/renameio/v2"

	"darksite/internal/ground/phrase"
)

// num is a count with a comma between groups of three digits.
func num(n int) string { return phrase.Count(n) }

// plural is the word that goes with n.
func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// writeFile writes a file in one step: it is there whole, or as it was.
func writeFile(path string, write func(io.Writer) error) error {
	f, err := renameio.NewPendingFile(path, renameio.WithPermissions(0o666))
	if err != nil {
		return err
	}
	defer f.Cleanup()
	if err := write(f); err != nil {
		return err
	}
	return f.CloseAtomicallyReplace()
}

// within is path as seen from the site directory, for messages.
func within(dir, path string) string {
	if rel, err := filepath.Rel(dir, path); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return path
}
