package quality

import (
	"fmt"
	"math"
	"slices"

	"darksite/processing/artifact"
	"darksite/processing/quantity"
)

// roundingDN is how far the medians of whole numbers may be apart without
// meaning anything.
const roundingDN = 1.0

// faintDN keeps a level near zero from making any difference large.
const faintDN = 10.0

// level is the median signal of one readout.
type level struct {
	replica     int
	integration string
	quadrant    string
	dn          float64
}

func (l level) String() string {
	return fmt.Sprintf("replica %d %s quadrant %s", l.replica, l.integration, l.quadrant)
}

// levels are those of the readouts of which rows came.
func levels(c *artifact.Calibration) (all []level) {
	for _, r := range c.Replicas {
		for _, o := range r.Readouts {
			if o.MedianDN != nil && o.Rows > 0 {
				all = append(all, level{r.Number, o.Integration, o.Quadrant, *o.MedianDN})
			}
		}
	}
	return all
}

// apart is how much a value differs from others, in percent, less what is
// rounding. A level below faint counts as faint.
func apart(v, others, rounding, faint float64) float64 {
	return 100 * max(0, math.Abs(v-others)-rounding) / max(math.Abs(others), faint)
}

// median of at least one value; it sorts.
func median(v []float64) float64 {
	slices.Sort(v)
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}

func replicaLevels(s Subject) finding {
	const source = "replicas[].readouts[].median_dn"
	if imported(s.Calibration) {
		return notApplicable(source, noTelemetry)
	}
	all := levels(s.Calibration)
	worst, compared := -1.0, 0
	var of level
	var than float64
	for i, l := range all {
		var others []float64
		for k, o := range all {
			if k != i && o.integration == l.integration && o.quadrant == l.quadrant {
				others = append(others, o.dn)
			}
		}
		if len(others) == 0 {
			continue
		}
		compared++
		m := median(others)
		if p := apart(l.dn, m, roundingDN, faintDN); p > worst {
			worst, of, than = p, l, m
		}
	}
	if compared == 0 {
		return unknown(source, "No two replicas have levels to compare")
	}
	says := fmt.Sprintf("The levels of %d readouts agree between the replicas, to rounding", compared)
	if worst > 0 {
		says = fmt.Sprintf("The replicas' levels differ most in %s, whose median signal is %.1f DN against %.1f in the others, %.1f %% more than rounding explains", of, of.dn, than, worst)
	}
	return known(worst, finding{
		brief:  fmt.Sprintf("%s %s %% off the others", of, figure(worst, 0)),
		says:   says,
		means:  "Temperature and background were the same, so its exposure or its readout was not.",
		do:     "Look at the images of that replica; leave it out if it differs, and process again.",
		source: source,
	})
}

func longToShort(s Subject) finding {
	const source = "replicas[].readouts[].median_dn"
	if imported(s.Calibration) {
		return notApplicable(source, noTelemetry)
	}
	// Replicas are held against each other elsewhere. The mean over them loses
	// the rounding, which counts at low levels.
	type sum struct{ short, long, n float64 }
	sums := map[string]*sum{}
	all := levels(s.Calibration)
	for _, l := range all {
		if l.integration != "short" {
			continue
		}
		for _, o := range all {
			if o.integration == "long" && o.replica == l.replica && o.quadrant == l.quadrant {
				if sums[l.quadrant] == nil {
					sums[l.quadrant] = new(sum)
				}
				q := sums[l.quadrant]
				q.short, q.long, q.n = q.short+l.dn, q.long+o.dn, q.n+1
			}
		}
	}
	worst, far, name := 0.0, -1.0, ""
	for _, q := range []string{"A", "B", "C", "D"} {
		one := sums[q]
		if one == nil || one.short == 0 {
			continue
		}
		ratio := one.long / one.short
		// The middle of what is possible, see the rules.
		if d := math.Abs(math.Log(math.Max(ratio, 1e-3) / longToShortMiddle)); d > far {
			worst, far, name = ratio, d, q
		}
	}
	if name == "" {
		return unknown(source, "No replica has the levels of both integrations")
	}
	return known(worst, finding{
		says:   fmt.Sprintf("The signal of the long exposure is %.2f times that of the short one (quadrant %s, the one furthest from %.2f)", worst, name, longToShortMiddle),
		means:  "Charge is collected for 5 and 10 s and up to 8 s of readout, so the times are not those in the telemetry or the bias is wrong.",
		do:     "Compare the integration times with the commands, and the bias of the rows with that of other calibrations.",
		source: source, label: "long exposures over short ones",
	})
}

