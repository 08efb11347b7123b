package vocabulary

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"darksite/internal/ground/phrase"
	"darksite/processing/comparison"
	"darksite/processing/pixels"
	"darksite/processing/quality"
)

// Changes say what became of the pixels since the partner, with its verdict, and
// which calibrations were passed over; c is nil where none was made.
func Changes(c *comparison.Comparison) []string {
	var passed []comparison.Input
	if c != nil {
		passed = c.Provenance.PassedOver
	}
	sentences := []string{"Single pixels are not compared: no earlier map is available."}
	if len(passed) > 0 {
		sentences[0] = "Single pixels are not compared: there is no usable earlier map."
	}
	if c != nil && c.Pixels.Since != nil {
		sentences = []string{pixelSentence(c), Changed(c.Pixels.Since)}
		if c.Pixels.Since.Note != "" {
			sentences = append(sentences, c.Pixels.Since.Note)
		}
		sentences = append(sentences, riseSentence(c.Risen))
	}
	if s := PassedOver(c); s != "" {
		sentences = append(sentences, s)
	}
	return sentences
}

// PassedOver names the earlier calibrations that are no partners and why, "" for
// none.
func PassedOver(c *comparison.Comparison) string {
	if c == nil || len(c.Provenance.PassedOver) == 0 {
		return ""
	}
	const most = 5
	var names []string
	for i, in := range c.Provenance.PassedOver {
		if i == most {
			names = append(names, fmt.Sprintf("and %d more", len(c.Provenance.PassedOver)-most))
			break
		}
		names = append(names, fmt.Sprintf("%s (%s)", in.ID.Colon(), in.Why))
	}
	return "Passed over as " + form(len(c.Provenance.PassedOver), "partner: ", "partners: ") + strings.Join(names, "; ") + "."
}

// Partner names the calibration that pixels were compared with, and its verdict:
// "2015:355 (judged good)".
func Partner(c *comparison.Comparison) string {
	before := c.Pixels.Since.Before.ID
	for _, in := range c.Provenance.Partners() {
		switch {
		case in.ID != before:
		case in.Why != "":
			return fmt.Sprintf("%s (%s)", before.Colon(), in.Why)
		case in.Verdict != "":
			return fmt.Sprintf("%s (judged %s)", before.Colon(), quality.State(in.Verdict).Word())
		}
	}
	return before.Colon()
}

// Where says at which temperature and by which law pixels were compared.
func Where(d *pixels.Difference) string {
	if d.CommonTemp == nil {
		return "as measured, each at its own temperature"
	}
	return fmt.Sprintf("both at %.1f C by the %s law", float64(*d.CommonTemp), d.Law)
}

func pixelSentence(c *comparison.Comparison) string {
	d := c.Pixels.Since
	return fmt.Sprintf("Compared pixel by pixel with %s, %s earlier, %s: %s %s e-/s upwards and %s downwards, net %+.1f a day; beyond noise, %s became warm, %s recovered and %s became hot (above %s e-/s).",
		Partner(c), days(d.Days), Where(d),
		pixelsText(d.Warm.New.Total)+" crossed", level(c.Pixels.WarmAbove), phrase.Count(d.Warm.Gone.Total), noNegativeZero(d.Warm.NetPerDay),
		phrase.Count(d.Warm.Created.Total), phrase.Count(d.Warm.Recovered.Total), phrase.Count(d.Hot.Created.Total), level(c.Pixels.HotAbove))
}

// Changed counts what became brighter or fainter.
func Changed(d *pixels.Difference) string {
	return fmt.Sprintf("%s became brighter and %s fainter by more than %s e-/s and a factor of %s.",
		pixelsText(d.Brighter.Total), phrase.Count(d.Fainter.Total), level(d.Change.EPerS), level(d.Change.Factor))
}

// riseSentence names the places where neighbours became brighter together.
func riseSentence(risen []pixels.Risen) string {
	if len(risen) == 0 {
		return "No new hot region: no group of neighbouring pixels brightened together."
	}
	const shown = 3
	var places []string
	for _, r := range risen[:min(shown, len(risen))] {
		places = append(places, fmt.Sprintf("row %s, column %s", phrase.Count(r.Row), phrase.Count(r.Col)))
	}
	text := fmt.Sprintf("%s %s of neighbouring pixels brightened together: %s",
		phrase.Count(len(risen)), form(len(risen), "group", "groups"), strings.Join(places, "; "))
	if more := len(risen) - shown; more > 0 {
		text += fmt.Sprintf("; and %s more", phrase.Count(more))
	}
	return text + "."
}

func pixelsText(n int) string { return phrase.Count(n) + " " + form(n, "pixel", "pixels") }

func days(d float64) string {
	n := int(math.Round(d))
	return phrase.Count(n) + " " + form(n, "day", "days")
}

// level is a threshold as it was set, with commas where it is whole.
func level(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < 1e9 {
		return phrase.Count(int(v))
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

func noNegativeZero(v float64) float64 {
	if math.Abs(v) < 0.05 {
		return 0
	}
	return v
}

func form(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
