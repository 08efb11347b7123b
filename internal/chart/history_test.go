package chart

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"darksite/processing/chandra"
	"darksite/processing/history"
	"darksite/processing/quality"
	"darksite/processing/quantity"
)

// historyOption is what the tests read of an option.
type historyOption struct {
	Aria    struct{ Label struct{ Description string } }
	Tooltip struct{ Formatter string }
	XAxis   []struct {
		Type     string
		Min, Max float64
	}
	YAxis []struct {
		Type, Name string
		Min, Max   float64
	}
	History historyData
	Series  []struct {
		ID, Name               string
		XAxisIndex, YAxisIndex int
		ConnectNulls           bool
		Data                   []*float64
	}
}

// sharedOf is what the figures of a history share.
type sharedOf struct {
	IDs             []chandra.ID
	Pages           []string
	Temps           []*float64
	States, Origins string
	Current         int
}

func sharedIn(t testing.TB, f HistoryFigure) (s sharedOf) {
	t.Helper()
	b := f.calibrations
	b = b[bytes.IndexByte(b, '>')+1 : bytes.LastIndex(b, []byte("</script>"))]
	if err := json.Unmarshal(b, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

func historyParsed(t testing.TB, f HistoryFigure) historyOption {
	t.Helper()
	var o historyOption
	if err := json.Unmarshal(f.Option, &o); err != nil {
		t.Fatal(err)
	}
	return o
}

// Option and table must hold the same numbers, and these must be the rows'.
func TestHistoryHoldsTheNumbers(t *testing.T) {
	rows := sampleRows(150)
	options := sampleOptions(rows)
	figures := mustHistory(t, rows, options)
	var ids []string
	for _, f := range figures {
		ids = append(ids, f.ID)
		o := historyParsed(t, f)
		if o.Aria.Label.Description != f.Summary || o.Tooltip.Formatter != "fn:calibration" {
			t.Errorf("%s: aria %q, tooltip %q", f.ID, o.Aria.Label.Description, o.Tooltip.Formatter)
		}
		for c, column := range f.Table.Columns {
			if about := o.History.Columns[c]; about.Label != column.Label || about.Unit != column.Unit || about.Decimals != column.Decimals {
				t.Fatalf("%s: column %+v is not in %v", f.ID, column, about)
			}
			s := o.Series[c]
			if len(s.Data) != len(rows) || s.ConnectNulls {
				t.Fatalf("%s: series %s has %d points, connects nulls: %v", f.ID, s.ID, len(s.Data), s.ConnectNulls)
			}
			x, y := o.XAxis[s.XAxisIndex], o.YAxis[s.YAxisIndex]
			for i, got := range s.Data {
				v, id, want := f.Table.Rows[i].Values[c], rows[i].ID, rows[i].Value(column.Key)
				if limits, ok := options.Limits[id]; ok && column.Key == "" {
					want = &limits[map[string]int{"lower limit": 0, "upper limit": 1}[column.Label]]
				}
				if v == nil {
					if got != nil || want != nil {
						t.Errorf("%s: %s of %s is not known, but %v in the option, and %v", f.ID, column.Key, id, got, want)
					}
					continue
				}
				unsharp := 1e-6 * math.Abs(*v)
				if column.Key == "" {
					unsharp = 0.00051
				}
				if strings.HasSuffix(string(column.Key), "_model") {
					unsharp = 0.0501
				}
				if got == nil || *got != *v || want == nil || math.Abs(*want-*v) > unsharp {
					t.Errorf("%s: %s of %s: option %v, table %v, want %v", f.ID, column.Key, id, got, *v, want)
				}
				if year := f.Table.Rows[i].Year; year < x.Min || year > x.Max || *v < y.Min || *v > y.Max {
					t.Errorf("%s: %v %v of %s is outside of the axes %+v %+v", f.ID, year, *v, id, x, y)
				}
			}
		}
	}
	shared := sharedIn(t, figures[0])
	for i, r := range rows {
		if shared.IDs[i] != r.ID || (shared.Temps[i] == nil) != (r.Value(quantity.CCDTemp) == nil) || (shared.Origins[i] == 'P') != r.Published() {
			t.Errorf("calibration %d is %s in what figures share, want %s", i, shared.IDs[i], r.ID)
		}
	}
	if want := []string{"history-warm", "history-hot", "history-levels"}; !slices.Equal(ids, want) {
		t.Fatalf("figures %v, want %v", ids, want)
	}
	var keys []string
	for _, c := range figures[0].Table.Columns {
		keys = append(keys, string(c.Key))
	}
	if want := []string{"n_gt_100", "count_adj", "n_gt_100_common", "n_gt_100_model", "warm_percent", "model_ratio_100", "", "", "ccd_temp_c"}; !slices.Equal(keys, want) {
		t.Errorf("columns %v, want %v", keys, want)
	}
}

// The published history is charted as it was published.
func TestHistoryOfPublished(t *testing.T) {
	rows := publishedRows(t)
	figures := mustHistory(t, rows, HistoryOptions{ID: "known", At: sampleAt})
	var ids []string
	for _, f := range figures {
		ids = append(ids, f.ID)
	}
	if want := []string{"known-warm", "known-hot", "known-levels"}; !slices.Equal(ids, want) {
		t.Errorf("figures %v, want %v", ids, want)
	}
	o := historyParsed(t, figures[0])
	if y := o.YAxis[0]; y.Type != "log" || y.Min != 1e3 || y.Max != 1e6 || y.Name != "pixels > 100 e⁻/s" {
		t.Errorf("value axis %+v", y)
	}
	if x := o.XAxis[0]; x.Type != "value" || x.Min != 1998 || x.Max != 2018 {
		t.Errorf("time axis %+v", x)
	}
	if y := o.YAxis[len(o.YAxis)-1]; y.Type != "value" || y.Name != "CCD (°C)" {
		t.Errorf("temperature axis %+v", y)
	}
	for _, want := range []string{
		" calibrations, 1999 Aug 11 to 2017 Jul 4, on a logarithmic axis: N>100 as measured 3,495 to ",
		"The temperature went from −10.0 °C to −14.9 °C between 2003 Apr 26 and 2003 Jul 14.",
	} {
		if !strings.Contains(figures[0].Summary, want) {
			t.Errorf("summary %q, want %q", figures[0].Summary, want)
		}
	}
}

// What figures share tells of a calibration what the form of its points does.
func TestHistoryFormsOfPoints(t *testing.T) {
	rows := sampleRows(4)
	for i := range rows {
		if rows[i].Origin = ""; i == 3 {
			rows[i].Origin = history.FromPublished
		}
	}
	o := HistoryOptions{ID: "h", At: sampleAt,
		Pages:  map[chandra.ID]string{rows[0].ID: "a/", rows[1].ID: "b/", rows[3].ID: "d/"},
		States: map[chandra.ID]quality.State{rows[0].ID: quality.Good, rows[1].ID: quality.Degraded, rows[2].ID: quality.Bad}}
	f := mustHistory(t, rows, o)[0]
	if s := sharedIn(t, f); s.States != "gdbu" || s.Origins != "mmmP" || !slices.Equal(s.Pages, []string{"a/", "b/", "", "d/"}) || s.Current != -1 {
		t.Errorf("shared %+v", s)
	}
	if !strings.HasSuffix(f.Summary, "Known from published numbers only, open symbols: 1. Degraded, triangles: 1. Bad, diamonds: 1.") {
		t.Errorf("summary %q", f.Summary)
	}
}

// A count of none is drawn at the foot of a logarithmic axis, alone there, and is
// a 0 everywhere else; the figure says so.
func TestHistoryOfZeros(t *testing.T) {
	rows := sampleRows(3)
	for i, n := range []int{0, 1, 40} {
		rows[i].Numbers = quantity.Numbers{quantity.Over(3000): float64(n), quantity.Mean: rows[i].Numbers[quantity.Mean]}
	}
	for _, f := range mustHistory(t, rows, HistoryOptions{ID: "h", At: sampleAt}) {
		if f.ID != "h-hot" {
			if strings.Contains(f.Summary, "foot") {
				t.Errorf("%s: %s", f.ID, f.Summary)
			}
			continue
		}
		o := historyParsed(t, f)
		low := o.YAxis[0].Min
		if zero := *o.Series[0].Data[0]; zero != 0 || low >= 1 || low <= 0 || f.Table.Text(0, 0) != "0" {
			t.Errorf("0 is %v on an axis from %v, and reads %q", zero, low, f.Table.Text(0, 0))
		}
		if !strings.Contains(f.Summary, "A count of 0 is drawn at the foot of its axis.") {
			t.Errorf("summary %q", f.Summary)
		}
	}
}

// The time axes of all figures begin at one place, with room for the widest
// label of a value axis beside its title.
func TestHistoryLeavesRoomForLabels(t *testing.T) {
	rows := sampleRows(4)
	for i := range rows {
		rows[i].Numbers = quantity.Numbers{quantity.Over(100): float64(170000 + 10000*i), quantity.Mean: rows[i].Numbers[quantity.Mean]}
	}
	o := HistoryOptions{ID: "h", At: sampleAt}
	for _, f := range mustHistory(t, rows, o) {
		tr, widest := trendOf(t, rows, o, f.ID)
		if want := textWidth("200,000", 1); widest != want {
			t.Fatalf("the widest label has %v font sizes, want those of 200,000, %v", widest, want)
		}
		tr.labels = widest
		for _, l := range []trendLayout{tr.wide(), tr.narrow()} {
			title := l.left - l.valueGap + 0.3*l.fontSize // the descent of its letters
			if label := l.left - yLabelMargin - widest*l.fontSize; label < title || title-1.3*l.fontSize < 0 {
				t.Errorf("%s, %v px: labels begin at %v, the title is up to %v", f.ID, l.width, label, title)
			}
			if half := textWidth("2028", l.fontSize) / 2; l.right+half > l.width {
				t.Errorf("%s, %v px: a last year would end at %v", f.ID, l.width, l.right+half)
			}
			grid := `"left":` + px(l.left) + ","
			if !strings.Contains(string(f.Option), grid) {
				t.Errorf("%s: no grid has %s", f.ID, grid)
			}
			if first := l.plots[0].left; first != l.left {
				t.Errorf("%s: the first plot begins at %v, want %v", f.ID, first, l.left)
			}
		}
	}
}

func TestHistoryOfAnyLength(t *testing.T) {
	for _, n := range []int{0, 1, 2, 200} {
		rows := sampleRows(n)
		figures := mustHistory(t, rows, sampleOptions(rows))
		if want := min(3, 3*n); len(figures) != want {
			t.Errorf("%d rows: %d figures, want %d", n, len(figures), want)
		}
		again := mustHistory(t, rows, sampleOptions(rows))
		for i, f := range figures {
			g := again[i]
			if !bytes.Equal(f.Option, g.Option) || f.HTML() != g.HTML() {
				t.Errorf("%d rows: %s: the same rows gave different bytes", n, f.ID)
			}
			if o := historyParsed(t, f); !(o.XAxis[0].Min < o.XAxis[0].Max) || !(o.YAxis[0].Min < o.YAxis[0].Max) {
				t.Errorf("%d rows: %s: axes %+v %+v", n, f.ID, o.XAxis, o.YAxis)
			}
			if len(f.Table.Rows) != n {
				t.Errorf("%d rows: %s: the table has %d", n, f.ID, len(f.Table.Rows))
			}
		}
	}
}

func TestHistoryWrongInput(t *testing.T) {
	nan, far := math.NaN(), 2e12
	for _, c := range []struct {
		name   string
		change func(rows []history.Row, o *HistoryOptions)
		says   string
	}{
		{"id", func(_ []history.Row, o *HistoryOptions) { o.ID = `x" y` }, "chart id"},
		{"law", func(_ []history.Row, o *HistoryOptions) { o.At = history.At{CCDTemp: -15} }, "law"},
		{"calibration", func(r []history.Row, _ *HistoryOptions) { r[1].ID = "<b>" }, "row 1"},
		{"twice", func(r []history.Row, _ *HistoryOptions) { r[1] = r[0] }, "rising"},
		{"year", func(r []history.Row, _ *HistoryOptions) { r[0].Year = nan }, "year"},
		{"state", func(r []history.Row, o *HistoryOptions) { o.States = map[chandra.ID]quality.State{r[0].ID: "<i>"} }, "state"},
		{"NaN", func(r []history.Row, _ *HistoryOptions) { r[0].Numbers[quantity.Mean] = nan }, "mean_e_per_s: NaN"},
		{"far", func(r []history.Row, _ *HistoryOptions) { r[0].Numbers[quantity.CCDTemp] = far }, "at most"},
		{"negative", func(r []history.Row, _ *HistoryOptions) { r[0].Numbers[quantity.Over(100)] = -1 }, "0 or more"},
	} {
		rows := sampleRows(3)
		o := HistoryOptions{ID: "history", At: sampleAt}
		c.change(rows, &o)
		if _, err := History(rows, o); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want one that says %q", c.name, err, c.says)
		}
	}
}

func TestHistoryAxes(t *testing.T) {
	for _, c := range []struct {
		values    []float64
		mayBeLog  bool
		low, high float64
		labels    string
	}{
		{[]float64{3495, 34097, 196412}, true, 1e3, 1e6, "1,000 10,000 100,000 1,000,000"},
		{[]float64{3495, 34097}, true, 0, 40000, "0 10,000 20,000 30,000 40,000"},
		{[]float64{0, 3, 500}, true, 0.1, 1e3, "0.1 1 10 100 1,000"}, // 0 is at the foot
		{[]float64{0, 0}, true, 0, 0.6, "0 0.2 0.4 0.6"},
		{[]float64{-19.9, -8.1}, false, -20, -5, "−20 −15 −10 −5"},
		{[]float64{-0.3, 0.2}, false, -0.4, 0.2, "−0.4 −0.2 0 0.2"},
		{[]float64{-15}, false, -16, -14, "−16 −15.5 −15 −14.5 −14"},
	} {
		a := newValueAxis(c.values, c.mayBeLog)
		var labels []string
		for _, v := range a.ticks() {
			labels = append(labels, tickLabel(v))
		}
		if math.Abs(a.low-c.low) > 1e-12 || math.Abs(a.high-c.high) > 1e-9 || strings.Join(labels, " ") != c.labels {
			t.Errorf("%v: %+v with %q, want %v to %v with %q", c.values, a, labels, c.low, c.high, c.labels)
		}
		if a.at(a.low) != 0 || a.at(a.high) != 1 || a.log() && a.at(0) != 0 {
			t.Errorf("%v: the ends are at %v and %v", c.values, a.at(a.low), a.at(a.high))
		}
	}
	for _, c := range []struct {
		first, last float64
		px          float64
		want        []int
	}{
		{2015.97, 2015.97, 640, []int{2015, 2016}},
		{2016, 2016, 640, []int{2016, 2017}},
		{1999.6, 2015.2, 640, []int{1998, 2000, 2002, 2004, 2006, 2008, 2010, 2012, 2014, 2016}},
		{1999.6, 2015.2, 300, []int{1998, 2000, 2005, 2010, 2015, 2016}},
		{1000, 2999.5, 300, []int{1000, 1500, 2000, 2500, 3000}},
	} {
		a := newYearAxis(c.first, c.last)
		if got := a.ticks(a.step(c.px, 12)); !slices.Equal(got, c.want) {
			t.Errorf("%v to %v on %v px: %v, want %v", c.first, c.last, c.px, got, c.want)
		}
	}
	// ECharts must come to the same step from the number of intervals.
	for years := 1; years <= 2000; years++ {
		for _, px := range []float64{280, 300, 640} {
			a := yearAxis{1000, 1000 + years}
			step := a.step(px, 12)
			over := float64(years) / float64(a.intervals(step))
			power := math.Pow(10, math.Floor(math.Log10(over)))
			nice := 10.0
			for _, c := range [][2]float64{{1.5, 1}, {2.5, 2}, {4, 3}, {7, 5}} {
				if over/power < c[0] {
					nice = c[1]
					break
				}
			}
			if int(math.Round(nice*power)) != step {
				t.Errorf("%d years on %v px: ECharts labels every %v, the twin every %d", years, px, nice*power, step)
			}
		}
	}
}

func TestShown(t *testing.T) {
	for _, c := range []struct {
		v        float64
		decimals int
		want     string
	}{{0, 0, "0"}, {999, 0, "999"}, {1048576, 0, "1,048,576"}, {-13.55, 1, "−13.6"}, {-0.04, 1, "0.0"}, {-100, 0, "−100"}, {6.5, 2, "6.50"}, {123456.7, 1, "123,456.7"}} {
		if got := shown(&c.v, c.decimals); got != c.want {
			t.Errorf("%v with %d decimals is %q, want %q", c.v, c.decimals, got, c.want)
		}
	}
	if shown(nil, 2) != "" {
		t.Error("what is not known has a text")
	}
}

// The temperature stands alone on the page of a calibration, which it marks.
func TestTemperature(t *testing.T) {
	rows := sampleRows(40)
	o := sampleOptions(rows)
	o.Current = rows[30].ID
	f, ok, err := Temperature(rows, o)
	if err != nil || !ok || f.ID != "history-temperature" || len(f.Table.Columns) != 1 || len(f.calibrations) == 0 {
		t.Fatalf("%v %v %+v", ok, err, f.Table.Columns)
	}
	if s := sharedIn(t, f); s.Current != 30 {
		t.Errorf("current is %d, want 30", s.Current)
	}
	if want := "for this calibration " + f.Table.Text(30, 0) + " °C"; !strings.Contains(f.Summary, want) {
		t.Errorf("summary %q, want %q", f.Summary, want)
	}
	for _, svg := range [][]byte{f.SVG, f.SVGNarrow} {
		if !strings.Contains(string(svg), ">this calibration</text>") {
			t.Error("a twin does not mark the calibration")
		}
	}
	for i := range rows {
		delete(rows[i].Numbers, quantity.CCDTemp)
	}
	if _, ok, err := Temperature(rows, o); ok || err != nil {
		t.Errorf("without temperatures: %v, %v", ok, err)
	}
	if _, _, err := Temperature(rows, HistoryOptions{}); err == nil {
		t.Error("an id is needed")
	}
}

// A band shows where the CCD was held at another temperature, and its note
// stands where there is room.
func TestHistorySteps(t *testing.T) {
	f := mustHistory(t, publishedRows(t), HistoryOptions{ID: "known", At: sampleAt})[0]
	if got := strings.Count(string(f.SVG), "chart-band"); got != 2 {
		t.Errorf("%d bands, want those of 2003 and 2007", got)
	}
	for _, note := range []string{"−10 → −15 °C", "−15 → −20 °C"} {
		if !strings.Contains(string(f.SVG), ">"+note+"</text>") || !strings.Contains(string(f.Option), `"name":"`+note) {
			t.Errorf("no note says %s", note)
		}
	}
}

// What the charts of 150 calibrations weigh bounds what their two pages weigh.
func TestHistoryIsLight(t *testing.T) {
	rows := sampleRows(150)
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	for _, f := range mustHistory(t, rows, sampleOptions(rows)) {
		w.Write([]byte(f.HTML()))
	}
	w.Close()
	t.Logf("%d bytes gzipped", b.Len())
	if b.Len() > 58e3 {
		t.Errorf("%d bytes gzipped, want at most 58,000", b.Len())
	}
}
