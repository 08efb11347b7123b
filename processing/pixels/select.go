package pixels

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"darksite/processing/ccd"
	"darksite/processing/chandra"
	"darksite/processing/scaling"
)

// Combine says how the rates of a pixel in several maps are made one. Maps in
// which the pixel has no value do not take part.
type Combine string

const (
	// Max takes the highest: bad once is bad as long as a map that says so
	// counts.
	Max Combine = "max"
	// Median takes the middle one, the mean of the middle two of an even number.
	Median Combine = "median"
	// AnyTwo takes the second highest, the only one where there is but one.
	AnyTwo Combine = "any-two"
)

// Temperature says at which CCD temperature a [Rule] looks at the maps.
type Temperature string

const (
	// Current is the temperature of the latest map, at which the list will be
	// used.
	Current Temperature = "current"
	// Own leaves each map at its own.
	Own Temperature = "own"
	// Fixed is Rule.Temp.
	Fixed Temperature = "fixed"
)

// Rule is how pixels come into a bad pixel list.
type Rule struct {
	Threshold float64          `json:"above_e_per_s"` // strictly above
	Combine   Combine          `json:"combine"`
	At        Temperature      `json:"at"`
	Temp      *chandra.Celsius `json:"temp_c,omitempty"` // for Fixed only
	Law       scaling.Law      `json:"-"`
}

// DefaultRule takes what is above 2000 e-/s in any of the maps at the
// temperature of the latest.
//
// The rule of the original is not public. Its four lists of 2013 to 2015 have
// 1.2 to 1.3 times as many pixels as the degradation model expects above 2000
// e-/s in the largest of the three maps, about what a union of three makes;
// above 3000 e-/s, the limit of hot, it would be 3.5 times. The lists of 2017,
// in whose history stands "scaled", fit 2000 e-/s at -10.5 C just as well. The
// maximum goes with what the lists keep: 93 to 99 % when two of three maps are
// the same, 86 to 88 % when one or none is.
func DefaultRule() Rule {
	return Rule{Threshold: 2000, Combine: Max, At: Current, Law: scaling.PerPixel}
}

// Selection is a bad pixel list and how it came about.
type Selection struct {
	Rule Rule     `json:"rule"`
	Maps []Source `json:"maps"` // oldest first
	// CommonTemp is nil, and Law "", when the maps were taken as measured. If
	// that was for want of a temperature, Note says so in a sentence.
	CommonTemp *chandra.Celsius `json:"common_temp_c"`
	Law        string           `json:"law,omitempty"`
	Note       string           `json:"note,omitempty"`
	Selected   int              `json:"selected"` // pixels, without the fixed regions
	// Missing counts the pixels that have no value in any map.
	Missing int       `json:"missing"`
	List    BadPixels `json:"-"`
}

// Select makes a bad pixel list of a calibration and earlier ones: two of them
// for the classic list, but one or none will do. The order of the maps does not
// matter. A pixel inside a fixed region is listed too, as in the original.
func Select(maps []Map, rule Rule) (*Selection, error) {
	if err := rule.check(); err != nil {
		return nil, err
	}
	if len(maps) == 0 {
		return nil, fmt.Errorf("bad pixel list: no map given; want that of the calibration and of up to two before it")
	}
	maps = slices.SortedFunc(slices.Values(maps), func(a, b Map) int { return cmp.Compare(a.ID, b.ID) })
	g := maps[0].Geometry
	s := &Selection{Rule: rule, List: BadPixels{Geometry: g}}
	for i, m := range maps {
		if err := m.check(); err != nil {
			return nil, err
		}
		if i > 0 && m.ID == maps[i-1].ID {
			return nil, fmt.Errorf("bad pixel list: calibration %s is given twice", m.ID)
		}
		if m.Geometry != g {
			return nil, errGeometries(maps[0], m)
		}
		s.Maps = append(s.Maps, m.source())
		s.List.From = append(s.List.From, m.ID)
	}
	changes, err := s.changes(maps)
	if err != nil {
		return nil, err
	}
	fixed := FixedRegions(g, maps[len(maps)-1].ID.Date())
	s.List.Regions = fixed
	for _, p := range s.choose(maps, changes) {
		s.List.Regions = append(s.List.Regions, Region{p.Row, p.Row, p.Col, p.Col})
	}
	s.Selected = len(s.List.Regions) - len(fixed)
	return s, nil
}

