package timeline

import (
	"fmt"
	"math"
	"strings"
	"time"

	"darksite/processing/chandra"
)

// far says how long a time is, in the unit that suits it.
func far(d time.Duration) string {
	d = d.Abs()
	unit, name := time.Second, "s"
	switch {
	case d >= 2*day:
		unit, name = day, "days"
	case d >= 2*time.Hour:
		unit, name = time.Hour, "h"
	case d >= 2*time.Minute:
		unit, name = time.Minute, "min"
	}
	n := float64(d) / float64(unit)
	if n >= 100 {
		return fmt.Sprintf("%.0f %s", n, name)
	}
	return fmt.Sprintf("%v %s", math.Round(10*n)/10, name)
}

// date is a time as Chandra writes it.
func date(t time.Time) string { return chandra.FormatDate(t) }

// list names replicas: "replica 4", "replicas 1, 2 and 4".
func list(numbers []int) string {
	switch len(numbers) {
	case 0:
		return "the calibration"
	case 1:
		if numbers[0] == 0 {
			return "a replica"
		}
		return fmt.Sprintf("replica %d", numbers[0])
	}
	var out []string
	for _, n := range numbers {
		out = append(out, fmt.Sprint(n))
	}
	last := len(out) - 1
	return "replicas " + strings.Join(out[:last], ", ") + " and " + out[last]
}

// were is the verb of a list.
func were(numbers []int) string {
	if len(numbers) > 1 {
		return "were"
	}
	return "was"
}
