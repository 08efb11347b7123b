package telemetry

import (
	"math/rand/v2"
	"testing"
	"time"

	"darksite/processing/chandra"
)

// ertOf is a time as a header has it.
func ertOf(t time.Time) chandra.ERT {
	day := t.Truncate(24 * time.Hour)
	return chandra.ERT{Day: uint16(day.Unix()/86400 + 4383), Milli: uint32(t.Sub(day) / time.Millisecond)}
}

// receivedFrom has rows at the pace of the downlink, in two strips.
func receivedFrom(at time.Time, rows int, counter int64) (f File) {
	for i := range rows {
		n := int64(i) + int64(i/(rows/2+1))*400
		f.Rows = append(f.Rows, Row{Counter: counter + n, ERT: ertOf(at.Add(time.Duration(n) * frameTime))})
	}
	return f
}

func TestReceived(t *testing.T) {
	at := time.Date(2016, 5, 4, 23, 59, 58, 0, time.UTC)
	rng := rand.New(rand.NewPCG(1, 2))
	damaged := func(f File, n int) File {
		for range n {
			r := &f.Rows[rng.IntN(len(f.Rows))]
			r.ERT.Day ^= 1 << rng.IntN(16)
			r.ERT.Milli ^= 1 << rng.IntN(26)
		}
		return f
	}
	first := receivedFrom(at, 4096, 34757)
	first.Rows[0].ERT.Day -= 300
	first.Rows[4095].ERT.Milli += 3_600_000
	two := receivedFrom(at, 200, 34757)
	two.Rows = append(two.Rows, receivedFrom(at.Add(75*24*time.Hour), 100, 35557).Rows...)
	unknown := receivedFrom(at, 100, 1)
	for i := range unknown.Rows {
		unknown.Rows[i].ERT = chandra.ERT{}
	}
	for name, c := range map[string]struct {
		f    File
		from []time.Time
		rows []int
	}{
		"clean, across midnight":     {receivedFrom(at, 4096, 34757), []time.Time{at}, []int{4096}},
		"few rows":                   {receivedFrom(at, 4, 34757), []time.Time{at}, []int{4}},
		"one row":                    {receivedFrom(at, 1, 34757), []time.Time{at}, []int{1}},
		"the first and last damaged": {first, []time.Time{at.Add(frameTime)}, []int{4094}},
		"many damaged":               {damaged(receivedFrom(at, 4096, 34757), 300), []time.Time{at}, []int{0}},
		"two stretches":              {two, []time.Time{at, at.Add(75 * 24 * time.Hour)}, []int{200, 100}},
		"no time":                    {unknown, nil, nil},
		"no row":                     {File{}, nil, nil},
	} {
		got := c.f.Received()
		if len(got) != len(c.from) {
			t.Errorf("%s: %v, want %d stretches", name, got, len(c.from))
			continue
		}
		for i, r := range got {
			if r.First.Sub(c.from[i]).Abs() > 2*time.Second || c.rows[i] > 0 && r.Rows != c.rows[i] || r.Last.Sub(r.First) > 2*time.Minute {
				t.Errorf("%s: %v, want from %v and %d rows", name, r, c.from[i], c.rows[i])
			}
		}
	}
}
