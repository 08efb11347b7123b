package site

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"darksite/internal/view"
	"darksite/processing/artifact"
	"darksite/processing/artifact/artifacttest"
	"darksite/processing/ccd"
	"darksite/processing/ccd/ccdtest"
	"darksite/processing/quantity"
	"darksite/processing/stats"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
)

// sampleSite has a whole calibration, one with lost rows and one, in a month
// that is taken, of which little is known. It is built once for all tests.
var sampleSite = sync.OnceValues(func() (*Tree, error) {
	first, second := sampleOn(ccd.ACA, "2010288", 1, 0.7), sampleOn(ccd.ACA, "2010301", 2, 0.7)
	second.Artifact.Facts = artifact.Facts{}
	second.Artifact.Replicas = second.Artifact.Replicas[2:]
	second.Artifact.Map.Replicas = 3
	second.Artifact.Map.Degraded = true
	second.Artifact.Map.Reasons = []string{"Replicas 1 and 2 were not received"}
	third, fourth := sampleOn(ccd.ACA, "2015355", 3, 1), sampleOn(ccd.ACA, "2016125", 4, 1.05)
	artifacttest.Lose(fourth.Artifact, 2, 5, artifact.RowRange{-212, -211})
	artifacttest.Lose(fourth.Artifact, 3, 2, artifact.RowRange{17, 17}, artifact.RowRange{100, 130})
	fourth.Artifact.Replicas[1].Notes = []string{"The counter jumps by 4 after frame 120"}
	in := inputs(third, first, fourth, second)
	in.Settings = view.Settings{HomeURL: "index.html", BaseURL: "https://example.org/mta/ASPECT/", Contact: "aspect_help@example.org"}
	return drawAndBuild(in)
})

func samplePage(t *testing.T, path string) (*Tree, *html.Node) {
	t.Helper()
	tree, err := sampleSite()
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range tree.Warnings {
		t.Errorf("warning: %s", w)
	}
	return tree, parse(t, tree, path)
}

func TestCalibrationPageSaysWhatTheArtifactSays(t *testing.T) {
	_, page := samplePage(t, "dark_cal/2015_dec/index.html")
	want := sampleOn(ccd.ACA, "2015355", 3, 1).Artifact
	if got := text(one(t, page, "h1")); got != "2015 December 21 2015:355" {
		t.Errorf("headline %q", got)
	}
	if got := text(one(t, page, "p.identity")); got != "CCD −13.6 °C ( info.csv )" {
		t.Errorf("identity %q", got)
	}
	if got := text(one(t, page, ".verdict .state-good")); got != "✓ Complete: 5 of 5 replicas, telemetry 100 %." {
		t.Errorf("state %q", got)
	}
	n := func(threshold int) string {
		c, _ := want.Statistics.Over(threshold)
		return count(c)
	}
	warm, _ := want.Statistics.Over(100)
	// Each with the ends of its course: the least is that of 2010301.
	least := sampleOn(ccd.ACA, "2010301", 2, 0.7).Artifact
	lowest, _ := least.Statistics.Over(100)
	level := func(q quantity.Key) string {
		now, then := fixed(want.Statistics.Value(q), 1), fixed(least.Statistics.Value(q), 1)
		return now + " e⁻/s " + then + " to " + now
	}
	tiles := texts(all(page, ".readouts div"))
	if len(tiles) != 6 || !strings.HasPrefix(tiles[1], "N > 100 at −15 °C ") || !strings.HasPrefix(tiles[2], "Observed / model 0.") {
		t.Fatalf("the numbers of the first screen are %q", tiles)
	}
	if d := cmp.Diff([]string{
		"N > 100 e⁻/s " + n(100) + " " + spaced(share(warm, 1048576)) + " of the pixels " + count(lowest) + " to " + n(100),
		"Mean " + level(quantity.Mean),
		"Peak " + level(quantity.Peak),
		"N > 3,000 e⁻/s " + n(3000) + " 0 to " + n(3000),
	}, slices.Delete(tiles, 1, 3)); d != "" {
		t.Error(d)
	}
	if n := len(all(page, ".readouts svg")); n != 6 {
		t.Errorf("%d sparklines, want 6", n)
	}
	rows := texts(all(page, "#levels tbody tr"))
	for i, level := range stats.Thresholds {
		if wantRow := "N > " + count(level) + " " + n(level) + " "; !strings.HasPrefix(rows[i], wantRow) {
			t.Errorf("threshold row %q, want %q", rows[i], wantRow)
		}
	}
}

