package artifact

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"darksite/processing/quantity"
)

// versionOne is a calibration.json as darksite 0.1.0 wrote it, shortened.
const versionOne = `{
 "schema": "darksite/calibration/1",
 "id": "2016125",
 "date": "2016:125",
 "facts": {"datestart": "2016:125:01:02:03.400", "ra_deg": 227.136, "dec_deg": 16.976, "ccd_temp_c": -13.25, "source": "info.csv"},
 "map": {"method": "classic", "units": "e-/s", "gain_e_per_dn": 5, "integration_short_s": 5, "integration_long_s": 10, "orientation": "x",
  "replicas_used": 1, "replicas_planned": 5, "degraded": true, "degraded_reasons": ["1 of 5 replicas were received"],
  "pixels": 4, "missing_pixels": 1048572, "samples_short": [1048572, 4], "samples_long": [1048572, 4]},
 "statistics": {"pixels": 4, "mean": 75.75, "median": 2, "min": -1, "max": 300, "peak": null, "mean_near_peak": 1, "above": [{"threshold": 100, "count": 1}], "quantiles": []},
 "histogram": {"values": [-1, 2, 300], "counts": [1, 2, 1]},
 "quadrants": [],
 "replicas": [{"number": 3, "file": "2016_125_VC2_Replica3_SFDU_31089.gz", "bytes": 2080, "sfdus": 4, "frames": {"data": 4, "fill": 0, "other": 0, "repeated": 0, "damaged": 0},
  "segments": 1, "rows_received": 2, "rows_expected": 4096, "rows_rejected": 0, "rows_repeated": 0, "rows_strange": 7,
  "received_first": "2016:125:04:00:00.000", "received_last": "2016:125:04:10:00.000",
  "readouts": [{"integration": "short", "integ_units": 312, "quadrant": "A", "rows": 1}, {"integration": "long", "integ_units": 625, "quadrant": "A", "rows": 1}],
  "ledger": {"rows": 2080, "framing": 0, "fill": 0, "empty": 0, "cut": 0, "rejected": 0, "repeated": 0, "other": 0, "damaged": 0, "trailing": 0}}],
 "ledger": {"rows": 2080, "framing": 0, "fill": 0, "empty": 0, "cut": 0, "rejected": 0, "repeated": 0, "other": 0, "damaged": 0, "trailing": 0},
 "provenance": {"tool": "darksite", "version": "0.1.0", "settings": {"method": "classic"}, "inputs": []}
}`

// What the version before wrote is read with nothing lost: in the words of
// today, with what follows from its facts filled in.
func TestVersionOneIsRead(t *testing.T) {
	c, err := Parse([]byte(versionOne))
	if err != nil {
		t.Fatal(err)
	}
	if c.Schema != Schema || c.StoredSchema != "darksite/calibration/1" || c.Origin != FromTelemetry || *c.Facts.CCDTemp != -13.25 || c.Map.Exposures != 2 {
		t.Errorf("%+v", c)
	}
	r := c.Replicas[0]
	if !r.Received || r.RowsOther != 7 || r.Start != "2016:125:04:00:00.000" || r.Stop != "2016:125:04:10:00.000" || r.TimeSource != TimeReceived {
		t.Errorf("replica %+v", r)
	}
	if c.Facts.Start != r.Start || c.Zodi == nil || c.Warm == nil || c.Warm.Count != 1 || c.Warm.Expected == nil {
		t.Errorf("what follows is missing: %+v, %v, %v", c.Facts, c.Zodi, c.Warm)
	}
	if c.Noise != nil || r.Readouts[0].MedianDN != nil {
		t.Error("what version 1 did not know was invented")
	}
	// It is written as today's and read back the same.
	b, err := encodeLines(c)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Parse(b)
	c.StoredSchema = Schema
	if err != nil || !reflect.DeepEqual(c, again) {
		t.Errorf("comes back otherwise: %v", err)
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(b, &keys); err != nil || string(keys["schema"]) != `"`+Schema+`"` {
		t.Errorf("schema %s, %v", keys["schema"], err)
	}
}

// warmVersionTwo is a calibration.json as darksite wrote it until November 2026 of
// a CCD whose median is far above its peak, shortened. Peak and mean near peak were
// those about the mode, 8, in the whole and about the median in the quadrant.
func warmVersionTwo() []byte {
	var values, counts []string
	for v := range 500 {
		n := 600 - v
		if v <= 16 {
			n = 10000 - 150*(v-8)*(v-8)
		}
		values, counts = append(values, strconv.Itoa(v)), append(counts, strconv.Itoa(n))
	}
	return fmt.Appendf(nil, `{"schema": "darksite/calibration/2", "id": "2015355", "date": "2015:355", "origin": "telemetry",
 "statistics": {"pixels": 273986, "peak": 8, "peak_about": "mode", "mean_near_peak": 8, "above": [], "quantiles": []},
 "histogram": {"values": [%s], "counts": [%s]},
 "quadrants": [{"quadrant": "A", "statistics": {"pixels": 273986, "peak": 8, "peak_about": "median", "mean_near_peak": 8, "above": [], "quantiles": []},
  "histogram": {"values": [%[1]s], "counts": [%[2]s]}}],
 "replicas": [], "contradictions": ["one"]}`, strings.Join(values, ","), strings.Join(counts, ","))
}

// Version 2 gave numbers about the mode the names of those about the median. They
// are taken anew from the exact histogram, whichever they were; all else stays.
func TestVersionTwoIsRead(t *testing.T) {
	content := warmVersionTwo()
	c, err := Parse(content)
	if err != nil {
		t.Fatal(err)
	}
	if c.Schema != Schema || c.StoredSchema != "darksite/calibration/2" || len(c.Contradictions) != 1 {
		t.Errorf("%s, stored as %s, contradictions %q", c.Schema, c.StoredSchema, c.Contradictions)
	}
	for _, s := range []quantity.Statistics{c.Statistics, c.Quadrants[0].Statistics} {
		median := c.Histogram.Median()
		if s.Value(quantity.Peak) != nil || math.Abs(s.Numbers[quantity.MeanNearPeak]-median) > 0.1 {
			t.Errorf("peak %v, mean near peak %v: want none, and one near the median, %v", s.Value(quantity.Peak), s.Numbers[quantity.MeanNearPeak], median)
		}
		if s.Numbers[quantity.Mode] != 8 || math.Abs(s.Numbers[quantity.PeakAboutMode]-8) > 1e-9 || math.Abs(s.Numbers[quantity.MeanNearMode]-8) > 1e-9 {
			t.Errorf("mode %v, peak about it %v, mean near it %v: want 8", s.Numbers[quantity.Mode], s.Numbers[quantity.PeakAboutMode], s.Numbers[quantity.MeanNearMode])
		}
	}
	b, err := encodeLines(c)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Parse(b)
	if err != nil || again.StoredSchema != Schema || !reflect.DeepEqual(c.Statistics, again.Statistics) {
		t.Errorf("comes back otherwise: %v", err)
	}
	// A damaged histogram is refused before anything is taken from it.
	if _, err := Parse(bytes.Replace(content, []byte(`"counts": [400,`), []byte(`"counts": [`), 1)); err == nil {
		t.Error("a histogram with fewer counts than values was read")
	}
}
