package evidence

import (
	"fmt"
	"slices"

	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/darkmap"
	"darksite/processing/telemetry"
)

// rows counts the rows of the readouts that are asked for.
func (k *inquiry) rows(q Question, out *Number) error {
	stack, _, err := k.stack()
	if err != nil {
		return err
	}
	stored, now, whole := 0, 0, true
	for n := range k.calibration.Replicas {
		r := &k.calibration.Replicas[n]
		if q.replica != 0 && q.replica != r.Number {
			continue
		}
		whole = whole && k.files[n] != nil
		if q.integration == "" {
			stored += r.RowsReceived
		}
		for i, readout := range r.Readouts {
			if q.integration != "" && q.integration != readout.Integration || q.quadrant != "" && q.quadrant != readout.Quadrant {
				continue
			}
			if q.integration != "" {
				stored += readout.Rows
				out.StoredAt = fmt.Sprintf("/replicas/%d/readouts/%d/rows", n, i)
				if q.quadrant == "" {
					out.StoredAt = fmt.Sprintf("/replicas/%d/readouts/*/rows", n)
				}
			}
			seen := storedReadout(r, readout)
			if k.files[n] != nil {
				counted := countReadout(stack, n, r, readout)
				if counted.Rows != seen.Rows || !slices.Equal(counted.Missing, seen.Missing) {
					k.problemf("%s: %s integration, quadrant %s: the telemetry has %d rows without %v, calibration.json says %d without %v",
						r.File, readout.Integration, readout.Quadrant, counted.Rows, counted.Missing, seen.Rows, seen.Missing)
				}
				now += counted.Rows
				seen = counted
			}
			out.Readouts = append(out.Readouts, seen)
		}
	}
	out.Stored = new(float64(stored))
	k.recount(out, whole, float64(now))
	return nil
}

func storedReadout(r *artifact.Replica, o artifact.Readout) Readout {
	out := Readout{Replica: r.Number, Integration: o.Integration, Quadrant: o.Quadrant, Rows: o.Rows, Missing: [][2]int{}}
	for _, m := range o.Missing {
		out.Missing = append(out.Missing, m)
	}
	return out
}

// countReadout counts a readout's rows in the telemetry and says where the
// first and the last received stand.
func countReadout(stack *darkmap.Stack, n int, r *artifact.Replica, o artifact.Readout) Readout {
	out := Readout{Replica: r.Number, Integration: o.Integration, Quadrant: o.Quadrant, Missing: [][2]int{}}
	integration := darkmap.Short
	if o.Integration == darkmap.Long.String() {
		integration = darkmap.Long
	}
	var first, last *telemetry.Row
	for _, quadrant := range chandra.Quadrants() {
		if quadrant.Letter() != o.Quadrant {
			continue
		}
		from, to := quadrant.Rows()
		for number := from; number <= to; number++ {
			row := stack.Row(n, integration, chandra.HalfRow(quadrant.ColNeg(), number))
			if row == nil {
				out.lose(int(number))
				continue
			}
			out.Rows++
			if first == nil || row.Counter < first.Counter {
				first = row
			}
			if last == nil || row.Counter > last.Counter {
				last = row
			}
		}
	}
	if first != nil {
		out.First, out.Last = placeOfRow(first), placeOfRow(last)
	}
	return out
}

// lose enters a row that is missing; they come in rising order.
func (o *Readout) lose(row int) {
	if n := len(o.Missing); n > 0 && o.Missing[n-1][1] == row-1 {
		o.Missing[n-1][1] = row
		return
	}
	o.Missing = append(o.Missing, [2]int{row, row})
}

func placeOfRow(r *telemetry.Row) *PlaceOfRow {
	return &PlaceOfRow{Row: int(r.Row), Counter: counterAsSent(r), Record: r.Spans()}
}
