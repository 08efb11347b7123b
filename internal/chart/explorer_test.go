package chart

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"darksite/processing/chandra"
	"darksite/processing/scaling"
	"darksite/processing/stats"
)

// exacts are calibrations of small CCDs, the last of a map whose values lie on
// no grid, the first of unknown temperature and without quadrants.
func exacts() []Exact {
	temp := func(v float64) *float64 { return &v }
	var list []Exact
	for i, c := range []struct {
		id   chandra.ID
		temp *float64
	}{{"2014289", nil}, {"2015157", temp(-14.12)}, {"2015257", temp(-15)}, {"2015355", temp(-13.6)}, {"2016125", temp(-11)}} {
		e := Exact{ID: c.id, Name: c.id.Date().Format("2006 Jan 2"), CCDTemp: c.temp}
		for q := range 4 {
			h := sampleOf(1<<15, uint64(10*i+q), 6+0.3*float64(i)+0.2*float64(q), 0.6+0.05*float64(i))
			if i == 4 {
				for k, v := range h.Values {
					h.Values[k] = v*1.013 + 0.49*float32(math.Sin(float64(k)))
				}
				slices.Sort(h.Values)
			}
			e.Quadrants = append(e.Quadrants, h)
		}
		e.Histogram = stats.Merge(e.Quadrants...)
		if i == 0 {
			e.Quadrants = nil
		}
		list = append(list, e)
	}
	return list
}

