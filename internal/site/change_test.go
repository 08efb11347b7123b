package site

import (
	"math"
	"slices"
	"strings"
	"testing"

	"darksite/processing/ccd"
	"darksite/processing/chandra"
	"darksite/processing/comparison"
	"darksite/processing/pixels"
	"darksite/processing/published"
	"darksite/processing/quantity"
	"darksite/processing/stats"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
)

// compared makes the comparison of two samples as `darksite build` does.
func compared(t *testing.T, now, before Calibration) (*comparison.Comparison, []pixels.Pixel) {
	t.Helper()
	mapOf := func(c Calibration) pixels.Map {
		image, err := c.Image()
		if err != nil {
			t.Fatal(err)
		}
		temp := chandra.Celsius(*c.Artifact.Facts.CCDTemp)
		return pixels.Map{Geometry: c.Artifact.Geometry, ID: c.Artifact.ID, Time: c.Artifact.ID.Date(), Image: image, Temp: &temp}
	}
	made, err := comparison.New(mapOf(now), []pixels.Map{mapOf(before)}, comparison.DefaultSettings())
	if err != nil {
		t.Fatal(err)
	}
	return made, made.Pixels.Pixels
}

// withChange is a second calibration in which some pixels of the first have
// changed: three are newly hot, one is gone.
func withChange(t *testing.T) (first, second Calibration) {
	t.Helper()
	first, second = sampleOn(ccd.ACA, "2015355", 3, 1), sampleOn(ccd.ACA, "2016125", 4, 1)
	before := slices.Clone(cachedImage(ccd.ACA, 3, 1, 0))
	place := func(row, col int) int { return ccd.ACA.Index(row, col) }
	before[place(7, 8)] = 9000
	now := slices.Clone(before)
	now[place(100, -200)], now[place(-300, 40)], now[place(5, 5)] = 4000, 5000, 6000
	now[place(7, 8)] = 10
	set := func(c *Calibration, image []float32) {
		c.Image = func() ([]float32, error) { return image, nil }
		c.Artifact.Histogram = stats.NewHistogram(image)
		c.Artifact.Statistics = quantity.Measure(c.Artifact.Histogram)
	}
	set(&first, before)
	set(&second, now)
	made, list := compared(t, second, first)
	second.Comparison, second.Pixels = made, func() ([]pixels.Pixel, error) { return list, nil }
	return first, second
}

func TestPageSaysWhatChanged(t *testing.T) {
	first, second := withChange(t)
	tree := build(t, inputs(first, second))
	page := parse(t, tree, "dark_cal/2016_may/index.html")
	n := func(c Calibration) string { v, _ := c.Artifact.Statistics.Over(100); return count(v) }
	want := []string{
		"Since 2015 December 21 (complete): N > 100 unchanged, from " + n(first) + " to " + n(second) + "; at −15 °C unchanged; the CCD temperature was the same.",
		"Compared pixel by pixel with 2015:355, 135 days earlier, both at −13.6 °C by the per-pixel law: 3 pixels crossed 100 e⁻/s upwards and 1 downwards, net +0.0 a day; beyond noise, 3 became warm, 1 recovered and 3 became hot (above 3,000 e⁻/s).",
		"3 pixels became brighter and 1 fainter by more than 50 e⁻/s and a factor of 2.",
		"No new hot region: no group of neighbouring pixels brightened together.",
	}
	if d := cmp.Diff(want[1:], texts(all(page, ".changes p"))); d != "" {
		t.Error(d)
	}
	if got := text(one(t, page, ".changed")); got != "What changed: "+want[0]+" Pixel by pixel" {
		t.Errorf("the first screen says %q", got)
	}
	rows := texts(all(one(t, page, "#hot").Parent, ".tall tbody tr"))
	if len(rows) < 3 || rows[0] != "5 5 C 6,000 "+before(t, first, 5, 5)+" newly hot" {
		t.Errorf("hot pixels %q", rows)
	}
	if !slices.ContainsFunc(all(page, "img"), func(n *html.Node) bool { return attr(n, "src") == "difference.png" }) {
		t.Error("the difference is not drawn")
	}
	if _, ok := tree.Size("dark_cal/2016_may/difference.png"); !ok {
		t.Error("difference.png is not there")
	}
	// The first has nothing to be compared with.
	page = parse(t, tree, "dark_cal/2015_dec/index.html")
	if got := text(one(t, page, ".changed")); !strings.Contains(got, "first known calibration") {
		t.Errorf("the first says %q", got)
	}
}

