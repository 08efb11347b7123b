package chart

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"darksite/internal/ground/phrase"
	"darksite/processing/stats"
)

// summary describes the figure in a sentence with the numbers that a reader
// takes from it, and says what the axis leaves out.
func summary(series []Series) string {
	edges := Edges()
	parts := make([]string, len(series))
	for i, s := range series {
		parts[i] = s.Name + describe(s.Histogram, edges)
	}
	return "Histogram of dark current on logarithmic axes, pixels per e⁻/s: " + strings.Join(parts, "; ") + "."
}

func describe(h stats.Histogram, edges []float64) string {
	total := h.Pixels()
	if total == 0 {
		return " has no pixels with a value"
	}
	text := ", " + phrase.Count(total) + " pixels"
	if at := densest(h.Density(edges)); at >= 0 {
		text += fmt.Sprintf(" with the maximum near %s e⁻/s", significant(math.Sqrt(edges[at]*edges[at+1]), 2))
	}
	text += fmt.Sprintf(", %s above %d e⁻/s (warm), %s above %d e⁻/s (hot)",
		phrase.Count(h.Above(warmAbove)), warmAbove, phrase.Count(h.Above(hotAbove)), hotAbove)
	below, above := offAxis(h)
	if below > 0 {
		text += fmt.Sprintf(", %s below %g e⁻/s where the axis begins", phrase.Count(below), axisMin)
	}
	if above > 0 {
		text += fmt.Sprintf(", %s above %s e⁻/s where it ends", phrase.Count(above), phrase.Count(int(axisMax)))
	}
	return text
}

// densest is the index of the first bin with the largest density, -1 when no
// bin holds a pixel.
func densest(density []float64) int {
	at, largest := -1, 0.0
	for i, d := range density {
		if d > largest {
			at, largest = i, d
		}
	}
	return at
}

// offAxis counts the pixels whose values lie outside the axis.
func offAxis(h stats.Histogram) (below, above int) {
	for i, v := range h.Values {
		switch {
		case v < axisMin:
			below += h.Counts[i]
		case v > axisMax:
			above += h.Counts[i]
		}
	}
	return below, above
}

// significant writes a positive number with so many significant digits and no
// exponent.
func significant(v float64, digits int) string {
	decimals := max(0, digits-1-int(math.Floor(math.Log10(v))))
	return strconv.FormatFloat(v, 'f', decimals, 64)
}
