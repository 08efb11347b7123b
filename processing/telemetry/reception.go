package telemetry

import (
	"cmp"
	"slices"
	"time"

	"darksite/processing/chandra"
)

// Reception is a stretch of time in which rows were received on Earth.
type Reception struct {
	First, Last time.Time // UTC
	Rows        int
}

// The downlink carries 512 kbit/s and 9512 bits for each frame, its sync and
// check bytes included: 53.8 frames a second.
const frameTime = 9512 * time.Second / 512_000

const (
	// receptionGap parts two stretches. Rows of one stretch are received at the
	// pace of the downlink; no wrong pace drifts so far between two rows, which
	// are an integration of 10 s apart at most.
	receptionGap = time.Minute
	// A header that bit errors changed gives a time of its own. A stretch counts
	// when it has more rows than such headers put together by chance.
	leastRows    = 3
	leastPercent = 1
)

// Received tells when the rows were received, in the order of time. It is
// robust: times in damaged headers, which fit neither the frame counters nor
// other rows, are left out. It is empty where no row has a time, as in a table
// whose times are impossible.
func (f *File) Received() []Reception {
	type moment struct {
		at     time.Time
		offset time.Duration // less the time that the counter accounts for
	}
	var moments []moment
	for i := range f.Rows {
		r := &f.Rows[i]
		if r.ERT == (chandra.ERT{}) {
			continue // stands for a time that is not known
		}
		at := r.ERT.Time()
		counted := time.Duration(r.Counter-f.Rows[0].Counter) * frameTime
		moments = append(moments, moment{at, at.Sub(f.Rows[0].ERT.Time()) - counted})
	}
	slices.SortFunc(moments, func(a, b moment) int { return cmp.Compare(a.offset, b.offset) })
	var all []Reception
	for i, m := range moments {
		if i == 0 || m.offset-moments[i-1].offset > receptionGap {
			all = append(all, Reception{First: m.at, Last: m.at})
		}
		last := &all[len(all)-1]
		last.Rows++
		if m.at.Before(last.First) {
			last.First = m.at
		}
		if m.at.After(last.Last) {
			last.Last = m.at
		}
	}
	slices.SortFunc(all, func(a, b Reception) int { return a.First.Compare(b.First) })
	most := 0
	for _, r := range all {
		most = max(most, r.Rows)
	}
	// Of very few rows those count that most agree with.
	least := min(most, max(leastRows, len(moments)*leastPercent/100))
	return slices.DeleteFunc(all, func(r Reception) bool { return r.Rows < least })
}
