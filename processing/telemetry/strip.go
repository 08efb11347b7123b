package telemetry

import "darksite/processing/ccd"

// A strip is a stretch of records that follow one another without an empty one
// between. The CCD is read row by row, so the numbers of a strip rise or fall by
// one; a number that does not is a damaged one.

// line is what the rows of a strip have in common: the column sign, the step from
// one to the next, and the number that the first record has or would have.
type line struct {
	colneg uint8
	step   int
	origin int
}

// rejectMisnumbered takes out the rows whose number does not fit the others of
// their strip, or in a strip of one the strips before and after. It does
// nothing in a file whose rows do not follow one another in number.
func (d *decoder) rejectMisnumbered() {
	rows := d.file.Rows
	steps, regular := d.steps()
	if !regular {
		return
	}
	alone := false
	wrong := make([]bool, len(rows))
	for first, last := 0, 0; first < len(rows); first = last {
		last = first + 1
		even := true
		for d.adjoin(last) {
			even = even && rows[last].Row-rows[last-1].Row == rows[first+1].Row-rows[first].Row && agree(&rows[last-1], &rows[last])
			last++
		}
		if last-first == 1 {
			alone = true
		} else if !even {
			markWrong(rows[first:last], wrong[first:last], steps)
		}
	}
	if alone {
		d.markMisplaced(wrong, steps)
	}
	kept := rows[:0]
	for i := range rows {
		if !wrong[i] {
			kept = append(kept, rows[i])
			continue
		}
		row, p := &rows[i], d.places[i]
		d.file.Ledger.Rows -= RecordSize
		d.file.Ledger.Fill += d.runs[p.run].fillBytes(p.at, p.at+RecordSize)
		d.reject(p, "quadrant %s row %d does not fit its neighbours", row.Quadrant().Letter(), row.Row)
	}
	d.file.Rows = kept
}

// adjoin tells whether a row's record follows that of the row before.
func (d *decoder) adjoin(i int) bool {
	return i > 0 && i < len(d.places) && d.places[i].run == d.places[i-1].run && d.places[i].at == d.places[i-1].at+RecordSize
}

// agree tells whether two rows may follow one another.
func agree(a, b *Row) bool {
	step := b.Row - a.Row
	return (step == 1 || step == -1) && a.ColNeg == b.ColNeg
}

// steps finds out whether the numbers in each quadrant rise, +1, or fall, -1,
// with time; 0 is not known. Regular tells whether most records that adjoin
// follow one another in number.
func (d *decoder) steps() (steps [4]int, regular bool) {
	rows := d.file.Rows
	pairs, agreed := 0, 0
	for i := 1; i < len(rows); i++ {
		if !d.adjoin(i) {
			continue
		}
		pairs++
		if agree(&rows[i-1], &rows[i]) {
			agreed++
			steps[rows[i].Quadrant()] += int(rows[i].Row - rows[i-1].Row)
		}
	}
	for q, n := range steps {
		switch {
		case n > 0:
			steps[q] = 1
		case n < 0:
			steps[q] = -1
		}
	}
	return steps, 2*agreed > pairs
}

// markWrong marks the rows of a strip that are not on its line, the one that most
// are on, or of as many the one with the file's step. Several rows before or
// behind it on a line of their own may be another strip, and are left.
func markWrong(strip []Row, wrong []bool, steps [4]int) {
	lineOf := func(i, step int) line {
		return line{strip[i].ColNeg, step, int(strip[i].Row) - step*i}
	}
	count := map[line]int{}
	var best line
	most := 0
	for _, step := range []int{-1, 1} {
		for i := range strip {
			l := lineOf(i, step)
			count[l]++
			n := 2 * count[l]
			if steps[strip[i].Quadrant()] == step {
				n++
			}
			if n > most {
				best, most = l, n
			}
		}
	}
	on := func(i int) bool { return lineOf(i, best.step) == best }
	first, last := 0, len(strip)-1
	for !on(first) {
		first++
	}
	for !on(last) {
		last--
	}
	for i := range strip {
		between := first < i && i < last
		wrong[i] = count[lineOf(i, best.step)] < 2 || between && !on(i)
	}
}

// markMisplaced marks rows in strips of one whose number is not one that the
// readout can have reached: from the nearest row, before or after, of the same
// integration and quadrant that agrees with others, a row at most for each record.
func (d *decoder) markMisplaced(wrong []bool, steps [4]int) {
	type readout struct {
		integ    uint16
		quadrant ccd.Quadrant
	}
	rows := d.file.Rows
	nearest := map[int]int{} // row in a strip of one -> row in another strip
	known := map[readout]int{}
	look := func(i int) {
		key := readout{rows[i].IntegUnits, rows[i].Quadrant()}
		if wrong[i] {
			return
		}
		if d.adjoin(i) || d.adjoin(i+1) {
			known[key] = i
			return
		}
		k, seen := known[key]
		other, before := nearest[i]
		if seen && (!before || d.slots(i, k) < d.slots(other, i)) {
			nearest[i] = k
		}
	}
	for i := range rows {
		look(i)
	}
	clear(known)
	for i := len(rows) - 1; i >= 0; i-- {
		look(i)
	}
	for i, k := range nearest {
		first, last := min(i, k), max(i, k)
		ahead := int(rows[last].Row-rows[first].Row) * steps[rows[i].Quadrant()]
		wrong[i] = steps[rows[i].Quadrant()] != 0 && (ahead < 1 || ahead > d.slots(first, last))
	}
}

// slots is how many records later than another row one was sent.
func (d *decoder) slots(first, last int) int {
	sent := func(i int) int64 {
		return d.file.Rows[i].Counter*PayloadSize + int64(d.places[i].at%PayloadSize)
	}
	return int((sent(last) - sent(first) + RecordSize/2) / RecordSize)
}
