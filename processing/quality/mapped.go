package quality

import (
	"fmt"
	"math"

	"darksite/internal/ground/phrase"
	"darksite/processing/chandra"
	"darksite/processing/pixels"
)

func missingPixels(s Subject) finding {
	m := s.Calibration.Map
	f := finding{
		says:   "Every pixel has a value",
		means:  "They are NaN in image.fits; readers that do not expect that may fail.",
		do:     "Use the map of another calibration for these pixels.",
		source: "map.missing_pixels",
	}
	if m.Missing > 0 {
		f.says = phrase.Plural(m.Missing, "pixel has", "pixels have") + " no value"
		f.brief = f.says
	}
	return known(float64(m.Missing), f)
}

func negativePixels(s Subject) finding {
	const source = "histogram"
	h := s.Calibration.Histogram
	if len(h.Values) == 0 {
		return unknown(source, "No pixel has a value")
	}
	n := 0
	for i, v := range h.Values {
		if v < 0 && i < len(h.Counts) {
			n += h.Counts[i]
		}
	}
	return known(float64(n), finding{
		says:   fmt.Sprintf("%s below zero", phrase.Plural(n, "pixel is", "pixels are")),
		means:  "Noise makes pixels of every raw map negative; this one was probably clipped, which lifts its mean.",
		do:     "Use the map before it was clipped.",
		source: source, brief: phrase.Plural(n, "pixel is", "pixels are") + " below zero",
	})
}

const lookThere = "Compare the replicas there and the star catalog of the field; use another map for that place."

func starsLeft(s Subject) finding {
	found := s.Calibration.Stars
	f := finding{
		says:   "Nothing in the map looks like a star",
		means:  "Readers of the map take a star for dark current.",
		do:     lookThere,
		source: "stars",
	}
	if len(found) > 0 {
		f.brief = phrase.Plural(len(found), "star", "stars") + " left in the map"
		var at []string
		for _, p := range found {
			at = append(at, fmt.Sprintf("row %d column %d (%.0f e-/s)", p.Row, p.Col, p.EPerS))
			if len(at) == mostNamed {
				break
			}
		}
		f.says = fmt.Sprintf("%s like a star: %s", phrase.Plural(len(found), "place looks", "places look"), phrase.List(at, 3))
		if more := len(found) - 3; more > 0 {
			f.says = fmt.Sprintf("%s like a star, the brightest at %s", phrase.Plural(len(found), "place looks", "places look"), phrase.List(at[:3], 3))
		}
	}
	return known(float64(len(found)), f)
}

func badColumn(s Subject) finding {
	const source = "bad_column"
	if s.Comparison == nil || s.Comparison.Column.Rows == 0 {
		return unknown(source, "The bad column was not looked for, or has no value in the map")
	}
	c := s.Comparison.Column
	deviations := math.Abs(c.Above-0.5) / (0.5 / math.Sqrt(float64(c.Rows)))
	return known(deviations, finding{
		says: fmt.Sprintf("Column 454, rows -245 to 0, is above its neighbours in %.0f %% of %d rows, %.1f standard deviations from a half (mean %.1f against %.1f e-/s)",
			100*c.Above, c.Rows, deviations, c.Mean, c.Neighbours),
		means:  "The fixed bad column is not where it belongs, so the map may be turned or reversed.",
		do:     "Check which orientation the hot pixels of an earlier calibration fit.",
		source: source, label: "bad column 454",
	})
}

// earlier is the calibration whose hot pixels are looked up, "" for none.
func (s Subject) earlier() chandra.ID {
	if d := s.since(); d != nil {
		return d.Before.ID
	}
	return ""
}

const lookAtQuadrants = "Check whether pixels are lost in single quadrants; two may be exchanged."

// enoughHot is the least number of hot pixels that a share is taken of.
const enoughHot = 10

func orientation(s Subject) finding {
	const source = "orientation"
	o, why := s.orientation()
	if why != "" {
		return unknown(source, "%s", why)
	}
	best := pixels.RowsReversed
	for _, l := range pixels.Symmetries(s.Calibration.Geometry)[1:] {
		if o.Hot[l] > o.Hot[best] {
			best = l
		}
	}
	lead := o.Hot[best] - o.Hot[pixels.Upright]
	says := fmt.Sprintf("%.0f %% of the earlier hot pixels are hot here in this orientation, and at best %.0f %% if the map were %s",
		100*o.Hot[pixels.Upright], 100*o.Hot[best], best)
	if _, told := o.Laid(); !told && lead > 0 {
		// That the hot pixels are gone is for another clause to judge.
		return unknown(source, "%s, which does not determine the orientation", says)
	}
	f := finding{
		says:   says,
		means:  "The orientation of the map is wrong.",
		do:     "Do not use it: every pixel is in another pixel's place. Correct the orientation where the map was made.",
		source: source, brief: "the map lies wrong: " + best.String(), against: s.earlier(),
	}
	return known(lead, f)
}

// orientation is how the map lies by its hot pixels, or why that is not known.
func (s Subject) orientation() (o *pixels.Orientation, why string) {
	if s.Comparison == nil || s.Comparison.Orientation == nil {
		return nil, s.noEarlier()
	}
	o = s.Comparison.Orientation
	if bad := s.besideBad(); bad != "" {
		return nil, bad
	}
	if n := o.Pixels[pixels.Upright]; n < enoughHot {
		return nil, fmt.Sprintf("The earlier calibration has only %s to look up", phrase.Plural(n, "hot pixel", "hot pixels"))
	}
	return o, ""
}

func hotPixelsKept(s Subject) finding {
	const source = "orientation.hot"
	o, why := s.orientation()
	if why != "" {
		return unknown(source, "%s", why)
	}
	n, share := o.Pixels[pixels.Upright], 100*o.Hot[pixels.Upright]
	return known(share, finding{
		says:   fmt.Sprintf("%.1f %% of %s hot pixels of the earlier calibration are above %.0f e-/s here", share, phrase.Count(n), o.Above),
		means:  "Hot pixels stay hot from one calibration to the next, so part of the map is in the wrong place or was not measured.",
		do:     lookAtQuadrants,
		source: source, label: fmt.Sprintf("hot pixels of %s still hot:", orElse(string(s.earlier()), "before")), against: s.earlier(),
	})
}
