package synth

import (
	"fmt"
	"strconv"
	"strings"
)

// Damage is a list of faults. Its text form is one fault after another,
// separated by semicolons, commas or line ends; [ParseDamage] reads it. The
// empty list is no damage.
type Damage []Fault

// Kind is what a fault does.
type Kind uint8

// The kinds of faults. Segments are the runs of rows between two integrations,
// counted from 0. SFDUs are whole frames with their headers.
const (
	NoFault          Kind = iota
	RowsLost              // all SFDUs are removed that carry these rows
	Drop                  // data frames are removed
	DropFrame             // the frame with this counter is removed
	Repeat                // data frames are sent twice
	RepeatSegment         // a segment is sent twice
	Swap                  // data frames change place with the next one
	SwapSegments          // two segments change places
	Truncate              // the file ends here
	FlipBits              // one bit each, anywhere in the SFDUs of data frames
	FlipRecordSyncs       // one bit each in the four sync bytes of rows
	FlipFrameSyncs        // one bit each in the syncs of data frames
	FlipLabelSyncs        // one bit each in the label syncs of data frames' SFDUs
	FlipCounters          // one bit each in the counters of data frames
	FlipMarkers           // one bit each in the markers of data frames
	FlipAllMarkers        // one bit in every marker of a segment
	FalseSyncs            // the record sync pattern is put into pixels before sending
	OtherChannels         // SFDUs of another virtual channel come between
	Insert                // random bytes come between
	Delete                // bytes are removed
	Leading               // random bytes come before the first SFDU
	Trailing              // random bytes come after the last SFDU
	GzipTruncated         // the compressed file ends early
	Missing               // there is no file
	StarLeftIn            // a star stays on its pixels in all replicas
	WrongIntegration      // a replica was taken with other integration times
)

// Fault is one entry of [Damage]. Which fields count depends on the kind.
type Fault struct {
	Kind Kind
	// Replica is the one it strikes; 0 is each of them.
	Replica int
	// Count is the number of frames, bits, rows or bytes.
	Count int
	// At is a place in the file as it is when the fault's turn comes, in
	// bytes, or a frame counter; -1 is a place that the seed chooses.
	At int64
	// Segment and Other are segments; -1 is one that the seed chooses.
	Segment, Other int
	// First and Last are ACA rows, both included.
	First, Last int16
	// Units replaces the short and the long integration, x 0.016 s.
	Units [2]uint16
}

func (f Fault) strikes(replica int) bool { return f.Replica == 0 || f.Replica == replica }

// A form is how a kind is written. Words in capitals are numbers: N a count,
// P a place in bytes, K a frame counter, S and T segments, A and B rows, U and
// V integration units. R is where "of replica n" is written, I "in replica n"
// and O just "replica n", all left out for a fault of all replicas. The shortest form that can
// say all of a fault is the one that is printed, the first among equals.
type form struct {
	kind  Kind
	words string
}

var forms = []form{
	{RowsLost, "rows A to B R lost"},
	{Drop, "drop N frames R"},
	{DropFrame, "drop frame K R"},
	{Repeat, "repeat N frames R"},
	{RepeatSegment, "repeat segment S R"},
	{Swap, "swap N frames R"},
	{SwapSegments, "swap segments S and T R"},
	{Truncate, "truncate O at P bytes"},
	{Truncate, "truncate O"},
	{FlipBits, "flip N bits R"},
	{FlipRecordSyncs, "flip N record syncs R"},
	{FlipFrameSyncs, "flip N frame syncs R"},
	{FlipLabelSyncs, "flip N label syncs R"},
	{FlipCounters, "flip N counters R"},
	{FlipMarkers, "flip N markers R"},
	{FlipAllMarkers, "flip markers of segment S R"},
	{FlipAllMarkers, "flip markers R"},
	{FalseSyncs, "false syncs N R"},
	{FalseSyncs, "N false syncs R"},
	{OtherChannels, "other channels N R"},
	{OtherChannels, "N other channels R"},
	{Insert, "insert N bytes R at P"},
	{Insert, "insert N bytes R"},
	{Delete, "delete N bytes R at P"},
	{Delete, "delete N bytes R"},
	{Leading, "leading N bytes R"},
	{Trailing, "trailing N bytes R"},
	{GzipTruncated, "gzip truncated I at P bytes"},
	{GzipTruncated, "gzip truncated I"},
	{Missing, "O missing"},
	{StarLeftIn, "star left in"},
	{WrongIntegration, "wrong integration I at U and V units"},
	{WrongIntegration, "wrong integration I"},
}

// wrongUnits is the default of a wrong integration: the long one at 8 s.
var wrongUnits = [2]uint16{312, 500}

// blank is a fault with its places left open.
func blank(k Kind) Fault {
	f := Fault{Kind: k, At: -1, Segment: -1, Other: -1}
	if k == WrongIntegration {
		f.Units = wrongUnits
	}
	return f
}

// says tells whether a form can express a fault: what it does not name must be
// as in a blank one.
func (m form) says(f Fault) bool {
	if m.kind != f.Kind {
		return false
	}
	back := blank(f.Kind)
	for _, w := range strings.Fields(m.words) {
		switch w {
		case "N":
			back.Count = f.Count
		case "P", "K":
			back.At = f.At
		case "S":
			back.Segment = f.Segment
		case "T":
			back.Other = f.Other
		case "A":
			back.First = f.First
		case "B":
			back.Last = f.Last
		case "U":
			back.Units[0] = f.Units[0]
		case "V":
			back.Units[1] = f.Units[1]
		case "R", "I", "O":
			back.Replica = f.Replica
		}
	}
	return back == f
}

// String writes the fault so that [ParseDamage] reads it back.
func (f Fault) String() string {
	best := -1
	for i, m := range forms {
		if m.says(f) && (best < 0 || len(strings.Fields(m.words)) < len(strings.Fields(forms[best].words))) {
			best = i
		}
	}
	if best < 0 {
		return fmt.Sprintf("unknown fault %d", f.Kind)
	}
	return forms[best].write(f)
}

func (m form) write(f Fault) string {
	var out []string
	for _, w := range strings.Fields(m.words) {
		number := func(v int64) { out = append(out, strconv.FormatInt(v, 10)) }
		switch w {
		case "N":
			number(int64(f.Count))
		case "P", "K":
			number(f.At)
		case "S":
			number(int64(f.Segment))
		case "T":
			number(int64(f.Other))
		case "A":
			number(int64(f.First))
		case "B":
			number(int64(f.Last))
		case "U":
			number(int64(f.Units[0]))
		case "V":
			number(int64(f.Units[1]))
		case "R", "I", "O":
			if f.Replica == 0 {
				continue
			}
			switch w {
			case "R":
				out = append(out, "of")
			case "I":
				out = append(out, "in")
			}
			out = append(out, "replica")
			number(int64(f.Replica))
		default:
			if f.Count == 1 {
				w = strings.TrimSuffix(w, "s")
			}
			out = append(out, w)
		}
	}
	return strings.Join(out, " ")
}

// String writes the list so that [ParseDamage] reads it back.
func (d Damage) String() string {
	texts := make([]string, len(d))
	for i, f := range d {
		texts[i] = f.String()
	}
	return strings.Join(texts, "; ")
}

// MarshalText and UnmarshalText let flags, JSON and TOML hold damage as text.
func (d Damage) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText is [ParseDamage].
func (d *Damage) UnmarshalText(text []byte) error {
	parsed, err := ParseDamage(string(text))
	if err == nil {
		*d = parsed
	}
	return err
}
