package synth

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/klauspost/compress/gzip"

	"darksite/processing/chandra"
	"darksite/processing/telemetry"
)

// Calibration is what the ground has of a simulated calibration, and the
// truth about it.
type Calibration struct {
	ID chandra.ID
	// Options are complete: nothing is left to a default but the record phase.
	Options Options
	Damage  Damage
	// Dark is the true dark current in e-/s, 1024 x 1024 pixels as [DarkMap]
	// indexes them.
	Dark []float32
	// Faults are those of the exposures, with their places. Those of the
	// telemetry are with each file.
	Faults []Applied
	// Files are the replicas in order, one for each, also for a missing one.
	Files []File
	// Truth holds further files for the directory truth/, by name.
	Truth map[string][]byte
}

// File is one replica as delivered.
type File struct {
	// Name is YYYY_DOY_VC2_Replica<N>_SFDU_<nnnnn>.gz.
	Name    string
	Replica int
	// Missing tells that there is no such file; Gzip is empty then.
	Missing bool
	Gzip    []byte
	// Bytes is the size of the telemetry in it, after damage.
	Bytes int64

	// What was sent.
	SFDUs, DataFrames, Strips int
	Rows                      []Sent
	// Arrivals says of each row how it arrived.
	Arrivals []Arrival
	Faults   []Applied
}

// firstFileNumber is the number in the first file's name, such that the second
// replica of 2016:125 has its real number, 31088.
const firstFileNumber = 31087

// maxWorkers bounds the replicas that are in memory at a time: each takes up
// to twice its 38 MB while it is damaged.
const maxWorkers = 4

// Calibrate simulates a calibration: the replicas, the damage that strikes
// them, and their compressed files. It uses the processors there are; their
// number changes nothing in the result. It stops early, with the context's
// error, when the context is done. Progress is told of each finished replica,
// from any goroutine; it may be nil.
func Calibrate(ctx context.Context, id chandra.ID, opt Options, damage Damage, progress func()) (*Calibration, error) {
	scene, err := NewScene(id, opt)
	if err != nil {
		return nil, err
	}
	for _, f := range damage {
		if f.Replica > scene.Options.Replicas {
			return nil, fmt.Errorf("damage %q: the calibration has %d replicas", f, scene.Options.Replicas)
		}
	}
	cal := &Calibration{ID: id, Options: scene.Options, Damage: damage, Dark: scene.Dark}
	cal.Faults = scene.expect(damage)
	cal.Files = make([]File, scene.Options.Replicas)
	failures := make([]error, len(cal.Files))
	var wait sync.WaitGroup
	turns := make(chan struct{}, min(runtime.GOMAXPROCS(0), maxWorkers))
	for i := range cal.Files {
		turns <- struct{}{}
		wait.Go(func() {
			defer func() { <-turns }()
			if failures[i] = ctx.Err(); failures[i] == nil {
				cal.Files[i], failures[i] = scene.file(i+1, damage)
			}
			if progress != nil {
				progress()
			}
		})
	}
	wait.Wait()
	for _, err := range failures {
		if err != nil {
			return nil, err
		}
	}
	return cal, nil
}

// file makes one replica's file.
func (s *Scene) file(n int, damage Damage) (File, error) {
	t, err := s.Replica(n)
	if err != nil {
		return File{}, err
	}
	f := File{
		Name:    fmt.Sprintf("%04d_%03d_VC2_Replica%d_SFDU_%05d.gz", s.ID.Year(), s.ID.DayOfYear(), n, firstFileNumber+n-1),
		Replica: n, SFDUs: t.SFDUs, DataFrames: len(t.DataFrames), Strips: len(t.Strips),
	}
	r, err := damage.Apply(t, s.Options.Seed)
	if err != nil {
		return f, err
	}
	if i := slices.IndexFunc(damage, func(d Fault) bool { return d.Kind == Missing && d.strikes(n) }); i >= 0 {
		r.wire.fault = damage[i]
		r.wire.note(Applied{})
		r.wire.cut(0)
		r = r.wire.received()
		f.Missing = true
	} else if f.Gzip, err = compress(r.Bytes); err != nil {
		return f, fmt.Errorf("%s: %w", f.Name, err)
	}
	for i, d := range damage {
		if d.Kind != GzipTruncated || !d.strikes(n) || f.Missing {
			continue
		}
		size := len(f.Gzip)
		at := int(d.At)
		if d.At > int64(size) {
			return f, fmt.Errorf("%s: damage %q: the compressed file has %d bytes", t.Name, d, size)
		} else if d.At < 0 {
			at = size/5 + newSource(s.Options.Seed, tagFault, uint64(n), uint64(i), uint64(d.Kind)).below(size*3/5+1)
		}
		f.Gzip = f.Gzip[:at:at]
		r.wire.fault = d
		r.wire.note(Applied{Offset: new(int64(at))})
		r.wire.cut(inflatable(f.Gzip))
		r = r.wire.received()
	}
	f.Bytes, f.Rows, f.Arrivals, f.Faults = int64(len(r.Bytes)), r.Rows, r.Arrivals, r.Faults
	return f, nil
}

// compress makes a gzip file without a name or a time that says it was simulated.
func compress(b []byte) ([]byte, error) {
	var out bytes.Buffer
	out.Grow(len(b) / 8)
	z := gzip.NewWriter(&out)
	z.Comment = telemetry.SimulatedComment
	z.ModTime = time.Unix(0, 0) // the zero time would be written as some day in 2042
	_, err := z.Write(b)
	err = errors.Join(err, z.Close())
	return out.Bytes(), err
}

// inflatable is the number of bytes that a cut gzip file still gives. Inflaters
// differ by a few bytes at the cut.
func inflatable(b []byte) int {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return 0
	}
	n, _ := io.Copy(io.Discard, z)
	return int(n)
}
