package chart

import (
	"fmt"
	"math"
)

// step is a change of the temperature that the CCD is held at, as a band
// between the last calibration before it and the first one after.
type step struct {
	row      int     // of the first calibration after
	begin    float64 // year
	end      float64 // year
	from, to float64 // C
}

// leastStep tells a new set point from what a CCD that is not held does, C: the
// steps of 2003 and 2007 are 5, the warming since 2012 is up to 2 from one
// calibration to the next.
const leastStep = 2.5

// stepsOf finds the changes in the temperatures of neighbouring calibrations.
func stepsOf(rows []HistoryPoint) (steps []step) {
	last := -1
	for i, r := range rows {
		if r.CCDTemp == nil {
			continue
		}
		if last >= 0 && math.Abs(*r.CCDTemp-*rows[last].CCDTemp) >= leastStep {
			steps = append(steps, step{i, rows[last].Year, r.Year, *rows[last].CCDTemp, *r.CCDTemp})
		}
		last = i
	}
	return steps
}

// note is what stands beside the band.
func (s step) note() string { return fmt.Sprintf("%s → %s", whole(s.from), degrees0(s.to)) }

func whole(v float64) string    { return shown(&v, 0) }
func degrees0(v float64) string { return shown(&v, 0) + " °C" }
func degrees1(v float64) string { return shown(&v, 1) + " °C" }

// notePlace is where a note stands: at the right of its band, at the side that
// the line leaves, or nowhere when there is no room up to the next band.
type notePlace struct {
	show bool
	top  bool
}

const noteGap = 4 // px from a band to its note

func (t trend) notePlaces(l trendLayout) []notePlace {
	places := make([]notePlace, len(t.steps))
	plot := l.plots[t.tempPanel]
	for i, s := range t.steps {
		room := plot.right
		if i+1 < len(t.steps) {
			room = t.xOf(plot, t.steps[i+1].begin)
		}
		x := t.xOf(plot, s.end) + noteGap
		places[i] = notePlace{x+textWidth(s.note(), l.fontSize-1) <= room, s.to < s.from}
	}
	return places
}

// currentRow is that of the page's own calibration, -1 where there is none.
func (t trend) currentRow() int {
	for i, p := range t.table.Rows {
		if p.Current {
			return i
		}
	}
	return -1
}

// ownLabel names the line of the page's own calibration; it ends at the line
// where that is in the right half.
const ownLabel = "this calibration"

func (t trend) ownAnchor() (svg, echarts string) {
	if t.years.at(t.table.Rows[t.currentRow()].Year) > 0.5 {
		return "end", "right"
	}
	return "start", "left"
}
