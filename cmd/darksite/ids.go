package main

import (
	"errors"
	"fmt"
	"strings"

	"darksite/internal/term"
	"darksite/internal/workspace"
	"darksite/processing/chandra"
)

// ids reads calibrations as people name them. A name with blanks in it may come
// as several arguments.
func (e *env) ids(args []string, verb string) ([]chandra.ID, error) {
	var ids []chandra.ID
	for len(args) > 0 {
		id, rest, err := e.firstID(args, verb)
		if err != nil {
			return nil, err
		}
		ids, args = append(ids, id), rest
	}
	return ids, nil
}

// firstID reads the calibration that the first arguments name.
func (e *env) firstID(args []string, verb string) (chandra.ID, []string, error) {
	const most = 3 // 21 Dec 2015
	w, err := chandra.ParseWritten(args[0])
	taken := 1
	for n := 2; err != nil && n <= min(most, len(args)); n++ {
		// The longest that can be read: 2015 Dec 21 is no month.
		if one, wrong := chandra.ParseWritten(strings.Join(args[:n], " ")); wrong == nil {
			w, taken = one, n
		}
	}
	if taken > 1 {
		err = nil
	}
	written := strings.Join(args[:taken], " ")
	if err == nil && w.Month == "" && w.Report == "" {
		return w.Day, args[taken:], nil
	}
	// What is known is asked for only where it matters: simulate needs no site.
	c, broken := e.config()
	if err == nil && broken != nil {
		return "", nil, broken
	}
	var known []chandra.ID
	if broken == nil {
		known = c.LocalIDs()
	}
	if err == nil {
		var id chandra.ID
		if id, err = w.Resolve(known, c.Reports()); err == nil {
			return id, args[taken:], nil
		}
	}
	hint := fmt.Sprintf("`darksite help %s` explains it", verb)
	switch near := workspace.Nearest(written, known); {
	case errors.Is(err, chandra.ErrAmbiguous):
		hint = "name one of them by its id"
	case near != "":
		hint = near
	}
	return "", nil, &term.ExitError{Code: term.Usage, Err: err, Hint: hint}
}
