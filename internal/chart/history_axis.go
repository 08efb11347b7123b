package chart

import (
	"math"
	"strconv"
	"strings"
)

// valueAxis is a range of values with its ticks.
type valueAxis struct {
	low, high float64
	step      float64 // of a linear axis; 0 on a logarithmic one
}

// logFrom is the ratio of the largest to the smallest value from which amounts
// stand on a logarithmic axis.
const logFrom = 10

// newValueAxis holds all values. A logarithmic axis begins and ends at a power
// of ten. Where there are zeros its lowest decade is empty, and they stand at
// its foot, where no other number does.
func newValueAxis(values []float64, mayBeLog bool) valueAxis {
	least, most, smallest := math.Inf(1), math.Inf(-1), math.Inf(1)
	for _, v := range values {
		least, most = min(least, v), max(most, v)
		if v > 0 {
			smallest = min(smallest, v)
		}
	}
	if mayBeLog && least >= 0 && most >= logFrom*smallest {
		lowest, highest := math.Floor(math.Log10(smallest)), math.Ceil(math.Log10(most))
		if least == 0 {
			lowest--
		}
		return valueAxis{low: math.Pow(10, lowest), high: math.Pow(10, max(highest, lowest+1))}
	}
	if least == most {
		pad := max(0.5, 0.05*math.Abs(least))
		most += pad
		if least != 0 { // else a count of none would stand above a negative one
			least -= pad
		}
	}
	step := niceStep((most - least) / 4)
	return valueAxis{
		low: rounded(math.Floor(least/step+1e-9) * step), high: rounded(math.Ceil(most/step-1e-9) * step), step: step,
	}
}

func (a valueAxis) log() bool { return a.step == 0 }

// intervals is the number of steps of a linear axis.
func (a valueAxis) intervals() int { return int(math.Round((a.high - a.low) / a.step)) }

// ticks are the labelled places.
func (a valueAxis) ticks() []float64 {
	if a.log() {
		return decades(a.low, a.high)
	}
	var list []float64
	for i := range a.intervals() + 1 {
		list = append(list, rounded(a.low+float64(i)*a.step))
	}
	return list
}

// at is where a value stands, 0 at the foot of the axis and 1 at its head.
func (a valueAxis) at(v float64) float64 {
	if a.log() {
		return math.Log10(a.shown(v)/a.low) / math.Log10(a.high/a.low)
	}
	return (v - a.low) / (a.high - a.low)
}

// shown is the value that is drawn: a logarithmic axis has no place for zero.
func (a valueAxis) shown(v float64) float64 {
	if a.log() {
		return max(v, a.low)
	}
	return v
}

// niceStep is the least of 1, 2 and 5 times a power of ten that is not below v.
func niceStep(v float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, n := range []float64{1, 2, 5} {
		if n*power >= v*(1-1e-9) {
			return rounded(n * power)
		}
	}
	return rounded(10 * power)
}

// tickLabel writes the value of a tick, as fn:decimal of charts.js does.
func tickLabel(v float64) string {
	s := strconv.FormatFloat(rounded(math.Abs(v)), 'f', -1, 64)
	decimals := 0
	if _, rest, ok := strings.Cut(s, "."); ok {
		decimals = len(rest)
	}
	return shown(&v, decimals)
}

// yearAxis is a range of whole years.
type yearAxis struct{ low, high int }

// newYearAxis holds two years, which may be the same.
func newYearAxis(first, last float64) yearAxis {
	a := yearAxis{int(math.Floor(first)), int(math.Ceil(last))}
	if a.high <= a.low {
		a.high = a.low + 1
	}
	if a.high-a.low > 10 { // to even years
		a.low -= a.low % 2
		a.high += a.high % 2
	}
	return a
}

// yearRoom is what the label of a year needs along its axis, in font sizes.
const yearRoom = 3.5

// step is the distance of labelled years on an axis of so many px.
func (a yearAxis) step(width, fontSize float64) int {
	most := max(1, width/(yearRoom*fontSize))
	return int(niceStep(max(1, float64(a.high-a.low)/most)))
}

// intervals is the number of steps that makes ECharts label the same years: it
// takes the nice number that is nearest to the range over it.
func (a yearAxis) intervals(step int) int {
	return max(1, int(math.Round(float64(a.high-a.low)/float64(step))))
}

// ticks are the years with a tick: multiples of the step, and both ends.
func (a yearAxis) ticks(step int) (list []int) {
	list = append(list, a.low)
	for y := (a.low/step + 1) * step; y < a.high; y += step {
		list = append(list, y)
	}
	return append(list, a.high)
}

func (a yearAxis) at(year float64) float64 {
	return (year - float64(a.low)) / float64(a.high-a.low)
}
