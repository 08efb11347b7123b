package chart

import (
	"encoding/xml"
	"math"
	"regexp"
	"strings"
	"testing"

	"darksite/processing/history"
)

// twinOf is what the tests read of a static twin.
type twinOf struct {
	Title string `xml:"title"`
	Desc  string `xml:"desc"`
	Drawn []struct {
		Paths []twinPath `xml:"path"`
		Links []twinLink `xml:"a"`
		Plain []twinLink `xml:"g"` // without a page
	} `xml:"g"`
}

type twinLink struct {
	Href  string     `xml:"href,attr"`
	Tab   string     `xml:"tabindex,attr"`
	Title string     `xml:"title"`
	Paths []twinPath `xml:"path"`
}

type twinPath struct {
	Class string `xml:"class,attr"`
	D     string `xml:"d,attr"`
}

func twin(t testing.TB, svg []byte) twinOf {
	t.Helper()
	var w twinOf
	if err := xml.Unmarshal(svg, &w); err != nil {
		t.Fatal(err)
	}
	if len(w.Drawn) != 3 {
		t.Fatalf("the twin has %d groups, want axes with lines, points, and the model", len(w.Drawn))
	}
	return w
}

var numbersIn = regexp.MustCompile(`-?[0-9.]+`)

// middle is the place of a symbol: where a closed circle is, between the ends
// of an open one, at the height between the tips of a polygon.
func middle(t *testing.T, d string) (x, y float64) {
	t.Helper()
	var n []float64
	for _, s := range numbersIn.FindAllString(d, -1) {
		n = append(n, mustFloat(t, s))
	}
	switch {
	case strings.HasSuffix(d, "h0"):
		return n[0], n[1]
	case strings.Contains(d, "a"):
		return n[0] + n[2], n[1]
	case len(n) == 6: // open: the border stands on the shape
		return n[0], (n[1] + n[3]) / 2
	}
	return n[0], (n[1] + n[5]) / 2
}

// symbolsOf are the symbols within a link by their class, in their order.
func symbolsOf(link twinLink) map[string][]string {
	list := map[string][]string{}
	for _, p := range link.Paths {
		for _, d := range strings.Split(p.D, "M")[1:] {
			list[p.Class] = append(list[p.Class], "M"+d)
		}
	}
	return list
}

// Each known number has a point of its line's colour at its place, in a link to
// its calibration's page, and the model is the line that its curve is.
func TestHistoryTwinHasTheSameNumbers(t *testing.T) {
	rows := sampleRows(150)
	o := sampleOptions(rows)
	for _, f := range mustHistory(t, rows, o) {
		option := historyParsed(t, f)
		tr, widest := trendOf(t, rows, o, f.ID)
		tr.labels = widest
		for form, svg := range map[string][]byte{"wide": f.SVG, "narrow": f.SVGNarrow} {
			w, l := twin(t, svg), tr.wide()
			if form == "narrow" {
				l = tr.narrow()
			}
			if w.Title != f.Title || w.Desc != f.Summary {
				t.Errorf("%s %s: %q, %q", f.ID, form, w.Title, w.Desc)
			}
			byName := map[string]twinLink{}
			for _, link := range append(w.Drawn[1].Links, w.Drawn[1].Plain...) {
				name, _, _ := strings.Cut(link.Title, ")")
				byName[name+")"] = link
			}
			for i, p := range f.Table.Rows {
				link := byName[p.heading()]
				if link.Href != o.Pages[p.ID] || (link.Href != "") != (link.Tab == "-1") {
					known := false
					for _, v := range p.Values {
						known = known || v != nil
					}
					if known {
						t.Errorf("%s %s: %s leads to %q, want %q", f.ID, form, p.ID, link.Href, o.Pages[p.ID])
					}
				}
				symbols := symbolsOf(link)
				for c, v := range p.Values {
					if v == nil || tr.model[c] && !tr.alone(i, c) {
						continue
					}
					class := tr.strokes[c].class()
					if len(symbols[class]) == 0 {
						t.Fatalf("%s %s: %s has no point for %s", f.ID, form, p.ID, f.Table.Columns[c].Key)
					}
					x, y := middle(t, symbols[class][0])
					s := option.Series[c]
					xAxis, yAxis, plot := option.XAxis[s.XAxisIndex], option.YAxis[s.YAxisIndex], l.plots[s.XAxisIndex]
					at := (*v - yAxis.Min) / (yAxis.Max - yAxis.Min)
					if yAxis.Type == "log" {
						at = math.Log(*v/yAxis.Min) / math.Log(yAxis.Max/yAxis.Min)
					}
					wantX := plot.left + (p.Year-xAxis.Min)/(xAxis.Max-xAxis.Min)*(plot.right-plot.left)
					wantY := plot.bottom - at*(plot.bottom-plot.top)
					slack := 0.07
					if p.State != "good" && p.State != "unknown" {
						slack = 1 // a filled triangle is drawn about its inscribed circle
					}
					if math.Abs(x-wantX) > 0.07 || math.Abs(y-wantY) > slack {
						t.Errorf("%s %s: %s of %s is at %.2f %.2f, want %.2f %.2f", f.ID, form, f.Table.Columns[c].Key, p.ID, x, y, wantX, wantY)
					}
					symbols[class] = symbols[class][1:]
				}
				for class, more := range symbols {
					if len(more) != 0 {
						t.Errorf("%s %s: %s has %d points of %s too many", f.ID, form, p.ID, len(more), class)
					}
				}
			}
		}
	}
}

