package history

import (
	"bytes"
	"encoding/csv"
	"math"
	"strconv"
	"testing"

	"darksite/internal/shared"
	"darksite/processing/artifact"
	"darksite/processing/ccd/ccdtest"
	"darksite/processing/chandra"
	"darksite/processing/published"
	"darksite/processing/quantity"
	"darksite/processing/scaling"
	"darksite/processing/warm"
)

// calibration has pixels of 50 to 5049 e-/s, one of each.
func calibration(t *testing.T, id chandra.ID, temp *float64) *artifact.Calibration {
	t.Helper()
	image := make([]float32, ccdtest.Small.Pixels())
	for i := range 5000 {
		image[i] = float32(50 + i)
	}
	c, _ := artifact.FromImage(ccdtest.Small, id, image, nil)
	ra, dec := 154.997111, 36.895186
	c.Facts = artifact.Facts{CCDTemp: temp, RA: &ra, Dec: &dec}
	if err := c.Correct(); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestRow(t *testing.T) {
	temp := -19.0
	at := At{CCDTemp: -15, Law: scaling.Uniform}
	r, err := Of(calibration(t, "2016125", &temp), at)
	if err != nil {
		t.Fatal(err)
	}
	// At -19 C the limit is 100 e-/s and nothing is adjusted.
	if n := r.Numbers; n[quantity.Limit] != 100 || n[quantity.CountAdj] != 4949 || n[quantity.CountZ] != n[quantity.CountAdjZ] || n[quantity.LimitZ] != 100+n[quantity.Zodi] {
		t.Errorf("%+v", r)
	}
	// Four degrees warmer a pixel of 70 has 100: 71 to 5049 are above.
	if n := r.Numbers["n_gt_100_common"]; n != 4979 {
		t.Errorf("N>100 at -15 C is %v, want 4979", n)
	}
	expected, err := warm.Expect(chandra.ID("2016125").Date(), -15)
	if err != nil || r.Numbers["n_gt_100_model"] != expected.Above[2].Count {
		t.Errorf("model %v, want %v, %v", r.Numbers, expected, err)
	}
	if cold, err := Of(calibration(t, "2000326", &temp), at); err != nil || cold.Value(quantity.ModelRatio) != nil || cold.Value("n_gt_100_model") != nil {
		t.Errorf("the model does not hold in 2000: %+v, %v", cold, err)
	}
	if _, err := Of(calibration(t, "2016125", &temp), At{CCDTemp: 60, Law: scaling.Uniform}); err == nil {
		t.Error("60 C is out of reach")
	}
}

// What is not known is an empty cell, and all lines have all columns.
func TestCSV(t *testing.T) {
	temp := -13.5
	at := At{CCDTemp: -15, Law: scaling.PerPixel}
	var rows []Row
	for _, c := range []*artifact.Calibration{calibration(t, "2015355", nil), calibration(t, "2016125", &temp)} {
		r, err := Of(c, at)
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, r)
	}
	var b bytes.Buffer
	if err := EncodeCSV(&b, rows, Columns(at, Page), ','); err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(&b).ReadAll()
	if err != nil || len(lines) != 3 {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	expected, err := warm.Expect(chandra.ID("2016125").Date(), -15)
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, name := range lines[0] {
		column[name] = i
	}
	if len(column) != len(lines[0]) {
		t.Errorf("two columns have one name: %v", lines[0])
	}
	for name, want := range map[string][2]string{
		"id": {"2015355", "2016125"}, "ccd_temp_c": {"", "-13.5"}, "n_gt_100": {"4949", "4949"}, "count_adj": {"", "4867"},
		"n_gt_1000": {"4049", "4049"}, "n_gt_50_common": {"", "4991"}, // 59 becomes 50.2
		"n_gt_3000_model": {"", strconv.FormatFloat(expected.Above[len(expected.Above)-1].Count, 'f', -1, 64)},
		"origin":          {"map", "map"}, "state": {"", ""}, "common_law": {"per-pixel", "per-pixel"},
	} {
		i, ok := column[name]
		if !ok {
			t.Errorf("no column %s in %v", name, lines[0])
			continue
		}
		if lines[1][i] != want[0] || lines[2][i] != want[1] {
			t.Errorf("%s: %q and %q, want %q", name, lines[1][i], lines[2][i], want)
		}
	}
}

// The published history is shown as it was published, and beside the model as
// the domain notes have it.
func TestPublishedHistory(t *testing.T) {
	const name = "real_darkcal_history_1999_2015.csv"
	table, err := published.Read(shared.Open(t, "data", name), name)
	if err != nil {
		t.Fatal(err)
	}
	var rows []Row
	for _, p := range published.Collect(table) {
		r, err := OfPublished(p, At{CCDTemp: -15, Law: scaling.PerPixel})
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, r)
	}
	vectors := shared.Table(t, name)
	if len(rows) != len(vectors) {
		t.Fatalf("%d rows, want %d", len(rows), len(vectors))
	}
	for i, v := range vectors {
		r := rows[i]
		n, _ := r.Over(100)
		if string(r.ID) != v["dark_id"] || !r.Published() || float64(n) != shared.Number(t, v["count"]) ||
			r.Numbers[quantity.CountAdjZ] != shared.Number(t, v["count_adj_z"]) || r.Numbers[quantity.LimitZ] != shared.Number(t, v["limit_z"]) || r.CCDTempSource != v["temp_source"] {
			t.Errorf("%+v, want %v", r, v)
		}
		if v["obs_over_model"] == "" {
			if r.Value(quantity.ModelRatio) != nil {
				t.Errorf("%s: the model does not hold yet", r.ID)
			}
		} else if want := shared.Number(t, v["obs_over_model"]); r.Value(quantity.ModelRatio) == nil || math.Abs(r.Numbers[quantity.ModelRatio]-want) > 0.005 {
			t.Errorf("%s: %v times the model, want %v", r.ID, r.Numbers[quantity.ModelRatio], want)
		}
	}
	// A calibration that has a map is shown by it.
	temp := -15.053
	own, err := Of(calibration(t, "2006329", &temp), At{CCDTemp: -15, Law: scaling.PerPixel})
	if err != nil {
		t.Fatal(err)
	}
	joined := Join([]Row{own}, rows)
	if len(joined) != len(rows) {
		t.Errorf("%d rows, want %d", len(joined), len(rows))
	}
	for _, r := range joined {
		if r.Published() == (r.ID == "2006329") {
			t.Errorf("%s: published %v", r.ID, r.Published())
		}
	}
}
