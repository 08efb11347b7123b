package main

import (
	"context"
	"fmt"

	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/pipeline"
)

// verifiedCopy is the JSON document for a calibration of another archive.
type verifiedCopy struct {
	ID       chandra.ID       `json:"id"`
	Problems []string         `json:"problems"`
	Filled   *artifact.Filled `json:"filled"`
	Forced   []string         `json:"forced"` // reasons against the copy that were overridden
}

// verifyCopies reads back what `archive` put into a mica archive. Other files there
// are skipped unless named.
func verifyCopies(ctx context.Context, e *env, dir string, args []string) error {
	root, err := pipeline.MirrorRoot(dir)
	if err != nil {
		return err
	}
	ids, err := e.ids(args, "verify")
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		if ids, err = artifact.List(root); err != nil {
			return err
		}
	}
	if len(ids) == 0 {
		return fmt.Errorf("%s: nothing in it was made by darksite", root)
	}
	documents, bad := []verifiedCopy{}, 0
	for _, id := range ids {
		if err := ctx.Err(); err != nil {
			return err
		}
		d := verifiedCopy{ID: id, Problems: append([]string{}, artifact.Verify(root, id)...), Forced: []string{}}
		// Unreadable properties are reported already.
		if filled, forced, err := artifact.CopyOf(root, id); err == nil {
			d.Filled, d.Forced = filled, append(d.Forced, forced...)
		}
		state := "whole"
		if n := len(d.Problems); n > 0 {
			state = fmt.Sprintf("%d %s", n, plural(n, "problem", "problems"))
			bad++
		}
		if d.Filled != nil {
			state += fmt.Sprintf("; %s pixels filled", num(d.Filled.Pixels))
		}
		if len(d.Forced) > 0 {
			state += "; copied with --force"
		}
		e.Printf("%s  %s", id, state)
		for _, p := range d.Problems {
			e.Printf("         %s", p)
		}
		documents = append(documents, d)
	}
	if err := e.Document(struct {
		Copies []verifiedCopy `json:"copies"`
	}{documents}); err != nil {
		return err
	}
	if bad > 0 {
		return fmt.Errorf("%d of %d copies have problems", bad, len(ids))
	}
	return nil
}