// None is the list of a calibration that has no map to make it of: the fixed
// regions.
func None(g ccd.Geometry, rule Rule, id chandra.ID) Selection {
	return Selection{Rule: rule, Maps: []Source{}, List: BadPixels{Geometry: g, Regions: FixedRegions(g, id.Date())}}
}

// ForDay gives the list the known regions of a day, UTC, instead of those of the
// day of its latest map.
func (s *Selection) ForDay(day time.Time) {
	s.List.Regions = append(FixedRegions(s.List.Geometry, day), s.List.Regions[s.List.opening():]...)
}

func (r Rule) check() error {
	switch {
	case !(r.Threshold > 0) || math.IsInf(r.Threshold, 0):
		return fmt.Errorf("bad pixel rule: threshold %v e-/s: want a positive number such as 2000", r.Threshold)
	case r.Combine != Max && r.Combine != Median && r.Combine != AnyTwo:
		return fmt.Errorf("bad pixel rule: combine %q: want %q, %q or %q", r.Combine, Max, Median, AnyTwo)
	case r.At != Current && r.At != Own && r.At != Fixed:
		return fmt.Errorf("bad pixel rule: temperature %q: want %q, %q or %q", r.At, Current, Own, Fixed)
	case (r.At == Fixed) != (r.Temp != nil):
		return fmt.Errorf("bad pixel rule: a temperature in C is wanted for %q, and for that only", Fixed)
	}
	return nil
}

// changes are the laws from the maps' temperatures to the rule's.
func (s *Selection) changes(maps []Map) ([]toCommon, error) {
	changes := make([]toCommon, len(maps))
	if s.Rule.At == Own {
		return changes, nil
	}
	if unknown := unknownTemps(maps...); unknown != "" {
		s.Note = fmt.Sprintf("The CCD temperature of %s is not known, so the maps were taken as measured.", unknown)
		return changes, nil
	}
	common := *maps[len(maps)-1].Temp
	if s.Rule.At == Fixed {
		common = *s.Rule.Temp
	}
	for i, m := range maps {
		var err error
		if changes[i], err = m.toCommon(common, s.Rule.Law); err != nil {
			return nil, err
		}
	}
	s.CommonTemp, s.Law = &common, s.Rule.Law.Name()
	return changes, nil
}

// choose gives the places above the threshold, by row, then column.
func (s *Selection) choose(maps []Map, changes []toCommon) (places []Place) {
	floors := make([]float64, len(maps))
	for k := range maps {
		floors[k] = changes[k].floor(s.Rule.Threshold)
	}
	rates := make([]float32, 0, len(maps))
	for i := range maps[0].Image {
		values, high := 0, false
		for k, m := range maps {
			if v := m.Image[i]; known(v) {
				values++
				high = high || float64(v) > floors[k]
			}
		}
		if values == 0 {
			s.Missing++
		}
		if !high { // then no combination is above the threshold
			continue
		}
		rates = rates[:0]
		for k, m := range maps {
			if known(m.Image[i]) {
				rates = append(rates, changes[k].rate(m.Image[i]))
			}
		}
		if combined(rates, s.Rule.Combine) > s.Rule.Threshold {
			places = append(places, place(maps[0].Geometry, i))
		}
	}
	return places
}

// combined makes one rate of several, at least one, which it sorts.
func combined(rates []float32, how Combine) float64 {
	slices.Sort(rates)
	n := len(rates)
	switch how {
	case Median:
		return (float64(rates[(n-1)/2]) + float64(rates[n/2])) / 2
	case AnyTwo:
		return float64(rates[max(0, n-2)])
	}
	return float64(rates[n-1])
}

// String says the rule in a phrase, "above 2000 e-/s in the maximum of the maps
// at the temperature of the latest".
func (r Rule) String() string {
	how := map[Combine]string{Max: "maximum", Median: "median", AnyTwo: "second highest"}[r.Combine]
	at := "the temperature of the latest"
	switch {
	case r.At == Own:
		at = "their own temperatures"
	case r.Temp != nil:
		at = fmt.Sprintf("%v C", *r.Temp)
	}
	return fmt.Sprintf("above %v e-/s in the %s of the maps at %s", r.Threshold, how, at)
}
