package pixels

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Pages and programs read the reports as JSON: all of it is there but the list.
func TestReportsAsJSON(t *testing.T) {
	now := flat("2016125", celsius(-12), 10, map[Place]float32{{511, 511}: 4000, {0, -1}: 300, {0, 0}: nan})
	before := flat("2015355", celsius(-16), 5, map[Place]float32{{511, 511}: 4000})
	pair := compare(t, now, before, DefaultSettings())
	single, err := Find(now, DefaultSettings())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []*Report{pair, single} {
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		var back Report
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatal(err)
		}
		back.Pixels = r.Pixels
		if diff := cmp.Diff(r, &back, nanEqual); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if strings.Contains(string(text), "Row") || len(text) > 2000 {
			t.Errorf("%d bytes: %s", len(text), text)
		}
	}
	if single.Since != nil || pair.Since == nil || *pair.Since.CommonTemp != -16 || pair.Since.MedianRatio == nil {
		t.Errorf("%+v, %+v", single, pair.Since)
	}
	s := selectPixels(t, []Map{now, before}, DefaultRule())
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"rule":{"above_e_per_s":2000,"combine":"max","at":"current"},` +
		`"maps":[{"id":"2015355","file":"2015355/image.fits","time":"2015:355:00:00:00.000","ccd_temp_c":-16},{"id":"2016125","file":"2016125/image.fits","time":"2016:125:00:00:00.000","ccd_temp_c":-12}],` +
		`"common_temp_c":-12,"law":"per-pixel","selected":1,"missing":0}`
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestMedianRatio(t *testing.T) {
	for _, c := range []struct {
		ratios []float64
		want   float64
	}{
		{[]float64{1}, 1},
		{[]float64{1, 1, 1, 1}, 1},
		{[]float64{0.8018}, 0.802},
		{[]float64{0.5, 1.1, 3}, 1.1},
		{[]float64{0.25, 0.75, 0.75, 99}, 0.75},
		{[]float64{99, 1000}, 3.999}, // the last bin holds all beyond
		{[]float64{1e38, math.Inf(1)}, 3.999},
		{nil, math.NaN()},
	} {
		var m ratioMedian
		for _, r := range c.ratios {
			m.add(r)
		}
		got := m.median()
		if got == nil && len(c.ratios) == 0 {
			continue
		}
		if got == nil || math.Abs(*got-c.want) > 0.0011 || len(c.ratios) == 1 && *got != c.want {
			t.Errorf("%v: %v, want %v", c.ratios, got, c.want)
		}
	}
}
