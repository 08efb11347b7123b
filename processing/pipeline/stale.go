package pipeline

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/inputs"
)

// Stale tells whether the archive lacks a calibration or was made of other
// inputs, with other settings or by another version, and why. Telemetry files
// are compared by name, size and, with o.Sum, hash, info.csv by its hash. A calibration whose
// telemetry is no longer at hand is not stale.
func Stale(id chandra.ID, o Options) (stale bool, why string, err error) {
	c, err := artifact.Load(o.Archive, id)
	if errors.Is(err, fs.ErrNotExist) {
		return true, "not in the archive", nil
	}
	damaged := err
	dir, err := inputs.Scan(filepath.Join(o.Data, string(id)), o.Eras)
	if err != nil {
		return false, "", err
	}
	switch {
	case len(dir.VC2) == 0:
		return false, "", damaged
	case damaged != nil:
		return true, fmt.Sprintf("the archive is damaged (%v)", damaged), nil
	}
	if missing := artifact.Incomplete(o.Archive, id); missing != "" {
		return true, missing + " is missing from the archive", nil
	}
	if c.Origin != artifact.FromTelemetry {
		// Imported: a person put it there, and `process` takes its place.
		return false, "", nil
	}
	switch p := c.Provenance; {
	case c.StoredSchema != artifact.Schema:
		return true, "its calibration.json has an older layout, " + c.StoredSchema, nil
	case p.Version != o.Version:
		return true, fmt.Sprintf("processed by version %s", p.Version), nil
	case !maps.Equal(p.Settings, o.settings(id)):
		return true, "the settings changed", nil
	}
	return o.changedInputs(&dir, c.Provenance.Inputs)
}

func (o *Options) changedInputs(dir *inputs.Directory, before []artifact.Input) (stale bool, why string, err error) {
	known := map[string]artifact.Input{}
	for _, in := range before {
		known[in.Name] = in
	}
	for _, f := range dir.VC2 {
		if was, ok := known[f.File]; !ok || was.Bytes != f.Bytes {
			return true, f.File + " is new or has another size", nil
		} else if o.Sum != nil {
			sum, err := o.Sum(dir.Path(f.File))
			if err != nil {
				return false, "", err
			}
			if sum != was.SHA256 {
				return true, f.File + " has another content", nil
			}
		}
		delete(known, f.File)
	}
	for _, name := range []string{dir.Info, dir.Replicas} {
		if name == "" {
			continue
		}
		content, err := os.ReadFile(dir.Path(name))
		if err != nil {
			return false, "", err
		}
		if fmt.Sprintf("%x", sha256.Sum256(content)) != known[name].SHA256 {
			return true, name + " changed", nil
		}
		delete(known, name)
	}
	if len(known) > 0 {
		return true, slices.Sorted(maps.Keys(known))[0] + " is gone", nil
	}
	return false, "", nil
}
