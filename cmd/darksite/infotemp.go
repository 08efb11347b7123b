package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"darksite/internal/term"
	"darksite/internal/workspace"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/inputs"
	"darksite/processing/temperature"
)

// told is a temperature and its source.
type told struct {
	celsius float64
	source  string
}

// temperature takes the best that is known: what is typed now, what was typed to be
// taken before all else, what was measured, what somebody wrote into the file of
// facts, what was predicted. What others say differently becomes a warning.
func (d *infoDocument) temperature(c *workspace.Workspace, o *infoOptions) error {
	var known []told // best first
	add := func(t *float64, source string) {
		if t != nil {
			known = append(known, told{*t, source})
		}
	}
	if d.typed = o.temp == o.temp; d.typed {
		add(&o.temp, chandra.TypedTemp)
	}
	var there told
	if d.there != nil && d.there.CCDTemp != nil {
		there = told{*d.there.CCDTemp, cmp.Or(d.there.TempSource, filepath.Base(d.File))}
	}
	if there.source == chandra.TypedTemp {
		add(&there.celsius, there.source)
	}
	measured, source, err := d.measured(c)
	if err != nil {
		return err
	}
	add(measured, source)
	if there.source != "" && there.source != chandra.TypedTemp && !predicted(there.source) {
		add(&there.celsius, there.source)
	}
	add(d.Temp, d.TempSource)
	if predicted(there.source) {
		add(&there.celsius, there.source)
	}
	if len(known) == 0 {
		return nil
	}
	best := known[0]
	d.Temp, d.TempSource = &best.celsius, best.source
	if predicted(best.source) {
		d.Warnings = append(d.Warnings, "there is no measured temperature; predictions of 2007 to 2015 were off by -0.85 to 1.09 C: name tables of telemetry in [source] temperatures")
	}
	d.compare(known)
	return nil
}

// compare warns of sources that differ: by any amount if one of the two was typed,
// else by more than a prediction may be wrong.
func (d *infoDocument) compare(known []told) {
	const rounding, far = 0.005, 1.0 // degrees
	best := known[0]
	for _, other := range known[1:] {
		least := rounding
		if (chandra.MeasuredTemp(best.source) || predicted(best.source)) && predicted(other.source) {
			least = far
		}
		if off := math.Abs(best.celsius - other.celsius); off > least {
			d.Warnings = append(d.Warnings, fmt.Sprintf("the CCD temperature is %.2f C (%s), which is used, but %.2f C (%s), %.2f C away",
				best.celsius, best.source, other.celsius, other.source, off))
		}
	}
}

func predicted(source string) bool {
	_, ok := chandra.IsPredictedTemp(source)
	return ok
}

// measured is the temperature that was measured at the replicas: of replicas.csv and
// telemetry, or else of the archive.
func (d *infoDocument) measured(c *workspace.Workspace) (*float64, string, error) {
	path := filepath.Join(filepath.Dir(d.File), inputs.ReplicasFile)
	content, err := os.ReadFile(path)
	if err == nil {
		var warnings []string
		if d.before, warnings, err = inputs.ReadReplicas(bytes.NewReader(content), c.Rel(path)); err != nil {
			return nil, "", err
		}
		d.Warnings = append(d.Warnings, warnings...)
		for _, r := range d.before {
			if s := r.Contradiction(); s != "" {
				d.Warnings = append(d.Warnings, s)
			}
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, "", err
	}
	if err := d.fromTelemetry(c); err != nil {
		return nil, "", err
	}
	if mean, source := inputs.MeanTemp(d.completed()); mean != nil {
		return mean, source, nil
	}
	cal, err := artifact.Load(c.ArchiveDir(), d.ID)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, "", nil
	} else if err != nil {
		return nil, "", err
	}
	if f := cal.Facts; f.CCDTemp != nil && chandra.MeasuredTemp(f.CCDTempSource) {
		return f.CCDTemp, f.CCDTempSource, nil
	}
	return nil, "", nil
}

