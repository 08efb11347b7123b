package chart

import (
	"bytes"
	"fmt"
	"html/template"
	"math"

	"darksite/internal/ground/phrase"
)

// SparkOptions say what a sparkline shows.
type SparkOptions struct {
	Name     string // "N > 100 e⁻/s"
	Unit     string // after a number: "pixels", "e⁻/s", "%"
	Decimals int    // of the numbers in the summary
	// Limits are values that the numbers should stay within: a thin line each.
	Limits []float64
}

// The size of a sparkline, px, and the room about its line for its last point.
const (
	sparkWidth  = 160.0
	sparkHeight = 28.0
	sparkMargin = 4.0
	sparkPoint  = 5.0 // across
)

// Spark draws the values of the last calibrations, oldest first and nil where
// one is not known, as a line of the height of a text: an inline SVG with a
// summary for those who do not see it. The last known value has a point. Where
// none is known it is empty; a line breaks where a value is not known, and a
// value between two such is a dot. The result depends on nothing but the
// arguments.
func Spark(values []*float64, o SparkOptions) (template.HTML, error) {
	name, unit := printable(o.Name), printable(o.Unit)
	if name == "" || o.Decimals < 0 || o.Decimals > 9 {
		return "", fmt.Errorf("sparkline %q with %d decimals: want a name and 0 to 9 decimals", o.Name, o.Decimals)
	}
	least, most := math.Inf(1), math.Inf(-1)
	last, known := -1, 0
	for i, v := range values {
		if err := checkNumber(v); err != nil {
			return "", fmt.Errorf("sparkline %q: value %d: %w", name, i, err)
		}
		if v != nil {
			least, most, last = min(least, *v), max(most, *v), i
			known++
		}
	}
	if known == 0 {
		return "", nil
	}
	low, high := least, most // of the scale
	for _, v := range o.Limits {
		if err := checkNumber(&v); err != nil {
			return "", fmt.Errorf("sparkline %q: limit: %w", name, err)
		}
		low, high = min(low, v), max(high, v)
	}
	x := func(i int) float64 {
		if len(values) == 1 {
			return sparkWidth / 2
		}
		return sparkMargin + float64(i)/float64(len(values)-1)*(sparkWidth-2*sparkMargin)
	}
	y := func(v float64) float64 {
		if low == high {
			return sparkHeight / 2
		}
		return sparkHeight - sparkMargin - (v-low)/(high-low)*(sparkHeight-2*sparkMargin)
	}
	var line, dots relativePath
	at := func(i int) [2]int { return [2]int{int(math.Round(10 * x(i))), int(math.Round(10 * y(*values[i])))} }
	is := func(i int) bool { return i >= 0 && i < len(values) && values[i] != nil }
	for i := range values {
		switch {
		case is(i) && is(i-1):
			line.to("l", at(i))
		case is(i) && is(i+1):
			line.to("m", at(i))
		case is(i) && i != last:
			dots.dot(at(i))
		}
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg class="chart-spark" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" width="%g" height="%g" role="img" aria-label="%s" fill="none" stroke-linecap="round" stroke-linejoin="round"><g transform="scale(.1)">`,
		sparkWidth, sparkHeight, sparkWidth, sparkHeight, escape(sparkSummary(name, unit, o.Decimals, values, least, most, last)))
	put := func(c colour, width float64, path string) {
		if path != "" {
			fmt.Fprintf(&b, `<path class="%s" stroke="%s" stroke-width="%s" d="%s"/>`, c.class(), c.light, px(10*width), path)
		}
	}
	for _, v := range o.Limits {
		fmt.Fprintf(&b, `<path class="%s" stroke="%s" stroke-width="10" stroke-dasharray="30 30" d="M0 %dh%g"/>`, rule.class(), rule.light, int(math.Round(10*y(v))), 10*sparkWidth)
	}
	put(quiet, 1.25, line.String())
	put(quiet, 2.5, dots.String())
	var point relativePath
	point.dot(at(last))
	put(accent, sparkPoint, point.String())
	b.WriteString("</g></svg>")
	return template.HTML(b.String()), nil
}

func sparkSummary(name, unit string, decimals int, values []*float64, least, most float64, last int) string {
	after := ""
	if unit != "" {
		after = " " + unit
	}
	unknown := 0
	for _, v := range values {
		if v == nil {
			unknown++
		}
	}
	text := fmt.Sprintf("%s of %s", name, counted(len(values), "calibration"))
	if least < most {
		text += fmt.Sprintf(": %s to %s", shown(&least, decimals), shown(&most, decimals))
	}
	if last < len(values)-1 {
		text += ", last known"
	} else {
		text += ", last"
	}
	text += " " + shown(values[last], decimals) + after
	if unknown > 0 {
		text += fmt.Sprintf(", %s not known", phrase.Count(unknown))
	}
	return text
}