func before(t *testing.T, c Calibration, row, col int) string {
	t.Helper()
	image, err := c.Image()
	if err != nil {
		t.Fatal(err)
	}
	v := float64(image[ccd.ACA.Index(row, col)])
	return fixed(&v, 0)
}

func TestSummaryTable(t *testing.T) {
	first, second := withChange(t)
	in := inputs(first, second)
	// Published numbers of a day between count as a calibration.
	in.Published = []*published.Calibration{{ID: "2016010", Values: []published.Value{
		{Quantity: "mean_e_per_s", Shown: published.Report{Value: 21.5}}, {Quantity: "n_gt_100", Shown: published.Report{Value: 7}},
	}}}
	page := parse(t, build(t, in), "dark_cal/2016_may/index.html")
	s := second.Artifact.Statistics
	over := func(n int) string { v, _ := s.Over(n); return count(v) }
	want := []string{
		"2016 May 4 2016:125 −13.6 " + fixed(s.Value(quantity.Mean), 1) + " " + fixed(s.Value(quantity.Peak), 1) + " " + fixed(s.Value(quantity.MeanNearPeak), 1) + " " + over(100) + " " + over(200) + " " + over(2000) + " " + over(3000) + " " + fixed(s.Value(quantity.PeakAboutMode), 1) + " " + fixed(s.Value(quantity.MeanNearMode), 1),
		"2016 Jan 10 2016:010 published – 21.5 – – 7 – – – – –",
	}
	got := texts(all(page, "#summary tbody tr"))
	if len(got) != 3 || got[0] != want[0] || got[1] != want[1] || !strings.HasPrefix(got[2], "2015 Dec 21 2015:355 ") {
		t.Errorf("got\n%s\nwant\n%s\n2015 Dec 21 ...", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	index := parse(t, build(t, in), "dark_cal/index.html")
	if rows := texts(all(index, "table.index tbody tr")); len(rows) != 3 || !strings.HasPrefix(rows[1], "2016 Jan 10 2016010 – 7 – – 21.5 –") {
		t.Errorf("index rows %q", rows)
	}
}

func TestNoteOnPage(t *testing.T) {
	c := sample("2015355", 3, 1)
	c.Note = "# Two rows\n\nLevel $x^2$ and $$\\sum_i x_i$$ but $\\nocommand$.\n\n{{< figure src=x >}} {{% x %}} {{ .Title }}\n\n![map](x.png)"
	tree, err := drawAndBuild(inputs(c))
	if err != nil {
		t.Fatal(err)
	}
	if len(tree.Warnings) != 1 || !strings.Contains(tree.Warnings[0], "x.png") {
		t.Errorf("warnings %q", tree.Warnings)
	}
	note := one(t, parse(t, tree, "dark_cal/2015_dec/index.html"), ".note")
	if got := text(one(t, note, "h3")); got != "Two rows" {
		t.Errorf("heading %q", got)
	}
	formulas := all(note, "math")
	if len(formulas) != 2 || attr(formulas[1], "display") != "block" {
		t.Errorf("%d formulas, want one in a line and one on its own", len(formulas))
	}
	if got := text(one(t, note, "code.formula-error")); got != `\nocommand` {
		t.Errorf("the wrong formula reads %q", got)
	}
	if got := text(note); !strings.Contains(got, "{{< figure src=x >}} {{% x %}} {{ .Title }}") {
		t.Errorf("braces do not stay as they are: %q", got)
	}
}

func TestLinesOfTheDifference(t *testing.T) {
	// Without a temperature maps are compared as measured.
	nowTo, beforeTo, err := toCommon("", nil, nil, nil)
	if err != nil || nowTo.Rate(17.5) != 17.5 || beforeTo.Rate(math.Inf(1)) != math.Inf(1) {
		t.Errorf("%v, %v: %v", nowTo, beforeTo, err)
	}
	cold := chandra.Celsius(-19)
	if _, _, err := toCommon("no law", &cold, &cold, &cold); err == nil {
		t.Error("a law that is none is taken")
	}
}
