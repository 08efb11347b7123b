package vocabulary

import (
	"strings"
	"testing"

	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/comparison"
	"darksite/processing/pixels"
	"darksite/processing/zodi"
)

func known(v float64) *float64 { return &v }

// telemetryOf is a calibration of replicas with both integrations; at gives arcsec in
// declination from the first, nil for attitudes that are not known.
func telemetryOf(id chandra.ID, planned int, at []float64, n int) *artifact.Calibration {
	c := &artifact.Calibration{ID: id, Origin: artifact.FromTelemetry, Map: artifact.Map{Replicas: n, Planned: planned, ShortS: 5, LongS: 10}}
	for i := range n {
		r := artifact.Replica{Number: i + 1, Received: true, Readouts: []artifact.Readout{{Integration: "short", Rows: 512}, {Integration: "long", Rows: 512}}}
		if at != nil {
			r.RA, r.Dec = known(227), known(20+at[i]/3600)
		}
		c.Replicas = append(c.Replicas, r)
	}
	return c
}

// What is said of how a calibration was taken follows from its own replicas.
func TestDownstream7Method(t *testing.T) {
	on := func(c *artifact.Calibration, do func(*artifact.Calibration)) *artifact.Calibration { do(c); return c }
	without := func(integration int, replicas ...int) func(*artifact.Calibration) {
		return func(c *artifact.Calibration) {
			for _, i := range replicas {
				c.Replicas[i].Readouts[integration].Rows = 0
			}
		}
	}
	const medians = " For each pixel the median over the replicas of either integration is taken, and the difference of the two medians over the difference of the times, in electrons per second."
	for name, c := range map[string]struct {
		of   *artifact.Calibration
		want string
	}{
		"as usual": {telemetryOf("2010001", 5, []float64{0, 120, 120, 120, 120}, 5),
			"Five replicas, the last four 120 arcseconds from the first, each read out after 5 s and after 10 s." + medians},
		"2005:070": {telemetryOf("2005070", 5, []float64{0, 1200, 1200, 1200, 1200}, 5),
			"Five replicas, the last four 1,200 arcseconds from the first, each read out after 5 s and after 10 s." + medians},
		"attitudes are not known": {telemetryOf("2016125", 5, nil, 5), "Five replicas, each read out after 5 s and after 10 s." + medians},
		"door closed": {on(telemetryOf("1999223", 7, nil, 7), func(c *artifact.Calibration) { c.Zodi = &artifact.Zodi{Background: zodi.Background{Closed: true}} }),
			"Seven replicas, each read out after 5 s and after 10 s. The sunshade door was closed, so no light of the sky reached the CCD." + medians},
		"three of five": {telemetryOf("2011234", 5, []float64{0, 120, 120}, 3), "Three replicas (5 were planned), the last two 120 arcseconds from the first, each read out after 5 s and after 10 s." + medians},
		"four of five":  {telemetryOf("2012198", 5, nil, 4), "Four replicas (5 were planned), each read out after 5 s and after 10 s." + medians},
		"six of five":   {telemetryOf("2020169", 5, nil, 6), "Six replicas, each read out after 5 s and after 10 s." + medians},
		"six attitudes over days": {on(telemetryOf("2020169", 5, []float64{0, 7200, 36000, 72000, 108000, 144000}, 6), func(c *artifact.Calibration) {
			for i := range c.Replicas {
				c.Replicas[i].Start = chandra.FormatDate(c.ID.Date().AddDate(0, 0, 3*i))
			}
		}), "Six replicas at six attitudes, up to 40.0 degrees from the first, over 15 days, each read out after 5 s and after 10 s." + medians},
		"uneven offsets": {telemetryOf("2003001", 5, []float64{0, 60, 120, 120, 120}, 5), "Five replicas, the last four 60 to 120 arcseconds from the first, each read out after 5 s and after 10 s." + medians},
		"two":            {telemetryOf("2010001", 2, []float64{0, 120}, 2), "Two replicas, the second 120 arcseconds from the first, each read out after 5 s and after 10 s." + medians},
		"one attitude":   {telemetryOf("2010001", 2, []float64{0, 1}, 2), "Two replicas at one attitude, each read out after 5 s and after 10 s." + medians},
		"other times": {on(telemetryOf("2010001", 5, nil, 5), func(c *artifact.Calibration) { c.Map.ShortS, c.Map.LongS = 4.992, 9.984 }),
			"Five replicas, each read out after 4.992 s and after 9.984 s." + medians},
		"one replica": {telemetryOf("2020001", 5, nil, 1), "One replica (5 were planned), read out after 5 s and after 10 s. For each pixel the difference of the two integrations over the difference of the times is taken, in electrons per second; with one replica there is no median that removes stars."},
		"one integration only": {on(telemetryOf("2020169", 5, nil, 6), without(0, 0, 1, 2, 3, 4, 5)),
			"Six replicas, each read out after 10 s only: without a readout after 5 s there is no dark current."},
		"one lacks an integration": {on(telemetryOf("2010001", 5, nil, 5), without(0, 2)), "Five replicas, read out after 5 s and after 10 s, one only after 10 s." + medians},
		"a map of others":          {&artifact.Calibration{ID: "2007006", Origin: artifact.FromMap}, "The map was made by another program, which does not say what it was made of."},
		"a map of others with replicas": {&artifact.Calibration{ID: "2007006", Origin: artifact.FromMap, Map: artifact.Map{Planned: 5, Replicas: 4}, Replicas: []artifact.Replica{{Received: true}, {Received: true}, {Received: true}, {Received: true}, {}}},
			"Four replicas. The map was made by another program, which does not say how long they were exposed."},
	} {
		if got := Method(c.of); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, c.want)
		}
	}
}

