package chart

import (
	"encoding/xml"
	"maps"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"darksite/processing/history"
	"darksite/processing/quantity"
)

// twinOf is what the tests read of a static twin.
type twinOf struct {
	Title string `xml:"title"`
	Desc  string `xml:"desc"`
	Drawn []struct {
		Class string      `xml:"class,attr"`
		Links []twinLink  `xml:"a"`
		Plain []twinLink  `xml:"g"`
		Marks []twinMarks `xml:"-"`
		Uses  []struct {
			Href      string `xml:"href,attr"`
			Transform string `xml:"transform,attr"`
		} `xml:"use"`
		Paths []twinPath `xml:"path"`
	} `xml:"g"`
}

type twinLink struct {
	Href  string     `xml:"href,attr"`
	Tab   string     `xml:"tabindex,attr"`
	Title string     `xml:"title"`
	Paths []twinPath `xml:"path"`
}

type twinMarks struct {
	ID    string     `xml:"id,attr"`
	Paths []twinPath `xml:"path"`
}

type twinPath struct {
	Class string `xml:"class,attr"`
	Width string `xml:"stroke-width,attr"`
	Dash  string `xml:"stroke-dasharray,attr"`
	D     string `xml:"d,attr"`
}

func twin(t testing.TB, svg []byte) twinOf {
	t.Helper()
	var w twinOf
	// encoding/xml gives the g of a group to one field only.
	if err := xml.Unmarshal(svg, &w); err != nil {
		t.Fatal(err)
	}
	type onlyMarks struct {
		Drawn []struct {
			Marks []twinMarks `xml:"g"`
		} `xml:"g"`
	}
	var m onlyMarks
	if err := xml.Unmarshal(svg, &m); err != nil {
		t.Fatal(err)
	}
	for i := range w.Drawn {
		w.Drawn[i].Marks = m.Drawn[i].Marks
	}
	return w
}

var numbersIn = regexp.MustCompile(`-?[0-9.]+`)

// cornersOf are the places of a relative path, tenths of px, by subpath.
func cornersOf(t testing.TB, d string) (runs [][][2]int) {
	t.Helper()
	at := [2]int{}
	command := ""
	for d != "" {
		switch d[0] {
		case 'm', 'l':
			command, d = d[:1], d[1:]
		case 'h':
			d = strings.TrimPrefix(d, "h0")
			continue
		case ' ':
			d = d[1:]
		}
		var step [2]int
		for i := range step {
			d = strings.TrimPrefix(d, " ")
			n := numbersIn.FindString(d)
			v, err := strconv.Atoi(n)
			if err != nil {
				t.Fatalf("path goes on with %q: %v", d, err)
			}
			step[i], d = v, d[len(n):]
		}
		at = [2]int{at[0] + step[0], at[1] + step[1]}
		if command == "m" {
			runs = append(runs, nil)
		}
		runs[len(runs)-1] = append(runs[len(runs)-1], at)
	}
	return runs
}

// Each known number has a point of its line's colour at its place, and each
// calibration a strip that leads to its page.
func TestHistoryTwinHasTheSameNumbers(t *testing.T) {
	rows := sampleRows(150)
	o := sampleOptions(rows)
	for _, f := range mustHistory(t, rows, o) {
		option := historyParsed(t, f)
		tr, widest := trendOf(t, rows, o, f.ID)
		tr.labels = widest
		w, l := twin(t, largest(f)), tr.base()
		if w.Title != f.Title || w.Desc != f.Summary {
			t.Errorf("%s: %q, %q", f.ID, w.Title, w.Desc)
		}
		last := w.Drawn[len(w.Drawn)-1]
		for c, column := range f.Table.Columns {
			s := option.Series[c]
			xAxis, yAxis, plot := option.XAxis[s.XAxisIndex], option.YAxis[s.YAxisIndex], l.plots[s.XAxisIndex]
			class := tr.strokes[c].class()
			dots, onLine, polygons := map[[2]int]bool{}, map[[2]int]bool{}, ""
			for _, p := range last.Marks[tr.home[c]].Paths {
				if p.Class != class {
					continue
				}
				to := onLine
				if strings.Contains(p.D, "h0") {
					to = dots
				}
				for _, run := range cornersOf(t, p.D) {
					for _, at := range run {
						to[at] = true
					}
				}
			}
			for _, p := range last.Paths {
				if p.Class == class {
					polygons += p.D
				}
			}
			for i, p := range f.Table.Rows {
				v := p.Values[c]
				if v == nil {
					continue
				}
				at := (*v - yAxis.Min) / (yAxis.Max - yAxis.Min)
				if yAxis.Type == "log" {
					at = math.Log(*v/yAxis.Min) / math.Log(yAxis.Max/yAxis.Min)
				}
				x := plot.left + (p.Year-xAxis.Min)/(xAxis.Max-xAxis.Min)*(plot.right-plot.left)
				y := plot.bottom - at*(plot.bottom-plot.top)
				place := [2]int{int(math.Round(10 * x)), int(math.Round(10 * y))}
				near := func(marks map[[2]int]bool) bool { // y is rounded twice
					return marks[place] || marks[[2]int{place[0], place[1] + 1}] || marks[[2]int{place[0], place[1] - 1}]
				}
				switch {
				case tr.model[c]:
					if !near(onLine) && !tr.alone(i, c) || !near(dots) && tr.alone(i, c) {
						t.Errorf("%s: the model of %s does not go through %v", f.ID, p.ID, place)
					}
				case symbolOf(p.State).corners != nil:
					if !strings.Contains(polygons, "M"+px(x)) && !strings.Contains(polygons, px(tenth(x))) {
						t.Errorf("%s: %s of %s has no symbol at %.1f", f.ID, column.Key, p.ID, x)
					}
				case !near(dots):
					t.Errorf("%s: %s of %s has no point at %v", f.ID, column.Key, p.ID, place)
				}
			}
		}
		links := w.Drawn[1]
		if links.Class != "chart-links" || len(links.Links)+len(links.Plain) != len(rows) {
			t.Fatalf("%s: %d links of %d", f.ID, len(links.Links), len(rows))
		}
		byName := map[string]twinLink{}
		for _, link := range links.Links {
			byName[link.Title] = link
		}
		for _, p := range f.Table.Rows {
			link := byName[p.caption()]
			if link.Href != o.Pages[p.ID] || (link.Href != "") != (link.Tab == "-1") {
				t.Errorf("%s: %s leads to %q, want %q", f.ID, p.ID, link.Href, o.Pages[p.ID])
			}
			if link.Href == "" {
				continue
			}
			for i, d := range strings.Split(link.Paths[0].D, "M")[1:] {
				n := numbersIn.FindAllString(d, -1)
				x := tr.xOf(l.plots[i], p.Year)
				if from, to := mustFloat(t, n[0]), mustFloat(t, n[2]); x < from-0.06 || x > to+0.06 {
					t.Errorf("%s: the link of %s goes from %v to %v, its point is at %v", f.ID, p.ID, from, to, x)
				}
			}
		}
		smaller := map[string]trendLayout{string(f.SVGNarrow): tr.narrow()}
		if tr.broad {
			smaller[string(f.SVG)] = tr.wide()
		}
		for svg, layout := range smaller {
			small := twin(t, []byte(svg))
			uses := small.Drawn[len(small.Drawn)-1].Uses
			if len(uses) != len(tr.panels) {
				t.Fatalf("%s: a smaller twin shows %d panels, want %d", f.ID, len(uses), len(tr.panels))
			}
			for i, use := range uses {
				n := numbersIn.FindAllString(use.Transform, -1)
				from, to := l.plots[i], layout.plots[i]
				for _, c := range []struct{ scale, move, from, to float64 }{
					{mustFloat(t, n[0]), mustFloat(t, n[4]), from.left, to.left}, {mustFloat(t, n[0]), mustFloat(t, n[4]), from.right, to.right},
					{mustFloat(t, n[3]), mustFloat(t, n[5]), from.top, to.top}, {mustFloat(t, n[3]), mustFloat(t, n[5]), from.bottom, to.bottom},
				} {
					if got := c.scale*c.from + c.move; math.Abs(got-c.to) > 0.05 || use.Href != "#"+tr.marksID(i) {
						t.Errorf("%s: %s puts %v at %v, want %v", f.ID, use.Transform, c.from, got, c.to)
					}
				}
			}
		}
	}
}

