package published

import (
	"fmt"

	"darksite/processing/quantity"
)

// Against compares what was published with the numbers of a map, by the keys
// of [Quantities], and says in a sentence what is not the same to the printed
// digit. Counts must be equal. Nothing is said of what the map's numbers lack.
func (c *Calibration) Against(own quantity.Numbers) (differences []string) {
	for _, v := range c.Values {
		q := &Quantities[quantityAt(v.Quantity)]
		value, ok := own[v.Quantity]
		if !ok {
			continue
		}
		for _, r := range v.Reports {
			// Of the map's number all digits are there.
			exact := Report{Value: value, Printed: fmt.Sprintf("%.17f", value)}
			if !q.agree(exact, r) {
				differences = append(differences, fmt.Sprintf("%s: %s is %s by %s, and %.6g by the map", c.ID, v.Quantity, r.Printed, r.Source, value))
			}
		}
	}
	return differences
}