// No text counts more replicas than there are.
func TestDownstream6ReplicasOfPlanned(t *testing.T) {
	for want, m := range map[string]artifact.Map{
		"4 of 5 replicas": {Replicas: 4, Planned: 5}, "5 of 5 replicas": {Replicas: 5, Planned: 5}, "6 replicas, 5 were planned": {Replicas: 6, Planned: 5},
		"2 replicas, 1 was planned": {Replicas: 2, Planned: 1}, "1 of 1 replica": {Replicas: 1, Planned: 1}, "1 replica": {Replicas: 1}, "12 replicas, 7 were planned": {Replicas: 12, Planned: 7},
	} {
		if got := m.ReplicasText(); got != want {
			t.Errorf("%d of %d: %q, want %q", m.Replicas, m.Planned, got, want)
		}
	}
}

// Beside every change stands what it was compared with and how that was judged.
func TestCase39Partners(t *testing.T) {
	temp := chandra.Celsius(-13.64)
	since := &pixels.Difference{Before: pixels.Source{ID: "2016010"}, Days: 230.2, CommonTemp: &temp, Law: "per-pixel", Change: pixels.Change{EPerS: 50, Factor: 2.5}}
	since.Warm.New.Total, since.Warm.Gone.Total, since.Warm.Created.Total, since.Warm.NetPerDay = 13312, 1, 4, -0.01
	c := &comparison.Comparison{ID: "2016240", Pixels: pixels.Report{WarmAbove: 100, HotAbove: 3000, Since: since}}
	c.Provenance.Inputs = []comparison.Input{{ID: "2016240", Verdict: "good", Usable: true}, {ID: "2016010", Verdict: "remarked", Usable: true}}
	for _, step := range []struct {
		do   func()
		want []string
	}{
		{func() {}, []string{"Compared pixel by pixel with 2016:010 (judged good, with remarks), 230 days earlier, both at -13.6 C by the per-pixel law: 13,312 pixels crossed 100 e-/s upwards and 1 downwards, net +0.0 a day; beyond noise, 4 became warm, 0 recovered and 0 became hot (above 3,000 e-/s).",
			"0 pixels became brighter and 0 fainter by more than 50 e-/s and a factor of 2.5.", "No new hot region: no group of neighbouring pixels brightened together."}},
		{func() {
			c.Provenance.Inputs[1].Verdict, c.Provenance.Inputs[1].Why = "bad", "judged bad, and accepted by N. N. on 2026-11-22"
			c.Provenance.PassedOver = []comparison.Input{{ID: "2016200", Verdict: "bad", Why: "judged bad, and nobody has accepted it"}, {ID: "2016125", Verdict: "good", Why: "rejected by N. N. on 2026-11-22"}}
		}, []string{"with 2016:010 (judged bad, and accepted by N. N. on 2026-11-22), 230 days earlier", "0 pixels became", "No new hot region",
			"Passed over as partners: 2016:200 (judged bad, and nobody has accepted it); 2016:125 (rejected by N. N. on 2026-11-22)."}},
		{func() { since.CommonTemp, since.Note = nil, "A temperature is not known." }, []string{"as measured, each at its own temperature", "0 pixels", "A temperature is not known.", "No new", "Passed over"}},
		{func() { c.Provenance.Inputs = c.Provenance.Inputs[:1] }, []string{"with 2016:010, 230 days", "0 pixels", "A temp", "No new", "Passed"}}, // of version 1
		{func() { c.Pixels.Since = nil }, []string{"Single pixels are not compared: there is no usable earlier map.", "Passed over as partners: "}},
		{func() { c.Provenance.PassedOver = nil }, []string{"Single pixels are not compared: no earlier map is available."}},
		{func() { c = nil }, []string{"Single pixels are not compared: no earlier map is available."}},
	} {
		step.do()
		got := Changes(c)
		if len(got) != len(step.want) {
			t.Errorf("%q, want %q", got, step.want)
			continue
		}
		for i := range got {
			if !strings.Contains(got[i], step.want[i]) {
				t.Errorf("%q, want %q", got[i], step.want[i])
			}
		}
	}
}