func explorerOf(t testing.TB, all []Exact) Figure {
	t.Helper()
	o := ExplorerOptions{ID: "histogram", CCDTemp: -15, Law: scaling.PerPixel}
	var series []Series
	for i, e := range all {
		o.Entries = append(o.Entries, Entry{ID: e.ID, Name: e.Name, CCDTemp: e.CCDTemp, Address: fmt.Sprintf("shards/%s/histogram.js", e.ID)})
		if i >= 1 && i <= 3 {
			series = append([]Series{{ID: e.ID, Name: e.Name, Histogram: e.Histogram, Current: i == 3}}, series...)
		}
	}
	f, err := Explorer(series, o)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// decoded undoes code as histograms.js does.
func decoded(c coded) (h stats.Histogram) {
	if c.From != nil {
		next := *c.From
		for _, n := range c.Runs {
			if n < 0 {
				next -= n
				continue
			}
			h.Values, h.Counts = append(h.Values, float32(next)), append(h.Counts, n)
			next++
		}
		return h
	}
	for i, raw := range c.Values {
		var v float32
		json.Unmarshal(raw, &v)
		h.Values, h.Counts = append(h.Values, v), append(h.Counts, c.Counts[i])
	}
	return h
}

func shardIn(t testing.TB, script []byte) (d shardData) {
	t.Helper()
	body, ok := bytes.CutPrefix(script, []byte("darksiteHistogram("))
	body, end := bytes.CutSuffix(body, []byte(");\n"))
	if !ok || !end {
		t.Fatalf("no call: %.60s", script)
	}
	if err := json.Unmarshal(body, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestShardIsExact(t *testing.T) {
	for _, e := range exacts() {
		script, err := Shard(e)
		if err != nil {
			t.Fatal(err)
		}
		again, _ := Shard(e)
		if !bytes.Equal(script, again) {
			t.Errorf("%s: other bytes the second time", e.ID)
		}
		d := shardIn(t, script)
		var quadrants []stats.Histogram
		for i, c := range d.Quadrants {
			h := decoded(c)
			if !reflect.DeepEqual(h, e.Quadrants[i]) {
				t.Errorf("%s: quadrant %d is not what it was", e.ID, i)
			}
			quadrants = append(quadrants, h)
		}
		whole := stats.Merge(quadrants...)
		if d.Whole != nil {
			whole = decoded(*d.Whole)
		}
		if !reflect.DeepEqual(whole, e.Histogram) || (d.Whole == nil) != (len(e.Quadrants) == 4) {
			t.Errorf("%s: the whole CCD is not what it was", e.ID)
		}
	}
}

// A whole CCD that is not the sum of its quadrants is told of itself.
func TestShardOfParts(t *testing.T) {
	e := exacts()[3]
	e.Histogram = few()
	script, err := Shard(e)
	if err != nil {
		t.Fatal(err)
	}
	if d := shardIn(t, script); d.Whole == nil || !reflect.DeepEqual(decoded(*d.Whole), few()) {
		t.Error("the whole CCD is not what it was")
	}
	if script, err = Shard(Exact{ID: "2015355", Name: "empty"}); err != nil {
		t.Fatal(err)
	}
	if d := shardIn(t, script); d.Whole == nil || len(decoded(*d.Whole).Values) != 0 {
		t.Errorf("an empty map gives %s", script)
	}
}

func TestShardWrongInput(t *testing.T) {
	nan := math.NaN()
	for says, e := range map[string]Exact{
		"want":         {ID: "x", Name: "a"},
		"no name":      {ID: "2015355", Name: " "},
		"temperature":  {ID: "2015355", Name: "a", CCDTemp: &nan},
		"2 quadrants":  {ID: "2015355", Name: "a", Quadrants: make([]stats.Histogram, 2)},
		"quadrant B: ": {ID: "2015355", Name: "a", Quadrants: []stats.Histogram{{}, {Values: []float32{1}}, {}, {}}},
	} {
		if _, err := Shard(e); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want one that says %q", err, says)
		}
	}
}

// A name is data in a script, whatever it is.
func TestShardIsHarmless(t *testing.T) {
	for _, name := range append(hostileNames, `");alert(1);("`, "\u2028alert(1)", "</script>", "*/ alert(1) //", "`${alert(1)}`") {
		script, err := Shard(Exact{ID: "2015355", Name: name, Histogram: few()})
		if err != nil {
			t.Fatal(err)
		}
		if d := shardIn(t, script); d.Name != printable(name) {
			t.Errorf("%q became %q", name, d.Name)
		}
		if bytes.ContainsAny(script, "<>&\u2028\u2029") || bytes.Count(script, []byte("\n")) != 1 {
			t.Errorf("%q: %s", name, script)
		}
	}
}

func FuzzShard(f *testing.F) {
	for _, name := range hostileNames {
		f.Add(name, int16(-3), uint16(4), uint8(7))
	}
	f.Fuzz(func(t *testing.T, name string, from int16, count uint16, gap uint8) {
		h := stats.Histogram{Values: []float32{float32(from), float32(from) + float32(gap) + 1}, Counts: []int{int(count) + 1, 1}}
		script, err := Shard(Exact{ID: "2015355", Name: name, Histogram: h})
		if err != nil {
			return
		}
		if bytes.ContainsAny(script, "<>&\u2028\u2029") {
			t.Fatalf("%q: %s", name, script)
		}
		if got := decoded(*shardIn(t, script).Whole); !reflect.DeepEqual(got, h) {
			t.Fatalf("%v became %v", h, got)
		}
	})
}

// What a page is told: the list, what is shown first, and exact counts.
func TestExplorerOption(t *testing.T) {
	all := exacts()
	f := explorerOf(t, all)
	e := parsed(t, f).Explorer
	if e == nil || e.Current != "2015355" || !slices.Equal(e.Shown, []chandra.ID{"2015355", "2015257", "2015157"}) || e.Law != "per-pixel" || e.CCDTemp != -15 {
		t.Fatalf("explorer %+v", e)
	}
	for i, id := range e.Shown {
		for _, x := range all {
			if x.ID == id && (e.Above[i][0] != x.Histogram.Above(100) || e.Above[i][1] != x.Histogram.Above(3000)) {
				t.Errorf("%s: N above is %v", id, e.Above[i])
			}
		}
	}
	if len(e.List) != 5 || e.List[0].CCDTemp != nil || e.List[4].Address != "shards/2016125/histogram.js" {
		t.Errorf("list %+v", e.List)
	}
	if parsed(t, mustFigure(t, "plain", sampleSeries())).Explorer != nil {
		t.Error("a histogram without a list has an explorer")
	}
	if string(explorerOf(t, all).HTML()) != string(f.HTML()) {
		t.Error("other bytes the second time")
	}
}

// The static figures of the other views hold the numbers of their tables, which
// are those of the histograms.
func TestPanelsHoldTheNumbers(t *testing.T) {
	all := exacts()
	f := explorerOf(t, all)
	for _, p := range []*Panel{f.Near, f.Above} {
		for s, h := range []stats.Histogram{all[3].Histogram, all[2].Histogram, all[1].Histogram} {
			for i, v := range p.Values[s] {
				want := float64(h.Above(p.Edges[i]))
				if !p.View.Cumulative {
					// Maps of whole numbers: a bin near zero holds one of them.
					want = float64(h.Above(p.Edges[i]) - h.Above(p.Edges[i+1]))
				}
				if math.Abs(v-want) > 1e-6*want {
					t.Errorf("%s: series %d at %v is %v, want %v", p.Title, s, p.Edges[i], v, want)
				}
			}
		}
		checkDrawn(t, p)
	}
	if below := f.Near.Values[0][0]; f.Near.Edges[0] != -20.5 || below < 0 {
		t.Errorf("the zoom begins at %v", f.Near.Edges[0])
	}
	html := string(f.HTML())
	for _, want := range []string{f.Near.Title, f.Above.Title} {
		if strings.Count(html, `<div class="chart-panel"><p>`+want+`</p><svg class="chart-panel"`) != 1 {
			t.Errorf("the page has no panel %q", want)
		}
	}
}

// checkDrawn reads the accent's path of a panel back into numbers.
func checkDrawn(t *testing.T, p *Panel) {
	t.Helper()
	plot := newPlot("x", []Series{{Name: "a"}}, p.View)
	plot.y = p.View.yAxis(p.Values)
	l := panelLayout(p.Names).widened(plot.y)
	d := pathOf(t, p.SVG, accent)
	if err := xml.Unmarshal(p.SVG, new(struct{})); err != nil {
		t.Fatal(err)
	}
	drawn := 0
	for i, v := range p.Values[0] {
		if v <= 0 {
			continue
		}
		y := px(l.y(plot.y, v))
		if !strings.Contains(d, "V"+y) && !strings.Contains(d, " "+y) {
			t.Errorf("%s: nothing is drawn at %s px for %v at %v", p.Title, y, v, p.Edges[i])
		}
		drawn++
	}
	if drawn < 40 {
		t.Errorf("%s: %d numbers are drawn: the sample tests nothing", p.Title, drawn)
	}
}

func TestExplorerWrongInput(t *testing.T) {
	good := func() ([]Series, ExplorerOptions) {
		return []Series{{ID: "2015355", Name: "b", Histogram: few(), Current: true}},
			ExplorerOptions{ID: "h", CCDTemp: -15, Law: scaling.Uniform, Entries: []Entry{{ID: "2015257", Name: "a", Address: "a/"}, {ID: "2015355", Name: "b", Address: "b/"}}}
	}
	s, o := good()
	if _, err := Explorer(s, o); err != nil {
		t.Fatal(err)
	}
	for says, change := range map[string]func(s []Series, o *ExplorerOptions){
		"chart id":        func(_ []Series, o *ExplorerOptions) { o.ID = "<" },
		"by law":          func(_ []Series, o *ExplorerOptions) { o.Law = scaling.Law{} },
		"not among":       func(s []Series, _ *ExplorerOptions) { s[0].ID = "2016125" },
		"is current":      func(s []Series, _ *ExplorerOptions) { s[0].Current = false },
		"rising":          func(_ []Series, o *ExplorerOptions) { o.Entries[1].ID = "2015257" },
		"entry 0":         func(_ []Series, o *ExplorerOptions) { o.Entries[0].ID = "</script>" },
		"no name":         func(_ []Series, o *ExplorerOptions) { o.Entries[0].Name = "\x00" },
		"both named":      func(_ []Series, o *ExplorerOptions) { o.Entries[0].Name = "b" },
		"no address":      func(_ []Series, o *ExplorerOptions) { o.Entries[0].Address = "" },
		"page address":    func(_ []Series, o *ExplorerOptions) { o.Entries[0].Address = "https://elsewhere.example/x.js" },
		"CCD temperature": func(_ []Series, o *ExplorerOptions) { nan := math.NaN(); o.Entries[0].CCDTemp = &nan },
	} {
		s, o := good()
		change(s, &o)
		if _, err := Explorer(s, o); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want one that says %q", err, says)
		}
	}
	// A law of its own factor is none that readers choose from.
	s, o = good()
	o.Law, _ = scaling.UniformPer4C(2)
	if f, err := Explorer(s, o); err != nil || parsed(t, f).Explorer.Law != "per-pixel" {
		t.Errorf("another factor: %v", err)
	}
}

// Names in the list are text.
func TestExplorerIsHarmless(t *testing.T) {
	build := func(names []string) string {
		o := ExplorerOptions{ID: "h", CCDTemp: -15, Law: scaling.Uniform}
		var series []Series
		for i, name := range names {
			id := chandra.ID(fmt.Sprintf("2015%03d", i+1))
			o.Entries = append(o.Entries, Entry{ID: id, Name: name, Address: "a/" + string(id)})
			series = append(series, Series{ID: id, Name: name, Histogram: few(), Current: i == 0})
		}
		f, err := Explorer(series, o)
		if err != nil {
			t.Fatal(err)
		}
		return string(f.HTML())
	}
	var plain []string
	for i := range hostileNames {
		plain = append(plain, fmt.Sprint("name", i))
	}
	if g, w := shape(t, build(hostileNames)), shape(t, build(plain)); g != w {
		t.Errorf("hostile names change the page:\n%s\nwant\n%s", g, w)
	}
}

// What a calibration page carries bounds its figure, with 150 calibrations to
// choose from, and a shard of a whole map.
func TestExplorerIsLight(t *testing.T) {
	o := ExplorerOptions{ID: "histogram", CCDTemp: -15, Law: scaling.PerPixel}
	var series []Series
	temp := -13.55
	for i := range 150 {
		id := chandra.IDOf(chandra.ID("2010001").Date().AddDate(0, 0, 30*i))
		o.Entries = append(o.Entries, Entry{ID: id, Name: id.Date().Format("2006 Jan 2"), CCDTemp: &temp, Address: "../" + strings.ToLower(id.Date().Format("2006_Jan")) + "/histogram.js"})
		if i > 146 {
			series = append(series, Series{ID: id, Name: id.Date().Format("2006 Jan 2"), Histogram: sample(uint64(i), 6.5, 0.7), Current: i == 149})
		}
	}
	f, err := Explorer(series, o)
	if err != nil {
		t.Fatal(err)
	}
	e := Exact{ID: "2015355", Name: "2015 Dec 21", CCDTemp: &temp}
	for q := range 4 {
		e.Quadrants = append(e.Quadrants, sampleOf(1<<18, uint64(q), 6.5, 0.7))
	}
	e.Histogram = stats.Merge(e.Quadrants...)
	shard, err := Shard(e)
	if err != nil {
		t.Fatal(err)
	}
	figure, script := zipped(t, []byte(f.HTML())), zipped(t, shard)
	t.Logf("the figure has %d bytes gzipped, a shard %d of %d", figure, script, len(shard))
	if figure > 25e3 || script > 25e3 {
		t.Errorf("the figure has %d bytes gzipped, a shard %d: want at most 25,000 each", figure, script)
	}
}

func zipped(t *testing.T, b []byte) int {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	w.Write(b)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Len()
}