func TestDegradedPageNamesWhatIsMissing(t *testing.T) {
	_, page := samplePage(t, "dark_cal/2016_may/index.html")
	if got := text(one(t, page, ".verdict .state-degraded")); got != "▲ Degraded: Replica 3 lacks rows of quadrant B." {
		t.Errorf("state %q", got)
	}
	if d := cmp.Diff([]string{"▲ Replica 4 lacks rows of quadrant C"}, texts(all(page, "ul.causes li"))); d != "" {
		t.Error(d)
	}
	section := one(t, page, "#missing-rows").Parent
	tables := all(section, "table")
	if d := cmp.Diff([]string{"3 B, long (5.008 s) 2 −212 to −211", "4 C, short (5.008 s) 32 17, 100 to 130"}, texts(all(tables[2], "tbody tr"))); d != "" {
		t.Error(d)
	}
	rows := texts(all(tables[0], "tbody tr"))
	if want := "3 ▲ 4,094 of 4,096 100 % 99.8 % 100 % 100 % 0 0 "; !strings.HasPrefix(rows[2], want) {
		t.Errorf("replica row %q, want %q...", rows[2], want)
	}
	if got := texts(all(section, "ul.isolate li")); !slices.Equal(got, []string{"Replica 2: The counter jumps by 4 after frame 120."}) {
		t.Errorf("notes %q", got)
	}
}

func TestUnknownFactsAreCalledUnknown(t *testing.T) {
	_, page := samplePage(t, "dark_cal/2010_oct_2/index.html")
	if got := text(one(t, page, "p.identity")); got != "CCD unknown" {
		t.Errorf("identity %q", got)
	}
	if got := text(one(t, page, ".verdict .state")); got != "▲ Degraded: Replicas 1 and 2 were not received." {
		t.Errorf("state %q", got)
	}
}

func TestNeighboursGoByDate(t *testing.T) {
	for page, want := range map[string][2]string{
		"dark_cal/2010_oct/index.html":   {"", "../2010_oct_2/index.html"},
		"dark_cal/2010_oct_2/index.html": {"../2010_oct/index.html", "../2015_dec/index.html"},
		"dark_cal/2016_may/index.html":   {"../2015_dec/index.html", ""},
	} {
		_, doc := samplePage(t, page)
		got := [2]string{}
		for _, a := range all(doc, ".neighbours a") {
			if attr(a, "rel") == "prev" {
				got[0] = attr(a, "href")
			} else {
				got[1] = attr(a, "href")
			}
		}
		if got != want {
			t.Errorf("%s: neighbours %q, want %q", page, got, want)
		}
	}
}

func TestHistogramShowsThisAndTheTwoBefore(t *testing.T) {
	for page, want := range map[string][]string{
		"dark_cal/2016_may/index.html":   {"From, e⁻/s", "To, e⁻/s", "2016 May 4", "2015 Dec 21", "2010 Oct 28"},
		"dark_cal/2010_oct_2/index.html": {"From, e⁻/s", "To, e⁻/s", "2010 Oct 28", "2010 Oct 15"},
	} {
		_, whole := samplePage(t, page)
		doc := one(t, whole, "#histogram-figure").Parent
		if d := cmp.Diff(want, texts(all(doc, "details table thead th"))); d != "" {
			t.Errorf("%s: %s", page, d)
		}
		one(t, doc, ".chart-live[data-chart]")
		// Without scripts the drawing stays in sight.
		for _, n := range []*html.Node{one(t, doc, "svg.chart-wide"), one(t, doc, ".chart-static")} {
			if slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "hidden" }) {
				t.Errorf("%s: <%s> is hidden", page, n.Data)
			}
		}
	}
}

// The table and the CSV hold all pixels above 1 e-/s, to the rounding.
func TestBinsHoldThePixels(t *testing.T) {
	tree, _ := samplePage(t, "dark_cal/2015_dec/index.html")
	data, err := tree.ReadFile("dark_cal/2015_dec/histogram.csv")
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	for _, line := range lines[1:] {
		var v [3]float64
		for i, f := range strings.Split(line, ",")[:3] {
			v[i] = number(t, f)
		}
		sum += v[2] * (v[1] - v[0])
	}
	h := sampleOn(ccd.ACA, "2015355", 3, 1).Artifact.Histogram
	// The lowest bin starts at 1.0024: of the pixels with 1 e-/s nearly half
	// lies above.
	want := float64(h.Above(1)) + float64(h.Above(0)-h.Above(1))*(1.5-1.0024)
	if diff := sum/want - 1; diff > 1e-4 || diff < -1e-4 {
		t.Errorf("the bins hold %.0f pixels, want %.0f", sum, want)
	}
}

