//go:build browser

package chart

import (
	"fmt"
	"strings"
	"testing"

	"darksite/internal/browser"
)

// historySite writes pages with the given figures of a history: live.html and
// static.html as [site] does.
func historySite(t *testing.T, figures ...HistoryFigure) string {
	t.Helper()
	var list []drawable
	for _, f := range figures {
		list = append(list, f)
	}
	return site(t, list...)
}

// The live charts without their tools and the twins must be the same pictures,
// but for how letters and edges are smoothed.
func TestHistoryTwinsLookLikeTheCharts(t *testing.T) {
	rows := sampleRows(150)
	p := browser.Start(t)
	figures := mustHistory(t, rows, sampleOptions(rows))
	o := sampleOptions(rows)
	o.Current = rows[130].ID
	temperature, _, err := Temperature(rows, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range append(figures, temperature) {
		if f.calibrations == nil {
			f.calibrations = figures[0].calibrations
		}
		dir := historySite(t, f)
		for _, scheme := range []string{"light", "dark"} {
			widths := []int{720, 360}
			if f.SVGBroad != nil {
				widths = append(widths, 1200)
			}
			for _, width := range widths {
				name := fmt.Sprintf("%s-%s-%d.png", f.ID, scheme, width)
				open(p, "file://"+dir+"/live.html", scheme, width+32, 900)
				p.Wait(drawn)
				p.Eval(`echarts.getInstanceByDom(document.querySelector('.chart-live')).setOption({toolbox: {show: false}})`)
				p.Settle()
				live := p.Screenshot()
				open(p, "file://"+dir+"/static.html", scheme, width+32, 900)
				p.Settle()
				static := p.Screenshot()
				browser.Keep(t, "live-"+name, live)
				browser.Keep(t, "static-"+name, static)
				near, far := compare(t, live, static)
				t.Logf("%s: %.2f %% of the marks of one are not within 2 px in the other", name, 100*far/near)
				if far > 0.01*near {
					t.Errorf("%s: %.2f %% of the marks of one are not within 2 px in the other, want less than 1 %%", name, 100*far/near)
				}
			}
		}
	}
}

// All charts of 150 calibrations, as pages show them, for people to look at.
func TestHistoryLooks(t *testing.T) {
	rows := sampleRows(150)
	figures := append(mustHistory(t, rows, sampleOptions(rows)), mustHistory(t, publishedRows(t), HistoryOptions{ID: "known", At: sampleAt})...)
	o := sampleOptions(rows)
	o.ID, o.Current = "page", rows[130].ID
	temperature, _, err := Temperature(rows, o)
	if err != nil {
		t.Fatal(err)
	}
	figures = append(figures, temperature)
	dir := historySite(t, figures...)
	p := browser.Start(t)
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int{1200, 390} {
			open(p, "file://"+dir+"/live.html", scheme, width, 900)
			p.Wait(fmt.Sprintf(`document.querySelectorAll('[data-chart-state="drawn"]').length === %d`, len(figures)))
			p.Settle()
			browser.Keep(t, fmt.Sprintf("history-live-%s-%d.png", scheme, width), p.WholeScreenshot())
			open(p, "file://"+dir+"/static.html", scheme, width, 900)
			p.Settle()
			browser.Keep(t, fmt.Sprintf("history-static-%s-%d.png", scheme, width), p.WholeScreenshot())
			if p.Overflows() {
				t.Errorf("%s, %d px: the page is wider than the window", scheme, width)
			}
			if got := p.Complaints(); len(got) != 0 {
				t.Errorf("%s, %d px: the browser complains:\n%s", scheme, width, strings.Join(got, "\n"))
			}
		}
	}
}

// place is where a point of a live chart stands in the window, CSS px.
func place(p *browser.Page, row int) (x, y float64) {
	var at []float64
	p.EvalInto(&at, fmt.Sprintf(`(() => {
		const live = document.querySelector('.chart-live'), chart = echarts.getInstanceByDom(live);
		const item = chart.getOption().series[0].data[%d], box = live.getBoundingClientRect();
		const at = chart.convertToPixel({xAxisIndex: 0, yAxisIndex: 0}, item.value || item);
		return [box.left + at[0], box.top + at[1]];
	})()`, row))
	return at[0], at[1]
}

// click presses and releases the button on what is at a place of the window.
func click(p *browser.Page, x, y float64) {
	p.Mouse(x-1, y)
	p.Mouse(x, y)
	p.Eval(fmt.Sprintf(`(() => {
		const at = {clientX: %[1]g, clientY: %[2]g, bubbles: true, cancelable: true, view: window};
		const on = document.elementFromPoint(%[1]g, %[2]g);
		for (const type of ["pointerdown", "mousedown", "pointerup", "mouseup", "click"]) {
			on.dispatchEvent(type.startsWith("pointer") ? new PointerEvent(type, at) : new MouseEvent(type, at));
		}
	})()`, x, y))
}

