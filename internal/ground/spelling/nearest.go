package spelling

// Nearest is the known name with the fewest letters changed, up to a third of
// them, or two. Not ok when all are further away.
func Nearest(name string, known []string) (near string, ok bool) {
	best, least := "", len(name)
	for _, k := range known {
		if d := distance(name, k); d < least {
			best, least = k, d
		}
	}
	return best, best != "" && least <= max(2, len(best)/3)
}

// Hint is what to do about a name that is not known: the one that was probably meant,
// or all.
func Hint(name string, known []string, all string) string {
	if near, ok := Nearest(name, known); ok {
		return "did you mean " + near + "?"
	}
	return "known are " + all
}

// maxName bounds the names that are compared; the work is the product of their
// lengths.
const maxName = 200

// distance is the number of letters to insert, delete, change or swap with
// their neighbour to make b of a (optimal string alignment). Letter case
// counts as half a change, rounded down.
func distance(a, b string) int {
	if len(a) > maxName {
		return len(a)
	}
	x, y := []rune(a), []rune(b)
	const whole, half = 2, 1
	// Three rows of the table: the row being filled and the two before.
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j * whole
	}
	for i := range x {
		row[0] = (i + 1) * whole
		for j := range y {
			change := whole
			if x[i] == y[j] {
				change = 0
			} else if fold(x[i]) == fold(y[j]) {
				change = half
			}
			row[j+1] = min(last[j]+change, last[j+1]+whole, row[j]+whole)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				row[j+1] = min(row[j+1], before[j-1]+whole)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(y)] / whole
}

// fold makes the letters of names, and what people write for "_", alike.
func fold(r rune) rune {
	switch {
	case r >= 'A' && r <= 'Z':
		return r - 'A' + 'a'
	case r == '-' || r == ' ':
		return '_'
	}
	return r
}
