package synth

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"darksite/processing/telemetry"
)

const (
	maxFaults = 1000
	maxCount  = 100_000
	// maxBytes bounds what one fault inserts.
	maxBytes = 1 << 20
	maxPlace = 1 << 40
)

// rowRange is "100-130", also with minus signs.
var rowRange = regexp.MustCompile(`^([-+]?\d+)-([-+]?\d+)$`)

// ParseDamage reads faults as people write them, for example
//
//	drop 4 frames; rows 100-130 of replica 3 lost; gzip truncated replica 4
//
// They are separated by semicolons, commas or line ends. A fault that names no
// replica strikes each of them, with its own places. Words may stand in the
// singular or the plural and in capitals. Where a place is not given the seed
// of the simulation chooses it.
func ParseDamage(text string) (Damage, error) {
	var d Damage
	for _, entry := range strings.FieldsFunc(text, func(r rune) bool { return r == ';' || r == ',' || r == '\n' }) {
		if strings.TrimSpace(entry) == "" {
			continue
		}
		if len(d) == maxFaults {
			return nil, fmt.Errorf("damage: more than %d faults", maxFaults)
		}
		f, err := parseFault(entry)
		if err != nil {
			return nil, err
		}
		d = append(d, f)
	}
	return d, nil
}

func parseFault(entry string) (Fault, error) {
	fail := func(format string, args ...any) (Fault, error) {
		return Fault{}, fmt.Errorf("damage %q: %s", strings.TrimSpace(entry), fmt.Sprintf(format, args...))
	}
	var words []string
	replica := 0
	fields := strings.Fields(strings.ToLower(entry))
	for i := 0; i < len(fields); i++ {
		w := fields[i]
		if w == "replica" && i+1 < len(fields) && replica == 0 {
			n, err := strconv.Atoi(fields[i+1])
			if err != nil || n < 1 || n > MaxReplicas {
				return fail("replica %s: want 1 to %d", fields[i+1], MaxReplicas)
			}
			replica = n
			if k := len(words) - 1; k >= 0 && (words[k] == "of" || words[k] == "in" || words[k] == "from") {
				words = words[:k]
			}
			i++
			continue
		}
		if m := rowRange.FindStringSubmatch(w); m != nil {
			words = append(words, m[1], "to", m[2])
			continue
		}
		words = append(words, w)
	}
	for _, m := range forms {
		f, matched, err := m.read(words, replica)
		if !matched {
			continue
		}
		if err == nil {
			err = f.check()
		}
		if err != nil {
			return fail("%v", err)
		}
		return f, nil
	}
	return fail("no such fault; write one as in %s", examples())
}

// read matches words against a form. Numbers that are out of range are an
// error only after all words have matched.
func (m form) read(words []string, replica int) (f Fault, matched bool, err error) {
	f = blank(m.kind)
	i, named := 0, false
	number := func(low, high int64) int64 {
		v, e := strconv.ParseInt(words[i], 10, 64)
		if e != nil && !errors.Is(e, strconv.ErrRange) {
			matched = false
			return low
		}
		if err == nil && (e != nil || v < low || v > high) {
			err = fmt.Errorf("%s: want %d to %d", words[i], low, high)
		}
		return v
	}
	matched = true
	for _, w := range strings.Fields(m.words) {
		if w == "R" || w == "I" || w == "O" {
			f.Replica, named = replica, true
			continue
		}
		if i == len(words) {
			return f, false, nil
		}
		switch w {
		case "N":
			high := int64(maxCount)
			if f.Kind == Insert || f.Kind == Delete || f.Kind == Leading || f.Kind == Trailing {
				high = maxBytes
			}
			f.Count = int(number(1, high))
		case "P":
			f.At = number(0, maxPlace)
		case "K":
			f.At = number(0, telemetry.CounterModulus-1)
		case "S":
			f.Segment = int(number(0, int64(2*telemetry.CCD.HalfRows()-1)))
		case "T":
			f.Other = int(number(0, int64(2*telemetry.CCD.HalfRows()-1)))
		case "A":
			f.First = int16(number(int64(telemetry.CCD.FirstRow), int64(telemetry.CCD.LastRow())))
		case "B":
			f.Last = int16(number(int64(telemetry.CCD.FirstRow), int64(telemetry.CCD.LastRow())))
		case "U":
			f.Units[0] = uint16(number(1, 65535))
		case "V":
			f.Units[1] = uint16(number(1, 65535))
		default:
			if strings.TrimSuffix(words[i], "s") != strings.TrimSuffix(w, "s") {
				return f, false, nil
			}
		}
		i++
	}
	return f, matched && i == len(words) && (named || replica == 0), err
}

// check refuses what the words allow but the telemetry does not.
func (f Fault) check() error {
	switch {
	case f.Kind == Missing && f.Replica == 0:
		return fmt.Errorf("say which replica, for example: replica 2 missing")
	case f.Kind == SwapSegments && f.Segment == f.Other:
		return fmt.Errorf("the segments are the same")
	case f.Kind == RowsLost && f.First > f.Last:
		return fmt.Errorf("the first row is above the last, write rows %d to %d", f.Last, f.First)
	}
	return nil
}

// examples lists one form of each kind as a person would write it.
func examples() string {
	var list []string
	for i, m := range forms {
		if i > 0 && forms[i-1].kind == m.kind {
			continue
		}
		list = append(list, strconv.Quote(m.write(Fault{Kind: m.kind, Replica: 2, Count: 5, At: 35000,
			Segment: 3, Other: 7, First: -20, Last: 10, Units: wrongUnits})))
	}
	return strings.Join(list, ", ")
}
