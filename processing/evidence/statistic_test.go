package evidence

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"darksite/internal/shared"
	"darksite/processing/darkmap"
	"darksite/processing/quantity"
)

// numpys works out every statistic from the FITS file with numpy and astropy,
// for the CCD and each quadrant, and says where the data begin.
const numpys = `
import json, sys, warnings
warnings.simplefilter("error", UserWarning)
import numpy as np
from astropy.io import fits
out = {}
with fits.open(sys.argv[1]) as f:
    out["data at"] = f[0].fileinfo()["datLoc"]
    image = f[0].data.astype(float)
row, col = np.mgrid[-512:512, -512:512]
parts = {"": row == row, "A:": (row < 0) & (col >= 0), "B:": (row < 0) & (col < 0), "C:": (row >= 0) & (col >= 0), "D:": (row >= 0) & (col < 0)}
for name, part in parts.items():
    v = image[part]
    v = v[np.isfinite(v)]
    median = np.median(v)
    assert np.all(v == np.round(v)) # so each value is a bin
    def vertex(centre):
        x = np.arange(np.ceil(centre - 5), np.floor(centre + 5) + 1)
        c, b, a = np.polyfit(x - centre, [(v == i).sum() for i in x], 2)
        return centre - b / 2 / c if c < 0 and abs(b / 2 / c) <= 5 else None
    values, counts = np.unique(v[(v >= np.floor(np.percentile(v, 1))) & (v <= np.ceil(np.percentile(v, 99)))], return_counts=True)
    out.update({name + "mean": v.mean(), name + "median": median, name + "min": v.min(), name + "max": v.max(),
        name + "pixels": len(v), name + "mean near peak": v[abs(v - median) <= 5].mean()})
    if vertex(median) is not None:
        out.update({name + "peak": vertex(median), name + "peak about": float(median)})
    if counts.max() >= 100:
        mode = values[counts.argmax()]
        out.update({name + "mode": float(mode), name + "mean near mode": v[abs(v - mode) <= 5].mean()})
        if vertex(mode) is not None:
            out.update({name + "peak about mode": vertex(mode), name + "peak about mode about": float(mode)})
    for t in [-3, 0, 50, 100, 101.5, 777, 2000]:
        out[name + "N>%g" % t] = int((v > t).sum())
    for p in [1, 5, 33.3, 95, 99.9, 100]:
        out[name + "p%g" % p] = np.percentile(v, p)
json.dump(out, sys.stdout)
`

func TestStatisticsAreNumpys(t *testing.T) {
	shared.Slow(t)
	s := simulated(t, "drop 3 frames; replica 4 missing", 8, darkmap.Classic)
	k := open(t, s)
	out, err := exec.Command("/usr/bin/python3", "-c", numpys, k.image.path).Output()
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]float64
	if err := json.Unmarshal(out, &want); err != nil {
		t.Fatal(err)
	}
	if want["data at"] != float64(k.image.dataAt) {
		t.Errorf("the pixels begin at byte %d, astropy says %v", k.image.dataAt, want["data at"])
	}
	delete(want, "data at")
	if len(want) < 5*22 {
		t.Fatalf("numpy gave only %d numbers", len(want))
	}
	for question, v := range want {
		if name, about := strings.CutSuffix(question, " about"); about {
			if f := ask(t, k, name).Number.Fit; f.Around != v {
				t.Errorf("%s: the fit is about %v, numpy's about %v", name, f.Around, v)
			}
			continue
		}
		a := ask(t, k, question)
		n := a.Number
		if n.Stored == nil || n.Recomputed == nil || len(a.Problems) > 0 || n.Agrees == nil || !*n.Agrees {
			t.Errorf("%s: stored %v, recomputed %v, problems %q", question, n.Stored, n.Recomputed, a.Problems)
			continue
		}
		for _, got := range []float64{*n.Stored, *n.Recomputed} {
			if math.Abs(got-v) > 1e-9*max(1, math.Abs(v)) {
				t.Errorf("%s: %v, numpy has %v", question, got, v)
			}
		}
		if again := ask(t, k, a.Question); *again.Number.Stored != *n.Stored {
			t.Errorf("%s is called %s, which is %v", question, a.Question, *again.Number.Stored)
		}
		for _, p := range n.Pixels {
			if q := ask(t, k, fmt.Sprintf("%d,%d", p.Row, p.Col)); q.Pixel.Value == nil || *q.Pixel.Value != p.Value {
				t.Errorf("%s: pixel %d,%d has %v, want %v", question, p.Row, p.Col, q.Pixel.Value, p.Value)
			}
		}
	}
}

func TestOtherIntegrationsAreCounted(t *testing.T) {
	k := open(t, simulated(t, "wrong integration in replica 4", 10, darkmap.Classic))
	if n := ask(t, k, "replica 4 rows other").Number; *n.Stored == 0 || *n.Recomputed != *n.Stored {
		t.Errorf("stored %v, recomputed %v", *n.Stored, *n.Recomputed)
	}
	if n := ask(t, k, "replica 3 rows other").Number; *n.Stored != 0 {
		t.Errorf("replica 3 has %v", *n.Stored)
	}
}

// All names must come back, of both methods, for calibration.json and image.fits.
func TestEveryNameHasAnAnswer(t *testing.T) {
	shared.Slow(t)
	for _, method := range []darkmap.Method{darkmap.Classic, darkmap.Measured} {
		k := open(t, golden(t, method))
		for _, name := range Names() {
			a := ask(t, k, name)
			if a.Number.Stored == nil || a.Number.Agrees == nil || !*a.Number.Agrees || len(a.Problems) > 0 || a.Number.Definition == "" {
				t.Errorf("%s, %s: stored %v, recomputed %v, problems %q", method, name, a.Number.Stored, a.Number.Recomputed, a.Problems)
			}
			if of := quantity.Named(name); strings.HasPrefix(a.Number.StoredAt, "/") == (of != nil && of.Measure == nil && of.Key != quantity.CCDTemp) {
				t.Errorf("%s: stored at %q", name, a.Number.StoredAt)
			}
		}
	}
}

