package history

import (
	"testing"
	"time"

	"darksite/processing/chandra"
)

// In 2022 calibrations followed each other after 29 to 35 days, until 2017 after a
// quarter of a year: the last ones tell.
func TestDownstream5Cadence(t *testing.T) {
	for _, c := range []struct {
		ids  []chandra.ID
		want int
	}{
		{[]chandra.ID{"2022069", "2022104", "2022133"}, 32}, // 35 and 29
		{[]chandra.ID{"2016278", "2017010", "2017092", "2017185", "2017272", "2018002", "2018100"}, 93},
		{[]chandra.ID{"2017185", "2017272", "2018002", "2022069", "2022104", "2022133"}, 87},
		{[]chandra.ID{"2018002", "2022001", "2022035", "2022069", "2022104", "2022133"}, 34},
		{[]chandra.ID{"2010288", "2010301"}, 13},
		{[]chandra.ID{"2020366", "2021001"}, 1},
		{[]chandra.ID{"2015355"}, 100},
		{nil, 100},
	} {
		if got := cadence(c.ids); got != c.want {
			t.Errorf("%v: %d days, want %d", c.ids, got, c.want)
		}
	}
	ids := []chandra.ID{"2015001", "2015031"}
	for days, want := range map[int]string{0: "2015-03-02", 10: "2015-02-10"} {
		if got := Due(ids, days).Format(time.DateOnly); got != want {
			t.Errorf("every %d days: due %s, want %s", days, got, want)
		}
	}
	if got := Due(nil, 10); !got.IsZero() {
		t.Errorf("due %v after nothing", got)
	}
}
