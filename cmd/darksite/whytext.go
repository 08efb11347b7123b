package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"darksite/internal/ground/phrase"
	"darksite/internal/term"
	"darksite/internal/workspace"
	"darksite/processing/artifact"
	"darksite/processing/evidence"
	"darksite/processing/telemetry"
)

// reason traces an answer from the number to the bytes, in at most 100 columns.
type reason struct {
	*env
	config *workspace.Workspace
	*evidence.Answer
}

// Columns of the text.
const (
	reasonWidth = 100
	labelWidth  = 12
)

// say writes a paragraph beside a label, wrapped.
func (r reason) say(label, format string, args ...any) {
	for _, line := range wrap(fmt.Sprintf(format, args...), reasonWidth-labelWidth) {
		r.Printf("%-*s%s", labelWidth, label, line)
		label = ""
	}
}

// wrap breaks a text at its blanks; a longer word keeps its own line.
func wrap(text string, width int) (lines []string) {
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(line)+1+len(word) > width {
			lines = append(lines, line)
			line = ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	return append(lines, line)
}

func (r reason) print() {
	switch {
	case r.Pixel != nil:
		r.pixel(r.Pixel)
	case r.Number != nil:
		r.number(r.Number)
	}
	r.origin()
	for _, n := range r.Notes {
		r.say("note", "%s", n)
	}
	for _, p := range r.Problems {
		r.say("CONTRADICTS", "%s", p)
	}
}

// amount writes a number with its unit.
func amount(v float64, unit string) string {
	if v == math.Trunc(v) && math.Abs(v) < 1e15 {
		return phrase.Count(int64(v)) + " " + unit
	}
	return strconv.FormatFloat(v, 'f', -1, 64) + " " + unit
}

// rate writes a dark current of a map.
func rate(v *float32) string {
	if v == nil {
		return "no value"
	}
	return strconv.FormatFloat(float64(*v), 'f', -1, 32) + " e-/s"
}

func (r reason) pixel(p *evidence.Pixel) {
	r.Printf("%s  pixel %d,%d: %s", r.ID, p.Row, p.Col, rate(p.Value))
	r.Printf("")
	r.say("place", "ACA row %d, column %d; image[%d][%d]; quadrant %s; number %d of the %d pixels of its records, from 0",
		p.Row, p.Col, p.ImageY, p.ImageX, p.Quadrant, p.Sample, telemetry.RecordPixels)
	r.say("value", "%s, the float %s at byte %s of %s", rate(p.Value), spaced(p.Hex), phrase.Count(p.Offset), within(r.config.Dir, r.Map.File))
	if p.Formula != "" {
		r.say("formula", "(long - short) x gain / (t long - t short)")
		r.say("", "%s = %s", p.Formula, rate(p.Recomputed))
	}
	switch {
	case p.Agrees == nil:
	case *p.Agrees && p.Recomputed == nil:
		r.say("", "no value, as in the map: one integration has no sample")
	case *p.Agrees:
		r.say("", "the telemetry gives the value of the map")
	default:
		r.say("", "THE TELEMETRY GIVES %s, NOT THE VALUE OF THE MAP", rate(p.Recomputed))
	}
	r.exposure("long", &p.Long)
	r.exposure("short", &p.Short)
	r.bytes(p)
}

// exposure is a table of the samples of one integration.
func (r reason) exposure(name string, e *evidence.Exposure) {
	used := 0
	for _, s := range e.Samples {
		if s.Row != nil {
			used++
		}
	}
	r.Printf("")
	switch {
	case e.MedianDN != nil:
		r.say(name, "%s, %s of %d %s", amount(*e.MedianDN, "DN"), e.Rule, used, plural(used, "sample", "samples"))
	case e.Coverage != nil:
		r.say(name, "the map rests on %d %s; %d can be shown", *e.Coverage, plural(*e.Coverage, "sample", "samples"), used)
	default:
		r.say(name, "%d %s can be shown", used, plural(used, "sample", "samples"))
	}
	if used > 0 {
		r.Printf("  replica      DN    bias  signal  integration    record  received on Earth (UTC)")
	}
	for _, s := range e.Samples {
		if s.Row == nil {
			for i, line := range wrap(s.State+": "+s.Reason, reasonWidth-labelWidth) {
				number := ""
				if i == 0 {
					number = strconv.Itoa(s.Replica)
				}
				r.Printf("  %7s   %s", number, line)
			}
			continue
		}
		mark := ""
		if s.Row.Middle {
			mark = "  <- used"
		}
		if s.Row.Factor != 0 {
			mark = fmt.Sprintf("  x %.6f", s.Row.Factor) + mark
		}
		r.Printf("  %7d  %6d  %6d  %6d  %3d, %6.3f s  %8d  %s%s", s.Replica, s.Row.DN.Value, s.Row.Bias.Value, s.Row.SignalDN,
			s.Row.Integ.Value, s.Row.IntegS, s.Row.Counter, s.Row.Received, mark)
	}
}

// bytes gives the position of the samples, and how to read them without darksite.
func (r reason) bytes(p *evidence.Pixel) {
	var check *evidence.Sample
	said := false
	for _, in := range r.Inputs {
		for _, e := range []struct {
			name string
			*evidence.Exposure
		}{{"long", &p.Long}, {"short", &p.Short}} {
			for i := range e.Samples {
				s := &e.Samples[i]
				if s.Row == nil || s.File != in.Name {
					continue
				}
				if !said {
					r.Printf("")
					r.say("bytes", "positions in the inflated telemetry; a record is offset + length")
					said = true
				}
				r.Printf("  %-5s %d   DN %s at %s   bias %s at %s   record %s", e.name, s.Replica,
					spaced(s.Row.DN.Hex), starts(s.Row.DN.At), spaced(s.Row.Bias.Hex), starts(s.Row.Bias.At), spans(s.Row.Record))
				if len(s.Row.DN.At) == 1 && (check == nil || s.Row.Middle && !check.Row.Middle) {
					check = s
				}
			}
		}
	}
	if check == nil {
		return
	}
	for _, in := range r.Inputs {
		if in.Name == check.File {
			cat := "cat"
			if in.Gzip {
				cat = "zcat"
			}
			r.Printf("%-*s%s %s |", labelWidth, "check", cat, phrase.Shell(within(r.config.Dir, in.Path)))
			r.Printf("%-*s  tail -c +%d | head -c 2 | od -An -tu2 --endian=big   # %d", labelWidth, "",
				check.Row.DN.At[0].Offset+1, check.Row.DN.Value)
		}
	}
}

// spaced sets blanks between the bytes of a hexadecimal number.
func spaced(hex string) string {
	var b strings.Builder
	for i, c := range hex {
		if i > 0 && i%2 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
	}
	return b.String()
}

func starts(at []evidence.Span) string {
	var parts []string
	for _, s := range at {
		parts = append(parts, strconv.FormatInt(s.Offset, 10))
	}
	return strings.Join(parts, " and ")
}

func spans(at []evidence.Span) string {
	var parts []string
	for _, s := range at {
		parts = append(parts, fmt.Sprintf("%d+%d", s.Offset, s.Bytes))
	}
	return strings.Join(parts, " ")
}

// origin describes the map's file, its method and its inputs.
func (r reason) origin() {
	m := r.Map
	r.Printf("")
	r.say("map", "%s (%s)", within(r.config.Dir, m.File), term.Size(int64(m.Bytes)))
	r.say("", "sha256 %s", m.SHA256)
	if m.Method != "" {
		r.say("", "method %s, %s e-/DN, %s s and %s s; %s, %s rows; made by %s", m.Method,
			strconv.FormatFloat(m.GainEPerDN, 'g', -1, 64), strconv.FormatFloat(m.ShortS, 'g', 6, 64), strconv.FormatFloat(m.LongS, 'g', 6, 64),
			artifact.Map{Replicas: m.Replicas, Planned: m.Planned}.ReplicasText(), num(m.Rows), m.Tool)
	}
	label := "inputs"
	for _, in := range r.Inputs {
		name := in.Name
		if in.Replica > 0 {
			name = fmt.Sprintf("replica %d %s", in.Replica, name)
		}
		state := in.State
		if in.State == evidence.Absent {
			state = "not at hand"
		}
		r.say(label, "%s: %s", name, state)
		r.say("", "sha256 %s", in.SHA256)
		label = ""
	}
}