// largest is the twin that has the marks and the links.
func largest(f HistoryFigure) []byte {
	if f.SVGBroad != nil {
		return f.SVGBroad
	}
	return f.SVG
}

// trendOf is the trend of a figure, and the widest label of them all.
func trendOf(t testing.TB, rows []history.Row, o HistoryOptions, id string) (found trend, widest float64) {
	t.Helper()
	points, err := historyPoints(rows, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sketches(o) {
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

// linesOf are the runs of the marks of a colour in a panel.
func linesOf(t testing.TB, f HistoryFigure, panel int, c colour) (lines, dots [][][2]int) {
	t.Helper()
	w := twin(t, largest(f))
	for _, p := range w.Drawn[len(w.Drawn)-1].Marks[panel].Paths {
		switch {
		case p.Class != c.class():
		case strings.Contains(p.D, "h0"):
			dots = append(dots, cornersOf(t, p.D)...)
		default:
			lines = append(lines, cornersOf(t, p.D)...)
		}
	}
	return lines, dots
}

// A line ends where a number is not known, and begins again behind it.
func TestHistoryGapsStayOpen(t *testing.T) {
	rows := sampleRows(9)
	for i := range rows {
		rows[i].Numbers[quantity.Mean] = rows[8-i].Numbers[quantity.Peak] // a falling line
		if i == 2 || i == 4 {
			delete(rows[i].Numbers, quantity.Mean)
		}
	}
	figures := mustHistory(t, rows, HistoryOptions{ID: "h", At: sampleAt})
	lines, dots := linesOf(t, figures[len(figures)-1], 0, accent)
	if len(lines) != 2 || len(lines[0]) != 2 || len(lines[1]) != 4 {
		t.Errorf("lines %v: want two points, then four, and the one between only as a point", lines)
	}
	if len(dots) != 7 {
		t.Errorf("%d points, want 7", len(dots))
	}
	if lines, dots := linesOf(t, figures[len(figures)-1], 1, accent); len(lines) != 0 || len(dots) != 9 {
		t.Errorf("the zodiacal background has %d lines and %d points, want none and 9", len(lines), len(dots))
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
	maps.DeleteFunc(rows[1].Numbers, func(key quantity.Key, _ float64) bool { return strings.HasSuffix(string(key), "_model") })
	f := mustHistory(t, rows, HistoryOptions{ID: "h", At: sampleAt})[0]
	if lines, dots := linesOf(t, f, 0, fromModel.colour); len(lines) != 0 || len(dots) != 2 {
		t.Errorf("%d lines and %d dots, want 2 dots", len(lines), len(dots))
	}
	whole := mustHistory(t, sampleRows(100)[60:63], HistoryOptions{ID: "h", At: sampleAt})[0]
	if lines, dots := linesOf(t, whole, 0, fromModel.colour); len(lines) != 1 || len(lines[0]) != 3 || len(dots) != 0 {
		t.Errorf("%d lines and %d dots, want a line", len(lines), len(dots))
	}
}
