package quality

import (
	"fmt"

	"darksite/internal/ground/phrase"
)

func risenPlaces(s Subject) finding {
	const source = "risen"
	d, not := s.comparable(source)
	if d == nil {
		return *not
	}
	f := finding{
		says:   fmt.Sprintf("No group of neighbouring pixels brightened together since %s", d.Before.ID),
		means:  "Radiation strikes single pixels; where most of 3 x 3 rise at once, a star was probably left in the map.",
		do:     lookThere,
		source: source, against: d.Before.ID,
	}
	if n := len(s.Comparison.Risen); n > 0 {
		f.brief = fmt.Sprintf("%s brightened together since %s", phrase.Plural(n, "group of pixels", "groups of pixels"), d.Before.ID)
		var at []string
		for _, r := range s.Comparison.Risen[:min(n, 4)] {
			at = append(at, fmt.Sprintf("row %d column %d (%d of 9 pixels)", r.Row, r.Col, r.Pixels))
		}
		f.says = fmt.Sprintf("%s of neighbouring pixels brightened together since %s: %s", phrase.Plural(n, "group", "groups"), d.Before.ID, phrase.List(at, 3))
		if n > 3 {
			f.says = fmt.Sprintf("%s groups of neighbouring pixels brightened together since %s, the first at %s", phrase.Count(n), d.Before.ID, phrase.List(at[:3], 3))
		}
	}
	return known(float64(len(s.Comparison.Risen)), f)
}
