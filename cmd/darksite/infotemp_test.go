package main

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"darksite/internal/workspace"

	"darksite/internal/config"
	"darksite/internal/shared"
	"darksite/processing/chandra"
	"darksite/processing/inputs"
)

// planned is a page of starcheck with the observations of one calibration: the
// field's centre, its five replicas 43 minutes apart, and what follows.
func planned(centre time.Time, predicted float64) string {
	const rule = "==================================================================================== \n"
	var b strings.Builder
	block := func(obsid int, target time.Time, catalog bool, rest string) {
		fmt.Fprintf(&b, "%sOBSID: %d  \nRA, Dec, Roll (deg):   166.783180    33.928030   187.753374\n\n", rule, obsid)
		fmt.Fprintf(&b, "MP_TARGQUAT at %s (VCDU count = 13541443)\n  Q1,Q2,Q3,Q4: -0.09022824  -0.95022933  0.03073683  0.29661143\n  MANVR: Angle=   0.02 deg  Duration= 240 sec  Slew err= 20.6 arcsec\n\n", chandra.FormatDate(target))
		if catalog {
			fmt.Fprintf(&b, "MP_STARCAT at %s (VCDU count = 13541449)\n", chandra.FormatDate(target.Add(1643*time.Millisecond)))
		}
		b.WriteString(rest)
	}
	warm := fmt.Sprintf("Predicted Max CCD temperature: %.1f C \t N100 Warm Pix Frac 0.043\n", predicted)
	block(58498, centre, true, warm)
	for n := range 5 {
		at := centre.Add(25*time.Minute + time.Duration(n)*43*time.Minute)
		block(58497-2*n, at, false, fmt.Sprintf(">> INFO   : No star catalog for obsid %d (DC_T%d). OK for 'DC_T' ER. \n", 58497-2*n, n))
		block(58496-2*n, at.Add(19*time.Minute), true, warm)
	}
	return b.String() + rule
}

// temperatures is a table of the star camera's own temperature around five replicas,
// whose mean near each is celsius.
func temperatures(first time.Time, celsius float64, ecsv bool) string {
	var b strings.Builder
	if ecsv {
		b.WriteString("# %ECSV 1.0\n# ---\n# datatype:\n# - {name: time, unit: s, datatype: float64}\n# - {name: hdr3_ccd_temp, unit: K, datatype: float64}\n# schema: astropy-2.0\ntime hdr3_ccd_temp\n")
	} else {
		b.WriteString("date,hdr3_ccd_temp\n")
	}
	for n := range 5 {
		start := first.Add(time.Duration(n) * 43 * time.Minute)
		for k := range 40 { // before, 10 s apart, and as many after
			for _, at := range []time.Time{start.Add(time.Duration(-k*10-5) * time.Second), start.Add(590*time.Second + time.Duration(k*10+5)*time.Second)} {
				v := celsius + 0.1
				if at.Before(start) {
					v = celsius - 0.1
				}
				if ecsv {
					fmt.Fprintf(&b, "%.3f %.4f\n", chandra.Seconds(at), v+273.15)
				} else {
					fmt.Fprintf(&b, "%s,%.4f\n", chandra.FormatDate(at), v)
				}
			}
		}
	}
	return b.String()
}

// For every calibration of 2007 to 2015 info gives the temperature that was
// measured, though a load predicted another one.
func TestDownstream2History(t *testing.T) {
	n := 0
	for _, row := range shared.Table(t, "real_darkcal_history_1999_2015.csv") {
		id := chandra.ID(row["dark_id"])
		if id < "2007001" {
			continue
		}
		n++
		measured := shared.Number(t, row["temp_degC"])
		dir := t.TempDir()
		c := workspace.Open(new(config.Default(dir)), version)
		c.Source.Starcheck, c.Source.Temperatures = "page.txt", "telemetry*"
		centre := id.Date().Add(2 * time.Hour)
		put(t, dir, "page.txt", planned(centre, measured-0.9))
		first := centre.Add(25*time.Minute + 236*time.Second + 137*time.Second) // as the plan has it
		put(t, dir, "telemetry.csv", temperatures(first, measured, n%2 == 0))
		o := newInfoOptions()
		d, err := o.find(c, id)
		if err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		if err := d.write(c); err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		content, err := os.ReadFile(filepath.Join(dir, "data", string(id), inputs.ReplicasFile))
		if err != nil {
			t.Fatal(err)
		}
		replicas, _, err := inputs.ReadReplicas(bytes.NewReader(content), string(id))
		mean, source := inputs.MeanTemp(replicas)
		if err != nil || len(replicas) != 5 || source != chandra.HDR3 || math.Abs(*mean-measured) > 0.001 {
			t.Errorf("%s: %v %s of %d replicas, %v; want %v", id, *mean, source, len(replicas), err, measured)
		}
		for _, r := range replicas {
			if r.Samples != 80 {
				t.Errorf("%s: replica %d: %d samples, want 80", id, r.Number, r.Samples)
			}
		}
		if content, err = os.ReadFile(d.File); err != nil {
			t.Fatal(err)
		}
		info, err := inputs.ReadInfo(bytes.NewReader(content), string(id))
		if err != nil || info.TempSource != chandra.HDR3 || math.Abs(*info.CCDTemp-measured) > 0.006 {
			t.Errorf("%s: %+v, %v", id, info, err)
		}
		// The same without telemetry is the prediction, and says so.
		c.Source.Temperatures = ""
		if err := os.RemoveAll(filepath.Join(dir, "data")); err != nil {
			t.Fatal(err)
		}
		d, err = o.find(c, id)
		if err != nil || !predicted(d.TempSource) || math.Abs(*d.Temp-measured) < 0.5 || !strings.Contains(strings.Join(d.Warnings, "\n"), "there is no measured temperature") {
			t.Errorf("%s: %+v, %v", id, d, err)
		}
	}
	if n != 35 {
		t.Errorf("%d calibrations, want 35", n)
	}
}

