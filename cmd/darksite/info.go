package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"darksite/internal/ground/phrase"
	"darksite/internal/term"
	"darksite/internal/workspace"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/inputs"
	"darksite/processing/starcheck"
)

var infoVerb = verb{
	name:  "info",
	args:  "ID [--starcheck PATH] [--load NAME] [--time T] [--ra DEG] [--dec DEG] [--temp C]",
	short: "find the time, attitude and temperature of a calibration",
	long: `Finds the first dark current star catalogue of a calibration, the one before DC_T0, in
mica's starcheck.db3 or in starcheck pages ([source] starcheck in site.toml, or --starcheck:
a page, .txt or .html, or a directory of loads), and writes its time and attitude and the
CCD temperature to data/<id>/info.csv. If several loads hold the calibration, the newest
approved one is used, or --load; info prints its choice.

The temperature comes from --temp; else it is measured: from replicas.csv, from telemetry
tables in [source] temperatures (the mean within 600 s of each replica, recorded in
replicas.csv) or from the archive; else it is what a person wrote into info.csv; else the
prediction. Sources that disagree are reported. A file that a person wrote is never
overwritten; a file that info wrote is updated when better values are known.

Since 2020 no load has DC_T0 and each replica has its own attitude: replicas.csv is then
written from kadi alone ([source] kadi), with the times and attitudes of the replicas.`,
	examples: []string{
		"darksite info 2016125",
		"darksite info 2016125 --time 2016:125:01:00:00.000 --ra 227.136 --dec 16.976 --temp -13.6",
	},
	words: calibrations,
	setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
		o := newInfoOptions()
		fs.StringVar(&o.starcheck, "starcheck", "", "look in `PATH` instead of the one in site.toml")
		fs.StringVar(&o.load, "load", "", "use the load `NAME`, for example DEC1115A")
		fs.StringVar(&o.time, "time", "", "time `T` of the first star catalogue, YYYY:DDD:HH:MM:SS.sss")
		fs.Float64Var(&o.ra, "ra", o.ra, "right ascension, in `DEG` degrees")
		fs.Float64Var(&o.dec, "dec", o.dec, "declination, in `DEG` degrees")
		fs.Float64Var(&o.temp, "temp", o.temp, "CCD temperature, in `C` degrees Celsius")
		return o.run
	},
}

type infoOptions struct {
	starcheck, load, time string
	ra, dec, temp         float64
}

// newInfoOptions are the options with no value given.
func newInfoOptions() infoOptions {
	return infoOptions{ra: math.NaN(), dec: math.NaN(), temp: math.NaN()}
}

// infoDocument holds the facts, also as JSON.
type infoDocument struct {
	ID         chandra.ID       `json:"id"`
	DateStart  string           `json:"datestart,omitempty"`
	RA         *float64         `json:"ra"`
	Dec        *float64         `json:"dec"`
	Temp       *float64         `json:"temp"`
	TempSource string           `json:"temp_source,omitempty"`
	Load       string           `json:"load,omitempty"`
	Obsid      int              `json:"obsid,omitempty"`
	Source     string           `json:"source,omitempty"` // the page or database
	Replicas   []plannedReplica `json:"replicas"`
	Warnings   []string         `json:"warnings"`
	File       string           `json:"file"`
	Changed    bool             `json:"changed"`

	plan []time.Time
	// there is the existing file of facts, nil without, and content its bytes; before
	// are the lines of the existing replicas.csv.
	there   *inputs.Info
	content []byte
	before  []inputs.ReplicaFacts
	typed   bool // the temperature was typed now
}

// plannedReplica is a replica as the load plans it.
type plannedReplica struct {
	Number int     `json:"number"`
	Obsid  int     `json:"obsid"`
	RA     float64 `json:"ra"`
	Dec    float64 `json:"dec"`
	// Roll is null where a load plans it.
	Roll   *float64 `json:"roll"`
	Begins string   `json:"begins"` // as planned, "" where no load plans it
	// Start and Stop are those that kadi found, "" without.
	Start string `json:"start,omitempty"`
	Stop  string `json:"stop,omitempty"`
	// Temp is the CCD temperature that telemetry has around it, the mean of Samples
	// values of TempSource.
	Temp       *float64 `json:"temp,omitempty"`
	TempSource string   `json:"temp_source,omitempty"`
	Samples    int      `json:"samples,omitempty"`

	ends    time.Time // as planned
	pointed bool      // RA and Dec are those of a dwell
}

