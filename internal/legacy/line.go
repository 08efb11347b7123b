package legacy

import (
	"fmt"
	"sort"
)

// lineStarts are the bytes at which the lines of a page begin. Lines end with
// LF, CR LF or, in pages of old Macs, CR.
type lineStarts []int

func linesOf(page []byte) lineStarts {
	starts := lineStarts{0}
	for i, c := range page {
		if c == '\n' || c == '\r' && (i+1 == len(page) || page[i+1] != '\n') {
			starts = append(starts, i+1)
		}
	}
	return starts
}

// at is the line of a byte, from 1.
func (l lineStarts) at(place int) int {
	return sort.Search(len(l), func(i int) bool { return l[i] > place })
}

// maxDoubts bounds the sentences on one page.
const maxDoubts = 200

// fewer leaves out the end of a list that is too long to be read.
func fewer(doubts []string) []string {
	if len(doubts) <= maxDoubts {
		return doubts
	}
	return append(doubts[:maxDoubts:maxDoubts], fmt.Sprintf("%d more such sentences are left out", len(doubts)-maxDoubts))
}
