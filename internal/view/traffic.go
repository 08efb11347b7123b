package view

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"darksite/processing/ccd"
	"darksite/processing/comparison"
	"darksite/processing/pixels"
	"darksite/processing/vocabulary"
)

// Traffic is what became of the pixels since the map before.
type Traffic struct {
	Before  string   // "2015 March 31"
	Partner string   // "2015:090 (judged good)"
	Passed  string   // a sentence, "" where none was passed over
	Head    []string // of the columns
	Where   string   // at which temperature and by which law
	Note    string
	Rows    []Line // the pixels that crossed a level
	// Changed says how many pixels changed beyond noise, and by which rule.
	Changed string
	Ratio   string
}

func trafficOf(c *comparison.Comparison) *Traffic {
	if c == nil || c.Pixels.Since == nil {
		return nil
	}
	d := c.Pixels.Since
	t := &Traffic{
		Before: d.Before.ID.Date().Format("2006 January 2"), Partner: clauseText(vocabulary.Partner(c)), Passed: clauseText(vocabulary.PassedOver(c)),
		Where: clauseText(vocabulary.Where(d)), Note: clauseText(d.Note), Changed: clauseText(vocabulary.Changed(d)),
		Head: []string{capital(vocabulary.CrossedUpwards), capital(vocabulary.CrossedDownwards), capital(vocabulary.Stayed), capital(vocabulary.Became), capital(vocabulary.Recovered),
			capital(vocabulary.Became) + " a day", capital(vocabulary.Recovered) + " a day", "Net a day"},
	}
	if d.MedianRatio != nil {
		t.Ratio = fixed(d.MedianRatio, 3)
	}
	for _, x := range []struct {
		name  string
		above float64
		of    pixels.Crossing
	}{{"Warm", c.Pixels.WarmAbove, d.Warm}, {"Hot", c.Pixels.HotAbove, d.Hot}} {
		t.Rows = append(t.Rows, Line{fmt.Sprintf("%s, above %s\u00a0e⁻/s", x.name, fixed(&x.above, 0)), []string{
			count(x.of.New.Total), count(x.of.Gone.Total), count(x.of.Stayed.Total), count(x.of.Created.Total), count(x.of.Recovered.Total),
			fixed(&x.of.CreatedPerDay, 1), fixed(&x.of.RecoveredPerDay, 1), fixed(&x.of.NetPerDay, 1),
		}})
	}
	return t
}

// Hot lists the brightest pixels of a map.
type Hot struct {
	Rows []HotPixel
	// More says what the list leaves out, "" when that is nothing.
	More string
}

// HotPixel is one of the brightest.
type HotPixel struct {
	Row      string // ACA coordinates
	Col      string
	Quadrant string
	Now      string // e-/s
	Before   string
	What     string
}

// maxHot is how many pixels a page lists; pixels.csv has all.
const maxHot = 40

// HotOf are the hot pixels of a list, brightest first.
func HotOf(g ccd.Geometry, list []pixels.Pixel) Hot {
	hot := pixels.Pick(list, pixels.Hot)
	slices.SortStableFunc(hot, func(a, b pixels.Pixel) int {
		return cmp.Or(cmp.Compare(b.Now, a.Now), cmp.Compare(a.Row, b.Row), cmp.Compare(a.Col, b.Col))
	})
	t := Hot{Rows: []HotPixel{}}
	for _, p := range hot[:min(maxHot, len(hot))] {
		t.Rows = append(t.Rows, HotPixel{
			Row: count(int(p.Row)), Col: count(int(p.Col)), Quadrant: p.Quadrant(g).Letter(),
			Now: rate(p.Now), Before: rate(p.Before), What: hotText(p.Class),
		})
	}
	if more := len(hot) - maxHot; more > 0 {
		t.More = fmt.Sprintf("The %s brightest of %s; %s lists all.", count(maxHot), count(len(hot)), comparison.PixelsCSV)
	}
	return t
}

// hotText is what became of a hot pixel.
func hotText(c pixels.Class) string {
	switch {
	case c&pixels.NewHot != 0:
		return "newly hot"
	case c&pixels.Brighter != 0:
		return "brighter"
	case c&pixels.Fainter != 0:
		return "fainter"
	}
	return ""
}

// rate writes the dark current of a pixel.
func rate(v float32) string {
	x := float64(v)
	if math.IsNaN(x) {
		return unknownCell
	}
	return fixed(&x, 0)
}

// badText says what the bad pixel list of a calibration holds, "" without one.
func badText(c *comparison.Comparison) string {
	if c == nil {
		return ""
	}
	b := c.BadPixels
	var maps []string
	for _, m := range b.Maps {
		maps = append(maps, string(m.ID))
	}
	if len(maps) == 0 {
		maps = []string{"no map"}
	}
	text := fmt.Sprintf("%s: %s from %s", comparison.BadPixelsFile, plural(b.Selected, "pixel"), joinAnd(maps))
	var regions []string
	for _, k := range pixels.KnownRegions(c.Pixels.Geometry) {
		if slices.Contains(pixels.FixedRegions(c.Pixels.Geometry, c.ID.Date()), k.Region) {
			regions = append(regions, k.Name)
		}
	}
	text += ", after the known regions (" + joinAnd(regions) + ")"
	if p := c.Persistence; p != nil {
		text += fmt.Sprintf("; %s of the previous list remain", percent(int64(p.Kept), int64(max(1, p.Kept+p.Dropped))))
	}
	text += "."
	if in := c.Provenance.Inputs; len(in) > 0 && in[0].Verdict != "" && !in[0].Usable {
		text += clauseText(" This map is excluded: it is " + in[0].Why + ".")
	}
	return text
}

// joinAnd is "a, b and c".
func joinAnd(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
