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
		for _, r := range c.calibration.Replicas {
			if r.File == was.Name {
				in.Replica = r.Number
			}
		}
		if was.Role == roleTelemetry {
			telemetries++
		}
		in.State, in.Problem = in.differs()
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

// differs compares with the file that is there now.
func (in *Input) differs() (state, problem string) {
	st, err := os.Stat(in.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Absent, ""
	case err != nil:
		return Unreadable, reason(err).Error()
	case !st.Mode().IsRegular(): // opening a pipe would wait
		return Unreadable, fmt.Sprintf("it is not a plain file (%s)", st.Mode().Type())
	case st.Size() != in.Bytes:
		return Changed, fmt.Sprintf("it has %d bytes, it had %d", st.Size(), in.Bytes)
	}
	hash := sha256.New()
	f, err := os.Open(in.Path)
	if err == nil {
		defer f.Close()
		_, err = io.Copy(hash, f)
	}
	if err != nil {
		return Unreadable, reason(err).Error()
	}
	if got := fmt.Sprintf("%x", hash.Sum(nil)); got != in.SHA256 {
		return Changed, fmt.Sprintf("its SHA-256 is %s, it was %s", got, in.SHA256)
	}
	return Unchanged, ""
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
	reading := c.Reading
	reading.HashTelemetry = true
	return workers.Each(len(c.files), func(i int) error {
		r := &c.calibration.Replicas[i]
		in := c.input(r)
		if c.files[i] != nil || in == nil || in.State != Unchanged || replica != 0 && replica != r.Number {
			return nil
		}
		f, err := telemetry.DecodeFile(ctx, in.Path, reading)
		if err != nil {
			return err
		}
		if f.Delivered.SHA256 != in.SHA256 {
			return fmt.Errorf("%s: changed while it was read: ask again", in.Path)
		}
		c.files[i], in.Gzip, in.InflatedSHA256, in.InflatedBytes = f, f.Delivered.Gzip, f.SHA256, f.Bytes
		return nil
	})
}
