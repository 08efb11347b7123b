package view

import (
	"fmt"
	"strings"
)

// Outcomes are the lines of the folded parts of a report: what came of each.
type Outcomes struct {
	Background  string
	Temperature string
	Telemetry   string
	Method      string
	Provenance  string
	Downloads   string
}

// Outcomes says what came of each folded part of the report. It is asked once the
// downloads are known.
func (r *Report) Outcomes() Outcomes {
	o := Outcomes{
		Background:  "not known: no input gives the attitude",
		Temperature: r.Card.CCDTempText,
		Telemetry:   "none recorded: the map was not made from telemetry here",
		Method:      r.Method[0].Text,
		Provenance:  plural(len(r.Inputs), "input file"),
		Downloads:   plural(len(r.Downloads), "file"),
	}
	if b := r.Background; b != nil {
		o.Background = fmt.Sprintf("%s\u00a0e⁻/s in every pixel, %s table units (fields are chosen below %s)", b.EPerS, b.ZodiB, b.Limit)
		if b.Closed {
			o.Background = "none: the sunshade door was closed"
		}
	}
	if r.Card.CCDTempSource != "" {
		o.Temperature += " (" + r.Card.CCDTempSource + ")"
	}
	if len(r.Replicas) > 0 {
		o.Telemetry = strings.TrimSuffix(r.DataQuality, ".")
	}
	if r.Tool != "" {
		o.Provenance += "; " + r.Tool
	}
	return o
}
