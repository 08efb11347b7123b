package darkmap

import (
	"fmt"
	"math"

	"darksite/processing/ccd"
	"darksite/processing/telemetry"
)

// Integration is one of the two exposures of a replica.
type Integration int

const (
	Short Integration = iota
	Long
)

// Integrations lists both.
var Integrations = [2]Integration{Short, Long}

// String is the name used in files and messages.
func (i Integration) String() string { return [...]string{"short", "long"}[i] }

// Stack holds the rows of all replicas by the place they belong to.
type Stack struct {
	Geometry ccd.Geometry
	settings Settings
	replicas int
	rows     [2][]*telemetry.Row // [integration][half row x replica]
	// OtherIntegration counts, per replica, rows whose integration time is
	// neither of the two; they are in no image.
	OtherIntegration []int
}

// NewStack places the rows of each replica. Rows marked as repeats and rows of
// another integration time are left out; a row that the CCD does not have is an
// error.
func NewStack(g ccd.Geometry, replicas []*telemetry.File, s Settings) (*Stack, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	stack := &Stack{Geometry: g, settings: s, replicas: len(replicas), OtherIntegration: make([]int, len(replicas))}
	for i := range stack.rows {
		stack.rows[i] = make([]*telemetry.Row, g.HalfRows()*len(replicas))
	}
	for n, f := range replicas {
		for k := range f.Rows {
			row := &f.Rows[k]
			if row.Repeat {
				continue
			}
			if len(row.DN) != g.RecordPixels() || !g.Contains(int(row.Row), g.FirstColumn) {
				return nil, fmt.Errorf("row %d of %d pixels is none of a CCD of %v pixels", row.Row, len(row.DN), g)
			}
			integration, ok := s.integration(row)
			if !ok {
				stack.OtherIntegration[n]++
				continue
			}
			at := &stack.rows[integration][g.HalfRow(row.ColNeg, row.Row)*len(replicas)+n]
			// 312 and 313 units of one row are the same exposure time.
			if *at == nil {
				*at = row
			}
		}
	}
	return stack, nil
}

func (s Settings) integration(row *telemetry.Row) (Integration, bool) {
	switch t := row.IntegSeconds(); {
	case math.Abs(t-s.ShortS) <= integTolerance:
		return Short, true
	case math.Abs(t-s.LongS) <= integTolerance:
		return Long, true
	}
	return 0, false
}

// at gives the samples of a half row, one for each replica, nil where a
// replica has none.
func (s *Stack) at(i Integration, halfRow int) []*telemetry.Row {
	return s.rows[i][halfRow*s.replicas : (halfRow+1)*s.replicas]
}

// Row is the row that one replica has for a half row, nil if none.
func (s *Stack) Row(replica int, i Integration, halfRow int) *telemetry.Row {
	return s.at(i, halfRow)[replica]
}

// halfRow writes samples to their place in an image.
type halfRow struct {
	image []float32
	ccd.Place
}

func halfRowOf(g ccd.Geometry, image []float32, h int) halfRow {
	place := g.PlaceOf(g.OfHalfRow(h))
	return halfRow{image[place.Y*g.Columns:][:g.Columns], place}
}

func (h halfRow) set(sample int, v float32) { h.image[h.X0+h.Step*sample] = v }

// Gap is a stretch of rows, inclusive, that one readout lacks.
type Gap struct{ First, Last int16 }

// Missing lists the rows that a replica lacks in one quadrant, rising.
func (s *Stack) Missing(replica int, i Integration, q ccd.Quadrant) (gaps []Gap) {
	first, last := s.Geometry.RowsOf(q)
	for r := first; r <= last; r++ {
		if s.Row(replica, i, s.Geometry.HalfRow(q.ColNeg(), r)) != nil {
			continue
		}
		if n := len(gaps); n > 0 && gaps[n-1].Last == r-1 {
			gaps[n-1].Last = r
		} else {
			gaps = append(gaps, Gap{r, r})
		}
	}
	return gaps
}