// Numbers that follow from the map and the facts are worked out from both.
func TestDerivedNumbers(t *testing.T) {
	s := golden(t, darkmap.Classic)
	k := open(t, s)
	warm := ask(t, k, "warm fraction").Number
	if n, all := ask(t, k, "N>100").Number, ask(t, k, "pixels").Number; *warm.Recomputed != 100**n.Recomputed / *all.Recomputed {
		t.Errorf("%v %%, want 100 x %v / %v", *warm.Recomputed, *n.Recomputed, *all.Recomputed)
	}
	limit := *ask(t, k, "limit").Number.Recomputed
	if want := 100 * math.Pow(10, (-13.25+19)/21); math.Abs(limit-want) > 1e-9 {
		t.Errorf("limit %v, want %v", limit, want)
	}
	adj := ask(t, k, "adj").Number
	if n := ask(t, k, fmt.Sprintf("N>%.6f", limit)).Number; *n.Recomputed != *adj.Recomputed || !strings.Contains(adj.Definition, "historic") {
		t.Errorf("%v pixels, %v above %v; %s", *adj.Recomputed, *n.Recomputed, limit, adj.Definition)
	}
	if d := ask(t, k, "n_gt_200_common").Number.Definition; !strings.Contains(d, "taken to -15 C") || !strings.Contains(d, "per-pixel") {
		t.Error(d)
	}
	k.calibration.Facts.CCDTemp = nil
	if a := ask(t, k, "count_adj"); a.Number.Stored != nil || !*a.Number.Agrees || len(a.Notes) != 1 {
		t.Errorf("without a temperature: %+v, notes %q", a.Number, a.Notes)
	}
	k.image.pixels[0] = 9000 // another map
	if a := ask(t, k, "warm fraction"); *a.Number.Agrees || len(a.Problems) != 1 {
		t.Errorf("another map: %+v, problems %q", a.Number, a.Problems)
	}
}

// A pixel stands in the file where the answer says, all over the map.
func TestPixelsStandWhereTheyAreSaidTo(t *testing.T) {
	k := open(t, golden(t, darkmap.Measured))
	for i, v := range k.image.pixels {
		if at := k.image.dataAt + 4*int64(i); !same(v, math.Float32frombits(binary.BigEndian.Uint32(k.image.content[at:]))) {
			t.Fatalf("pixel %d is not at byte %d", i, at)
		}
	}
	k.image.dataAt += 4
	q, err := Parse("-512,-512")
	if err != nil {
		t.Fatal(err)
	}
	k.image.pixels[0] = 7
	for range 2 { // another float there, then the end of the file
		if _, err := k.Ask(t.Context(), q); err == nil || !strings.Contains(err.Error(), "not a 32-bit float at byte") {
			t.Errorf("a pixel that stands elsewhere gives %v", err)
		}
		k.image.content = k.image.content[:k.image.dataAt]
	}
}

// The rows of a replica are those that were sent less those that were lost.
func TestRowsAreThoseThatArrived(t *testing.T) {
	shared.Slow(t)
	s := simulated(t, "drop 3 frames of replica 1", 9, darkmap.Classic)
	k := open(t, s)
	arrived := 0
	for _, a := range s.truth.Files[0].Arrivals {
		if a.String() != "lost" {
			arrived++
		}
	}
	a := ask(t, k, "replica 1 rows")
	if got := *a.Number.Recomputed; int(got) != arrived || arrived == len(s.truth.Files[0].Rows) {
		t.Errorf("%v rows, %d of %d arrived", got, arrived, len(s.truth.Files[0].Rows))
	}
	sum := 0
	for _, r := range a.Number.Readouts {
		sum += r.Rows
		lost := 0
		for _, m := range r.Missing {
			lost += m[1] - m[0] + 1
		}
		if r.Rows+lost != 512 || r.First == nil || len(r.First.Record) == 0 {
			t.Errorf("readout %+v", r)
		}
	}
	if sum != arrived || len(a.Number.Readouts) != 8 {
		t.Errorf("%d readouts hold %d rows, want 8 with %d", len(a.Number.Readouts), sum, arrived)
	}
	for question, want := range map[string]int{"replica 2 rows": 192, "replica 2 long rows": 96, "replica 2 short D rows": 24, "rows": arrived + 4*192} {
		if got := *ask(t, k, question).Number.Recomputed; int(got) != want {
			t.Errorf("%s: %v, want %d", question, got, want)
		}
	}
}

func TestPeakShowsItsFit(t *testing.T) {
	shared.Slow(t)
	f := ask(t, open(t, simulated(t, "", 12, darkmap.Classic)), "peak").Number.Fit
	if f == nil || len(f.Bins) < 10 || len(f.Bins) > 11 {
		t.Fatalf("fit %+v", f)
	}
	// The normal equations: the residuals are orthogonal to 1, x and x^2.
	var r [3]float64
	for _, b := range f.Bins {
		x := b.Middle - f.Centre
		d := b.Pixels - (f.Constant + f.Slope*x + f.Curvature*x*x)
		for i, p := range []float64{1, x, x * x} {
			r[i] += d * p
		}
	}
	if slices.ContainsFunc(r[:], func(v float64) bool { return math.Abs(v) > 1e-5 }) {
		t.Errorf("the residuals are not orthogonal to the parabola: %v", r)
	}
}
