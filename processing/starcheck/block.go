package starcheck

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"darksite/internal/ground/phrase"
	"darksite/processing/chandra"
)

// Beginnings of the lines that matter. Those of the catalogue begin with its
// rules and with brackets, in each of its four layouts.
const (
	attitudeLine   = "RA, Dec, Roll (deg):"
	targetLine     = "MP_TARGQUAT at "
	quaternionLine = "Q1,Q2,Q3,Q4:"
	maneuverLine   = "MANVR: Angle="
	catalogLine    = "MP_STARCAT at "
	predictedLine  = "Predicted Max CCD temperature:"
	remarkLine     = ">>"
)

// marker is how a remark names the replica that an observation is.
var marker = regexp.MustCompile(`\(DC_T(\d)\)`)

// newBlock begins a block with its first line.
func newBlock(text string, line int) Block {
	b := Block{Line: line}
	if f := strings.Fields(strings.TrimPrefix(text, "OBSID:")); len(f) > 0 {
		b.Name = phrase.Short(f[0])
		if n, err := strconv.ParseInt(f[0], 10, 32); err == nil && n > 0 {
			b.Obsid = int(n)
		}
	}
	return b
}

// take reads one line of the block. The error says what the line should hold.
func (b *Block) take(text string) (err error) {
	switch {
	case strings.HasPrefix(text, attitudeLine):
		b.Attitude, err = parseAttitude(text[len(attitudeLine):])
	case strings.HasPrefix(text, targetLine):
		var when time.Time
		if when, err = parseTime(text[len(targetLine):]); err == nil {
			b.Maneuvers = append(b.Maneuvers, Maneuver{Time: when})
		}
	case strings.HasPrefix(text, quaternionLine) && len(b.Maneuvers) > 0:
		b.Maneuvers[len(b.Maneuvers)-1].Quaternion, err = parseQuaternion(text[len(quaternionLine):])
	case strings.HasPrefix(text, maneuverLine) && len(b.Maneuvers) > 0:
		err = b.Maneuvers[len(b.Maneuvers)-1].take(text)
	case strings.HasPrefix(text, catalogLine):
		b.Catalog, err = parseTime(text[len(catalogLine):])
	case strings.HasPrefix(text, predictedLine):
		b.PredictedC, err = parseCelsius(text[len(predictedLine):])
	case strings.HasPrefix(text, remarkLine):
		if m := marker.FindStringSubmatch(text); m != nil {
			b.Replica = int(m[1][0]-'0') + 1
		}
	}
	return err
}

// take reads the duration, and the end where the page has it.
func (m *Maneuver) take(text string) error {
	value := func(key string) string {
		if _, after, ok := strings.Cut(text, key); ok {
			if f := strings.Fields(after); len(f) > 0 {
				return f[0]
			}
		}
		return ""
	}
	const most = 86400 // seconds
	s, err := parseNumber(value("Duration="), 0, most, "seconds")
	if err != nil {
		return err
	}
	m.DurationS = s
	if end := value("End="); end != "" {
		m.End, err = chandra.ParseDate(end)
		return err
	}
	m.derive()
	return nil
}

// derive ends a maneuver by its duration, cut to the second as pages print it.
func (m *Maneuver) derive() {
	after := time.Duration((m.DurationS - leadS) * float64(time.Second))
	m.End, m.Derived = m.Time.Add(after).Truncate(time.Second), true
}

// parseTime reads the time at the beginning of a text.
func parseTime(text string) (time.Time, error) {
	f := strings.Fields(text)
	if len(f) == 0 {
		return time.Time{}, fmt.Errorf("no time, want YYYY:DDD:HH:MM:SS.sss")
	}
	return chandra.ParseDate(f[0])
}

func parseAttitude(text string) (*Attitude, error) {
	f := strings.Fields(text)
	if len(f) != 3 {
		return nil, fmt.Errorf("%q: want right ascension, declination and roll in degrees", phrase.Short(text))
	}
	var a Attitude
	var err error
	for i, part := range []struct {
		to        *float64
		low, high float64
	}{{&a.RADeg, 0, 360}, {&a.DecDeg, -90, 90}, {&a.RollDeg, -360, 360}} {
		if *part.to, err = parseNumber(f[i], part.low, part.high, "degrees"); err != nil {
			return nil, err
		}
	}
	return &a, nil
}

func parseQuaternion(text string) (q Quaternion, err error) {
	f := strings.Fields(text)
	if len(f) != len(q) {
		return q, fmt.Errorf("%q: want the four parts of a quaternion", phrase.Short(text))
	}
	for i := range q {
		if q[i], err = parseNumber(f[i], -1, 1, "part of a quaternion"); err != nil {
			return Quaternion{}, err
		}
	}
	return q, nil
}

// parseCelsius has the range of temperatures of package inputs.
func parseCelsius(text string) (*chandra.Celsius, error) {
	f := strings.Fields(text)
	if len(f) < 2 || f[1] != "C" {
		return nil, fmt.Errorf("%q: want a temperature and C", phrase.Short(strings.TrimSpace(text)))
	}
	v, err := parseNumber(f[0], -40, 40, "degrees Celsius")
	if err != nil {
		return nil, err
	}
	c := chandra.Celsius(v)
	return &c, nil
}

func parseNumber(s string, low, high float64, unit string) (float64, error) {
	v, err := strconv.ParseFloat(s, 64)
	// Only plain decimals: ParseFloat also knows "inf", "nan" and hexadecimal.
	if err != nil || math.IsNaN(v) || v < low || v > high || strings.Trim(s, "+-.0123456789") != "" {
		return 0, fmt.Errorf("%q: want a number from %g to %g, %s", phrase.Short(s), low, high, unit)
	}
	return v, nil
}
