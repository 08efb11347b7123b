package view

import (
	"fmt"
	"strconv"
	"strings"

	"darksite/processing/artifact"
	"darksite/processing/ccd"
	"darksite/processing/telemetry"
)

// Limits for what one page lists; calibration.json has everything.
const (
	maxRanges  = 8   // ranges of missing rows for one readout
	maxMissing = 80  // readouts with missing rows: 5 replicas x 8, twice over
	maxNotes   = 100 // sentences
)

// Replica is a line of the telemetry table.
type Replica struct {
	Number    int
	File      string
	Size      string
	Received  string // when, UTC
	SFDUs     string
	Data      string
	Fill      string
	Repeated  string
	Damaged   string
	Other     string
	Segments  string
	Rows      string // "4,096 of 4,096"
	Whole     bool
	Rejected  string
	Repeats   string
	Quadrants []string // completeness of A, B, C, D
}

// Missing names the lost rows of one readout.
type Missing struct {
	Replica int
	Readout string // "A, short (5.008 s)"
	Count   string
	Ranges  string
}

func replicaRows(c *artifact.Calibration) []Replica {
	rows := []Replica{}
	for _, r := range c.Replicas {
		row := Replica{
			Number: r.Number, File: Plain(r.File), Size: size(r.Bytes),
			SFDUs: count(r.SFDUs), Data: count(r.Frames.Data), Fill: count(r.Frames.Fill),
			Repeated: count(r.Frames.Repeated), Damaged: count(r.Frames.Damaged), Other: count(r.Frames.Other), Segments: count(r.Segments),
			Rows:  count(r.RowsReceived) + " of " + count(r.RowsExpected),
			Whole: r.RowsReceived == r.RowsExpected, Rejected: count(r.RowsRejected), Repeats: count(r.RowsRepeated),
		}
		if r.Start != "" {
			row.Received = Plain(r.Start) + " to " + Plain(r.Stop)
		}
		for _, q := range ccd.Quadrants() {
			row.Quadrants = append(row.Quadrants, quadrantCompleteness(c.Geometry, r.Readouts, q.Letter()))
		}
		rows = append(rows, row)
	}
	return rows
}

// quadrantCompleteness is the part of a quadrant's rows that came, over the
// integrations.
func quadrantCompleteness(g ccd.Geometry, readouts []artifact.Readout, letter string) string {
	rows, expected := 0, 0
	for _, o := range readouts {
		if o.Quadrant == letter {
			rows += o.Rows
			expected += g.QuadrantRows()
		}
	}
	return percent(int64(rows), int64(expected))
}

// missingRows names the lost rows, and says in a sentence what it left out.
func missingRows(replicas []artifact.Replica) (rows []Missing, more string) {
	rows = []Missing{}
	readouts, ranges := 0, 0
	for _, r := range replicas {
		for _, o := range r.Readouts {
			if len(o.Missing) == 0 {
				continue
			}
			if len(rows) == maxMissing {
				readouts++
				continue
			}
			ranges += max(0, len(o.Missing)-maxRanges)
			readout := Plain(o.Quadrant) + ", " + Plain(o.Integration)
			if o.IntegUnits > 0 {
				readout += " (" + strconv.FormatFloat(float64(o.IntegUnits)*telemetry.IntegUnit, 'f', 3, 64) + " s)"
			}
			lost := 0
			for _, m := range o.Missing {
				lost += m[1] - m[0] + 1
			}
			rows = append(rows, Missing{r.Number, readout, count(lost), rangesText(o.Missing)})
		}
	}
	var left []string
	if ranges > 0 {
		left = append(left, plural(ranges, "further range"))
	}
	if readouts > 0 {
		left = append(left, plural(readouts, "further readout"))
	}
	if len(left) > 0 {
		more = fmt.Sprintf("Not listed here: %s. Every range is in %s.", strings.Join(left, " and "), artifact.CalibrationFile)
	}
	return rows, more
}

// rangesText lists ranges of ACA rows, as far as maxRanges allows.
func rangesText(ranges []artifact.RowRange) string {
	var parts []string
	for _, r := range ranges[:min(len(ranges), maxRanges)] {
		if r[0] == r[1] {
			parts = append(parts, count(r[0]))
			continue
		}
		parts = append(parts, count(r[0])+" to "+count(r[1]))
	}
	text := strings.Join(parts, ", ")
	if more := len(ranges) - maxRanges; more > 0 {
		text += fmt.Sprintf(", and %s", plural(more, "further range"))
	}
	return text
}

// replicaNotes are the decoder's sentences, each with its replica.
func replicaNotes(replicas []artifact.Replica) []string {
	notes := []string{}
	more := 0
	for _, r := range replicas {
		for _, n := range r.Notes {
			if len(notes) == maxNotes {
				more++
				continue
			}
			notes = append(notes, fmt.Sprintf("Replica %d: %s", r.Number, sentence(Plain(n))))
		}
	}
	if more > 0 {
		notes = append(notes, fmt.Sprintf("%s in %s.", plural(more, "further note"), artifact.CalibrationFile))
	}
	return notes
}
