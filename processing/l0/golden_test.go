package l0_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"math"
	"strconv"
	"strings"
	"testing"

	"darksite/internal/shared"
	"darksite/processing/fits/fitstest"
	"darksite/processing/l0"
	"darksite/processing/telemetry"
)

// goldens maps the single golden files to the rows that the original decoder
// made of them.
var goldens = map[string]int{"clean": 192, "even": 188, "dropped": 312, "truncated": 168, "falsesync": 384, "headers": 192}

func decode(t testing.TB, name string) []telemetry.Row {
	t.Helper()
	f, err := telemetry.Decode(bytes.NewReader(shared.Read(t, "golden", name+".vc2.gz")), name)
	if err != nil {
		t.Fatal(err)
	}
	return f.Rows
}

func lines(t testing.TB, name string) [][]string {
	t.Helper()
	all, err := csv.NewReader(bytes.NewReader(shared.Read(t, "golden", name))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all[1:]
}

// idlLine writes a row as NAME.idl.csv does.
func idlLine(v *l0.Legacy) string {
	sum, pixels := 0, make([]byte, 0, 1024)
	for _, p := range v.Pixels {
		sum += int(p)
		pixels = append(pixels, byte(uint16(p)>>8), byte(p))
	}
	return fmt.Sprintf("%.6f,%d,%d,%s,%d,%d,%d,%d,%d,%d,%d,%08x", v.TimeERT, v.RecCtr, v.ADCBias,
		strconv.FormatFloat(float64(v.Integ), 'g', 9, 64), v.CalType, v.Replica, v.ColNeg, v.Row, v.SciHdrCtr, v.TwoUsClk, sum, crc32.ChecksumIEEE(pixels))
}

// TestLegacyIsTheOldDecoder has the original decoder as truth: every row of its
// table is among ours, equal in every column.
func TestLegacyIsTheOldDecoder(t *testing.T) {
	for name, want := range goldens {
		t.Run(name, func(t *testing.T) {
			ours := map[string]bool{}
			for _, r := range decode(t, name) {
				v := l0.LegacyValues(&r)
				ours[idlLine(&v)] = true
			}
			theirs := lines(t, name+".idl.csv")
			if len(theirs) != want {
				t.Fatalf("%d reference rows, want %d", len(theirs), want)
			}
			for _, l := range theirs {
				if line := strings.Join(l, ","); !ours[line] {
					t.Errorf("no row of ours is %s", line)
				}
			}
		})
	}
}

// TestLegacyFileIsTheOldTable goes all the way: our file, read by astropy,
// holds the numbers that the original decoder stored.
func TestLegacyFileIsTheOldTable(t *testing.T) {
	for _, name := range []string{"clean", "headers"} {
		t.Run(name, func(t *testing.T) {
			file := encode(t, decode(t, name), l0.Options{Legacy: true, Version: "1.2.3", Source: name + ".vc2"})
			fitstest.Check(t, file)
			var got []string
			fitstest.Astropy(t, file, `
import zlib
t = hdus["ACA_DUMP"].data
assert hdus["ACA_DUMP"].header["NAXIS1"] == 1056
assert not any(k.startswith(("TZERO", "TSCAL", "TUNIT")) for k in hdus["ACA_DUMP"].header)
assert hdus["ACA_DUMP"].columns.formats == ["D", "J", "I", "E", "I", "I", "I", "I", "I", "J", "512I"]
assert hdus["ACA_DUMP"].header["DATE"] == hdus[0].header["DATE"] == "1998-12-18T22:29:19"
assert hdus["ACA_DUMP"].header["CREATOR"] == "ACALIMG_SFDU"
assert (hdus[0].header["TSTART"], hdus[0].header["TSTOP"]) == (310.0625, 436.39375)
assert hdus[0].header["MJDREF"] == 50814 and hdus[0].header["TIMESYS"] == "TT"
result = []
for r in t:
    p = r["PIXDATA"].astype(">i2")
    result.append("%.6f,%d,%d,%.9g,%d,%d,%d,%d,%d,%d,%d,%08x" % (r["TIME_ERT"], r["REC_CTR"], r["ADC_BIAS"], r["INTEG"],
        r["CALTYPE"], r["REPLICA"], r["COLNEG"], r["ROW"], r["SCI_HDR_CTR"], r["TWO_US_CLK"], p.sum(dtype="i8"), zlib.crc32(p.tobytes())))
`, &got)
			for i, l := range lines(t, name+".idl.csv") {
				if want := strings.Join(l, ","); got[i] != want {
					t.Errorf("row %d is %s, want %s", i, got[i], want)
				}
			}
		})
	}
}

// TestTrueTable has what the simulator sent as truth, and astropy's own clock
// for the time: its cxcsec and its leap seconds.
func TestTrueTable(t *testing.T) {
	for _, name := range []string{"clean", "even", "headers"} {
		t.Run(name, func(t *testing.T) {
			file := encode(t, decode(t, name), l0.Options{Version: "1.2.3", Source: name + ".vc2"})
			fitstest.Check(t, file)
			type row struct {
				Time                   float64
				Counter, Bias          int64
				Integ                  float64
				CalType, Replica, Sign int64
				Row, Sci, Clock, Sum   int64
				CRC                    string
			}
			var got struct {
				Rows []row
				UTC  []float64 // Earth-received times in s of days of 86400 s since 1958, from TIME_ERT
			}
			fitstest.Astropy(t, file, `
import zlib
from astropy.time import Time
warnings.simplefilter("ignore") # astropy's table of leap seconds may be expired; it still holds those of the data
h = hdus["ACA_DUMP"].header
t = hdus["ACA_DUMP"].data
assert t["ADC_BIAS"].dtype == t["SCI_HDR_CTR"].dtype == np.uint16 and t["TWO_US_CLK"].dtype == np.uint32
assert hdus["ACA_DUMP"].columns["PIXDATA"].format == "512J" and hdus["ACA_DUMP"].columns["PIXDATA"].unit == "DN"
for k in hdus[0].header, h:
    assert (k["TELESCOP"], k["INSTRUME"], k["CREATOR"]) == ("CHANDRA", "ACA", "darksite 1.2.3")
    assert (k["TIMESYS"], k["MJDREF"], k["TIMEUNIT"]) == ("TT", 50814, "s")
    assert k["TSTART"] == t["TIME_ERT"].min() and k["TSTOP"] == t["TIME_ERT"].max()
    assert abs(Time(k["DATE-OBS"], scale="tt").cxcsec - k["TSTART"]) < 2e-6
    assert abs(Time(k["DATE-END"], scale="tt").cxcsec - k["TSTOP"]) < 2e-6
    assert abs(Time(k["DATE"], scale="utc").cxcsec - k["TSTOP"]) < 2e-6
for i, c in enumerate(hdus["ACA_DUMP"].columns.names, 1):
    if "TLMIN%d" % i in h:
        assert t[c].min() >= h["TLMIN%d" % i] and t[c].max() <= h["TLMAX%d" % i], c
result["rows"] = []
for r in t:
    dn = (r["PIXDATA"] + np.int64(r["ADC_BIAS"])).astype(">u2")
    assert (dn == r["PIXDATA"] + np.int64(r["ADC_BIAS"])).all()
    result["rows"].append(dict(time=float(r["TIME_ERT"]), counter=int(r["REC_CTR"]), bias=int(r["ADC_BIAS"]), integ=float(r["INTEG"]),
        caltype=int(r["CALTYPE"]), replica=int(r["REPLICA"]), sign=int(r["COLNEG"]), row=int(r["ROW"]), sci=int(r["SCI_HDR_CTR"]),
        clock=int(r["TWO_US_CLK"]), sum=int(dn.sum(dtype="i8")), crc="%08x" % zlib.crc32(dn.tobytes())))
u = Time(t["TIME_ERT"], format="cxcsec").utc
result["utc"] = ((u.jd1 - 2436204.5 + u.jd2) * 86400).tolist()
`, &got)
			sent := lines(t, name+".sent.csv")
			if len(sent) != len(got.Rows) {
				t.Fatalf("%d rows, %d were sent", len(got.Rows), len(sent))
			}
			for i, s := range sent {
				r := got.Rows[i]
				line := fmt.Sprintf("%d,%d,%d,%d,%d,%d,%d,%d,%d,%s", r.Counter, r.Bias, r.CalType, r.Replica, r.Sign, r.Row, r.Sci, r.Clock, r.Sum, r.CRC)
				// rec_ctr,offset,ert_1958,bias,integ_units,caltype,replica,colneg,row,sci_hdr_ctr,two_us_clk,dn_sum,crc32
				want := strings.Join([]string{s[0], s[3], s[5], s[6], s[7], s[8], s[9], s[10], s[11], s[12]}, ",")
				if line != want {
					t.Errorf("row %d is %s, want %s", i, line, want)
				}
				ert, _ := strconv.ParseFloat(s[2], 64)
				// Julian dates in two doubles, subtracted: good to some 10 us.
				if d := got.UTC[i] - ert; d > 2e-5 || d < -2e-5 {
					t.Errorf("row %d: received at %.6f, want %.6f", i, got.UTC[i], ert)
				}
				units, _ := strconv.Atoi(s[4])
				if want := float64(units) * 0.016; math.Abs(r.Integ-want) > 2e-7*want { // two roundings to float32
					t.Errorf("row %d: INTEG %v, want %v", i, r.Integ, want)
				}
			}
		})
	}
}

// TestReferenceCounts keeps the reference files and this test in step.
func TestReferenceCounts(t *testing.T) {
	for name, want := range goldens {
		var idl struct {
			Rows int `json:"rows"`
		}
		if err := json.Unmarshal(shared.Read(t, "golden", name+".idl.json"), &idl); err != nil || idl.Rows != want {
			t.Errorf("%s: %d rows, %v, want %d", name, idl.Rows, err, want)
		}
	}
}
