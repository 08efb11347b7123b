package pipeline

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"fmt"
	"os"

	"darksite/processing/artifact"
	"darksite/processing/inputs"
)

// measured is the source of a temperature that replicas.csv has from before and
// after the replicas, when the star camera tells it.
const measured = "HDR3"

// readInfo takes time, temperature and attitude from info.csv when it is there,
// and what replicas.csv has of each replica.
func readInfo(dir *inputs.Directory, c *artifact.Calibration, r *Result) error {
	if dir.Info == "" {
		r.Warnings = append(r.Warnings, fmt.Sprintf("no %s in %s: time, temperature and attitude stay unknown", inputs.InfoFile, dir.Dir))
	} else if err := takeInfoFile(dir, c, r); err != nil {
		return err
	}
	if dir.Replicas == "" {
		return nil
	}
	return takeReplicas(dir, c)
}

func takeInfoFile(dir *inputs.Directory, c *artifact.Calibration, r *Result) error {
	content, err := addInput(dir, dir.Info, "info", c)
	if err != nil {
		return err
	}
	info, err := inputs.ReadInfo(bytes.NewReader(content), dir.Path(dir.Info))
	if err != nil {
		return err
	}
	r.Warnings = append(r.Warnings, info.Warnings...)
	f := &c.Facts
	f.DateStart, f.RA, f.Dec, f.CCDTemp, f.Source = info.DateStart, info.RA, info.Dec, info.CCDTemp, dir.Info
	if days := info.Time.Sub(c.ID.Date()).Hours() / 24; info.DateStart != "" && (days < -1 || days >= 2) {
		c.Contradictions = append(c.Contradictions, fmt.Sprintf("%s says %s, the calibration is of %s", dir.Info, info.DateStart, c.Date))
	}
	if info.CCDTemp != nil {
		f.CCDTempSource = cmp.Or(info.TempSource, dir.Info)
	}
	return nil
}

// takeReplicas gives each replica its own times and temperature. A temperature
// that was measured goes before one that was predicted or typed.
func takeReplicas(dir *inputs.Directory, c *artifact.Calibration) error {
	content, err := addInput(dir, dir.Replicas, "replicas", c)
	if err != nil {
		return err
	}
	facts, err := inputs.ReadReplicas(bytes.NewReader(content), dir.Path(dir.Replicas))
	if err != nil {
		return err
	}
	for _, f := range facts {
		for i := range c.Replicas {
			to := &c.Replicas[i]
			if to.Number != f.Number {
				continue
			}
			if f.Start != "" && f.Stop != "" {
				to.Start, to.Stop, to.TimeSource = f.Start, f.Stop, artifact.TimeEvent
			}
			if t := f.Temp(); t != nil {
				to.CCDTemp, to.CCDTempSource = t, measured
			}
		}
	}
	if mean := inputs.MeanTemp(facts); mean != nil {
		c.Facts.CCDTemp, c.Facts.CCDTempSource = mean, measured
	}
	return nil
}

// addInput reads a file of the data directory and records it.
func addInput(dir *inputs.Directory, name, role string, c *artifact.Calibration) ([]byte, error) {
	content, err := os.ReadFile(dir.Path(name))
	if err != nil {
		return nil, err
	}
	c.Provenance.Inputs = append(c.Provenance.Inputs, artifact.Input{
		Role: role, Name: name, Bytes: int64(len(content)), SHA256: fmt.Sprintf("%x", sha256.Sum256(content)),
	})
	return content, nil
}