func TestIndexListsNewestFirst(t *testing.T) {
	_, page := samplePage(t, "dark_cal/index.html")
	rows := all(page, "table.index tbody tr")
	var first []string
	for _, r := range rows {
		first = append(first, text(all(r, "td")[0]))
	}
	if d := cmp.Diff([]string{"2016125", "2015355", "2010301", "2010288"}, first); d != "" {
		t.Error(d)
	}
	a := sampleOn(ccd.ACA, "2015355", 3, 1).Artifact
	cells := texts(slices.Collect(children(rows[1])))
	if cells[0] != "2015 Dec 21" || cells[len(cells)-1] != "✓ Complete" {
		t.Errorf("row %q", cells)
	}
	for i, head := range all(page, "table.index thead th") {
		if q := quantity.Of(quantity.Key(attr(head, "data-quantity"))); q != nil && q.Measure != nil {
			want := fixed(a.Statistics.Value(q.Key), q.Decimals)
			if cells[i] != want {
				t.Errorf("%s: %q, want %q", q.Key, cells[i], want)
			}
		}
	}
	// Common T is -15 C; the scale of observed over model is the same for all.
	if band := one(t, rows[1], "svg.band rect"); attr(band, "x") != "14.4" || attr(band, "width") != "21.6" {
		t.Errorf("the limits 0.8 to 1.25 are drawn %v", band.Attr)
	}
	if got := text(one(t, page, ".latest .state")); got != "▲ Degraded: Replica 3 lacks rows of quadrant B." {
		t.Errorf("latest state %q", got)
	}
	if got := attr(one(t, page, ".latest a"), "href"); got != "2016_may/index.html" {
		t.Errorf("latest leads to %q", got)
	}
}

func TestEmptySiteSaysWhatToDo(t *testing.T) {
	tree := build(t, inputs())
	page := parse(t, tree, "dark_cal/index.html")
	if got := text(one(t, page, ".empty")); !strings.Contains(got, "darksite build") || !strings.Contains(got, "data/YYYYDOY/") {
		t.Errorf("empty state %q", got)
	}
	if n := len(all(page, "table")); n != 0 {
		t.Errorf("%d tables on an empty index", n)
	}
}

func TestTinyCalibrationIsCapped(t *testing.T) {
	c := sampleOn(ccd.ACA, "2015355", 3, 1)
	var ranges []artifact.RowRange
	for row := ccd.ACA.FirstRow; row < 0; row += 2 {
		ranges = append(ranges, artifact.RowRange{row, row})
	}
	for replica := range 5 {
		for readout := range 8 {
			artifacttest.Lose(c.Artifact, replica, readout, ranges...)
		}
	}
	page := parse(t, build(t, inputs(c)), "dark_cal/2015_dec/index.html")
	section := one(t, page, "#missing-rows").Parent
	rows := all(all(section, "table")[2], "tbody tr")
	if len(rows) != 40 {
		t.Errorf("%d rows, want 40", len(rows))
	}
	if got := text(rows[0]); !strings.HasSuffix(got, "−498, and 248 further ranges") {
		t.Errorf("first row %q", got)
	}
	if got := text(section); !strings.Contains(got, "Not listed here: 9,920 further ranges. Every range is in calibration.json.") {
		t.Error("the page does not say what it leaves out")
	}
	if got := text(one(t, page, "details.more-causes summary")); got != "35 more" {
		t.Errorf("the reasons go on with %q", got)
	}
}

func TestMapWithoutAnyValue(t *testing.T) {
	c := sample("2015355", 3, 1)
	c.Image = func() ([]float32, error) { return cachedImage(ccdtest.Small, 3, 1, ccdtest.Small.Pixels()), nil }
	c.Artifact.Histogram.Values, c.Artifact.Histogram.Counts = nil, nil
	c.Artifact.Statistics = quantity.Measure(c.Artifact.Histogram)
	page := parse(t, build(t, inputs(c)), "dark_cal/2015_dec/index.html")
	if got := text(all(page, ".readouts div")[3]); got != "Mean unknown" {
		t.Errorf("mean reads %q", got)
	}
}
