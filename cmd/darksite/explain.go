package main

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"slices"

	"darksite/internal/config"
	"darksite/internal/site"
	"darksite/internal/term"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/comparison"
	"darksite/processing/pipeline"
)

// step is a part of a build that was done, or would be.
type step struct {
	What string `json:"what"` // "archive", "comparison", "pictures", "page", or "pages" for the rest
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
	c, err := e.site()
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
	inputs, err := m.inputs(ctx, c)
	if err != nil {
		return nil, err
	}
	why := m.changed(c, inputs)
	if why == "" {
		return nil, nil
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
			stale, why = true, err.Error()
		}
		if stale {
			anew[id] = true
			steps = append(steps, step{"archive", string(id), why})
		}
	}
	there, err := artifact.List(c.ArchiveDir())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	all := slices.Concat(there, slices.Collect(maps.Keys(anew)))
	slices.Sort(all)
	all = slices.Compact(all)
	comparing, err := comparingOptions(c)
	if err != nil {
		return nil, err
	}
	compared, err := pipeline.Uncompared(ctx, comparing)
	if err != nil {
		return nil, err
	}
	due := map[chandra.ID]string{}
	for _, one := range compared {
		due[one.ID] = one.Why
	}
	for i, id := range all {
		for _, of := range all[max(0, i-comparison.Earlier) : i+1] {
			if anew[of] && due[id] == "" {
				due[id] = "a calibration that it is made of will be new"
			}
		}
	}
	drawn, err := o.duePictures(c, m)
	if err != nil {
		return nil, err
	}
	for _, id := range all {
		if due[id] != "" {
			drawn[id] = "what they are drawn of will be new"
		}
	}
	for _, list := range []struct {
		what string
		why  map[chandra.ID]string
	}{{"comparison", due}, {"pictures", drawn}} {
		for _, id := range all {
			if why := list.why[id]; why != "" {
				steps = append(steps, step{list.what, string(id), why})
			}
		}
	}
	// Which pages change is known when they are made.
	return append(steps, step{"pages", "", why}), nil
}

// duePictures says of each calibration in the archive whose pictures would be
// drawn as it is, why.
func (o *building) duePictures(c *config.Config, m *memory) (map[chandra.ID]string, error) {
	ids, err := artifact.List(c.ArchiveDir())
	if errors.Is(err, fs.ErrNotExist) {
		return map[chandra.ID]string{}, nil
	} else if err != nil {
		return nil, err
	}
	rules, err := rulesOf(c, "")
	if err != nil {
		return nil, err
	}
	var in site.Inputs
	if err := m.find(c, &in); err != nil {
		return nil, err
	}
	for _, id := range ids {
		cal, err := siteCalibration(c, id, rules, m.sum)
		if err != nil {
			return nil, err
		}
		in.Calibrations = append(in.Calibrations, cal)
	}
	return in.Due(), nil
}
