package published

import (
	"strings"
	"testing"

	"darksite/processing/quantity"
)

// The reports of 2009 hold against numbers that round to them, and against no
// others.
func TestAgainst(t *testing.T) {
	c := find(t, Collect(load(t, "real_report_statistics.csv")), "2009279")
	own := quantity.Numbers{
		"mean_e_per_s": 27.6501, "peak_e_per_s": 6.7499, "mean_near_peak_e_per_s": 7.1, "n_gt_100": 72454, "n_gt_200": 16316, "n_gt_2000": 19, "n_gt_3000": 6,
		"median_e_per_s": 9, // not published
	}
	if d := c.Against(own); d != nil {
		t.Errorf("the same numbers differ: %q", d)
	}
	own["mean_e_per_s"], own["n_gt_100"] = 27.8, 72455
	if d := c.Against(own); len(d) != 2 || !strings.Contains(d[0], "mean_e_per_s is 27.7 by https") || !strings.Contains(d[1], "72455 by the map") {
		t.Errorf("%q", d)
	}
}
