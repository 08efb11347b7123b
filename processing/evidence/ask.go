package evidence

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/darkmap"
	"darksite/processing/scaling"
	"darksite/processing/telemetry"
)

// Options say where to look.
type Options struct {
	Data    string // directory that holds <id>/ directories with the inputs
	Archive string // directory that holds <id>/ directories with the artifacts
	Reading telemetry.Options
	Version string // of the program that asks
}

// maxReplicas is what the coverage of a map can count (package darkmap).
const maxReplicas = 255

// Case is a calibration of the archive with what it was made of, as found when
// it was opened. It may be asked any number of questions, one at a time.
type Case struct {
	Options
	calibration *artifact.Calibration
	dir         string // archive/<id>
	image       *image
	inputs      []Input
	covered     *[2]coverage      // short and long; nil before it was read
	files       []*telemetry.File // by replica, nil before it was decoded
	problems    []string          // of the calibration, whatever is asked
	notes       []string
}

// Open reads a calibration of the archive and compares its inputs with the
// files that are there now. The error is of the archive; an input that changed
// or is not at hand is in the answers.
func Open(ctx context.Context, id chandra.ID, o Options) (*Case, error) {
	cal, err := artifact.Load(o.Archive, id)
	if err != nil {
		return nil, err
	}
	if n := max(len(cal.Replicas), cal.Map.Planned); n > maxReplicas {
		return nil, fmt.Errorf("%s: it describes %d replicas, more than a map can have: process the calibration again",
			filepath.Join(o.Archive, string(id), artifact.CalibrationFile), n)
	}
	c := &Case{Options: o, calibration: cal, dir: filepath.Join(o.Archive, string(id)), files: make([]*telemetry.File, len(cal.Replicas))}
	if c.image, err = readImage(filepath.Join(c.dir, artifact.ImageFile)); err != nil {
		return nil, err
	}
	if v := cal.Provenance.Version; v != o.Version {
		c.notef("the map was made by version %s, this is version %s: a difference may be one of the programs", v, o.Version)
	}
	c.checkManifest()
	return c, c.checkInputs(ctx)
}

// Ask follows a number back to its bytes. What contradicts the archive, or
// cannot be looked at, is in the answer.
func (c *Case) Ask(ctx context.Context, q Question) (*Answer, error) {
	k := &inquiry{Case: c, answer: &Answer{Schema: Schema, ID: c.calibration.ID, Question: q.String(), Map: c.describeMap()}}
	var err error
	switch q.kind {
	case aPixel:
		err = k.pixel(ctx, q.row, q.col)
	case aStatistic:
		err = k.statistic(q)
	case aReplicaFact:
		err = k.replicaFact(ctx, q)
	case aFact:
		err = k.fact(q)
	}
	if err != nil {
		return nil, err
	}
	k.answer.Inputs = append([]Input{}, c.inputs...)
	k.answer.Problems = append(append([]string{}, c.problems...), k.problems...)
	k.answer.Notes = append(append([]string{}, c.notes...), k.notes...)
	return k.answer, nil
}

// inquiry is one question under way.
type inquiry struct {
	*Case
	answer          *Answer
	problems, notes []string // of this question
}

func (c *Case) problemf(format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf(format, args...))
}

func (c *Case) notef(format string, args ...any) {
	c.notes = append(c.notes, fmt.Sprintf(format, args...))
}

func (k *inquiry) problemf(format string, args ...any) {
	k.problems = append(k.problems, fmt.Sprintf(format, args...))
}

func (k *inquiry) notef(format string, args ...any) {
	k.notes = append(k.notes, fmt.Sprintf(format, args...))
}

func (c *Case) describeMap() Map {
	cal := c.calibration
	m := Map{
		File: c.image.path, Bytes: len(c.image.content), SHA256: c.image.sha256,
		Method: cal.Map.Method, GainEPerDN: cal.Map.GainEPerDN, ShortS: cal.Map.ShortS, LongS: cal.Map.LongS,
		Replicas: cal.Map.Replicas, Planned: cal.Map.Planned,
		Tool: strings.TrimSpace(cal.Provenance.Tool + " " + cal.Provenance.Version),
	}
	for _, r := range cal.Replicas {
		m.Rows += r.RowsReceived
	}
	return m
}

// checkManifest compares the two files that the answer rests on with the
// hashes that were written with them.
func (c *Case) checkManifest() {
	manifest, err := os.ReadFile(filepath.Join(c.dir, artifact.ManifestFile))
	if err != nil {
		c.problemf("%s: %v; process the calibration again", artifact.ManifestFile, reason(err))
		return
	}
	hashes := map[string]string{artifact.ImageFile: c.image.sha256}
	content, err := os.ReadFile(filepath.Join(c.dir, artifact.CalibrationFile))
	if err == nil {
		hashes[artifact.CalibrationFile] = fmt.Sprintf("%x", sha256.Sum256(content))
	}
	for _, name := range []string{artifact.CalibrationFile, artifact.ImageFile} {
		line := hashes[name] + "  " + name + "\n"
		if !strings.Contains("\n"+string(manifest), "\n"+line) {
			c.problemf("%s is not the file that %s lists: its SHA-256 is %s", name, artifact.ManifestFile, hashes[name])
		}
	}
}

// settings are those that the map was made with.
func (c *Case) settings() (darkmap.Settings, error) {
	cal := c.calibration
	s := darkmap.Settings{Method: darkmap.Method(cal.Map.Method), GainEPerDN: cal.Map.GainEPerDN, Replicas: cal.Map.Planned}
	for name, to := range map[string]*float64{"short_s": &s.ShortS, "long_s": &s.LongS} {
		text := cal.Provenance.Settings[name]
		var err error
		if *to, err = strconv.ParseFloat(text, 64); err != nil {
			return s, fmt.Errorf("%s: provenance.settings.%s is %q, want a number of seconds: process the calibration again",
				filepath.Join(c.dir, artifact.CalibrationFile), name, text)
		}
	}
	if cal.Provenance.Settings[artifact.TemperaturesSetting] != artifact.ToMean {
		return s, nil
	}
	var temps []chandra.Celsius
	for _, r := range cal.Replicas {
		if r.CCDTemp == nil {
			return s, nil // then none was scaled
		}
		temps = append(temps, chandra.Celsius(*r.CCDTemp))
	}
	var err error
	s.Factors, err = scaling.ToMean(temps)
	return s, err
}