// fromTelemetry takes the temperatures of the replicas that have none from the
// tables of telemetry.
func (d *infoDocument) fromTelemetry(c *workspace.Workspace) error {
	if c.Source.Temperatures == "" {
		return nil
	}
	windows, planned := d.windows()
	if len(windows) == 0 {
		if !slices.ContainsFunc(d.before, func(r inputs.ReplicaFacts) bool { t, _ := r.Temp(); return t != nil }) {
			d.Warnings = append(d.Warnings, "no temperature comes from telemetry: neither kadi, replicas.csv nor a load gives the times of the replicas")
		}
		return nil
	}
	files, err := temperatureTables(c)
	if err != nil {
		return err
	}
	search := temperature.NewSearch(windows)
	for _, path := range files {
		content, err := readBounded(path, temperature.MaxBytes)
		if err != nil {
			return err
		}
		if err := search.Add(content, c.Rel(path)); err != nil {
			return err
		}
	}
	all, warnings := search.Result()
	d.Warnings = append(d.Warnings, warnings...)
	var without []string
	found := 0
	for _, at := range all {
		if at.Celsius == nil {
			without = append(without, fmt.Sprint(at.Number))
			continue
		}
		found++
		i := d.planned(at.Number)
		d.Replicas[i].Temp, d.Replicas[i].TempSource, d.Replicas[i].Samples = at.Celsius, at.Source, at.Samples
	}
	if without != nil {
		d.Warnings = append(d.Warnings, fmt.Sprintf("[source] temperatures has too few samples within 600 s of replica %s; %s", strings.Join(without, ", "), search.Covers()))
	}
	if planned && found > 0 {
		d.Warnings = append(d.Warnings, "the temperatures are for the times planned by the load: kadi's times of the replicas are unknown")
	}
	return nil
}

// windows are the replicas without a temperature, at the times of replicas.csv, of
// kadi or else of the load's plan.
func (d *infoDocument) windows() (list []temperature.Window, planned bool) {
	add := func(number int, start, stop string) bool {
		from, err := chandra.ParseDate(start)
		if err != nil {
			return false
		}
		to, err := chandra.ParseDate(stop)
		if err != nil || to.Before(from) {
			return false
		}
		list = append(list, temperature.Window{Number: number, Start: from, Stop: to})
		return true
	}
	done := map[int]bool{}
	for _, r := range d.before {
		t, _ := r.Temp()
		done[r.Number] = t != nil || add(r.Number, r.Start, r.Stop)
	}
	for _, r := range d.Replicas {
		switch {
		case done[r.Number] || r.Number == 0 || add(r.Number, r.Start, r.Stop):
		case add(r.Number, r.Begins, chandra.FormatDate(r.ends)):
			planned = true
		}
	}
	slices.SortFunc(list, func(a, b temperature.Window) int { return a.Number - b.Number })
	return list, planned
}

// planned is the index of a replica in Replicas, to which a new one is added.
func (d *infoDocument) planned(number int) int {
	at := slices.IndexFunc(d.Replicas, func(p plannedReplica) bool { return p.Number == number })
	if at < 0 {
		d.Replicas = append(d.Replicas, plannedReplica{Number: number})
		at = len(d.Replicas) - 1
	}
	return at
}

// temperatureTables are the files that [source] temperatures names.
func temperatureTables(c *workspace.Workspace) ([]string, error) {
	pattern := c.Beside(c.Source.Temperatures)
	fault := func(err error) error {
		return &term.ExitError{Code: term.Configuration, Err: err,
			Hint: "set [source] temperatures in site.toml to a table or a pattern such as \"temperatures/*.ecsv\", or leave it empty"}
	}
	files, err := filepath.Glob(pattern)
	if err != nil {
		return nil, fault(fmt.Errorf("[source] temperatures %q: %w", c.Source.Temperatures, err))
	}
	if len(files) == 0 {
		return nil, fault(fmt.Errorf("[source] temperatures: no file at %s", pattern))
	}
	for _, f := range files {
		if info, err := os.Stat(f); err != nil {
			return nil, fault(err)
		} else if !info.Mode().IsRegular() {
			return nil, fault(fmt.Errorf("[source] temperatures: %s is not a regular file", f))
		}
	}
	return files, nil
}

func readBounded(path string, most int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > most {
		return nil, fmt.Errorf("%s: %d bytes, want at most %d: split the table", path, info.Size(), most)
	}
	return os.ReadFile(path)
}

// improves tells whether info wrote the file of facts that is there and now knows a
// better temperature: a measured one instead of a predicted one, or a typed one.
func (d *infoDocument) improves() bool {
	was := d.there
	own := was.TempSource != "" && bytes.Equal(inputs.EncodeInfo(*was), d.content)
	better := predicted(was.TempSource) && !predicted(d.TempSource) || d.typed
	return own && better && d.Temp != nil
}

