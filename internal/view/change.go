package view

import (
	"fmt"
	"math"
	"strings"

	"darksite/processing/chandra"
	"darksite/processing/comparison"
	"darksite/processing/history"
	"darksite/processing/quantity"
	"darksite/processing/vocabulary"
	"darksite/processing/warm"
)

// changeSentences say in some sentences what changed since the calibration before:
// the last of the rows before it, which are those that it may be compared with, named
// with its verdict. Every number in them stands in a table of the page too.
func (past *History) changeSentences(id chandra.ID, compared *comparison.Comparison) []string {
	rows := past.upToUsable(id)
	i := indexOf(rows, id)
	if i < 0 {
		return []string{}
	}
	var pixels []string
	for _, s := range vocabulary.Changes(compared) {
		pixels = append(pixels, clauseText(s))
	}
	if i == 0 {
		first := "This is the first known calibration, so there is nothing to compare it with."
		if said := vocabulary.PassedOver(compared); said != "" {
			first = "There is no earlier calibration to compare it with. " + clauseText(said)
		}
		return []string{first}
	}
	return append([]string{past.countSentence(rows[i], rows[i-1])}, pixels...)
}

// countSentence compares the numbers of warm pixels and the temperatures.
func (past *History) countSentence(now, before history.Row) string {
	verdict := "published"
	if k := past.Cards[before.ID]; k != nil {
		verdict = strings.ToLower(k.State.Word)
	}
	since := fmt.Sprintf("Since %s (%s)", before.ID.Date().Format("2006 January 2"), verdict)
	n, ok := now.Over(warm.Threshold)
	was, had := before.Over(warm.Threshold)
	if !ok || !had || was == 0 {
		return since + " the change in warm pixels is unknown: one of the two counts is missing."
	}
	text := fmt.Sprintf("%s: N\u00a0>\u00a0100 %s, from %s to %s", since, changeText(n, was), count(was), count(n))
	common := quantity.Over(warm.Threshold) + "_common"
	a, isA := now.Count(common)
	if b, isB := before.Count(common); isA && isB && b > 0 {
		text += fmt.Sprintf("; at %s %s", celsius(past.At.CCDTemp), changeText(a, b))
	}
	t, isT := now.Numbers[quantity.CCDTemp]
	if u, isU := before.Numbers[quantity.CCDTemp]; isT && isU {
		d := t - u
		switch tenths := math.Round(d * 10); {
		case tenths > 0:
			text += fmt.Sprintf("; the CCD was %s\u00a0°C warmer", fixed(&d, 1))
		case tenths < 0:
			d = -d
			text += fmt.Sprintf("; the CCD was %s\u00a0°C colder", fixed(&d, 1))
		default:
			text += "; the CCD temperature was the same"
		}
	}
	return text + "."
}

// changeText is "up 4.1 %".
func changeText(now, before int) string {
	change := 100 * float64(now-before) / float64(before)
	switch tenths := math.Round(change * 10); {
	case tenths > 0:
		return fmt.Sprintf("up %s\u00a0%%", fixed(&change, 1))
	case tenths < 0:
		change = -change
		return fmt.Sprintf("down %s\u00a0%%", fixed(&change, 1))
	}
	return "unchanged"
}

// celsius writes a temperature with its unit.
func celsius(t chandra.Celsius) string {
	v := float64(t)
	text := fixed(&v, 1)
	return strings.TrimSuffix(text, ".0") + "\u00a0°C"
}

// form is the first word for one, else the second.
func form(n int, one, more string) string {
	if n == 1 {
		return one
	}
	return more
}