// trendOf is the trend of a figure, and the widest label of them all.
func trendOf(t testing.TB, rows []history.Row, o HistoryOptions, id string) (found trend, widest float64) {
	t.Helper()
	points, err := historyPoints(rows, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sketches(o.At) {
		tr, err := s.trend(rows, points, o)
		if err != nil {
			t.Fatal(err)
		}
		widest = max(widest, tr.labelWidth())
		if tr.id == id {
			found = tr
		}
	}
	return found, widest
}

// A line ends where a number is not known, and begins again behind it.
func TestHistoryGapsStayOpen(t *testing.T) {
	rows := sampleRows(9)
	for i := range rows {
		rows[i].ZodiEPerS = rows[8-i].Peak // a falling line
		if i == 2 || i == 4 {
			rows[i].ZodiEPerS = nil
		}
	}
	figures := mustHistory(t, rows, HistoryOptions{ID: "h", At: sampleAt})
	f := figures[len(figures)-1]
	longest := pathOf(t, f.SVG, accent)
	if strings.Count(longest, "M") != 2 || strings.Count(longest, "L") != 2 || len(numbersIn.FindAllString(longest, -1)) != 2*(2+4) {
		t.Errorf("line %s: want two points, then four, and the one between only as a point", longest)
	}
	if points := twin(t, f.SVG).Drawn[1].Plain; len(points) != 7 {
		t.Errorf("%d points, want 7", len(points))
	}
}

// A closed symbol covers what its open form encloses, and no more.
func TestClosedSymbolsAreFull(t *testing.T) {
	for _, s := range []symbol{triangle, diamond} {
		outer, width := s.inradius+symbolBorder/2, s.width(false)
		// The line of the inner outline, at half the distance from the centre,
		// reaches from the centre to the outer edge.
		if inner := outer / 2; math.Abs(inner-width/2) > 1e-12 || math.Abs(inner+width/2-outer) > 1e-12 {
			t.Errorf("%s: a line %v wide does not fill a shape of inradius %v", s.echarts, width, outer)
		}
		for i, a := range s.corners {
			b := s.corners[(i+1)%len(s.corners)]
			distance := math.Abs((b[0]-a[0])*(s.centre-a[1])+a[0]*(b[1]-a[1])) / math.Hypot(b[0]-a[0], b[1]-a[1])
			if math.Abs(distance-s.inradius) > 1e-9 {
				t.Errorf("%s: side %d is %v from the centre, want %v", s.echarts, i, distance, s.inradius)
			}
		}
	}
}

// What the model has is a line, and where no neighbour joins it, a dot.
func TestHistoryModelIsALine(t *testing.T) {
	rows := sampleRows(100)[60:63]
	rows[1].Expected = nil
	f := mustHistory(t, rows, HistoryOptions{ID: "h", At: sampleAt})[1]
	dots := 0
	for _, g := range twin(t, f.SVG).Drawn[1].Plain {
		for _, p := range g.Paths {
			if p.Class == fromModel.class() {
				dots++
			}
		}
	}
	o := historyParsed(t, f)
	model := len(f.Table.Columns) - 1
	for i, want := range []string{"circle", "", "circle"} {
		if got := pointOf(t, o.Series[model].Data[i]).Symbol; got != want {
			t.Errorf("point %d of the model is %q, want %q", i, got, want)
		}
	}
	if dots != 2 {
		t.Errorf("the twin has %d dots of the model, want 2", dots)
	}
	whole := mustHistory(t, sampleRows(100)[60:63], HistoryOptions{ID: "h", At: sampleAt})[1]
	if got := pathOf(t, whole.SVG, fromModel.colour); !strings.Contains(string(whole.SVG), `stroke-dasharray="4 3" d="M`) || got == "" {
		t.Errorf("the model is no line: %s", got)
	}
}
