package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"

	"darksite/internal/term"
	"darksite/processing/chandra"
)

// num is a count with a comma between groups of three digits.
func num(n int) string { return term.Count(int64(n)) }

// plural is the word that goes with n.
func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// parseIDs reads calibration ids.
func parseIDs(args []string, verb string) ([]chandra.ID, error) {
	var ids []chandra.ID
	for _, a := range args {
		id, err := chandra.ParseID(a)
		if err != nil {
			return nil, usageError(err, verb)
		}
		ids = append(ids, id)
	}
	return ids, nil
}

func noArguments(args []string, verb string) error {
	if len(args) > 0 {
		return usageError(errors.New("unexpected argument "+args[0]), verb)
	}
	return nil
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

// idsIn lists the directories of dir that are named after a calibration.
func idsIn(dir string) ([]chandra.ID, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	var ids []chandra.ID
	for _, e := range entries {
		id, err := chandra.ParseID(e.Name())
		if err != nil {
			continue
		}
		if st, err := os.Stat(filepath.Join(dir, e.Name())); err == nil && st.IsDir() {
			ids = append(ids, id)
		}
	}
	return ids, err
}
