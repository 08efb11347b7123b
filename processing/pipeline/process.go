package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"

	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/comparison"
	"darksite/processing/darkmap"
	"darksite/processing/era"
	"darksite/processing/inputs"
	"darksite/processing/quality"
	"darksite/processing/telemetry"
)

// Options of a run.
type Options struct {
	Data    string // directory that holds <id>/ directories
	Archive string // directory that gets <id>/ directories
	// Map says how maps are made, but for the number of replicas, which is for
	// Eras to say.
	Map  darkmap.Settings
	Eras era.Eras
	// ToMean brings replicas of different CCD temperatures to their mean before
	// the median, where replicas.csv has all of them.
	ToMean bool
	// Comparisons is the directory that gets <id>/ directories of comparisons,
	// by the rules of Comparison.
	Comparisons string
	Comparison  comparison.Settings
	// Rules judge which calibrations others are compared with, the built-in ones when
	// nil. SignOff gives what a person said of a calibration, nil where nobody did; it
	// may be nil.
	Rules   *quality.Rules
	SignOff func(chandra.ID) (*quality.SignOff, error)
	Reading telemetry.Options
	Version string // of the program, for the provenance
	// Sum gives the SHA-256 of a file of telemetry as hexadecimal, by which
	// [Stale] tells whether it is another one; without it name and size do.
	Sum func(path string) (string, error)
	// Progress is told how many of the replicas are decoded, from 0 on; it may
	// be nil. Calls do not overlap.
	Progress func(done, total int)
}

// Result is what one run made.
type Result struct {
	Calibration *artifact.Calibration
	Dir         string   // archive/<id>
	Changed     bool     // false when the archive held the same bytes already
	Warnings    []string // sentences for the operator
}

var (
	// ErrIncomplete says that the data is not enough for a map; more may come.
	ErrIncomplete = errors.New("the data is incomplete")
	// ErrUnusable says that the data makes no map, and that more of it does not.
	ErrUnusable = errors.New("the data makes no map")
)

// maxInflated bounds the telemetry of one calibration: five replicas of 37.7
// MB are 189 MB.
const maxInflated = 1 << 30

// Process reads data/<id>/, makes the map and writes archive/<id>/. The same
// inputs give the same bytes. Nothing is written unless everything succeeded.
func Process(ctx context.Context, id chandra.ID, o Options) (*Result, error) {
	c, images, r, err := o.examine(ctx, id)
	if err != nil {
		return nil, err
	}
	return r, o.store(ctx, c, images, r)
}

// Examine describes a calibration as Process would, and writes nothing.
func Examine(ctx context.Context, id chandra.ID, o Options) (*Result, error) {
	c, _, r, err := o.examine(ctx, id)
	if err != nil {
		return nil, err
	}
	r.Calibration = c
	return r, c.Correct()
}

func (o *Options) examine(ctx context.Context, id chandra.ID) (*artifact.Calibration, *artifact.Images, *Result, error) {
	none := func(err error) (*artifact.Calibration, *artifact.Images, *Result, error) { return nil, nil, nil, err }
	dir, err := inputs.Scan(filepath.Join(o.Data, string(id)), o.Eras)
	if errors.Is(err, fs.ErrNotExist) {
		return none(fmt.Errorf("%w: %w", ErrIncomplete, err))
	} else if err != nil {
		return none(err)
	}
	if len(dir.VC2) == 0 {
		return none(fmt.Errorf("%w: %s holds no VC2 file (%s_%s_VC2_Replica1_SFDU_31087.gz, for example)",
			ErrIncomplete, dir.Dir, id[:4], id[4:]))
	}
	r := &Result{Dir: filepath.Join(o.Archive, string(id)), Warnings: dir.Warnings}

	files, err := decodeAll(ctx, &dir, *o)
	if err != nil {
		return none(err)
	}
	settings := o.settingsOf(id)
	if settings.Factors, err = o.factors(&dir, r); err != nil {
		return none(err)
	}
	m, stack, err := combine(files, settings)
	if errors.Is(err, darkmap.ErrNoRows) {
		return none(fmt.Errorf("%w: %s: %w in %d file(s)", ErrIncomplete, dir.Dir, err, len(files)))
	} else if err != nil {
		return none(fmt.Errorf("%s: %w", dir.Dir, err))
	}
	sources := make([]artifact.Source, len(files))
	for i := range files {
		sources[i] = artifact.Source{Number: dir.VC2[i].Replica, File: files[i]}
	}
	c, images := artifact.New(id, sources, stack, m)
	c.Times.ApartDays = o.Eras.Of(id).ApartDays
	c.Provenance = provenance(id, files, *o)
	if err := readInfo(&dir, c, r); err != nil {
		return none(err)
	}
	return c, images, r, nil
}

