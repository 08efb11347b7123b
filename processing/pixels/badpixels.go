package pixels

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"darksite/internal/ground/phrase"
	"darksite/processing/ccd"
	"darksite/processing/chandra"
)

// BadPixels is a bad pixel list, the product that star selection read until
// 2019 (badpix_SAUS.pro; processing.md, section 11).
type BadPixels struct {
	Geometry ccd.Geometry
	// From are the calibrations that the first line names, oldest first.
	From    []chandra.ID
	Regions []Region
}

// Region is a rectangle of pixels, all four inclusive.
type Region struct{ Row0, Row1, Col0, Col1 int16 }

// Known is a region of the CCD that star selection avoids whatever a map says.
type Known struct {
	Region
	Name string
	// From is the first day of calibrations whose list has it; zero for all.
	From time.Time
}

// KnownRegions are all of them, those of all days first. All but the quadrant
// boundaries are the ACA's. The quadrant boundaries
// must be the first two entries of a list.
//
// The fid trap is in the bad_pixels of proseco (characteristics.py), which took the
// place of these lists in 2019; lists of 2013 to 2018 do not have it. The region of
// diminished response is in those of proseco and of starcheck since June 2021.
func KnownRegions(g ccd.Geometry) []Known {
	first, last := int16(g.FirstRow), int16(g.LastRow())
	left, right := int16(g.FirstColumn), int16(g.LastColumn())
	upper, _ := g.RowsOf(ccd.QuadrantC)
	middle := left + int16(g.RecordPixels())
	regions := []Known{
		{Region{first, last, middle - 1, middle}, "centre columns", time.Time{}},
		{Region{upper - 1, upper, left, right}, "centre rows", time.Time{}},
	}
	if g != ccd.ACA {
		return regions
	}
	return append(regions,
		Known{Region{badColFirst, badColLast, badCol, badCol}, "bad column", time.Time{}},
		Known{Region{-374, -374, 347, 347}, "fid trap", time.Date(2019, time.January, 1, 0, 0, 0, 0, time.UTC)},
		Known{Region{-319, -317, -299, -296}, "region of diminished response", time.Date(2021, time.June, 1, 0, 0, 0, 0, time.UTC)},
	)
}

// FixedRegions open the list of a day, UTC.
func FixedRegions(g ccd.Geometry, day time.Time) (regions []Region) {
	for _, k := range KnownRegions(g) {
		if !day.Before(k.From) {
			regions = append(regions, k.Region)
		}
	}
	return regions
}

// Place is a pixel of the CCD.
type Place struct{ Row, Col int16 }

// opening is how many entries at the beginning are known regions.
func (b BadPixels) opening() (n int) {
	for n < len(b.Regions) && slices.ContainsFunc(KnownRegions(b.Geometry), func(k Known) bool { return k.Region == b.Regions[n] }) {
		n++
	}
	return n
}

// Selected counts the entries behind the known regions that open the list.
func (b BadPixels) Selected() int { return len(b.Regions) - b.opening() }

// Singles are the places of the entries of one pixel, without the known regions
// that open the list.
func (b BadPixels) Singles() (places []Place) {
	for _, r := range b.Regions[b.opening():] {
		if r.Row0 == r.Row1 && r.Col0 == r.Col1 {
			places = append(places, Place{r.Row0, r.Col0})
		}
	}
	return places
}

// The lines of a list that hold no numbers.
const (
	badPixelsTitle = "Bad Pixel List"
	badPixelsOpen  = "Star.Body.Pixels.BadPixels = [ ..."
	badPixelsClose = "];"
)

// Encode writes the list in the layout of the original.
func (b BadPixels) Encode(w io.Writer) error {
	text := bufio.NewWriter(w)
	text.WriteString(badPixelsTitle)
	if len(b.From) > 0 {
		text.WriteString(" from ")
		for _, id := range b.From {
			text.WriteString(" " + string(id))
		}
		text.WriteString(" Dark Currents")
	}
	text.WriteString("\n\n" + badPixelsOpen + "\n")
	for _, r := range b.Regions {
		fmt.Fprintf(text, "%5d,%5d,%5d,%5d; ...\n", r.Row0, r.Row1, r.Col0, r.Col1)
	}
	text.WriteString(badPixelsClose + "\n")
	return text.Flush()
}