func (o *infoOptions) run(ctx context.Context, e *env, args []string) error {
	ids, err := e.ids(args, "info")
	if err != nil {
		return err
	}
	if len(ids) != 1 {
		return usageError(errors.New("name one calibration, for example 2015355"), "info")
	}
	if err := o.check(); err != nil {
		return usageError(err, "info")
	}
	c, unlock, err := e.locked()
	if err != nil {
		return err
	}
	defer unlock()
	d, err := o.find(c, ids[0])
	if err != nil {
		return err
	}
	if err := d.write(c); err != nil {
		return err
	}
	d.print(e, c)
	return e.Document(d)
}

// check refuses impossible values.
func (o *infoOptions) check() error {
	switch {
	case o.time != "" && !isDate(o.time):
		return fmt.Errorf("--time %q: want YYYY:DDD:HH:MM:SS.sss, UTC", o.time)
	case o.ra < 0 || o.ra > 360 || math.IsInf(o.ra, 0):
		return fmt.Errorf("--ra %v: want 0 to 360 degrees", o.ra)
	case math.Abs(o.dec) > 90:
		return fmt.Errorf("--dec %v: want -90 to 90 degrees", o.dec)
	case math.Abs(o.temp) > 40:
		return fmt.Errorf("--temp %v: want -40 to 40 degrees Celsius", o.temp)
	}
	if _, ok := starcheck.ParseLoad(o.load); o.load != "" && !ok {
		return fmt.Errorf("--load %q: want a load such as DEC1115A", o.load)
	}
	return nil
}

func isDate(s string) bool {
	_, err := chandra.ParseDate(s)
	return err == nil
}

// find gathers the facts, best source first.
func (o *infoOptions) find(c *workspace.Workspace, id chandra.ID) (*infoDocument, error) {
	d := &infoDocument{ID: id, Replicas: []plannedReplica{}, Warnings: []string{}, File: filepath.Join(c.DataDir(), string(id), inputs.InfoFile)}
	if err := d.read(c); err != nil {
		return nil, err
	}
	place := o.starcheck
	if place == "" && c.Source.Starcheck != "" {
		place = c.Beside(c.Source.Starcheck)
	}
	var unplanned error
	if place != "" {
		unplanned = d.fromStarcheck(c, place, o.load)
	}
	if err := d.observed(c); err != nil {
		return nil, err
	}
	if err := d.temperature(c, o); err != nil {
		return nil, err
	}
	switch {
	case unplanned == nil:
	case o.typed():
		d.Warnings = append(d.Warnings, fmt.Sprintf("used as typed: %v", unplanned))
	case d.known():
		d.Warnings = append(d.Warnings, fmt.Sprintf("taken from %s: %v", c.Rel(d.File), unplanned))
	case d.alone(c) && errors.Is(unplanned, starcheck.ErrNone):
		// No load has DC_T0 since 2020, and kadi has it all.
	case d.alone(c):
		d.Warnings = append(d.Warnings, fmt.Sprintf("taken from kadi alone: %v", unplanned))
	default:
		return nil, withHint(unplanned, "name the page with --starcheck PATH, or give --time, --ra, --dec and --temp")
	}
	d.take(o)
	d.keep()
	if d.empty() && d.observedReplicas() == nil {
		if d.before != nil {
			return nil, &term.ExitError{Code: term.Configuration, Err: fmt.Errorf("nothing is known of %s beyond %s, which process reads: no starcheck page is named and no value was given", id, inputs.ReplicasFile),
				Hint: "for a time and an attitude of the calibration set [source] starcheck in site.toml, or give --starcheck PATH, or --time, --ra and --dec"}
		}
		return nil, &term.ExitError{Code: term.Configuration, Err: fmt.Errorf("nothing is known of %s: no starcheck page is named and no value was given", id),
			Hint: "set [source] starcheck in site.toml, or give --starcheck PATH, or --time, --ra, --dec and --temp"}
	}
	return d, nil
}

func (o *infoOptions) typed() bool { return o.time != "" && o.ra == o.ra && o.dec == o.dec }