// combine makes the map.
func combine(files []*telemetry.File, s darkmap.Settings) (*darkmap.Map, *darkmap.Stack, error) {
	stack, err := darkmap.NewStack(telemetry.CCD, files, s)
	if err != nil {
		return nil, nil, err
	}
	m, err := darkmap.Combine(stack)
	if errors.Is(err, darkmap.ErrIntegrations) {
		err = fmt.Errorf("%w: %w", ErrUnusable, err)
	}
	return m, stack, err
}

// decodeAll decodes the replicas, as many at once as there are processors.
func decodeAll(ctx context.Context, dir *inputs.Directory, o Options) ([]*telemetry.File, error) {
	// A file that fails stops those not begun; those begun go on, so that which
	// failure is reported does not hang on chance.
	working, stop := context.WithCancel(ctx)
	defer stop()
	var (
		wg       sync.WaitGroup
		mu       sync.Mutex
		files    = make([]*telemetry.File, len(dir.VC2))
		failures = make([]error, len(dir.VC2))
		jobs     = make(chan int, len(dir.VC2))
		inflated int64
		done     int
	)
	if o.Progress == nil {
		o.Progress = func(int, int) {}
	}
	o.Progress(0, len(dir.VC2))
	for i := range dir.VC2 {
		jobs <- i
	}
	close(jobs)
	for range min(runtime.GOMAXPROCS(0), len(dir.VC2)) {
		wg.Go(func() {
			for i := range jobs {
				if working.Err() != nil {
					return
				}
				f, err := telemetry.DecodeFile(ctx, dir.Path(dir.VC2[i].File), o.Reading)
				mu.Lock()
				files[i], failures[i] = f, err
				if err == nil {
					inflated += f.Bytes
					done++
					o.Progress(done, len(dir.VC2))
				}
				if err == nil && inflated > maxInflated {
					failures[i] = fmt.Errorf("%s: the telemetry of one calibration inflates to more than %d bytes", dir.Dir, maxInflated)
				}
				if failures[i] != nil {
					stop()
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	for _, err := range failures {
		switch {
		case errors.Is(err, telemetry.ErrIncomplete):
			return nil, fmt.Errorf("%w: %w", ErrIncomplete, err)
		case err != nil:
			return nil, err
		}
	}
	return files, ctx.Err()
}

func provenance(id chandra.ID, files []*telemetry.File, o Options) artifact.Provenance {
	p := artifact.Provenance{
		Tool:     "darksite",
		Version:  o.Version,
		Settings: o.settings(id),
	}
	for _, f := range files {
		p.Inputs = append(p.Inputs, artifact.Input{Role: "vc2", Name: f.Name, Bytes: f.Delivered.Bytes, SHA256: f.Delivered.SHA256})
	}
	return p
}

// settings are what besides the inputs decides on the numbers.
func (o *Options) settings(id chandra.ID) map[string]string {
	settings := map[string]string{
		"method":        string(o.Map.Method),
		"gain_e_per_dn": number(o.Map.GainEPerDN),
		"short_s":       number(o.Map.ShortS),
		"long_s":        number(o.Map.LongS),
		"replicas":      strconv.Itoa(o.settingsOf(id).Replicas),
		"apart_days":    number(o.Eras.Of(id).ApartDays),
	}
	if o.ToMean {
		settings[artifact.TemperaturesSetting] = artifact.ToMean
	}
	return settings
}

// settingsOf are the map settings of a calibration.
func (o *Options) settingsOf(id chandra.ID) darkmap.Settings {
	s := o.Map
	s.Replicas = o.Eras.Of(id).Replicas
	return s
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