// ParseBadPixels reads a list. The lists were edited by hand too, so spaces,
// blank lines, the title and the dots that continue a line may be missing, but
// every number must be right. The name is for errors.
func ParseBadPixels(g ccd.Geometry, r io.Reader, name string) (BadPixels, error) {
	b := BadPixels{Geometry: g}
	maxRegions := g.Pixels() + 1<<10 // each pixel once and the regions
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, maxLine), maxLine)
	const (
		before = iota
		inside
		after
	)
	state, n := before, 0
	for lines.Scan() {
		n++
		line := strings.TrimSpace(lines.Text())
		var err error
		switch {
		case line == "":
		case state == before && n == 1 && strings.HasPrefix(line, badPixelsTitle):
			b.From, err = parseTitle(line)
		case state == before && dotless(line) == dotless(badPixelsOpen):
			state = inside
		case state == before:
			err = fmt.Errorf("%q: want the title %q or the line %q", phrase.Cut(line, 80), badPixelsTitle, badPixelsOpen)
		case state == inside && line == badPixelsClose:
			state = after
		case state == inside && len(b.Regions) == maxRegions:
			err = fmt.Errorf("more than %d entries; a CCD has no more", maxRegions)
		case state == inside:
			var region Region
			region, err = parseRegion(g, line)
			b.Regions = append(b.Regions, region)
		default:
			err = fmt.Errorf("%q comes after the closing %q", phrase.Cut(line, 80), badPixelsClose)
		}
		if err != nil {
			return BadPixels{}, fmt.Errorf("%s: line %d: %w", name, n, err)
		}
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		return BadPixels{}, fmt.Errorf("%s: line %d has more than %d bytes; this is no bad pixel list", name, n+1, maxLine)
	} else if err != nil {
		return BadPixels{}, fmt.Errorf("%s: %w", name, err)
	}
	if state != after {
		return BadPixels{}, fmt.Errorf("%s: the file ends at line %d without %q; it is cut short or no bad pixel list", name, n, badPixelsClose)
	}
	return b, nil
}

// dotless is a line without the dots that say it goes on, and without spaces.
func dotless(line string) string {
	return strings.ReplaceAll(strings.TrimSuffix(strings.TrimSpace(line), "..."), " ", "")
}

// parseTitle takes the calibrations from the first line.
func parseTitle(line string) (ids []chandra.ID, err error) {
	words := strings.Fields(strings.TrimPrefix(line, badPixelsTitle))
	if len(words) == 0 {
		return nil, nil
	}
	last := len(words) - 2
	if last < 2 || words[0] != "from" || words[last] != "Dark" || words[last+1] != "Currents" {
		return nil, fmt.Errorf("%q: want \"%s from  <id> <id> <id> Dark Currents\"", phrase.Cut(line, 80), badPixelsTitle)
	}
	for _, w := range words[1:last] {
		id, err := chandra.ParseID(w)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// parseRegion reads " row0, row1, col0, col1; ...".
func parseRegion(g ccd.Geometry, whole string) (Region, error) {
	fail := func() (Region, error) {
		return Region{}, fmt.Errorf("%q: want \"row0, row1, col0, col1; ...\", %s and none of a pair falling", phrase.Cut(whole, 80), g.Span())
	}
	line := strings.TrimSpace(strings.TrimSuffix(whole, "..."))
	numbers, closed := strings.CutSuffix(line, ";")
	fields := strings.Split(numbers, ",")
	if !closed || len(fields) != 4 {
		return fail()
	}
	var v [4]int16
	for i, f := range fields {
		n, err := strconv.ParseInt(strings.TrimSpace(f), 10, 16)
		if err != nil {
			return fail()
		}
		v[i] = int16(n)
	}
	if v[0] > v[1] || v[2] > v[3] || !g.Contains(int(v[0]), int(v[2])) || !g.Contains(int(v[1]), int(v[3])) {
		return fail()
	}
	return Region{v[0], v[1], v[2], v[3]}, nil
}

// Persistence is what two lists share of their single pixels.
type Persistence struct {
	Pixels  int `json:"pixels"` // of the later list
	Kept    int `json:"kept"`   // that the earlier list had too
	Added   int `json:"added"`
	Dropped int `json:"dropped"` // of the earlier list
}

// Share is the part of the earlier list that is in the later one, 0 to 1; 1
// when the earlier list is empty. In the real lists of 2013 to 2018 it is 0.93
// to 0.99 where two of three calibrations are the same and 0.86 to 0.88 where
// one or none is.
func (p Persistence) Share() float64 {
	if p.Kept+p.Dropped == 0 {
		return 1
	}
	return float64(p.Kept) / float64(p.Kept+p.Dropped)
}

// Persist compares the single pixels of a list with those of an earlier one.
func Persist(earlier, later BadPixels) Persistence {
	had := map[Place]bool{}
	for _, p := range earlier.Singles() {
		had[p] = true
	}
	has := map[Place]bool{}
	for _, p := range later.Singles() {
		has[p] = true
	}
	p := Persistence{Pixels: len(has)}
	for place := range has {
		if had[place] {
			p.Kept++
		}
	}
	p.Added, p.Dropped = len(has)-p.Kept, len(had)-p.Kept
	return p
}
