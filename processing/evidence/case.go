package evidence

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"darksite/processing/artifact"
	"darksite/processing/ccd"
	"darksite/processing/chandra"
	"darksite/processing/darkmap"
	"darksite/processing/fits"
	"darksite/processing/quantity"
	"darksite/processing/scaling"
	"darksite/processing/telemetry"
)

// Options say where to look.
type Options struct {
	Data    string // directory that holds <id>/ directories with the inputs
	Archive string // directory that holds <id>/ directories with the artifacts
	Reading telemetry.Options
	At      quantity.At // what numbers at the common temperature are at
	Version string      // of the program that asks
}

// maxReplicas is what the coverage of a map can count (package darkmap).
const maxReplicas = 255

// Case is a calibration of the archive with what it was made of, as found when
// it was opened. It may be asked any number of questions, one at a time.
type Case struct {
	Options
	findings    // of the calibration, whatever is asked
	calibration *artifact.Calibration
	dir         string // archive/<id>
	image       image
	inputs      []Input
	covered     *[2][]uint8       // short and long; nil before it was read
	files       []*telemetry.File // by replica, nil before it was decoded
	made        *darkmap.Map      // of the files, nil before it was made again
}

// findings are sentences.
type findings struct{ problems, notes []string }

func (f *findings) problemf(format string, args ...any) {
	f.problems = append(f.problems, fmt.Sprintf(format, args...))
}

func (f *findings) notef(format string, args ...any) {
	f.notes = append(f.notes, fmt.Sprintf(format, args...))
}

// image is image.fits with its bytes.
type image struct {
	path    string
	content []byte
	sha256  string
	pixels  []float32
	dataAt  int64 // of pixel 0 in the file
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
	if c.image, err = readImage(cal.Geometry, filepath.Join(c.dir, artifact.ImageFile)); err != nil {
		return nil, err
	}
	if v := cal.Provenance.Version; v != o.Version {
		c.notef("the map was made by version %s, this is version %s: a difference may be one of the programs", v, o.Version)
	}
	c.checkManifest()
	return c, c.checkInputs(ctx)
}

func readImage(g ccd.Geometry, path string) (i image, err error) {
	i.path = path
	if i.content, err = os.ReadFile(path); err != nil {
		return i, err
	}
	f, err := fits.Read(bytes.NewReader(i.content), path, 0)
	if err != nil {
		return i, err
	}
	if _, err := f.HDUs[0].Verify(); err != nil {
		return i, err
	}
	m, err := f.HDUs[0].Image()
	if err != nil {
		return i, err
	}
	if err := g.CheckAxes(m.Width, m.Height); err != nil {
		return i, fmt.Errorf("%s: the image has %w: process the calibration again", path, err)
	}
	i.sha256, i.pixels, i.dataAt = fmt.Sprintf("%x", sha256.Sum256(i.content)), m.Pixels, int64(f.HDUs[0].HeaderBytes())
	return i, nil
}

// Ask follows a number back to its bytes. What contradicts the archive, or
// cannot be looked at, is in the answer.
func (c *Case) Ask(ctx context.Context, q Question) (*Answer, error) {
	q, err := q.on(c.calibration.Geometry)
	if err != nil {
		return nil, err
	}
	k := &inquiry{Case: c, answer: &Answer{Schema: Schema, ID: c.calibration.ID, Question: q.String(), Map: c.describeMap()}}
	switch q.kind {
	case aPixel:
		err = k.pixel(ctx, q.row, q.col)
	case aStatistic:
		err = k.statistic(q)
	case aDerived:
		err = k.derived(q)
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
	findings // of this question
	answer   *Answer
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
	for _, name := range []string{artifact.CalibrationFile, artifact.ImageFile} {
		content, _ := os.ReadFile(filepath.Join(c.dir, name)) // that was read before
		sum := fmt.Sprintf("%x", sha256.Sum256(content))
		if !strings.Contains("\n"+string(manifest), "\n"+sum+"  "+name+"\n") {
			c.problemf("%s is not the file that %s lists: its SHA-256 is %s", name, artifact.ManifestFile, sum)
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

// reason is an error of the system without the path, which is named already.
func reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
