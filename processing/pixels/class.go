package pixels

import (
	"fmt"
	"strings"
)

// Class is what a pixel is and what became of it, a sum of the constants below.
// A pixel can be several: one that is hot now and was cool before is Warm, Hot,
// NewWarm, NewHot and Brighter.
type Class uint16

const (
	// Warm and Hot are above their thresholds in the map as it is.
	Warm Class = 1 << iota
	Hot
	// NewWarm and NewHot are above the threshold now and were not before, both
	// at the common temperature; GoneWarm and GoneHot the other way round. A
	// pixel can be NewHot without being Hot when the common temperature is the
	// higher one.
	NewWarm
	GoneWarm
	NewHot
	GoneHot
	// Brighter and Fainter have changed by more than [Change] allows, at the
	// common temperature.
	Brighter
	Fainter
	// BeyondNoise comes with other classes only: the rates at the common
	// temperature differ by more than noise makes them ([Noise]). Most pixels
	// that cross the threshold of warm lie close to it and do so by noise; those
	// with this class have changed.
	BeyondNoise
)

// AllClasses has every class.
const AllClasses Class = 0x1ff

// words are the names of the classes, by bit.
var words = [9]string{"warm", "hot", "new-warm", "gone-warm", "new-hot", "gone-hot", "brighter", "fainter", "beyond-noise"}

// String is the classes' names joined by +, "warm+hot"; "" for none.
func (c Class) String() string {
	var names []string
	for bit, word := range words {
		if c>>bit&1 == 1 {
			names = append(names, word)
		}
	}
	return strings.Join(names, "+")
}

// ParseClass is the inverse of [Class.String]: names in the order of their
// values, each once.
func ParseClass(s string) (Class, error) {
	var c Class
	for name := range strings.SplitSeq(s, "+") {
		bit := 0
		for bit < len(words) && words[bit] != name {
			bit++
		}
		if bit == len(words) {
			return 0, fmt.Errorf("class %q: %q is none of %s", s, name, strings.Join(words[:], ", "))
		}
		if c>>bit != 0 {
			return 0, fmt.Errorf("class %q: want each name once, in the order %s", s, strings.Join(words[:], ", "))
		}
		c |= 1 << bit
	}
	return c, nil
}
