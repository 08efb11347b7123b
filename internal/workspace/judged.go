package workspace

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"darksite/internal/config"
	"darksite/internal/ground/workers"
	"darksite/internal/term"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/comparison"
	"darksite/processing/darkmap"
	"darksite/processing/pipeline"
	"darksite/processing/pixels"
	"darksite/processing/quality"
	"darksite/processing/telemetry"
)

// Judged is a verdict with what a person said, if anybody did.
type Judged struct {
	quality.Verdict
	SignOff  *quality.SignOff `json:"sign_off"`
	Beside   string           `json:"sign_off_sentence,omitempty"`
	Disputed bool             `json:"disputed"`
	Unread   string           `json:"sign_off_unread,omitempty"` // why a sign-off counts as none

	Comparison *comparison.Comparison `json:"-"` // that the verdict rests on; nil without one
}

// Rules reads the rules of a file, else of site.toml, else the built-in ones.
func (w *Workspace) Rules(file string) (*quality.Rules, error) {
	if file == "" && w.Quality.Rules != "" {
		file = w.Beside(w.Quality.Rules)
	}
	if file == "" {
		return quality.DefaultRules(), nil
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, &term.ExitError{Code: term.Configuration, Err: fmt.Errorf("rules: %w", err), Hint: "`darksite score --print-rules > FILE` writes one to start from"}
	}
	rules, err := quality.ParseRules(content, file)
	if err != nil {
		return nil, &term.ExitError{Code: term.Configuration, Err: err, Hint: "`darksite score --print-rules` prints a valid file"}
	}
	return rules, nil
}

// Score judges calibrations, in their order.
func (w *Workspace) Score(ctx context.Context, ids []chandra.ID, rules *quality.Rules) ([]Judged, error) {
	compared, err := w.comparedBy(ctx, rules)
	if err != nil {
		return nil, err
	}
	verdicts := make([]Judged, len(ids))
	err = workers.Each(len(ids), func(i int) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		cal, err := artifact.Load(w.ArchiveDir(), ids[i])
		if err != nil {
			return err
		}
		if compared == nil {
			verdicts[i], err = w.Judge(cal, rules)
		} else {
			verdicts[i], err = w.judgeWith(cal, compared[ids[i]], rules)
		}
		return err
	})
	return verdicts, err
}

// comparedBy gives the comparisons that belong to some rules: a calibration that they
// call bad is no partner of another. It is nil where those that are stored do.
func (w *Workspace) comparedBy(ctx context.Context, rules *quality.Rules) (map[chandra.ID]*comparison.Comparison, error) {
	ids, err := artifact.List(w.ArchiveDir())
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		stored, err := comparison.Load(w.ComparisonsDir(), id)
		if err == nil && stored.Provenance.Rules == comparison.Rules(rules.Source()) {
			continue
		} else if errors.Is(err, fs.ErrNotExist) {
			continue // not compared yet, and judged without
		} else if err != nil {
			return nil, err
		}
		o, err := w.ComparingOptions()
		if err != nil {
			return nil, err
		}
		o.Rules = rules
		return pipeline.ComparedUnder(ctx, o)
	}
	return nil, nil
}

// Judge holds a calibration against rules, and reads what a person said of it.
func (w *Workspace) Judge(cal *artifact.Calibration, rules *quality.Rules) (Judged, error) {
	compared, err := comparison.Load(w.ComparisonsDir(), cal.ID)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Judged{}, err
	}
	return w.judgeWith(cal, compared, rules)
}

// judgeWith is [Workspace.Judge] with a comparison, nil for none.
func (w *Workspace) judgeWith(cal *artifact.Calibration, compared *comparison.Comparison, rules *quality.Rules) (s Judged, err error) {
	s = Judged{Verdict: quality.Judge(quality.Subject{Calibration: cal, Comparison: compared}, rules), Comparison: compared}
	signed, unread := w.SignOff(cal.ID)
	if unread != nil {
		s.Unread = unread.Error() + "."
	} else if signed != nil {
		said, agrees := signed.Beside(s.Verdict)
		s.SignOff, s.Beside, s.Disputed = signed, said, !agrees
	}
	return s, nil
}

// ComparingOptions are those of comparisons: they also have what decides on which calibrations others may rest.
func (w *Workspace) ComparingOptions() (pipeline.Options, error) {
	o := w.PipelineOptions()
	o.SignOff = func(id chandra.ID) (*quality.SignOff, error) {
		signed, _ := w.SignOff(id) // what cannot be read counts as none
		return signed, nil
	}
	var err error
	o.Rules, err = w.Rules("")
	return o, err
}

// PipelineOptions are what the settings ask of the processing.
func (w *Workspace) PipelineOptions() pipeline.Options {
	settings := darkmap.DefaultSettings()
	settings.Method = darkmap.Method(w.Processing.Method)
	settings.GainEPerDN = w.Processing.GainEPerDN
	comparing := comparison.DefaultSettings()
	comparing.Bad.Threshold = w.Pixels.BadAboveEPerS
	comparing.Bad.Combine = pixels.Combine(w.Pixels.BadCombine)
	comparing.Bad.At = pixels.Temperature(w.Pixels.BadAt)
	return pipeline.Options{
		Comparisons: w.ComparisonsDir(), Comparison: comparing,
		Data: w.DataDir(), Archive: w.ArchiveDir(), Map: settings, Eras: w.Calibrations.Eras, ToMean: w.Processing.ReplicaTemperatures == config.TemperaturesToMean,
		Reading: telemetry.DefaultOptions, Version: w.Version,
	}
}
