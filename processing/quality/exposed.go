package quality

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"darksite/internal/ground/phrase"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
)

func temperature(s Subject) finding {
	const source = "facts.ccd_temp_c"
	f := s.Calibration.Facts
	const do = "Give the measured temperature in info.csv, or let info find it, and process again."
	if f.CCDTemp == nil {
		u := unknown(source, "The CCD temperature is not known, so the map cannot be compared with others, and its readers cannot scale it")
		u.do, u.label = do, "CCD temperature"
		return u
	}
	says := fmt.Sprintf("The CCD was at %.2f C", *f.CCDTemp)
	if load, ok := chandra.IsPredictedTemp(f.CCDTempSource); ok {
		says = fmt.Sprintf("The CCD temperature of %.2f C was predicted before the calibration%s and was not measured", *f.CCDTemp, byLoad(load))
	} else if f.CCDTempSource != "" {
		says += " (" + f.CCDTempSource + ")"
	}
	return known(*f.CCDTemp, finding{
		says:   says,
		means:  "The CCD was never seen that cold or warm at a calibration; a digit or a sign may be wrong.",
		do:     do,
		source: source, label: "CCD temperature",
	})
}

func replicaTemperatures(s Subject) finding {
	const source = "replicas[].ccd_temp_c"
	var temps []float64
	for _, r := range s.Calibration.Replicas {
		if r.Received && r.CCDTemp != nil {
			temps = append(temps, *r.CCDTemp)
		}
	}
	if len(temps) < 2 {
		return unknown(source, "The temperatures of the replicas are not known")
	}
	low, high := slices.Min(temps), slices.Max(temps)
	return known(high-low, finding{
		says:   fmt.Sprintf("%d replicas were taken between %.2f and %.2f C, %.2f C apart", len(temps), low, high, high-low),
		means:  "The median mixes dark currents that differ by 11 % per degree; no single temperature is right for the map.",
		do:     "Look at the temperature history around the calibration and leave out the replica that differs.",
		source: source, label: "replicas apart in temperature",
	})
}

func byLoad(load string) string {
	if load == "" {
		return ""
	}
	return " (load " + load + ")"
}

func typedTemperature(s Subject) finding {
	const source = "facts.ccd_temp_source, change.since.before.ccd_temp_c"
	f := s.Calibration.Facts
	if f.CCDTemp == nil {
		return unknown(source, "The CCD temperature is not known")
	}
	if chandra.MeasuredTemp(f.CCDTempSource) {
		return notApplicable(source, "The temperature was measured (%s)", f.CCDTempSource)
	}
	how := fmt.Sprintf("The temperature of %.2f C was not measured but taken from %s", *f.CCDTemp, orElse(f.CCDTempSource, "an unnamed source"))
	kind, brief := "unmeasured", "temperature not measured"
	means := "The commanded temperature was typed for years after the cooler no longer held it, and was wrong by up to 5 C."
	if load, ok := chandra.IsPredictedTemp(f.CCDTempSource); ok {
		kind, brief = "predicted", "temperature predicted, not measured"
		how = fmt.Sprintf("The temperature of %.2f C was not measured but predicted before the calibration%s", *f.CCDTemp, byLoad(load))
		means = "Predictions of 27 calibrations of 2007 to 2015 were off by -0.85 to 1.09 C, 22 of them by more than 0.5 C, which changes scaled dark currents by up to 9 %."
	}
	// What was not measured is never without a remark.
	unheld := func(f finding) finding {
		f.least, f.brief = Remarked, brief
		return f
	}
	d := s.since()
	if d == nil || d.Before.Temp == nil {
		return unheld(unknown(source, "%s, and there is no previous calibration with a temperature to compare with", how))
	}
	if d.Days > mostDays {
		return unheld(unknown(source, "%s; calibration %s is %.0f days older, too far apart to compare", how, d.Before.ID, d.Days))
	}
	step := math.Abs(*f.CCDTemp - float64(*d.Before.Temp))
	return known(step, finding{
		says:   fmt.Sprintf("%s; calibration %s was at %.2f C, %.2f C away", how, d.Before.ID, float64(*d.Before.Temp), step),
		means:  means,
		do:     "Take the temperature from telemetry (HDR3) and process again.",
		source: source,
		least:  Remarked, brief: fmt.Sprintf("%s temperature %s C from that of %s", kind, figure(step, 0), d.Before.ID), against: d.Before.ID,
	})
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func contradictions(s Subject) finding {
	const source = "contradictions"
	// Those of times have a clause of their own, which no rules can switch off.
	found := slices.Clone(s.Calibration.Contradictions)
	for _, of := range s.Calibration.TimeContradictions() {
		found = slices.DeleteFunc(found, func(c string) bool { return c == of.Sentence })
	}
	f := finding{
		says:   "Apart from times, the sources do not contradict each other",
		means:  "One of them is wrong, and darksite does not choose.",
		do:     "Find out which, correct it at its source and process again.",
		source: source,
	}
	if n := len(found); n > 0 {
		var plain []string
		for _, c := range found {
			plain = append(plain, strings.TrimSuffix(c, "."))
		}
		f.brief = phrase.Plural(n, "contradiction between sources", "contradictions between sources")
		f.says = fmt.Sprintf("%s: %s", f.brief, phrase.List(plain, 3))
	}
	return known(float64(len(found)), f)
}

func zodiacalLight(s Subject) finding {
	const (
		source = "zodi.zodib"
		means  = "The field is brighter than fields chosen for calibrations; the peak of the histogram and counts near a threshold shift by the background."
		do     = "Compare numbers corrected for the background, and check the attitude."
	)
	z := s.Calibration.Zodi
	if z == nil {
		return unknown(source, "The attitude is not known, so the zodiacal light is unknown too")
	}
	if s.Calibration.SeveralFields() {
		return zodiacalWorst(s.Calibration, means, do)
	}
	return known(z.ZodiB, finding{
		says:  fmt.Sprintf("The zodiacal light of the field is %.2f table units, %.2f e-/s in each pixel", z.ZodiB, z.EPerS),
		means: means, do: do, source: source, label: zodiLabel,
	})
}

const zodiLabel = "zodiacal light"

// zodiacalWorst is for replicas at fields of their own: the brightest counts.
func zodiacalWorst(c *artifact.Calibration, means, do string) finding {
	var worst *artifact.Replica
	n := 0
	for i := range c.Replicas {
		r := &c.Replicas[i]
		if r.Zodi == nil {
			continue
		}
		n++
		if worst == nil || r.Zodi.ZodiB > worst.Zodi.ZodiB {
			worst = r
		}
	}
	return known(worst.Zodi.ZodiB, finding{
		says: fmt.Sprintf("The median zodiacal light of %d replicas with different fields is %.2f table units, %.2f e-/s; that of the brightest, replica %d, is %.2f, %.2f e-/s in each pixel",
			n, c.Zodi.ZodiB, c.Zodi.EPerS, worst.Number, worst.Zodi.ZodiB, worst.Zodi.EPerS),
		means: means, do: do, source: "replicas[].zodi.zodib", label: zodiLabel,
	})
}
