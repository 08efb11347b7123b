package darkmap

import (
	"slices"

	"darksite/processing/telemetry"
)

// middles takes the rows that the replicas have for one half row, nil where
// one has none, and sets, for each of the samples, the two middle values
// of DN less bias; for an odd number of rows they are the same. It returns the
// number of rows. Up to five it is a sorting network of minima and maxima.
func middles(rows []*telemetry.Row, lower, upper []int32, spare *scratch) int {
	lanes := spare.lanes[:0]
	for _, r := range rows {
		if r != nil {
			lanes = append(lanes, laneOf(r))
		}
	}
	spare.lanes = lanes
	upper = upper[:len(lower)]
	switch len(lanes) {
	case 0:
	case 1:
		a := lanes[0]
		for j := range lower {
			v := a.at(j)
			lower[j], upper[j] = v, v
		}
	case 2:
		a, b := lanes[0], lanes[1]
		for j := range lower {
			x, y := a.at(j), b.at(j)
			lower[j], upper[j] = min(x, y), max(x, y)
		}
	case 3:
		a, b, c := lanes[0], lanes[1], lanes[2]
		for j := range lower {
			v := median3(a.at(j), b.at(j), c.at(j))
			lower[j], upper[j] = v, v
		}
	case 4:
		a, b, c, d := lanes[0], lanes[1], lanes[2], lanes[3]
		for j := range lower {
			f, g := inner(a.at(j), b.at(j), c.at(j), d.at(j))
			lower[j], upper[j] = min(f, g), max(f, g)
		}
	case 5:
		a, b, c, d, e := lanes[0], lanes[1], lanes[2], lanes[3], lanes[4]
		for j := range lower {
			f, g := inner(a.at(j), b.at(j), c.at(j), d.at(j))
			v := median3(f, g, e.at(j))
			lower[j], upper[j] = v, v
		}
	default:
		sortedMiddles(lanes, func(_ int, signal int32) int32 { return signal }, lower, upper, spare)
	}
	return len(lanes)
}

// sortedMiddles is middles for any number of lanes, whose signals a function turns
// into others.
func sortedMiddles(lanes []lane, turn func(lane int, signal int32) int32, lower, upper []int32, spare *scratch) int {
	n := len(lanes)
	if n == 0 {
		return 0
	}
	values := slices.Grow(spare.values[:0], n)[:n]
	spare.values = values
	for j := range lower {
		for k := range lanes {
			values[k] = turn(k, lanes[k].at(j))
		}
		slices.Sort(values)
		lower[j], upper[j] = values[(n-1)/2], values[n/2]
	}
	return n
}

// lane is one row as signal: DN less bias.
type lane struct {
	dn   []uint16
	bias int32
}

func laneOf(r *telemetry.Row) lane { return lane{r.DN, int32(r.Bias)} }

func (l *lane) at(j int) int32 { return int32(l.dn[j]) - l.bias }

// scratch is what a worker keeps between half rows.
type scratch struct {
	lanes  []lane
	values []int32
}

func median3(a, b, c int32) int32 { return max(min(a, b), min(max(a, b), c)) }

// inner drops the smallest and the largest of four.
func inner(a, b, c, d int32) (int32, int32) {
	return max(min(a, b), min(c, d)), min(max(a, b), max(c, d))
}