// temperatureToCome tells whether info would now replace the predicted temperature
// that it wrote by a measured one, and words it for status.
func temperatureToCome(c *workspace.Workspace, id chandra.ID) (better bool, detail string) {
	d := &infoDocument{ID: id, File: filepath.Join(c.DataDir(), string(id), inputs.InfoFile)}
	if err := d.read(c); err != nil || d.there == nil || !predicted(d.there.TempSource) {
		return false, "" // the reader of the file reports the error
	}
	if known, source := d.replicasTemp(); known {
		return false, ", the temperature is that of " + inputs.ReplicasFile + " (" + source + ")"
	}
	if c.Source.Temperatures == "" {
		return false, ", the temperature is predicted"
	}
	o := newInfoOptions()
	found, err := o.find(c, id)
	switch {
	case err != nil:
		return false, fmt.Sprintf(", the temperature is predicted: %v", err)
	case found.improves():
		return true, ", the temperature is predicted, and a measured one is available now"
	}
	return false, ", the temperature is predicted; [source] temperatures has none of these replicas"
}

// replicasTemp tells whether the replicas.csv beside the file of facts has a
// temperature.
func (d *infoDocument) replicasTemp() (known bool, source string) {
	path := filepath.Join(filepath.Dir(d.File), inputs.ReplicasFile)
	content, err := os.ReadFile(path)
	if err != nil {
		return false, ""
	}
	replicas, _, err := inputs.ReadReplicas(bytes.NewReader(content), path)
	if err != nil {
		return false, ""
	}
	t, source := inputs.MeanTemp(replicas)
	return t != nil, source
}

// observedReplicas are the lines that replicas.csv should have: the replicas with a
// time from kadi, or with a temperature.
func (d *infoDocument) observedReplicas() (list []inputs.ReplicaFacts) {
	for _, r := range d.Replicas {
		if r.Start == "" && r.Temp == nil {
			continue
		}
		one := inputs.ReplicaFacts{Number: r.Number, Start: r.Start, Stop: r.Stop}
		if r.Begins != "" || r.pointed {
			one.RA, one.Dec, one.Roll = &r.RA, &r.Dec, r.Roll
		}
		if r.Temp != nil {
			one.MeanTemp, one.TempSource, one.Samples = r.Temp, r.TempSource, r.Samples
		}
		list = append(list, one)
	}
	slices.SortFunc(list, func(a, b inputs.ReplicaFacts) int { return a.Number - b.Number })
	return list
}

// completed are the lines of the existing replicas.csv, with the missing values.
func (d *infoDocument) completed() []inputs.ReplicaFacts {
	list := slices.Clone(d.before)
	for _, r := range d.observedReplicas() {
		at := slices.IndexFunc(list, func(one inputs.ReplicaFacts) bool { return one.Number == r.Number })
		if at < 0 {
			list = append(list, r)
			continue
		}
		list[at].Complete(r)
	}
	slices.SortFunc(list, func(a, b inputs.ReplicaFacts) int { return a.Number - b.Number })
	return list
}

// writeReplicas makes replicas.csv, or completes the one that info wrote before.
func (d *infoDocument) writeReplicas(c *workspace.Workspace) error {
	observed := d.observedReplicas()
	if observed == nil {
		return nil
	}
	path := filepath.Join(filepath.Dir(d.File), inputs.ReplicasFile)
	if d.before == nil {
		return d.replace(path, inputs.EncodeReplicas(observed))
	}
	was, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	completed := inputs.EncodeReplicas(d.completed())
	own := bytes.Equal(inputs.EncodeReplicas(d.before), was)
	switch {
	case bytes.Equal(completed, inputs.EncodeReplicas(d.before)):
	case own:
		if err := d.replace(path, completed); err != nil {
			return err
		}
	default:
		d.Warnings = append(d.Warnings, fmt.Sprintf("%s lacks values that are known now, and is not overwritten because somebody wrote or changed it: move it away to have info write it", c.Rel(path)))
	}
	for _, r := range observed {
		at := slices.IndexFunc(d.before, func(one inputs.ReplicaFacts) bool { return one.Number == r.Number })
		if at < 0 {
			continue
		}
		if differ := d.before[at].Differences(r); differ != nil {
			d.Warnings = append(d.Warnings, fmt.Sprintf("%s is used unchanged, but differs for replica %d: %s", c.Rel(path), r.Number, strings.Join(differ, "; ")))
		}
	}
	return nil
}
