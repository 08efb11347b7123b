package telemetry_test

import (
	"slices"
	"testing"

	"darksite/processing/telemetry"
)

// A row number that the CCD does not have, or that does not fit between its
// neighbours, is no row.
func TestImpossibleRows(t *testing.T) { // quirk 21
	rows := sentRows(t, "clean")
	s := golden(t, "clean")
	s.flip(s.recordByte(rows[3], 6), 1) // row -509 + 512 ... out of the CCD or elsewhere
	f := s.expectRows(func(r sentRow) bool { return r != rows[3] })
	if f.RowsRejected != 1 || f.Ledger.Rejected != telemetry.RecordSize {
		t.Errorf("rejected %d, ledger %d", f.RowsRejected, f.Ledger.Rejected)
	}
}

// Any bit of the row number or the column sign is wrong, in any row of a strip,
// the first and the last too: that row goes, and no other.
func TestWrongRowNumbers(t *testing.T) {
	for _, name := range []string{"clean", "even"} {
		rows := sentRows(t, name)[:24]
		for k, row := range rows {
			for bit := k % 3; bit < 12; bit += 3 { // each bit in some rows
				s := golden(t, name)
				s.flip(s.recordByte(row, 7-bit/8), bit%8)
				f := s.expectRows(func(r sentRow) bool { return r != row })
				if f.RowsRejected != 1 || f.Ledger.Rejected != telemetry.RecordSize {
					t.Errorf("%s row %d bit %d: %d rejected, ledger %+v", name, k, bit, f.RowsRejected, f.Ledger)
				}
			}
		}
	}
}

// Two rows of a strip are wrong in the same way: the others tell.
func TestTwoWrongRowNumbers(t *testing.T) {
	rows := sentRows(t, "clean")
	for first := 1; first < 7; first++ {
		for second := first + 1; second < 8; second++ {
			s := golden(t, "clean")
			s.flip(s.recordByte(rows[first], 7), 6)
			s.flip(s.recordByte(rows[second], 7), 6)
			f := s.everyRowWasSent()
			if want := len(rows) - 2; len(f.Rows) != want {
				t.Errorf("rows %d and %d: %d rows, want %d; notes %q", first, second, len(f.Rows), want, f.Notes)
			}
		}
	}
}

// Three rows are left of a strip, and the number in the middle is wrong such that
// they could be falling: the other strips of the file rise.
func TestWrongNumberInAShortStrip(t *testing.T) {
	rows := sentRows(t, "clean")
	s := golden(t, "clean")
	s.flip(s.recordByte(rows[1], 7), 1) // -511 becomes -509, between -512 and -510
	var lost []int64
	for c := framesOf(rows[2])[1] + 1; c <= framesOf(rows[9])[1]; c++ {
		lost = append(lost, c)
		s.remove(s.at(c), sfdu)
	}
	s.expectRows(func(r sentRow) bool {
		return r != rows[1] && !slices.ContainsFunc(framesOf(r), func(c int64) bool { return slices.Contains(lost, c) })
	})
}

// In a file whose rows do not follow one another in number, as if two quadrants
// were read in turn, the numbers tell nothing.
func TestRowsInTurn(t *testing.T) {
	s := golden(t, "clean")
	for k, r := range sentRows(t, "clean") {
		if k%2 == 1 {
			s.flip(s.recordByte(r, 6), 3)
		}
	}
	if f := s.decode(); len(f.Rows) != 192 {
		t.Errorf("%d rows, want 192; notes %q", len(f.Rows), f.Notes)
	}
}

// Of a strip one row is left: the rows of its quadrant before and after tell
// that its number cannot be.
func TestWrongNumberOfALoneRow(t *testing.T) {
	rows := sentRows(t, "clean")
	alone := func() (*stream, []int64) {
		s := golden(t, "clean")
		needed := framesOf(rows[13]) // of the second strip
		var lost []int64
		for _, r := range rows[8:24] {
			for _, c := range framesOf(r) {
				if !slices.Contains(needed, c) && !slices.Contains(lost, c) && c > framesOf(rows[7])[1] {
					lost = append(lost, c)
					s.remove(s.at(c), sfdu)
				}
			}
		}
		return s, lost
	}
	s, lost := alone()
	s.expect(lost...) // itself it stays
	for bit := range 12 {
		s, lost := alone()
		s.flip(s.recordByte(rows[13], 7-bit/8), bit%8)
		f := s.decode()
		for i := range f.Rows {
			if r := &f.Rows[i]; r.Counter == rows[13].rec && bit > 2 {
				t.Errorf("bit %d: the row is there as %s %d; lost %v", bit, r.Quadrant().Letter(), r.Row, lost)
			}
		}
	}
}
