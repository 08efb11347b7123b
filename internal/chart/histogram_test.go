package chart

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"darksite/processing/stats"
)

func mustFigure(t *testing.T, id string, series []Series) Figure {
	t.Helper()
	f, err := histogram(id, series, nil)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// few is a histogram whose densities are known: bins are narrower than the
// lattice of 1 e-/s below 8 e-/s, so that each holds its value's count.
func few() stats.Histogram {
	return stats.Histogram{
		Values: []float32{-3, 0, 4, 5, 6, 120, 3500, 30000},
		Counts: []int{7, 2, 400, 900, 100, 30, 2, 1},
	}
}

// optionOf is what the tests read of an ECharts option.
type optionOf struct {
	Aria         struct{ Label struct{ Description string } }
	XAxis, YAxis []struct {
		Type, Name string
		Min, Max   float64
	}
	Legend    struct{ Data []string }
	Tooltip   struct{ Formatter string }
	Histogram histogramData
	Explorer  *explorerData
	Series    []struct {
		ID, Name  string
		Data      []*[2]float64
		LineStyle struct {
			Color string
			Width float64
			Type  any
		}
		Z        int
		MarkLine struct {
			Data []struct {
				Name  string
				XAxis float64
			}
		}
	}
	Toolbox struct {
		Feature struct {
			SaveAsImage, Restore struct{ Title string }
			DataZoom             map[string]any
		}
	}
	DataZoom []struct{ Type, FilterMode string }
}

func parsed(t *testing.T, f Figure) optionOf {
	t.Helper()
	var o optionOf
	if err := json.Unmarshal(f.Option, &o); err != nil {
		t.Fatal(err)
	}
	return o
}

func TestEdges(t *testing.T) {
	edges := Edges()
	if len(edges) != 87 || math.Abs(edges[0]-1.00237) > 1e-5 || math.Abs(edges[86]-20000) > 1e-6 {
		t.Errorf("%d edges from %g to %g, want 87 from 1.00237 to 20000", len(edges), edges[0], edges[len(edges)-1])
	}
	for i := 1; i < len(edges); i++ {
		if step := math.Log10(edges[i] / edges[i-1]); math.Abs(step-0.05) > 1e-12 {
			t.Errorf("bin %d is %g decades wide, want 0.05", i-1, step)
		}
	}
	for i, e := range stats.LogEdges() {
		if edges[6+i] != e {
			t.Errorf("edge %d is %g, the statistics have %g", 6+i, edges[6+i], e)
		}
	}
}

func TestOptionHoldsTheNumbers(t *testing.T) {
	f := mustFigure(t, "histogram", []Series{{Name: "2015 Sep 14", Histogram: few()}, {Name: "2015 Dec 21", Histogram: few(), Current: true}})
	o := parsed(t, f)
	x, y := o.XAxis[0], o.YAxis[0]
	if x.Type != "log" || x.Min != 1 || x.Max != 2e4 || x.Name != "dark current (e⁻/s)" {
		t.Errorf("x axis %+v", x)
	}
	// The densest bin holds nearly 900 pixels per e-/s. The
	// thinnest with a whole pixel is at 3500, 2 pixels over 3350 to 3759.
	if y.Type != "log" || y.Min != 1e-3 || y.Max != 1e3 || y.Name != "pixels per e⁻/s" {
		t.Errorf("y axis %+v", y)
	}
	if len(o.Series) != 4 || o.Series[0].Name != "2015 Sep 14" || o.Series[1].Name != "2015 Dec 21" {
		t.Fatalf("series: %+v", o.Series)
	}
	if s := o.Series[1]; s.LineStyle.Color != "token:accent" || s.LineStyle.Width != 2 || s.Z <= 3 {
		t.Errorf("the current series is drawn as %+v, z %d", s.LineStyle, s.Z)
	}
	if s := o.Series[0]; s.LineStyle.Color != "token:series-1" || s.LineStyle.Width != 1.25 {
		t.Errorf("the other series is drawn as %+v", s.LineStyle)
	}
	marks := o.Series[2].MarkLine.Data
	if len(marks) != 2 || marks[0].XAxis != 100 || marks[1].XAxis != 3000 {
		t.Errorf("thresholds %+v, want 100 and 3000 e-/s", marks)
	}
	if z := o.DataZoom; len(z) != 2 || z[0].Type != "inside" || z[0].FilterMode != "none" || z[1].FilterMode != "none" {
		t.Errorf("data zoom %+v", z)
	}
	tools := o.Toolbox.Feature
	if tools.SaveAsImage.Title == "" || tools.Restore.Title == "" || tools.DataZoom["title"] == nil {
		t.Errorf("tools without titles: %+v", tools)
	}
	if icon, ok := tools.DataZoom["icon"]; ok {
		t.Errorf("the zoom tool has icon %v: ECharts then draws none", icon)
	}
	if o.Aria.Label.Description != f.Summary || o.Tooltip.Formatter != "fn:bins" {
		t.Errorf("aria %q, tooltip %q", o.Aria.Label.Description, o.Tooltip.Formatter)
	}

	// The bins hold the pixels between -3 and 0 and 30000 e-/s.
	rows := make([][4]float64, len(o.Histogram.Edges)-1)
	for b := range rows {
		rows[b] = [4]float64{o.Histogram.Edges[b], o.Histogram.Edges[b+1], o.Histogram.Values[0][b], o.Histogram.Values[1][b]}
	}
	pixels := 0.0
	for b, row := range rows {
		if row[2] != row[3] || math.Abs(row[2]-f.Table.Density[0][b]) > 1e-5*row[2] {
			t.Errorf("bin %d: %v, the table has %g", b, row, f.Table.Density[0][b])
		}
		pixels += row[2] * (row[1] - row[0])
	}
	if math.Abs(pixels-1432) > 0.05 {
		t.Errorf("the bins hold %.3f pixels, want 1432", pixels)
	}
	// The bin from 4.47744 to 5.02377 e-/s: 4 reaches up to 4.5, 5 has the rest.
	want := (400*(4.5-4.47744) + 900*(5.02377-4.5)) / (5.02377 - 4.47744)
	if row := rows[13]; math.Abs(row[0]-4.47744) > 1e-4 || math.Abs(row[2]-want) > 0.1 {
		t.Errorf("bin %v, want %g pixels per e-/s from 4.47744 e-/s", row, want)
	}
}

func TestOutlinesShowGaps(t *testing.T) {
	edges := []float64{1, 2, 4, 8, 16, 32}
	got := outlines(edges, []float64{3, 0, 5, 7, 1e-9}, 1e-3)
	want := [][]point{
		{{1, 3}, {2, 3}, {2, 1e-3}},
		{{4, 1e-3}, {4, 5}, {8, 5}, {8, 7}, {16, 7}, {16, 1e-3}, {32, 1e-3}},
	}
	if len(got) != len(want) {
		t.Fatalf("%d runs, want %d: %v", len(got), len(want), got)
	}
	for i := range want {
		if len(got[i]) != len(want[i]) {
			t.Fatalf("run %d: %v, want %v", i, got[i], want[i])
		}
		for j := range want[i] {
			if got[i][j] != want[i][j] {
				t.Errorf("run %d corner %d: %v, want %v", i, j, got[i][j], want[i][j])
			}
		}
	}
	if runs := outlines(edges, make([]float64, 5), 1); runs != nil {
		t.Errorf("an empty histogram has outlines %v", runs)
	}
}

func TestSummary(t *testing.T) {
	f := mustFigure(t, "histogram", []Series{{Name: "2015 Dec 21", Histogram: few(), Current: true}, {Name: "lost", Histogram: stats.Histogram{}}})
	want := "Histogram of dark current on logarithmic axes, pixels per e⁻/s: " +
		"2015 Dec 21, 1,442 pixels with the maximum near 4.7 e⁻/s, 33 above 100 e⁻/s (warm), 3 above 3000 e⁻/s (hot), " +
		"9 below 1 e⁻/s where the axis begins, 1 above 20,000 e⁻/s where it ends; lost has no pixels with a value."
	if f.Summary != want {
		t.Errorf("summary\n%s\nwant\n%s", f.Summary, want)
	}
}

func TestSameInputSameBytes(t *testing.T) {
	a, b := mustFigure(t, "histogram", sampleSeries()), mustFigure(t, "histogram", sampleSeries())
	if !bytes.Equal(a.Option, b.Option) || !bytes.Equal(a.SVG, b.SVG) || !bytes.Equal(a.SVGNarrow, b.SVGNarrow) || a.HTML() != b.HTML() {
		t.Error("the same histograms gave different bytes")
	}
}

func TestWrongInput(t *testing.T) {
	good := few()
	nan := float32(math.NaN())
	many := make([]Series, maxOthers+1)
	for i := range many {
		many[i] = Series{Name: strconv.Itoa(i), Histogram: good}
	}
	for _, c := range []struct {
		name, id string
		series   []Series
		says     string
	}{
		{"no series", "h", nil, "no series"},
		{"id", `h" onload="x`, []Series{{Name: "a", Histogram: good}}, "chart id"},
		{"no name", "h", []Series{{Name: " \x00", Histogram: good}}, "no name"},
		{"same names", "h", []Series{{Name: "a", Histogram: good}, {Name: "a", Histogram: good}}, "two series"},
		{"two current", "h", []Series{{Name: "a", Histogram: good, Current: true}, {Name: "b", Histogram: good, Current: true}}, "current"},
		{"too many", "h", many, "told apart"},
		{"NaN", "h", []Series{{Name: "a", Histogram: stats.Histogram{Values: []float32{1, nan}, Counts: []int{1, 1}}}}, "NaN"},
		{"infinite", "h", []Series{{Name: "a", Histogram: stats.Histogram{Values: []float32{float32(math.Inf(1))}, Counts: []int{1}}}}, "Inf"},
		{"lengths", "h", []Series{{Name: "a", Histogram: stats.Histogram{Values: []float32{1}, Counts: nil}}}, "0 counts"},
		{"not rising", "h", []Series{{Name: "a", Histogram: stats.Histogram{Values: []float32{2, 2}, Counts: []int{1, 1}}}}, "above the one before"},
		{"negative count", "h", []Series{{Name: "a", Histogram: stats.Histogram{Values: []float32{2}, Counts: []int{-1}}}}, "count 0"},
	} {
		_, err := histogram(c.id, c.series, nil)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want one that says %q", c.name, err, c.says)
		}
	}
	if _, err := histogram("h", many[:maxOthers], nil); err != nil {
		t.Errorf("%d series: %v", maxOthers, err)
	}
	many[0].Current = true
	if _, err := histogram("h", many, nil); err != nil {
		t.Errorf("%d series and the current one: %v", maxOthers, err)
	}
}

