package starcheck

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"darksite/processing/chandra"
)

// ErrNone: there is no dark current calibration, or not the one asked for.
var ErrNone = errors.New("no dark current calibration")

// Limits of what a page may hold. A page has some 250 kB and 100 blocks; as HTML
// with its plots some 2 MB.
const (
	maxPage   = 32 << 20 // bytes
	maxBlocks = 4096
)

// Page is a page of starcheck.
type Page struct {
	Name string // for messages
	// Load is what the page calls itself, for example "DEC1115A", or "".
	Load   string
	Blocks []Block
	// First and Last are the earliest and the latest time of its blocks.
	First, Last time.Time
	// Cut tells that observations of its summary have no whole block.
	Cut bool
}

// Block is what a page says about one observation.
type Block struct {
	Line  int    // where it begins, from 1; as HTML, a line of its text
	Name  string // the obsid as it stands: "51394", or "NONE1" where there is none
	Obsid int    // 0 where there is none
	// Attitude is nil where the block has none.
	Attitude *Attitude
	// Maneuvers lead to the attitude, the last one to where it is.
	Maneuvers []Maneuver
	// Catalog is the time of MP_STARCAT, zero without a star catalogue.
	Catalog time.Time
	// PredictedC is the highest CCD temperature to be expected, nil without one.
	PredictedC *chandra.Celsius
	// Replica is the number of the replica, from 1, that the marker DC_T0 and on
	// makes it; 0 for what is none.
	Replica int
	// problem is what in it could not be read.
	problem error
}

// Maneuver is a commanded target.
type Maneuver struct {
	Time       time.Time // MP_TARGQUAT
	Quaternion Quaternion
	DurationS  float64   // seconds, 0 where the page does not have it
	End        time.Time // zero where it neither has nor leads to it
	// Derived tells that End is not from the page but follows from the duration.
	Derived bool
}

// leadS is how long before MP_TARGQUAT a maneuver begins, seconds. It is the
// same in all known pages, and the end that newer ones print, cut to the second,
// is this beginning and the duration.
const leadS = 4.357

// Parse splits a page, as text or as HTML. The name is for messages. Blocks with
// a value that cannot be read are kept, and refused when a calibration needs
// them.
func Parse(content []byte, name string) (*Page, error) {
	if len(content) > maxPage {
		return nil, fmt.Errorf("%s: more than %d bytes: check that it is a page of starcheck", name, maxPage)
	}
	p := &Page{Name: name}
	where := "line"
	if looksLikeHTML(content) {
		content, where = plain(content), "line of text"
	}
	r := reader{page: p, where: where}
	for len(content) > 0 {
		line := content
		if end := bytes.IndexByte(content, '\n'); end >= 0 {
			line, content = content[:end], content[end+1:]
		} else {
			content = nil
		}
		if err := r.take(string(bytes.TrimSuffix(line, []byte("\r")))); err != nil {
			return nil, err
		}
	}
	p.Cut = len(p.Blocks) < r.listed
	if r.within {
		// What is cut may have lost digits of its last number.
		p.Cut, p.Blocks = true, p.Blocks[:len(p.Blocks)-1]
	}
	if len(p.Blocks) == 0 {
		if r.listed > 0 || p.Cut {
			return nil, fmt.Errorf("%s: it ends before the first of the %d observations that it lists is complete: it is cut short, copy it again", name, r.listed)
		}
		return nil, fmt.Errorf("%s: no observation in it (a line OBSID: after a line of =): check that it is a page of starcheck", name)
	}
	p.span()
	return p, nil
}

// span finds the times that the page covers.
func (p *Page) span() {
	note := func(t time.Time) {
		if t.IsZero() {
			return
		}
		if p.First.IsZero() || t.Before(p.First) {
			p.First = t
		}
		if t.After(p.Last) {
			p.Last = t
		}
	}
	for _, b := range p.Blocks {
		note(b.Catalog)
		for _, m := range b.Maneuvers {
			note(m.Time)
		}
	}
}

// covers says which days the page is about.
func (p *Page) covers() string {
	if p.First.IsZero() {
		return "no times"
	}
	return fmt.Sprintf("%s to %s", chandra.IDOf(p.First).Colon(), chandra.IDOf(p.Last).Colon())
}

// reader takes a page line by line.
type reader struct {
	page  *Page
	where string
	line  int
	// separated tells that a separator came, and within that a block has begun
	// and its separator has not come.
	separated, within bool
	listed            int // observations of the summary
}

var (
	separator = regexp.MustCompile(`^={20,}\s*$`)
	title     = regexp.MustCompile(`^Short Term Schedule:\s*([A-Z]{3}\d{4}[A-Z]?)\s*$`)
	listing   = regexp.MustCompile(`^OBSID =\s*\S+ at \d{4}:\d{3}:`)
)

func (r *reader) take(line string) error {
	r.line++
	switch text := strings.TrimSpace(line); {
	case text == "":
	case separator.MatchString(line):
		r.separated, r.within = true, false
	case r.within:
		b := &r.page.Blocks[len(r.page.Blocks)-1]
		if err := b.take(text); err != nil && b.problem == nil {
			b.problem = fmt.Errorf("%s: %s %d, observation %s: %w", r.page.Name, r.where, r.line, b.Name, err)
		}
	case r.separated && strings.HasPrefix(text, "OBSID:"):
		if len(r.page.Blocks) == maxBlocks {
			return fmt.Errorf("%s: more than %d observations: check that it is a page of starcheck", r.page.Name, maxBlocks)
		}
		r.page.Blocks = append(r.page.Blocks, newBlock(text, r.line))
		r.within = true
	default:
		if m := title.FindStringSubmatch(text); m != nil && r.page.Load == "" {
			r.page.Load = m[1]
		}
		if listing.MatchString(text) {
			r.listed++
		}
	}
	return nil
}
