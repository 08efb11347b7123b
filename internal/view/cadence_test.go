package view

import (
	"testing"

	"darksite/processing/chandra"
	"darksite/processing/history"
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
		var rows []history.Row
		for _, id := range c.ids {
			rows = append(rows, history.Row{ID: id})
		}
		if got := cadence(rows); got != c.want {
			t.Errorf("%v: %d days, want %d", c.ids, got, c.want)
		}
	}
}