// A click on a point goes to its page in the live chart and in the twin, and
// nowhere without one; the tooltip says what the table has.
func TestHistoryPointsLead(t *testing.T) {
	rows := sampleRows(150)
	o := sampleOptions(rows)
	figures := mustHistory(t, rows, o)
	for _, f := range figures {
		f.calibrations = figures[0].calibrations
		dir := historySite(t, f)
		p := browser.Start(t)
		open(p, "file://"+dir+"/live.html", "light", 1200, 900)
		p.Wait(drawn)
		p.Settle()
		for _, row := range []int{3, 60, 148} {
			x, y := place(p, row)
			if f.Table.Rows[row].Values[0] == nil {
				t.Fatalf("%s: nothing is known of row %d: the sample tests nothing", f.ID, row)
			}
			click(p, x, y)
			p.Wait(fmt.Sprintf(`location.hash === %q`, o.Pages[rows[row].ID]))
			p.Settle()
			text := p.Eval(`document.querySelector('.chart-tooltip').innerText`).(string)
			if !strings.HasPrefix(text, f.Table.Rows[row].heading()) {
				t.Errorf("%s: the tooltip of %s says\n%s", f.ID, rows[row].ID, text)
			}
			for c, column := range f.Table.Columns {
				number := "not known"
				if f.Table.Text(row, c) != "" {
					number = strings.TrimSpace(f.Table.Text(row, c) + " " + column.Unit)
				}
				if want := column.Label + "\t" + number; !strings.Contains(text, want) {
					t.Errorf("%s: the tooltip of %s says\n%s\nwithout %q", f.ID, rows[row].ID, text, want)
				}
			}
			browser.Keep(t, fmt.Sprintf("%s-tooltip-%d.png", f.ID, row), p.Screenshot())
		}
		click(p, 600, 30) // on the legend's row, where nothing is
		x, y := place(p, 2)
		click(p, x, y)
		p.Settle()
		if got, want := p.Eval(`location.hash`), o.Pages[rows[148].ID]; got != want {
			t.Errorf("%s: a point without a page leads to %v", f.ID, got)
		}
		p.Eval(`location.hash = ""`)
		if got := p.Complaints(); len(got) != 0 {
			t.Errorf("%s: the browser complains:\n%s", f.ID, strings.Join(got, "\n"))
		}
		// A calibration of which nothing is known in a line is told of too.
		_, y = place(p, 60)
		year, _ := place(p, 5)
		p.Mouse(year, y)
		p.Wait(fmt.Sprintf(`document.querySelector('.chart-tooltip').innerText.startsWith(%q)`, f.Table.Rows[5].heading()))
		// The twin's strip is a link to the same page.
		open(p, "file://"+dir+"/static.html", "light", 1200, 900)
		for _, row := range []int{3, 60, 148} {
			var at []float64
			p.EvalInto(&at, fmt.Sprintf(`(() => {
				const path = document.querySelector('.chart-links a[href="%s"] path');
				const at = path.getPointAtLength(1).matrixTransform(path.getScreenCTM());
				return [at.x, at.y];
			})()`, o.Pages[rows[row].ID]))
			click(p, at[0], at[1])
			p.Wait(fmt.Sprintf(`location.hash === %q`, o.Pages[rows[row].ID]))
		}
	}
}

// An address that leads out of the site is not followed, should one ever stand
// in an option.
func TestHistoryLeadsNowhereElse(t *testing.T) {
	rows := sampleRows(20)
	f := mustHistory(t, rows, sampleOptions(rows))[0]
	plain := string(f.calibrations)
	for _, address := range []string{"javascript:document.title='x'", "https://elsewhere.example/", "//elsewhere.example/"} {
		changed := f
		changed.calibrations = []byte(strings.Replace(plain, `"#c`+string(rows[3].ID)+`"`, `"`+address+`"`, 1))
		if string(changed.calibrations) == plain {
			t.Fatal("the option has no address")
		}
		dir := historySite(t, changed)
		p := browser.Start(t)
		open(p, "file://"+dir+"/live.html", "light", 1200, 600)
		p.Wait(drawn)
		x, y := place(p, 3)
		click(p, x, y)
		p.Settle()
		if got := p.Eval(`location.pathname + document.title`); got != dir+"/live.htmlcharts" {
			t.Errorf("%s leads to %v", address, got)
		}
		if got := p.Complaints(); len(got) != 0 {
			t.Errorf("%s: the browser complains:\n%s", address, strings.Join(got, "\n"))
		}
	}
}