// fromStarcheck takes the plan of the load.
func (d *infoDocument) fromStarcheck(c *workspace.Workspace, place, load string) error {
	want := starcheck.Want{ID: d.ID}
	if load != "" {
		want.Load, _ = starcheck.ParseLoad(load)
	}
	look := starcheck.Find
	if isDatabase(place) {
		look = starcheck.FromDatabase
	}
	found, err := look(place, want)
	if err != nil {
		return err
	}
	d.DateStart = chandra.FormatDate(found.Centre.Catalog)
	d.RA, d.Dec = &found.Centre.Attitude.RADeg, &found.Centre.Attitude.DecDeg
	d.Load, d.Obsid, d.Source = found.Load, found.Centre.Obsid, found.Source
	if t := found.Centre.PredictedC; t != nil {
		temp := float64(*t)
		d.Temp, d.TempSource = &temp, chandra.PredictedTemp(found.Load)
	}
	for _, r := range found.Replicas {
		d.Replicas = append(d.Replicas, plannedReplica{Number: r.Number, Obsid: r.Obsid, RA: r.Attitude.RADeg, Dec: r.Attitude.DecDeg, Begins: chandra.FormatDate(r.Begins()), ends: r.Ends()})
	}
	d.plan = found.Plan()
	d.Warnings = append(d.Warnings, found.Warnings...)
	candidates, err := attitudes(c)
	if err != nil {
		return err
	}
	d.Warnings = append(d.Warnings, found.Check(starcheck.Against{Candidates: candidates, Temperatures: before(c, d.ID)})...)
	return nil
}

// attitudes is the list that fields are chosen from, empty if none is named.
func attitudes(c *workspace.Workspace) ([]starcheck.Attitude, error) {
	if c.Source.Attitudes == "" {
		return nil, nil
	}
	path := c.Beside(c.Source.Attitudes)
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, &term.ExitError{Code: term.Configuration, Err: err, Hint: "set [source] attitudes in site.toml, or leave it empty"}
	}
	return starcheck.ReadAttitudes(content, path)
}

// isDatabase knows an SQLite file by its first bytes.
func isDatabase(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	magic := make([]byte, 16)
	_, err = io.ReadFull(f, magic)
	return err == nil && bytes.Equal(magic, []byte("SQLite format 3\x00"))
}

// before is the temperature of the latest calibration before, if that is known.
func before(c *workspace.Workspace, id chandra.ID) []starcheck.Temperature {
	ids, err := artifact.List(c.ArchiveDir())
	if err != nil {
		return nil
	}
	at, _ := slices.BinarySearch(ids, id)
	for _, other := range slices.Backward(ids[:at]) {
		cal, err := artifact.Load(c.ArchiveDir(), other)
		if err == nil && cal.Facts.CCDTemp != nil {
			return []starcheck.Temperature{{Celsius: chandra.Celsius(*cal.Facts.CCDTemp), Whose: "calibration " + string(other)}}
		}
	}
	return nil
}

// observed takes the times of the replicas from kadi.
func (d *infoDocument) observed(c *workspace.Workspace) error {
	if c.Source.Kadi == "" {
		return nil
	}
	k, err := askKadi(c, d.ID, d.plan...)
	if err != nil {
		return err
	}
	if k.ID != d.ID {
		d.Warnings = append(d.Warnings, k.Sentence())
	}
	if slices.Contains(k.Numbers, 0) {
		d.Warnings = append(d.Warnings, fmt.Sprintf("without the load's plan it is not known which of the %d replicas are the %d that kadi has, so kadi's times are not used", k.Expected, len(k.Replicas)))
		return nil
	}
	for i, r := range k.Replicas {
		number := k.Numbers[i]
		at := slices.IndexFunc(d.Replicas, func(p plannedReplica) bool { return p.Number == number })
		if at < 0 {
			d.Replicas = append(d.Replicas, plannedReplica{Number: number})
			at = len(d.Replicas) - 1
		}
		to := &d.Replicas[at]
		to.Start, to.Stop = r.Start, r.Stop
		if r.Obsid != nil && to.Obsid == 0 {
			to.Obsid = *r.Obsid
		}
		// Where no load plans them, the attitudes are those that were dwelt at.
		if a := r.Attitude; a != nil && to.Begins == "" {
			to.RA, to.Dec, to.Roll = a.RADeg, a.DecDeg, a.RollDeg
			to.pointed = true
		} else if a == nil && to.Begins == "" {
			d.Warnings = append(d.Warnings, fmt.Sprintf("kadi has no dwell with an attitude for replica %d, %s: its zodiacal background stays unknown", number, r.Start))
		}
	}
	return nil
}

// alone tells whether kadi has replicas of a calibration since 2020, each at a
// field of its own, which no load names.
func (d *infoDocument) alone(c *workspace.Workspace) bool {
	return c.Calibrations.Eras.Of(d.ID).ApartDays > 1 && d.observedReplicas() != nil
}

