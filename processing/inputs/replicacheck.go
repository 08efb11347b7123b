package inputs

import (
	"fmt"
	"slices"
	"time"

	"darksite/processing/chandra"
	"darksite/processing/era"
)

// longestReplica is more than any lasted: 590 s until 2019 and 328 s since, by
// kadi's dark_cal_replicas.
const longestReplica = 2 * time.Hour

// CheckReplicas tells what in replicas.csv cannot be true together: times against
// their order, the era's spacing and each other. The replicas are by number.
func CheckReplicas(replicas []ReplicaFacts, e era.Era) (contradictions []string) {
	say := func(format string, args ...any) {
		contradictions = append(contradictions, ReplicasFile+": "+fmt.Sprintf(format, args...))
	}
	var durations []time.Duration
	last := -1
	for i, r := range replicas {
		start, stop := dateOf(r.Start), dateOf(r.Stop)
		if !start.IsZero() && !stop.IsZero() {
			d := stop.Sub(start)
			if d > longestReplica {
				say("replica %d lasts %.0f s, from %s to %s; none lasts more than %.0f s", r.Number, d.Seconds(), r.Start, r.Stop, longestReplica.Seconds())
			} else {
				durations = append(durations, d)
			}
		}
		if start.IsZero() {
			continue
		}
		if last >= 0 {
			b := replicas[last]
			before := dateOf(b.Start)
			most := time.Duration(e.ApartDays * float64(r.Number-b.Number) * 24 * float64(time.Hour))
			switch gap := start.Sub(before); {
			case gap <= 0:
				say("replica %d starts at %s, not after replica %d, which starts at %s", r.Number, r.Start, b.Number, b.Start)
			case e.ApartDays > 0 && gap > most:
				say("replica %d starts at %s, %.1f days after replica %d; at most %g are between the replicas of one calibration", r.Number, r.Start, gap.Hours()/24, b.Number, most.Hours()/24)
			case b.Stop > r.Start && dateOf(b.Stop).Sub(before) <= longestReplica:
				say("replica %d starts at %s, before replica %d stops at %s", r.Number, r.Start, b.Number, b.Stop)
			}
		}
		last = i
	}
	return append(contradictions, unlike(replicas, durations)...)
}

// unlike names replicas that last less than half or more than twice as long as
// most.
func unlike(replicas []ReplicaFacts, durations []time.Duration) (contradictions []string) {
	if len(durations) < 3 {
		return nil
	}
	slices.Sort(durations)
	usual := durations[len(durations)/2]
	for _, r := range replicas {
		start, stop := dateOf(r.Start), dateOf(r.Stop)
		if start.IsZero() || stop.IsZero() {
			continue
		}
		if d := stop.Sub(start); d <= longestReplica && (d < usual/2 || d > usual*2) {
			contradictions = append(contradictions, fmt.Sprintf("%s: replica %d lasts %.0f s, most last %.0f s", ReplicasFile, r.Number, d.Seconds(), usual.Seconds()))
		}
	}
	return contradictions
}

// dateOf is a time that was read before, zero for none.
func dateOf(s string) time.Time {
	t, err := chandra.ParseDate(s)
	if err != nil {
		return time.Time{}
	}
	return t
}
