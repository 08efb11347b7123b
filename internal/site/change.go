package site

import (
	"fmt"
	"math"
	"strings"

	"darksite/processing/chandra"
	"darksite/processing/comparison"
	"darksite/processing/history"
	"darksite/processing/warm"
)

// changeSentences say in two or three sentences what changed since the
// calibration before. Every number in them stands in a table of the page too.
func changeSentences(rows []history.Row, id chandra.ID, compared *comparison.Comparison, at history.At) []string {
	i := indexOf(rows, id)
	if i < 0 {
		return []string{}
	}
	if i == 0 {
		return []string{"It is the first calibration that is known, so there is nothing to compare it with."}
	}
	now, before := rows[i], rows[i-1]
	sentences := []string{countSentence(now, before, at)}
	if compared == nil || compared.Pixels.Since == nil {
		return append(sentences, "Single pixels are not compared: no earlier map is at hand.")
	}
	return append(sentences, pixelSentence(compared), riseSentence(compared))
}

// countSentence compares the numbers of warm pixels and the temperatures.
func countSentence(now, before history.Row, at history.At) string {
	since := "Since " + before.ID.Date().Format("2006 January 2")
	n, ok := now.Over(warm.Threshold)
	was, had := before.Over(warm.Threshold)
	if !ok || !had || was == 0 {
		return since + " the number of warm pixels cannot be compared: one of the two is not known."
	}
	text := fmt.Sprintf("%s: N\u00a0>\u00a0100 %s, from %s to %s", since, changeText(n, was), count(was), count(n))
	if a, b := common(now), common(before); a != nil && b != nil && *b > 0 {
		text += fmt.Sprintf("; at %s %s", celsius(at.CCDTemp), changeText(*a, *b))
	}
	if now.CCDTemp != nil && before.CCDTemp != nil {
		d := *now.CCDTemp - *before.CCDTemp
		switch tenths := math.Round(d * 10); {
		case tenths > 0:
			text += fmt.Sprintf("; the CCD was %s\u00a0°C warmer", fixed(&d, 1))
		case tenths < 0:
			d = -d
			text += fmt.Sprintf("; the CCD was %s\u00a0°C colder", fixed(&d, 1))
		default:
			text += "; the CCD was as warm"
		}
	}
	return text + "."
}

// common is the number of warm pixels at the common temperature.
func common(r history.Row) *int {
	for _, a := range r.Common {
		if a.Threshold == warm.Threshold {
			return &a.Count
		}
	}
	return nil
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

// pixelSentence says how many pixels became warm, recovered and became hot.
func pixelSentence(c *comparison.Comparison) string {
	d := c.Pixels.Since
	where := "as measured"
	if d.CommonTemp != nil {
		where = "at " + celsius(*d.CommonTemp)
	}
	net := fixed(&d.Warm.NetPerDay, 1)
	if d.Warm.NetPerDay > 0 {
		net = "+" + net
	}
	return fmt.Sprintf("Compared pixel by pixel %s, %s crossed %s\u00a0e⁻/s upwards and %s downwards, net %s a day; beyond noise, %s became warm, %s recovered and %s became hot (above %s\u00a0e⁻/s).",
		where, plural(d.Warm.New.Total, "pixel"), fixed(&c.Pixels.WarmAbove, 0), count(d.Warm.Gone.Total), net,
		count(d.Warm.Created.Total), count(d.Warm.Recovered.Total), count(d.Hot.Created.Total), fixed(&c.Pixels.HotAbove, 0))
}

// riseSentence names the places where neighbours became brighter together.
func riseSentence(c *comparison.Comparison) string {
	if len(c.Risen) == 0 {
		return "No new hot region: nowhere did pixels beside each other become brighter together."
	}
	const shown = 3
	var places []string
	for _, r := range c.Risen[:min(shown, len(c.Risen))] {
		places = append(places, fmt.Sprintf("row %s, column %s", count(r.Row), count(r.Col)))
	}
	text := fmt.Sprintf("%s where pixels beside each other became brighter together: %s", plural(len(c.Risen), "place"), strings.Join(places, "; "))
	if more := len(c.Risen) - shown; more > 0 {
		text += fmt.Sprintf("; and %s more", count(more))
	}
	return text + "."
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
