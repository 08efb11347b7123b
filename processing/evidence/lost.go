package evidence

import (
	"fmt"

	"darksite/processing/artifact"
	"darksite/processing/darkmap"
	"darksite/processing/telemetry"
)

// missingRange is the range of lost rows that holds a pixel's row, nil if it
// was received. known is false when calibration.json has no such readout.
func missingRange(r *artifact.Replica, i darkmap.Integration, p place) (lost *artifact.RowRange, known bool) {
	readout := readoutOf(r, i.String(), p.quadrant.Letter())
	if readout == nil {
		return nil, false
	}
	for _, m := range readout.Missing {
		if p.row >= m[0] && p.row <= m[1] {
			return &m, true
		}
	}
	return nil, true
}

// lostRows names the rows that were lost together.
func lostRows(i darkmap.Integration, p place, lost *artifact.RowRange) string {
	of := fmt.Sprintf("of quadrant %s, %s integration,", p.quadrant.Letter(), i)
	if lost == nil || lost[0] == lost[1] {
		return fmt.Sprintf("row %d %s was not received", p.row, of)
	}
	return fmt.Sprintf("rows %d to %d %s were not received", lost[0], lost[1], of)
}

// whyLost says why a file has no row for a pixel: it came with another
// integration time, or it did not come, between two that did.
func whyLost(f *telemetry.File, settings darkmap.Settings, i darkmap.Integration, p place, lost *artifact.RowRange) string {
	if len(f.Rows) == 0 {
		return "the file holds no row"
	}
	first, last := p.row, p.row
	if lost != nil {
		first, last = lost[0], lost[1]
	}
	var before, after *telemetry.Row
	for n := range f.Rows {
		r := &f.Rows[n]
		if r.Repeat || r.Quadrant() != p.quadrant {
			continue
		}
		switch int(r.Row) {
		case p.row:
			if nearer(settings, r) == i {
				return fmt.Sprintf("row %d of quadrant %s came with an integration of %s s, which is neither of the two", p.row, p.quadrant.Letter(), text(r.IntegSeconds()))
			}
		case first - 1:
			if nearer(settings, r) == i {
				before = r
			}
		case last + 1:
			if nearer(settings, r) == i {
				after = r
			}
		}
	}
	said := lostRows(i, p, lost)
	for _, r := range []*telemetry.Row{before, after} {
		if r != nil {
			said += fmt.Sprintf("; row %d has counter %d, byte %d", r.Row, counterAsSent(r), r.Offset)
		}
	}
	return said
}

// whyNotAtHand says why a replica's samples cannot be shown.
func (k *inquiry) whyNotAtHand(r *artifact.Replica) string {
	in := k.input(r)
	switch {
	case in == nil:
		return "calibration.json names no telemetry of this replica"
	case in.State == Absent:
		return "the telemetry is not at hand: put the file back to " + in.Path
	}
	return "the file that is there is not the one that the map was made of: " + in.Problem
}

// nearer is the integration that a row's time is nearer to.
func nearer(s darkmap.Settings, r *telemetry.Row) darkmap.Integration {
	if r.IntegSeconds() < (s.ShortS+s.LongS)/2 {
		return darkmap.Short
	}
	return darkmap.Long
}
