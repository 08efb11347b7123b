package quality

import (
	"fmt"

	"darksite/internal/ground/phrase"
	"darksite/processing/pixels"
	"darksite/processing/warm"
)

// since is the comparison with the previous calibration, nil when there is none.
func (s Subject) since() *pixels.Difference {
	if s.Comparison == nil {
		return nil
	}
	return s.Comparison.Pixels.Since
}

// noEarlier says that there is no partner, and which calibrations were passed over.
func (s Subject) noEarlier() string {
	const none = "There is no earlier calibration to compare with"
	if s.Comparison == nil || len(s.Comparison.Provenance.PassedOver) == 0 {
		return none
	}
	var names []string
	for _, p := range s.Comparison.Provenance.PassedOver {
		names = append(names, fmt.Sprintf("%s (%s)", p.ID, p.Why))
	}
	return none + ": nothing may rest on " + phrase.List(names, 3)
}

// mostDays is when the previous calibration is too old to be compared with:
// the longest gap of 1999 to 2015 is 468 days, at the beginning, when the CCD
// changed most; since 2001 it is 362.
const mostDays = 366

// comparable gives the comparison, or the finding that there is none.
func (s Subject) comparable(source string) (*pixels.Difference, *finding) {
	d := s.since()
	var f finding
	switch {
	case d == nil:
		f = unknown(source, "%s", s.noEarlier())
	case d.CommonTemp == nil:
		f = unknown(source, "A temperature is not known, so the warm pixels cannot be compared with those of %s", d.Before.ID)
	case d.Days > mostDays:
		f = notApplicable(source, "Calibration %s is %.0f days older, too far apart to compare", d.Before.ID, d.Days)
	case s.besideBad() != "":
		f = unknown(source, "%s", s.besideBad())
	default:
		return d, nil
	}
	return nil, &f
}

// besideBad says why the map before, if it was judged bad, tells nothing of this
// one: somebody accepted it, so it is a partner, but what differs from it is as
// likely its own fault. It is "" for any other.
func (s Subject) besideBad() string {
	if s.Comparison == nil {
		return ""
	}
	partners := s.Comparison.Provenance.Partners()
	if len(partners) == 0 || partners[0].Verdict != string(Bad) {
		return ""
	}
	why := partners[0].Why
	if why == "" {
		why = "judged bad"
	}
	return fmt.Sprintf("The map of the earlier calibration %s was %s: differences may come from that map and say nothing about this one", partners[0].ID, why)
}

// enoughWarm is the least number of warm pixels that a share is taken of.
const enoughWarm = 1000

func warmPixelsKept(s Subject) finding {
	const source = "comparison: pixels.since.warm"
	d, not := s.comparable(source)
	if d == nil {
		return *not
	}
	stayed, gone := d.Warm.Stayed.Total, d.Warm.Gone.Total
	if stayed+gone < enoughWarm || d.Compared == 0 {
		return unknown(source, "Calibration %s has only %s to compare", d.Before.ID, phrase.Plural(stayed+gone, "warm pixel", "warm pixels"))
	}
	kept := float64(stayed) / float64(stayed+gone)
	chance := float64(stayed+d.Warm.New.Total) / float64(d.Compared)
	if chance >= 1 {
		return unknown(source, "Every pixel is warm")
	}
	// 100 % where all stay, 0 where the two maps have nothing to do with each
	// other, however warm the CCD is.
	beyond := 100 * (kept - chance) / (1 - chance)
	return known(beyond, finding{
		says: fmt.Sprintf("Of %s warm pixels of %s %.1f %% are still warm at %.2f C, %.1f %% after subtracting chance",
			phrase.Count(stayed+gone), d.Before.ID, 100*kept, float64(*d.CommonTemp), beyond),
		means:  "Warm pixels stay warm over months, so part of the map is in the wrong place, or a temperature is far off.",
		do:     lookAtQuadrants,
		source: source, label: fmt.Sprintf("warm pixels of %s still warm:", d.Before.ID), against: d.Before.ID,
	})
}

func change(s Subject) finding {
	const source = "comparison: pixels.since.median_ratio"
	d, not := s.comparable(source)
	if d == nil {
		return *not
	}
	if d.MedianRatio == nil || d.Warm.Stayed.Total < enoughWarm {
		return unknown(source, "Too few pixels are warm both here and in %s", d.Before.ID)
	}
	return known(*d.MedianRatio, finding{
		says: fmt.Sprintf("The pixels that are warm here and in %s have in the median %.3f times their earlier dark current, both at %.2f C",
			d.Before.ID, *d.MedianRatio, float64(*d.CommonTemp)),
		means:  "A whole CCD does not change that much between calibrations; suspect one of the temperatures first; 0.1 is about 1 C.",
		do:     "Check the temperature of this calibration against telemetry, then the integration times.",
		source: source, label: fmt.Sprintf("dark current over that of %s:", d.Before.ID), against: d.Before.ID,
	})
}

func modelRatio(s Subject) finding {
	const source = "warm.expected.ratio_100"
	c := s.Calibration
	if c.ID.Date().Before(warm.ModelFrom) {
		return notApplicable(source, "The degradation model begins in %d", warm.ModelFrom.Year())
	}
	if c.Warm == nil || c.Warm.Expected == nil {
		return unknown(source, "The CCD temperature is not known, so the model has no number")
	}
	e := c.Warm.Expected
	expected, ok := e.At(warm.Threshold)
	if !ok {
		return unknown(source, "The degradation model has no number of pixels above %s e-/s for %s at %.2f C, which is beyond its range, so the map cannot be compared with it",
			number(float64(warm.Threshold)), c.ID.Colon(), float64(e.CCDTemp))
	}
	says := fmt.Sprintf("%s pixels are above %s e-/s", phrase.Count(c.Warm.Count), number(float64(warm.Threshold)))
	if c.Map.Missing > 0 {
		says += fmt.Sprintf(" of %s that have a value", phrase.Count(c.Map.Pixels))
	}
	return known(e.Ratio, finding{
		says:   fmt.Sprintf("%s, %.3f times the model's prediction (%s on the whole CCD at %.2f C)", says, e.Ratio, phrase.Count(int(expected)), float64(e.CCDTemp)),
		means:  "No calibration was further from the model; suspect the temperature first: 0.2 is 1 to 3 C.",
		do:     "Check the temperature against telemetry, then the integration times and the gain.",
		source: source, label: "N>100 over the model's",
	})
}