// empty tells that info.csv would add nothing to replicas.csv.
func (d *infoDocument) empty() bool {
	ofReplicas, _ := inputs.MeanTemp(d.completed())
	return d.DateStart == "" && d.RA == nil && !d.typed && (d.Temp == nil || ofReplicas != nil)
}

// take fills in the typed values that no better source gives.
func (d *infoDocument) take(o *infoOptions) {
	if d.DateStart == "" {
		d.DateStart = o.time
	} else if typed, err := chandra.ParseDate(o.time); err == nil && chandra.FormatDate(typed) != d.DateStart {
		d.Warnings = append(d.Warnings, fmt.Sprintf("the typed time %s is not used: %s is known from %s", o.time, d.DateStart, d.Source))
	}
	const near = 0.01 // degrees: more than rounding, less than the step between replicas
	number := func(to **float64, typed float64, what string) {
		switch {
		case typed != typed:
		case *to == nil:
			*to = &typed
		case math.Abs(**to-typed) > near:
			d.Warnings = append(d.Warnings, fmt.Sprintf("the typed %s %v is not used: %v is known from %s", what, typed, **to, d.Source))
		}
	}
	number(&d.RA, o.ra, "right ascension")
	number(&d.Dec, o.dec, "declination")
}

func (d *infoDocument) print(e *env, c *workspace.Workspace) {
	for _, w := range d.Warnings {
		e.Warnf("%s", w)
	}
	from := ""
	if d.Load != "" {
		from = fmt.Sprintf(", load %s, observation %d", d.Load, d.Obsid)
	}
	if d.empty() {
		d.printReplicas(e)
		state := "written"
		if !d.Changed {
			state = "there already"
		}
		e.Printf("         %s %s", c.Rel(filepath.Join(filepath.Dir(d.File), inputs.ReplicasFile)), state)
		return
	}
	e.Printf("%s  first star catalogue %s%s", d.ID, orUnknown(d.DateStart), from)
	e.Printf("         RA %s, Dec %s, CCD temperature %s C (%s)", decimals(d.RA, 6), decimals(d.Dec, 6), decimals(d.Temp, 2), orUnknown(d.TempSource))
	for _, r := range d.Replicas {
		e.Verbosef("         replica %d: observation %d at %.6f %.6f, begins %s", r.Number, r.Obsid, r.RA, r.Dec, r.Begins)
		if r.Temp != nil {
			e.Printf("         replica %d: %.3f C, the mean of %d samples (%s)", r.Number, *r.Temp, r.Samples, r.TempSource)
		}
	}
	state := "written"
	if !d.Changed {
		state = "there already"
	}
	e.Printf("         %s %s", c.Rel(d.File), state)
}

// printReplicas lists the facts of each replica and their sources, for a calibration
// that has none as a whole.
func (d *infoDocument) printReplicas(e *env) {
	var from []string
	if d.before != nil {
		from = append(from, inputs.ReplicasFile)
	}
	if slices.ContainsFunc(d.Replicas, func(r plannedReplica) bool { return r.Start != "" }) {
		from = append(from, "kadi")
	}
	if slices.ContainsFunc(d.Replicas, func(r plannedReplica) bool { return r.Temp != nil }) {
		from = append(from, "[source] temperatures")
	}
	alone := ""
	if len(from) == 1 {
		alone = " alone"
	}
	lines := d.completed()
	e.Printf("%s  facts of %s, from %s%s", d.ID, phrase.Plural(len(lines), "replica", "replicas"), strings.Join(from, " and "), alone)
	for _, r := range lines {
		known := []string{"start unknown", "attitude unknown"}
		if r.Start != "" {
			known[0] = r.Start
		}
		if r.RA != nil && r.Dec != nil {
			known[1] = fmt.Sprintf("RA %.4f, Dec %.4f", *r.RA, *r.Dec)
		}
		if t, source := r.Temp(); t != nil {
			known = append(known, fmt.Sprintf("%.2f C (%s)", *t, source))
		}
		at := slices.IndexFunc(d.Replicas, func(p plannedReplica) bool { return p.Number == r.Number && p.Obsid != 0 })
		if at >= 0 {
			known = append([]string{fmt.Sprintf("observation %d", d.Replicas[at].Obsid)}, known...)
		}
		e.Printf("         replica %d: %s", r.Number, strings.Join(known, ", "))
	}
}

func orUnknown(s string) string {
	if s == "" {
		return "unknown"
	}
	return s
}
