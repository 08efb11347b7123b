package artifact

import (
	"encoding/json"
	"reflect"
	"testing"
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
	if c.Schema != Schema || c.Origin != FromTelemetry || *c.Facts.CCDTemp != -13.25 || c.Map.Exposures != 2 {
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
	if err != nil || !reflect.DeepEqual(c, again) {
		t.Errorf("comes back otherwise: %v", err)
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(b, &keys); err != nil || string(keys["schema"]) != `"`+Schema+`"` {
		t.Errorf("schema %s, %v", keys["schema"], err)
	}
}
