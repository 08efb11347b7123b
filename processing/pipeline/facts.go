package pipeline

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"

	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/inputs"
	"darksite/processing/timeline"
)

// readInfo takes time, temperature and attitude from info.csv when it is there,
// and what replicas.csv has of each replica.
func readInfo(dir *inputs.Directory, c *artifact.Calibration, r *Result) error {
	if dir.Info == "" && dir.Replicas == "" {
		r.Warnings = append(r.Warnings, fmt.Sprintf("no %s in %s: time, temperature and attitude stay unknown", inputs.InfoFile, dir.Dir))
	} else if dir.Info != "" {
		if err := takeInfoFile(dir, c, r); err != nil {
			return err
		}
	}
	if dir.Replicas == "" {
		return nil
	}
	return takeReplicas(dir, c, r)
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
	if info.DateStart != "" {
		c.Claim(timeline.Claim{Source: dir.Info, Event: timeline.Catalogue, Start: info.DateStart})
	}
	if info.CCDTemp != nil {
		f.CCDTempSource = cmp.Or(info.TempSource, dir.Info)
	}
	return nil
}

// takeReplicas gives each replica its own temperature, and claims its times, which
// [artifact.Calibration.Correct] takes where nothing contradicts them.
func takeReplicas(dir *inputs.Directory, c *artifact.Calibration, r *Result) error {
	content, err := addInput(dir, dir.Replicas, "replicas", c)
	if err != nil {
		return err
	}
	facts, warnings, err := inputs.ReadReplicas(bytes.NewReader(content), dir.Path(dir.Replicas))
	if err != nil {
		return err
	}
	r.Warnings = append(r.Warnings, warnings...)
	var received []inputs.ReplicaFacts
	for _, f := range facts {
		claim := timeline.Claim{Source: dir.Replicas, Event: timeline.Exposed, Replica: f.Number, Start: f.Start, Stop: f.Stop}
		if f.Start == "" {
			claim.Start, claim.Stop = f.Stop, ""
		}
		if claim.Start != "" {
			c.Claim(claim)
		}
		at := slices.IndexFunc(c.Replicas, func(r artifact.Replica) bool { return r.Number == f.Number })
		if at < 0 {
			if f.Number > c.Map.Planned {
				c.Contradictions = append(c.Contradictions, fmt.Sprintf("%s has a replica %d; the calibration has %d", dir.Replicas, f.Number, max(c.Map.Planned, len(c.Replicas))))
			}
			continue
		}
		received = append(received, f)
		if s := f.Contradiction(); s != "" {
			c.Contradictions = append(c.Contradictions, s)
		}
		to := &c.Replicas[at]
		to.RA, to.Dec, to.Roll = f.RA, f.Dec, f.Roll
		if t, source := f.Temp(); t != nil {
			to.CCDTemp, to.CCDTempSource = t, source
		}
	}
	if lacking := c.Untimed(); len(lacking) > 0 {
		r.Warnings = append(r.Warnings, fmt.Sprintf("%s has no start and stop of %s, so the times of all replicas are those of reception: complete the file, or move it away", dir.Path(dir.Replicas), numbered(lacking)))
	}
	takeTemp(received, c, r)
	return nil
}

// numbered names replicas.
func numbered(replicas []int) string {
	noun := "replica "
	if len(replicas) > 1 {
		noun = "replicas "
	}
	return noun + strings.ReplaceAll(strings.Trim(fmt.Sprint(replicas), "[]"), " ", ", ")
}

// takeTemp takes the mean temperature of the replicas before one that a file of
// facts has, unless somebody gave that to be taken before all others.
func takeTemp(replicas []inputs.ReplicaFacts, c *artifact.Calibration, r *Result) {
	mean, source := inputs.MeanTemp(replicas)
	f := &c.Facts
	if mean == nil {
		return
	}
	const rounding = 0.005 // of info.csv
	if told := f.CCDTemp; told != nil && f.CCDTempSource == chandra.TypedTemp && math.Abs(*told-*mean) > rounding {
		r.Warnings = append(r.Warnings, fmt.Sprintf("the CCD temperature is %.2f C as it was typed; %s has %.2f C (%s)", *told, inputs.ReplicasFile, *mean, source))
	}
	if f.CCDTemp == nil || f.CCDTempSource != chandra.TypedTemp {
		f.CCDTemp, f.CCDTempSource = mean, source
	}
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
