package telemetry

// MarkRepeats marks the rows of a file whose integration, column sign and row
// number came before, and counts them. Of several, the one that continues a
// neighbour is the row: a number that bit errors changed continues none.
func MarkRepeats(rows []Row) (repeated int) {
	type key struct {
		integ  uint16
		row    int16
		colneg uint8
	}
	continues := func(i, k int) bool {
		if k < 0 || k >= len(rows) {
			return false
		}
		a, b := &rows[i], &rows[k]
		step := a.Row - b.Row
		return a.ColNeg == b.ColNeg && (step == 1 || step == -1)
	}
	seen := make(map[key]int, len(rows))
	for i := range rows {
		k := key{rows[i].IntegUnits, rows[i].Row, rows[i].ColNeg}
		held, again := seen[k]
		if !again {
			seen[k] = i
			continue
		}
		repeated++
		if !continues(held, held-1) && !continues(held, held+1) && (continues(i, i-1) || continues(i, i+1)) {
			rows[held].Repeat = true
			seen[k] = i
		} else {
			rows[i].Repeat = true
		}
	}
	return repeated
}