// longToShortMiddle is (10+4)/(5+4): half of the 8 s of readout on both sides.
const longToShortMiddle = 14.0 / 9

// What the quadrants of a map may differ by: the medians are whole numbers, and
// a map of a cold CCD is at 6 e-/s.
const (
	roundingEPerS = 1.0
	faintEPerS    = 5.0
)

func quadrantLevels(s Subject) finding {
	const source = "quadrants[].statistics." + string(quantity.Median)
	type quadrant struct {
		name  string
		level float64
	}
	var all []quadrant
	for _, q := range s.Calibration.Quadrants {
		if m := q.Statistics.Value(quantity.Median); m != nil {
			all = append(all, quadrant{q.Quadrant, *m})
		}
	}
	if len(all) < 2 {
		return unknown(source, "The levels of the quadrants are not known")
	}
	worst := -1.0
	var of quadrant
	var than float64
	for i, q := range all {
		var others []float64
		for k, o := range all {
			if k != i {
				others = append(others, o.level)
			}
		}
		m := median(others)
		if p := apart(q.level, m, roundingEPerS, faintEPerS); p > worst {
			worst, of, than = p, q, m
		}
	}
	says := fmt.Sprintf("The medians of the quadrants agree, to rounding (%.1f e-/s)", than)
	if worst > 0 {
		says = fmt.Sprintf("Quadrant %s differs most: its median is %.1f e-/s against %.1f in the others, %.1f %% more than rounding explains", of.name, of.level, than, worst)
	}
	return known(worst, finding{
		brief:  fmt.Sprintf("quadrant %s %s %% off the others", of.name, figure(worst, 0)),
		says:   says,
		means:  "The bias of one output was wrong, or a bit of its converter is stuck.",
		do:     "Compare the levels of its readouts with those of earlier calibrations.",
		source: source,
	})
}

// readNoise of one reading in e-. No flight value is public; 7 e- is what the
// simulator has, and the limits leave a factor of two for it.
const readNoise = 7.0

// readoutMean is the mean time in s in which a pixel gathers charge while its
// quadrant is read, half of 8 s (processing.md, section 4.1).
const readoutMean = 4.0

func noise(s Subject) finding {
	const source = "noise.replica"
	c := s.Calibration
	if imported(c) {
		return notApplicable(source, noTelemetry)
	}
	median := c.Statistics.Value(quantity.Median)
	if c.Noise == nil || median == nil || !(c.Map.LongS > c.Map.ShortS) {
		return unknown(source, "Fewer than two replicas have both integrations, so their scatter is not known")
	}
	// Electrons of both exposures, two readings, and two roundings to whole DN.
	electrons := max(0, *median) * (c.Map.LongS + c.Map.ShortS + 2*readoutMean)
	variance := electrons + 2*readNoise*readNoise + 2*c.Map.GainEPerDN*c.Map.GainEPerDN/12
	expected := math.Sqrt(variance) / (c.Map.LongS - c.Map.ShortS)
	return known(c.Noise.ReplicaEPerS/expected, finding{
		says: fmt.Sprintf("One replica's dark current scatters by %.2f e-/s, %.2f times the %.2f that %.1f e-/s and the readout noise give",
			c.Noise.ReplicaEPerS, c.Noise.ReplicaEPerS/expected, expected, *median),
		means:  "Too much means a noisy readout or replicas of different exposures, too little means the same replica under two numbers.",
		do:     "Compare the noise of the quadrants, and the checksums of the files.",
		source: source, label: "noise over what is expected",
	})
}