// What the real pages of two loads predicted is off by what predictions of those
// years were off by, and is not taken where a measurement is at hand.
func TestDownstream2RealPages(t *testing.T) {
	for id, load := range map[chandra.ID]string{"2007069": "MAR0507", "2012033": "JAN3012"} {
		var measured float64
		for _, row := range shared.Table(t, "real_darkcal_history_1999_2015.csv") {
			if row["dark_id"] == string(id) {
				measured = shared.Number(t, row["temp_degC"])
			}
		}
		dir := t.TempDir()
		c := workspace.Open(new(config.Default(dir)), version)
		c.Source.Starcheck = shared.Path(t, "data", "starcheck", load+"_oflsa.txt")
		o := newInfoOptions()
		d, err := o.find(c, id)
		if err != nil {
			t.Fatal(err)
		}
		off := *d.Temp - measured
		t.Logf("%s: predicted %.1f C, measured %.3f C", id, *d.Temp, measured)
		if !predicted(d.TempSource) || off < -0.85 || off > 1.09 {
			t.Errorf("%s: %v (%s), measured %v", id, *d.Temp, d.TempSource, measured)
		}
		put(t, dir, "t.ecsv", temperatures(d.plan[0], measured, true))
		c.Source.Temperatures = "t.ecsv"
		if d, err = o.find(c, id); err != nil || d.TempSource != chandra.HDR3 || math.Abs(*d.Temp-measured) > 0.001 {
			t.Errorf("%s: %v (%s), %v; want %v", id, *d.Temp, d.TempSource, err, measured)
		}
	}
}

// The order of sources, each against each.
func TestDownstream2Order(t *testing.T) {
	id := chandra.ID("2015355")
	centre := time.Date(2015, 12, 21, 17, 5, 45, 0, time.UTC)
	first := centre.Add(25*time.Minute + 236*time.Second + 137*time.Second)
	for name, c := range map[string]struct {
		csv      string // info.csv
		typed    float64
		measured bool
		want     float64
		source   string
		says     string
	}{
		"predicted alone":             {"", math.NaN(), false, -15, "predicted", "there is no measured temperature"},
		"measured, predicted":         {"", math.NaN(), true, -13, "HDR3", "2.00 C away"},
		"by hand, predicted":          {"temp\n-14\n", math.NaN(), false, -14, "info.csv", "but -15.00 C (predicted"},
		"by hand, measured":           {"temp\n-14\n", math.NaN(), true, -13, "HDR3", "but -14.00 C (info.csv), 1.00 C away"},
		"by hand with its source":     {"temp,temp_source\n-14,my log book\n", math.NaN(), true, -13, "HDR3", "but -14.00 C (my log book)"},
		"typed before, measured":      {"temp,temp_source\n-14,typed\n", math.NaN(), true, -14, "typed", "but -13.00 C (HDR3)"},
		"typed now, measured":         {"", -12, true, -12, "typed", "but -13.00 C (HDR3), 1.00 C away"},
		"typed now, before, measured": {"temp,temp_source\n-14,typed\n", -12, true, -12, "typed", "but -14.00 C (typed)"},
		"typed now, predicted":        {"", -12, false, -12, "typed", "but -15.00 C (predicted"},
		"a little off":                {"", -13.04, true, -13.04, "typed", "but -13.00 C (HDR3), 0.04 C away"},
	} {
		dir := t.TempDir()
		cfg := workspace.Open(new(config.Default(dir)), version)
		cfg.Source.Starcheck = "page.txt"
		put(t, dir, "page.txt", planned(centre, -15))
		if c.measured {
			cfg.Source.Temperatures = "t.csv"
			put(t, dir, "t.csv", temperatures(first, -13, false))
		}
		if c.csv != "" {
			put(t, dir, "data/2015355/info.csv", c.csv)
		}
		o := newInfoOptions()
		o.temp = c.typed
		d, err := o.find(cfg, id)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if said := strings.Join(d.Warnings, "\n"); math.Abs(*d.Temp-c.want) > 1e-6 || !strings.HasPrefix(d.TempSource, c.source) || !strings.Contains(said, c.says) {
			t.Errorf("%s: %v (%s), %q; want %v (%s), %q", name, *d.Temp, d.TempSource, said, c.want, c.source, c.says)
		}
	}
}
