package evidence

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"darksite/internal/ground/workers"
	"darksite/processing/artifact"
	"darksite/processing/telemetry"
)

// How calibration.json calls a VC2 file, and the files with the facts.
const (
	roleTelemetry = "vc2"
	roleFacts     = "info"
	roleReplicas  = "replicas"
)

// checkInputs compares every input with the file that is there now.
func (c *Case) checkInputs(ctx context.Context) error {
	telemetries := 0
	for _, was := range c.calibration.Provenance.Inputs {
		if err := ctx.Err(); err != nil {
			return err
		}
		in := Input{
			Role: was.Role, Name: was.Name, SHA256: was.SHA256, Bytes: was.Bytes,
			// Base: a name in a JSON file must not lead elsewhere.
			Path: filepath.Join(c.Data, string(c.calibration.ID), filepath.Base(was.Name)),
		}
		if r := replicaOf(c.calibration, was.Name); r != nil {
			in.Replica = r.Number
		}
		if was.Role == roleTelemetry {
			telemetries++
		}
		in.compare()
		if in.State == Changed || in.State == Unreadable {
			c.problemf("%s: %s; what it holds now is not what the map was made of", in.Name, in.Problem)
		}
		c.inputs = append(c.inputs, in)
	}
	if telemetries == 0 {
		c.notef("the telemetry is not at hand: calibration.json names none that the map was made of")
	}
	return nil
}

// compare hashes the file that is there now.
func (in *Input) compare() {
	unreadable := func(format string, args ...any) {
		in.State, in.Problem = Unreadable, fmt.Sprintf(format, args...)
	}
	st, err := os.Stat(in.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		in.State = Absent
		return
	case err != nil:
		unreadable("%v", reason(err))
		return
	case !st.Mode().IsRegular(): // opening a pipe would wait
		unreadable("it is not a plain file (%s)", st.Mode().Type())
		return
	case st.Size() != in.Bytes:
		in.State, in.Problem = Changed, fmt.Sprintf("it has %d bytes, it had %d", st.Size(), in.Bytes)
		return
	}
	f, err := os.Open(in.Path)
	if err != nil {
		unreadable("%v", reason(err))
		return
	}
	defer f.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, f); err != nil {
		unreadable("%v", reason(err))
		return
	}
	in.State = Unchanged
	if got := fmt.Sprintf("%x", hash.Sum(nil)); got != in.SHA256 {
		in.State, in.Problem = Changed, fmt.Sprintf("its SHA-256 is %s, it was %s", got, in.SHA256)
	}
}

// replicaOf is the replica that a file held, nil if it held none.
func replicaOf(c *artifact.Calibration, name string) *artifact.Replica {
	for i := range c.Replicas {
		if c.Replicas[i].File == name {
			return &c.Replicas[i]
		}
	}
	return nil
}

// input is the telemetry of a replica, nil if calibration.json names none.
func (c *Case) input(r *artifact.Replica) *Input {
	for i := range c.inputs {
		if in := &c.inputs[i]; in.Role == roleTelemetry && in.Name == r.File {
			return in
		}
	}
	return nil
}

// decode reads the telemetry that is at hand and unchanged, of one replica or,
// for 0, of all, as far as it is not in the case's files already.
func (c *Case) decode(ctx context.Context, replica int) error {
	err := workers.Each(len(c.files), func(i int) (err error) {
		r := &c.calibration.Replicas[i]
		in := c.input(r)
		if c.files[i] == nil && in != nil && in.State == Unchanged && (replica == 0 || replica == r.Number) {
			c.files[i], err = in.decode(ctx, c.Reading)
		}
		return err
	})
	for i, f := range c.files {
		if f != nil {
			in := c.input(&c.calibration.Replicas[i])
			in.Gzip, in.InflatedSHA256, in.InflatedBytes = f.Delivered.Gzip, f.SHA256, f.Bytes
		}
	}
	return err
}

// decode reads a file that is the one that the calibration was made of.
func (in *Input) decode(ctx context.Context, o telemetry.Options) (*telemetry.File, error) {
	o.HashTelemetry = true
	f, err := telemetry.DecodeFile(ctx, in.Path, o)
	if err != nil {
		return nil, err
	}
	if f.Delivered.SHA256 != in.SHA256 {
		return nil, fmt.Errorf("%s: changed while it was read: ask again", in.Path)
	}
	return f, nil
}
