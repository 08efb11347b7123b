package quality

import (
	"strings"
	"testing"

	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/comparison"
	"darksite/processing/pixels"
	"darksite/processing/stats"
	"darksite/processing/warm"
)

// An earlier map that is itself judged bad, and a partner because a person
// accepted it, makes no later map bad: what differs may be its own fault.
func TestNothingIsHeldAgainstABadMap(t *testing.T) {
	temp := chandra.Celsius(-13.6)
	ratio := 0.3
	m := &comparison.Comparison{ID: "2016200", Orientation: &pixels.Orientation{Above: 500}}
	for i := range m.Orientation.Pixels {
		m.Orientation.Pixels[i] = 1000
	}
	m.Orientation.Hot[pixels.RowsReversed] = 0.9
	since := &pixels.Difference{Before: pixels.Source{ID: "2016125", Temp: &temp}, Days: 75, CommonTemp: &temp, Compared: 1 << 20, MedianRatio: &ratio}
	since.Warm.Gone.Total, since.Warm.Stayed.Total = 90_000, 5000
	m.Pixels.Since = since
	m.Risen = []pixels.Risen{{Row: 1, Col: 2, Pixels: 9}}
	names := []string{"risen-places", "orientation", "hot-pixels-kept", "warm-pixels-kept", "change"}
	for verdict, want := range map[string]State{"good": Bad, "degraded": Bad, "bad": Unknown} {
		m.Provenance.Inputs = []comparison.Input{{ID: "2016200"}, {ID: "2016125", Verdict: verdict, Usable: true}}
		if verdict == "bad" {
			m.Provenance.Inputs[1].Why = "judged bad, and accepted by N. N. on 2026-11-22"
		}
		v := Judge(Subject{&artifact.Calibration{ID: "2016200"}, m}, DefaultRules())
		if verdict != "bad" && v.State != want {
			t.Errorf("beside a %s map: %s", verdict, v.State)
		}
		for _, name := range names {
			c := clause(t, v, name)
			if (c.State == Unknown) != (verdict == "bad") || (c.Counts == Pass) != (verdict == "bad") {
				t.Errorf("beside a %s map, %s: %s, counts as %s: %s", verdict, name, c.State, c.Counts, c.Sentence)
			}
			if verdict == "bad" && !strings.Contains(c.Sentence, "The map of the earlier calibration 2016125 was judged bad, and accepted by N. N. on 2026-11-22:") {
				t.Errorf("%s: %s", name, c.Sentence)
			}
		}
	}
}

// Where the model has no number there is nothing to divide by.
func TestModelWithoutANumberIsUnknown(t *testing.T) {
	h := stats.NewHistogram([]float32{1, 2, 3, 200, 300})
	for id, want := range map[chandra.ID]State{"2016125": Bad, "2099001": Unknown, "9999001": Unknown} {
		counts, err := warm.Count(h, id.Date(), -13.6, nil)
		if err != nil {
			t.Fatal(err)
		}
		v := Judge(Subject{Calibration: &artifact.Calibration{ID: id, Warm: counts}}, DefaultRules())
		c := clause(t, v, "model")
		if known := want != Unknown; known == (c.State == Unknown) {
			t.Errorf("%s: %s, %s", id, c.State, c.Sentence)
		} else if !known && (c.Measured != nil || !strings.Contains(c.Sentence, "beyond its range")) {
			t.Errorf("%s: %v, %s", id, c.Measured, c.Sentence)
		}
	}
}
