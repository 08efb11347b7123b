package published

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What stands last is shown, whichever file brought it; saying it again changes
// nothing.
func TestJoin(t *testing.T) {
	page := Collect(read(t, "id,mean_e_per_s,n_gt_100,source\n2000326,22.2,34346,a page\n"))[0]
	table := Collect(read(t, "id,ccd_temp_c,n_gt_100,source\n2000326,-10.37,34346,a page\n2000326,-10.37,34097,a table\n"))[0]
	both := Join(page, table)
	if v := both.Value("n_gt_100"); v.Shown.Printed != "34097" || len(v.Reports) != 2 {
		t.Errorf("%+v", v)
	}
	if both.Value("mean_e_per_s") == nil || both.Value("ccd_temp_c") == nil || len(both.Files) != 2 {
		t.Errorf("%+v", both)
	}
	if want := "n_gt_100 is 34346 in a page and 34097 in a table; shown is 34097"; !slices.Contains(both.Contradictions, want) || len(both.Contradictions) != 1 {
		t.Errorf("contradictions %q", both.Contradictions)
	}
	if _, err := both.Encode(); err != nil {
		t.Error(err)
	}
	for _, again := range []*Calibration{Join(page, both), Join(table, both), Join(both, both)} {
		if d := cmp.Diff(both, again); d != "" {
			t.Error(d)
		}
	}
	// The other way round the page has the last word.
	other := Join(table, page)
	if v := other.Value("n_gt_100"); v.Shown.Printed != "34346" {
		t.Errorf("%+v", v)
	}
	if _, err := other.Encode(); err != nil {
		t.Error(err)
	}
}