// The twin must say the same as the table: its path is read back into bins.
func TestTwinHasTheSameNumbers(t *testing.T) {
	f := mustFigure(t, "histogram", sampleSeries())
	o := parsed(t, f)
	low, high := o.YAxis[0].Min, o.YAxis[0].Max
	for form, svg := range map[string][]byte{"wide": f.SVG, "narrow": f.SVGNarrow} {
		l := wideLayout(f.Table.Names)
		if form == "narrow" {
			l = narrowLayout(f.Table.Names)
		}
		d := pathOf(t, svg, accent)
		steps := regexp.MustCompile(`[MHV][-0-9. ]+`).FindAllString(d, -1)
		var x, y float64
		densities := map[int]float64{}
		for _, step := range steps {
			numbers := strings.Fields(step[1:])
			v := mustFloat(t, numbers[0])
			switch step[0] {
			case 'M':
				x, y = v, mustFloat(t, numbers[1])
			case 'V':
				y = v
			case 'H':
				middle := (x + v) / 2
				x = v
				e := math.Log10(axisMax) * (middle - l.left) / (l.right - l.left)
				bin := int((e - math.Log10(f.Table.Edges[0])) / 0.05)
				densities[bin] = low * math.Pow(high/low, (l.bottom-y)/(l.bottom-l.top))
			}
		}
		drawn := 0
		for b, want := range f.Table.Density[0] {
			if want <= 0 {
				continue
			}
			drawn++
			// 0.01 px is 0.02 % of a density or better.
			if got := densities[b]; math.Abs(got-want) > 2e-3*want {
				t.Errorf("%s: bin %d is drawn at %g, want %g pixels per e-/s", form, b, got, want)
			}
		}
		if drawn < 60 {
			t.Fatalf("only %d bins hold pixels: the sample tests nothing", drawn)
		}
	}
}

// pathOf is the path of a series: the longest of its colour.
func pathOf(t *testing.T, svg []byte, c colour) string {
	longest := ""
	decoder := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			return longest
		}
		if err != nil {
			t.Fatal(err)
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "path" {
			continue
		}
		class, d := "", ""
		for _, a := range start.Attr {
			switch a.Name.Local {
			case "class":
				class = a.Value
			case "d":
				d = a.Value
			}
		}
		if class == c.class() && len(d) > len(longest) {
			longest = d
		}
	}
}

func mustFloat(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestTicks(t *testing.T) {
	if got := ticks(1, 2e4); len(got) != 38 || got[0] != 1 || math.Abs(got[37]-2e4) > 1e-6 {
		t.Errorf("%d ticks %v, want 38 from 1 to 20000", len(got), got)
	}
	for v, want := range map[float64]string{1e-4: "10⁻⁴", 0.1: "10⁻¹", 1: "1", 10: "10", 1e5: "10⁵"} {
		if got := power(v); got != want {
			t.Errorf("power(%g) = %q, want %q", v, got, want)
		}
	}
}
