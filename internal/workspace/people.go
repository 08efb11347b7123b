package workspace

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"darksite/internal/ground/text"
	"darksite/internal/note"
	"darksite/processing/chandra"
	"darksite/processing/quality"
)

// What people write of a calibration, a file for each, named by its id.
const (
	NotesDir    = "content/notes"
	SignOffsDir = "content/signoff"
)

// NoteFile and SignOffFile are slash-separated and relative to the site directory.
func NoteFile(id chandra.ID) string { return path.Join(NotesDir, string(id)+".md") }

func SignOffFile(id chandra.ID) string { return path.Join(SignOffsDir, string(id)+".toml") }

// Note reads what an analyst wrote; nothing when nobody did.
func (w *Workspace) Note(id chandra.ID) (note.Written, error) {
	// Symbolic links must not lead out of the site directory.
	root, err := os.OpenRoot(w.Dir)
	if err != nil {
		return note.Written{}, err
	}
	defer root.Close()
	name := NoteFile(id)
	content, err := text.ReadFile(root.FS(), name, note.MaxBytes)
	var bad *text.Error
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return note.Written{}, nil
	case errors.As(err, &bad):
		return note.Written{}, err
	case err != nil:
		return note.Written{}, fmt.Errorf("%s: %w: a note is a file within the site directory", name, err)
	}
	written, err := note.Read(content)
	if err != nil {
		return written, fmt.Errorf("%s: %w", name, err)
	}
	return written, nil
}

// NoteWarnings are sentences about what of a note is not shown as its author may
// expect, for those who do not make its page.
func NoteWarnings(id chandra.ID, w note.Written) (list []string) {
	for _, warning := range slices.Concat(w.Warnings, note.Warnings(note.Tree(w.Markdown))) {
		list = append(list, NoteFile(id)+": "+warning)
	}
	return list
}

// SignOff is what a person said of a calibration, nil where nobody did. The error
// says why a file counts as none: one that is wrong stops nothing else.
func (w *Workspace) SignOff(id chandra.ID) (*quality.SignOff, error) {
	file := SignOffFile(id)
	content, err := os.ReadFile(filepath.Join(w.Dir, filepath.FromSlash(file)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var at *fs.PathError
	if errors.As(err, &at) {
		err = fmt.Errorf("%s: %w", file, at.Err) // a page says it: without the path on this machine
	}
	var o quality.SignOff
	if err == nil {
		o, err = quality.ParseSignOff(content, file)
		if err == nil {
			if err = o.Follows(id); err != nil {
				err = fmt.Errorf("%s: %w", file, err)
			}
		}
	}
	if err != nil {
		wrong, _, _ := strings.Cut(err.Error(), "\n") // the first of what is wrong
		return nil, fmt.Errorf("%s counts as not signed: %s; fix the file, or rewrite it with `darksite sign %s --replace`", id, wrong, id)
	}
	return &o, nil
}
