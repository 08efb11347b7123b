package main

import (
	"context"
	"errors"
	"io/fs"

	"darksite/internal/config"
	"darksite/internal/site"
	"darksite/internal/term"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/pipeline"
)

// step is a part of a build that was done, or would be.
type step struct {
	What string `json:"what"` // "archive", "comparison", "pictures" or "pages"
	ID   string `json:"id"`   // of the calibration, "" for all of them
	Why  string `json:"why"`
}

func printSteps(e *env, steps []step) {
	var rows [][]string
	for _, s := range steps {
		rows = append(rows, []string{s.What, s.ID, s.Why})
	}
	if len(rows) > 0 {
		e.Table([]term.Column{{Title: "step"}, {Title: "id"}, {Title: "why"}}, rows)
	}
}

// runDry tells what a build would do. What depends on a step that would be done
// would be done too.
func (o *building) runDry(ctx context.Context, e *env) error {
	c, err := e.config()
	if err != nil {
		return err
	}
	steps, err := o.due(ctx, &c)
	if err != nil {
		return err
	}
	printSteps(e, steps)
	if len(steps) == 0 {
		e.Printf("nothing has changed: `darksite build` would write nothing")
	}
	return e.Document(struct {
		Steps []step `json:"steps"`
	}{append([]step{}, steps...)})
}

func (o *building) due(ctx context.Context, c *config.Config) (steps []step, err error) {
	m, err := openMemory(c, o.verify, true)
	if err != nil {
		return nil, err
	}
	current, why, err := m.current(ctx, c)
	if err != nil || current {
		return nil, err
	}
	options := pipelineOptions(c)
	options.Sum = m.sum
	ids, err := idsIn(c.DataDir())
	if err != nil {
		return nil, err
	}
	anew := map[chandra.ID]bool{}
	for _, id := range ids {
		stale, why, err := pipeline.Stale(id, options)
		if err != nil {
			return nil, err
		}
		if stale {
			anew[id] = true
			steps = append(steps, step{"archive", string(id), why})
		}
	}
	compared, err := pipeline.Uncompared(ctx, options)
	if err != nil {
		return nil, err
	}
	for _, one := range compared {
		if one.Err == nil {
			steps = append(steps, step{"comparison", string(one.ID), one.Why})
			anew[one.ID] = true
		}
	}
	pictures, err := o.duePictures(c, m, anew)
	if err != nil {
		return nil, err
	}
	return append(append(steps, pictures...), step{"pages", "", why}), nil
}

// duePictures are those that would be drawn, for what is in the archive already.
func (o *building) duePictures(c *config.Config, m *memory, anew map[chandra.ID]bool) (steps []step, err error) {
	ids, err := artifact.List(c.ArchiveDir())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	rules, err := rulesOf(c, "")
	if err != nil {
		return nil, err
	}
	in := site.Inputs{Program: m.program, Drawn: m.pictures(c)}
	for _, id := range ids {
		cal, err := siteCalibration(c, id, rules, m.sum)
		if err != nil {
			return nil, err
		}
		in.Calibrations = append(in.Calibrations, cal)
	}
	due := in.Due()
	for _, id := range ids {
		if anew[id] {
			due[id] = "what they are drawn of will be new"
		}
		if why := due[id]; why != "" {
			steps = append(steps, step{"pictures", string(id), why})
		}
	}
	return steps, nil
}
