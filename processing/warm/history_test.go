package warm

import (
	"math"
	"testing"
	"time"

	"darksite/internal/shared"
	"darksite/processing/ccd"
	"darksite/processing/chandra"
	"darksite/processing/scaling"
	"darksite/processing/stats"
)

// The two calibrations whose published limit was made with the mean temperature
// of fewer replicas than the table's own temperature: 2011:234, of which
// replicas 3 to 5 were received, and 2012:198 with 2 to 5. The temperatures are
// what the limits imply.
var fewerReplicas = map[string]float64{"2011234": -18.020, "2012198": -18.960}

// The thresholds of all published calibrations come out as published.
func TestPublishedHistory(t *testing.T) {
	rows := shared.Table(t, "real_darkcal_history_1999_2015.csv")
	if len(rows) != 56 {
		t.Fatalf("%d calibrations, want 56", len(rows))
	}
	same, checked := 0, 0
	for _, row := range rows {
		id := row["dark_id"]
		temp, zodi, published := shared.Number(t, row["temp_degC"]), shared.Number(t, row["zodib_eps"]), shared.Number(t, row["limit_z"])
		day := chandra.ID(id).Date()
		limit := func(temp float64) float64 {
			c, err := Count(stats.Histogram{}, day, chandra.Celsius(temp), &zodi)
			if err != nil {
				t.Fatal(err)
			}
			return c.WithZodi.LimitZ
		}
		if math.Abs(limit(temp)/published-1) < 1e-9 {
			same++
			continue
		}
		other, known := fewerReplicas[id]
		if !known {
			t.Errorf("%s: limit %.9f, published %.9f", id, limit(temp), published)
		} else if math.Abs(limit(other)/published-1) > 1e-4 {
			t.Errorf("%s: limit %.4f at %v C, published %.4f", id, limit(other), other, published)
		} else {
			checked++
		}
	}
	if same != 54 || checked != 2 {
		t.Errorf("%d limits as published and %d with fewer replicas, want 54 and 2", same, checked)
	}
}

// A map that has exactly the published numbers of pixels above the published
// limits is counted as published, and has the published ratio to the model.
func TestPublishedCounts(t *testing.T) {
	for _, row := range shared.Table(t, "real_darkcal_history_1999_2015.csv") {
		id, zodi := row["dark_id"], shared.Number(t, row["zodib_eps"])
		temp := shared.Number(t, row["temp_degC"])
		if other, ok := fewerReplicas[id]; ok {
			temp = other
		}
		day := chandra.ID(id).Date()
		empty, err := Count(stats.Histogram{}, day, chandra.Celsius(temp), &zodi)
		if err != nil {
			t.Fatal(err)
		}
		h := stepped(map[float64]int{
			Threshold:             int(shared.Number(t, row["count"])),
			Threshold + zodi:      int(shared.Number(t, row["count_z"])),
			empty.Limit:           int(shared.Number(t, row["count_adj"])),
			empty.WithZodi.LimitZ: int(shared.Number(t, row["count_adj_z"])),
			math.Inf(-1):          ccd.ACA.Pixels(),
		})
		c, err := Count(h, day, chandra.Celsius(temp), &zodi)
		if err != nil {
			t.Fatal(err)
		}
		got := [4]int{c.Count, c.WithZodi.CountZ, c.CountAdj, c.WithZodi.CountAdjZ}
		want := [4]int{int(shared.Number(t, row["count"])), int(shared.Number(t, row["count_z"])), int(shared.Number(t, row["count_adj"])), int(shared.Number(t, row["count_adj_z"]))}
		if got != want {
			t.Errorf("%s: %v, want %v", id, got, want)
		}
		if model := row["obs_over_model"]; model != "" && fewerReplicas[id] == 0 {
			if c.Expected == nil || math.Abs(c.Expected.Ratio-shared.Number(t, row["obs_over_model"])) > 0.005 {
				t.Errorf("%s: %+v over the model, want %s", id, c.Expected, model)
			}
		} else if model == "" && day.Before(ModelFrom) && c.Expected != nil {
			t.Errorf("%s: the model does not hold yet", id)
		}
	}
}

// stepped is a histogram with the given numbers of pixels above each limit.
func stepped(above map[float64]int) stats.Histogram {
	var values []float32
	for limit, n := range above {
		for other := range above {
			if other > limit {
				n = max(n, above[other]) // counts fall with the threshold
			}
		}
		next, most := math.Inf(1), 0
		for other := range above {
			if other > limit && other < next {
				next, most = other, above[other]
			}
		}
		if math.IsInf(limit, -1) {
			limit = 0
		}
		v := float32(limit + 1e-3)
		if v := float64(v); math.IsInf(next, 1) || v < next {
			for range n - most {
				values = append(values, float32(v))
			}
		}
	}
	return stats.NewHistogram(values)
}

func TestScaledCounts(t *testing.T) {
	h := stats.NewHistogram([]float32{-3, 8, 60, 101, 150, 400, 5000})
	day := time.Date(2016, 5, 4, 0, 0, 0, 0, time.UTC)
	c, err := Count(h, day, -10, nil, -19, -10)
	if err != nil {
		t.Fatal(err)
	}
	if c.WithZodi != nil {
		t.Error("a background that is not known was corrected for")
	}
	for _, law := range Laws() {
		same := c.At(law, -10)
		for i, threshold := range stats.Thresholds {
			if want := h.Above(float64(threshold)); same[i].Count != want {
				t.Errorf("%s at its own temperature: N>%d is %d, want %d", law.Name(), threshold, same[i].Count, want)
			}
		}
		if cooler := c.At(law, -19); cooler[2].Count != 2 { // 400 and 5000 stay above 100
			t.Errorf("%s at -19 C: N>100 is %d, want 2", law.Name(), cooler[2].Count)
		}
	}
	if c.At(scaling.Uniform, -15) != nil {
		t.Error("counts for a temperature that nobody asked for")
	}
	if _, err := Count(h, day, 90, nil); err == nil {
		t.Error("90 C is beyond the laws")
	}
}
