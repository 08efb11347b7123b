//go:build browser

package chart

import (
	"bytes"
	"fmt"
	"html/template"
	"image"
	"image/png"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"darksite/internal/browser"
	"darksite/internal/ground/phrase"
)

// The policy of the package comment.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:"

type drawable interface{ HTML() template.HTML }

// site writes a page with the given figures and returns its directory.
func site(t *testing.T, figures ...drawable) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"echarts.min.js", "charts.js", "charts.css"} {
		b, err := os.ReadFile(filepath.Join(assets, name))
		if err != nil {
			t.Fatal(err)
		}
		write(t, dir, name, b)
	}
	write(t, dir, "page.css", []byte(`
body { margin: 16px; font: 17px/1.55 system-ui, sans-serif; background: #fbfbf9; color: #1a1f2b; }
@media (prefers-color-scheme: dark) { body { background: #11141a; color: #e8eaf0; } }
`))
	head := `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>charts</title>` +
		`<meta name="viewport" content="width=device-width, initial-scale=1">` +
		`<meta http-equiv="Content-Security-Policy" content="` + policy + `">` +
		`<link rel="icon" href="data:,"><link rel="stylesheet" href="charts.css"><link rel="stylesheet" href="page.css">`
	body := "</head><body>"
	for _, f := range figures {
		body += string(f.HTML())
	}
	body += "</body></html>\n"
	write(t, dir, "live.html", []byte(head+`<script defer src="echarts.min.js"></script><script defer src="charts.js"></script>`+body))
	write(t, dir, "static.html", []byte(head+body))
	return dir
}

func write(t *testing.T, dir, name string, b []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
		t.Fatal(err)
	}
}

// open goes to a page with a window of the given size and colour scheme.
func open(p *browser.Page, url, scheme string, width, height int) {
	p.Size(width, height)
	p.Scheme(scheme)
	p.Open(url)
}

const drawn = `document.querySelector('.chart-live').dataset.chartState === 'drawn'`

const twinShown = `document.querySelector('.chart-static svg').checkVisibility()`

// An http server with the policy as a header too, beside file.
func TestDrawsUnderThePolicy(t *testing.T) {
	dir := site(t, mustFigure(t, "histogram", sampleSeries()), mustFigure(t, "hostile", hostileSeries()))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		http.FileServer(http.Dir(dir)).ServeHTTP(w, r)
	}))
	defer server.Close()
	for _, base := range []string{"file://" + dir, server.URL} {
		p := browser.Start(t)
		open(p, base+"/live.html", "light", 1280, 1100)
		p.Wait(`document.querySelectorAll('[data-chart-state="drawn"]').length === 2`)
		p.Settle()
		p.Mouse(400, 250) // a tooltip
		p.Mouse(400, 700)
		p.Settle()
		if p.Eval(twinShown) != false {
			t.Errorf("%s: the twin still shows", base)
		}
		if got := p.Complaints(); len(got) != 0 {
			t.Errorf("%s: the browser complains:\n%s", base, strings.Join(got, "\n"))
		}
		for _, url := range p.Outside(base) {
			t.Errorf("%s: asks for %s", base, url)
		}
	}
}

func TestTooltipHasTheNumbers(t *testing.T) {
	series := sampleSeries()
	series[1].Name = `<b onclick="x">&amp;</b>`
	f := mustFigure(t, "histogram", series)
	p := browser.Start(t)
	open(p, "file://"+site(t, f)+"/live.html", "dark", 752, 480)
	p.Wait(drawn)
	p.Settle()
	// The middle of the bin that begins at 500 e-/s.
	edges := f.Table.Edges
	bin := sort.SearchFloat64s(edges, 500)
	l := wideLayout(f.Table.Names)
	p.Mouse(16+l.x(View{}.xAxis(), math.Sqrt(edges[bin]*edges[bin+1])), 16+(l.top+l.bottom)/2)
	p.Wait(`document.querySelector('.chart-tooltip table') !== null`)
	p.Settle()
	browser.Keep(t, "tooltip.png", p.Screenshot())
	text := p.Eval(`document.querySelector('.chart-tooltip').innerText`).(string)
	for s, name := range f.Table.Names {
		density := f.Table.Density[s][bin]
		pixels := int(math.Round(density * (edges[bin+1] - edges[bin])))
		want := fmt.Sprintf("%s\t%s\t%s", name, significant(density, 3), phrase.Count(pixels))
		if !strings.Contains(text, want) {
			t.Errorf("the tooltip says\n%s\nwithout %q", text, want)
		}
	}
	if want := fmt.Sprintf("%s to %s e⁻/s", significant(edges[bin], 3), significant(edges[bin+1], 3)); !strings.HasPrefix(text, want) {
		t.Errorf("the tooltip says\n%s\nwithout %q", text, want)
	}
	if p.Eval(`document.querySelector('.chart-tooltip b')`) != nil {
		t.Error("a name became an element")
	}
	if got := p.Complaints(); len(got) != 0 {
		t.Errorf("the browser complains:\n%s", strings.Join(got, "\n"))
	}
}

// paint is how many elements of the canvas have about a colour.
func paint(t *testing.T, p *browser.Page, hex string) int {
	t.Helper()
	var red, green, blue int
	if _, err := fmt.Sscanf(hex, "#%02x%02x%02x", &red, &green, &blue); err != nil {
		t.Fatal(err)
	}
	return int(p.Eval(fmt.Sprintf(`(() => {
		const canvas = document.querySelector('.chart-live canvas');
		const p = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
		let n = 0;
		for (let i = 0; i < p.length; i += 4) {
			n += p[i+3] > 200 && Math.abs(p[i] - %d) + Math.abs(p[i+1] - %d) + Math.abs(p[i+2] - %d) < 6;
		}
		return n;
	})()`, red, green, blue)).(float64))
}

func TestColoursFollowTheScheme(t *testing.T) {
	p := browser.Start(t)
	open(p, "file://"+site(t, mustFigure(t, "histogram", sampleSeries()))+"/live.html", "light", 1280, 520)
	p.Wait(drawn)
	check := func(what, shown, hidden string) {
		t.Helper()
		p.Settle()
		if n := paint(t, p, shown); n < 300 {
			t.Errorf("%s: %d elements have %s, want a line of it", what, n, shown)
		}
		if n := paint(t, p, hidden); n > 0 {
			t.Errorf("%s: %d elements still have %s", what, n, hidden)
		}
	}
	check("light", accent.light, accent.dark)
	p.Scheme("dark")
	check("system turns dark", accent.dark, accent.light)
	p.Eval(`document.documentElement.dataset.theme = "light"`)
	check("page asks for light", accent.light, accent.dark)
	p.Scheme("light")
	p.Eval(`document.documentElement.dataset.theme = "dark"`)
	check("page asks for dark", accent.dark, accent.light)
	// A tool that goes back to the first option must not bring back its colours.
	p.Eval(`echarts.getInstanceByDom(document.querySelector('.chart-live')).dispatchAction({type: "restore"})`)
	check("restored", accent.dark, accent.light)
}

func TestFollowsTheWidth(t *testing.T) {
	f := mustFigure(t, "histogram", sampleSeries())
	p := browser.Start(t)
	open(p, "file://"+site(t, f)+"/live.html", "light", 1280, 600)
	p.Wait(drawn)
	wide, narrow := wideLayout(f.Table.Names), narrowLayout(f.Table.Names)
	for _, c := range []struct {
		window int
		layout layout
	}{{1280, wide}, {390, narrow}, {700, wide}, {580, wide}, {360, narrow}} {
		p.Size(c.window, 600)
		width := float64(min(800, c.window-32))
		height := math.Round(width * c.layout.height / c.layout.width)
		p.Wait(fmt.Sprintf(`(() => {
			const c = document.querySelector('.chart-live canvas'), p = c.parentElement.parentElement;
			return p.scrollWidth === %g && p.clientHeight === %g && c.clientWidth === %g;
		})()`, width, height, width))
		if left := p.Eval(`echarts.getInstanceByDom(document.querySelector('.chart-live')).getOption().grid[0].left`); left != c.layout.left {
			t.Errorf("window of %d px: the plot begins at %v px, want %g", c.window, left, c.layout.left)
		}
		if p.Overflows() {
			t.Errorf("window of %d px: the page is wider", c.window)
		}
		// Tools stand beside the legend, or below where there is no room for both.
		p.Settle()
		browser.Keep(t, fmt.Sprintf("width-%d.png", c.window), p.Screenshot())
		top := p.Eval(`echarts.getInstanceByDom(document.querySelector('.chart-live')).getOption().toolbox[0].top`)
		roomy := wide.left + float64(wide.legend.columns)*wide.legend.pitch() + 128
		if below := top == nil; below != (width >= narrowBelow && width < roomy) {
			t.Errorf("window of %d px: the top of the tools is %v", c.window, top)
		}
	}
}

// What cannot be drawn stays as it was.
func TestTwinStaysWhenAnythingFails(t *testing.T) {
	f := mustFigure(t, "histogram", sampleSeries())
	for _, c := range []struct {
		name        string
		file        string
		from, to    string
		wantFailure bool
	}{
		{"no library", "live.html", `<script defer src="echarts.min.js"></script>`, "", true},
		{"no script", "live.html", `<script defer src="charts.js"></script>`, "", false},
		{"no stylesheet", "live.html", `<link rel="stylesheet" href="charts.css">`, "", true},
		{"broken option", "live.html", `{"animation"`, `{animation`, true},
		{"option without data", "live.html", `"histogram"`, `"datum"`, true},
	} {
		dir := site(t, f)
		page, err := os.ReadFile(filepath.Join(dir, c.file))
		if err != nil {
			t.Fatal(err)
		}
		changed := strings.Replace(string(page), c.from, c.to, 1)
		if changed == string(page) {
			t.Fatalf("%s: the page has no %q", c.name, c.from)
		}
		write(t, dir, c.file, []byte(changed))
		p := browser.Start(t)
		open(p, "file://"+dir+"/live.html", "light", 1280, 520)
		if c.wantFailure {
			p.Wait(`document.querySelector('.chart-live').dataset.chartState === 'failed'`)
		}
		p.Settle()
		if p.Eval(twinShown) != true {
			t.Errorf("%s: the twin is hidden", c.name)
		}
		if p.Eval(`document.querySelector('.chart-live').checkVisibility()`) != false {
			t.Errorf("%s: an empty chart shows", c.name)
		}
	}
}

// The live chart without its tools and the twin must be the same picture, but
// for how letters and edges are smoothed.
func TestTwinLooksLikeTheChart(t *testing.T) {
	dir := site(t, mustFigure(t, "histogram", sampleSeries()))
	p := browser.Start(t)
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int{720, 360} {
			name := fmt.Sprintf("%s-%d.png", scheme, width)
			open(p, "file://"+dir+"/live.html", scheme, width+32, 480)
			p.Wait(drawn)
			p.Eval(`echarts.getInstanceByDom(document.querySelector('.chart-live')).setOption({toolbox: {show: false}})`)
			p.Settle()
			live := p.Screenshot()
			open(p, "file://"+dir+"/static.html", scheme, width+32, 480)
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

// compare counts the elements that stand out from the ground in either
// picture, and those of them without a like one within 2 px in the other.
func compare(t *testing.T, a, b []byte) (marks, lost float64) {
	t.Helper()
	pictures := [2]image.Image{}
	for i, data := range [][]byte{a, b} {
		picture, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		pictures[i] = picture
	}
	grey := func(p image.Image, x, y int) float64 {
		r, g, b, _ := p.At(x, y).RGBA()
		return float64(r+g+b) / (3 * 257)
	}
	ground := grey(pictures[0], 2, 2)
	bounds := pictures[0].Bounds()
	for i := range pictures {
		one, other := pictures[i], pictures[1-i]
		for y := 2; y < bounds.Max.Y-2; y++ {
			for x := 2; x < bounds.Max.X-2; x++ {
				// Half the contrast of the faintest grid line is seen.
				mark := grey(one, x, y) - ground
				if math.Abs(mark) < 40 {
					continue
				}
				marks++
				found := false
				for dy := -2; dy <= 2; dy++ {
					for dx := -2; dx <= 2; dx++ {
						like := grey(other, x+dx, y+dy) - ground
						found = found || like*mark > 0 && math.Abs(like) > 0.4*math.Abs(mark)
					}
				}
				if !found {
					lost++
				}
			}
		}
	}
	if marks < 5000 {
		t.Fatalf("%g marks: the pictures are empty", marks)
	}
	return marks, lost
}

func TestPrintShowsTheWideTwin(t *testing.T) {
	p := browser.Start(t)
	open(p, "file://"+site(t, mustFigure(t, "histogram", sampleSeries()))+"/live.html", "dark", 390, 600)
	p.Wait(drawn)
	p.Eval(`document.documentElement.dataset.theme = "dark"`)
	p.Print(true)
	p.Settle()
	browser.Keep(t, "print.png", p.Screenshot())
	for selector, want := range map[string]bool{".chart-live": false, ".chart-wide": true, ".chart-narrow": false} {
		if got := p.Eval(fmt.Sprintf(`document.querySelector(%q).checkVisibility()`, selector)); got != want {
			t.Errorf("%s shows in print: %v, want %v", selector, got, want)
		}
	}
	if got := p.Eval(`getComputedStyle(document.querySelector('.chart-wide .chart-ink-text')).fill`); got != "rgb(26, 31, 43)" {
		t.Errorf("text is printed in %v, want the ink of the light scheme", got)
	}
}

// What the reader switched off and zoomed to outlives a change of colours, and
// the tooltip leaves out what is off, until the tool goes back to the start.
func TestChoicesOutliveTheScheme(t *testing.T) {
	f := mustFigure(t, "histogram", sampleSeries())
	p := browser.Start(t)
	open(p, "file://"+site(t, f)+"/live.html", "light", 752, 480)
	p.Wait(drawn)
	const instance = `echarts.getInstanceByDom(document.querySelector('.chart-live'))`
	off := f.Table.Names[1]
	p.Eval(fmt.Sprintf(`%s.dispatchAction({type: "legendToggleSelect", name: %q})`, instance, off))
	p.Eval(instance + `.dispatchAction({type: "dataZoom", dataZoomIndex: 0, start: 20, end: 70})`)
	p.Scheme("dark")
	p.Settle()
	tooltip := func() string {
		p.Mouse(300, 300)
		p.Mouse(310, 300)
		p.Wait(`document.querySelector('.chart-tooltip table') !== null`)
		p.Settle()
		return p.Eval(`document.querySelector('.chart-tooltip').innerText`).(string)
	}
	state := instance + `.getOption().dataZoom[0].start + " " + ` + instance + `.getOption().dataZoom[0].end`
	if got := p.Eval(state); got != "20 70" {
		t.Errorf("zoomed to %v %% after the change, want 20 70", got)
	}
	if text := tooltip(); strings.Contains(text, off) || !strings.Contains(text, f.Table.Names[0]) {
		t.Errorf("with %s off the tooltip says\n%s", off, text)
	}
	p.Eval(instance + `.dispatchAction({type: "restore"})`)
	p.Settle()
	if got := p.Eval(state); got != "0 100" {
		t.Errorf("zoomed to %v %% after going back, want 0 100", got)
	}
	p.Mouse(700, 100)
	if text := tooltip(); !strings.Contains(text, off) {
		t.Errorf("after going back the tooltip says\n%s", text)
	}
	if got := p.Complaints(); len(got) != 0 {
		t.Errorf("the browser complains:\n%s", strings.Join(got, "\n"))
	}
}

// In colours that the reader forces the live chart and the twin have those, and
// the hues of other series stay.
func TestForcedColours(t *testing.T) {
	p := browser.Start(t)
	dir := site(t, mustFigure(t, "histogram", sampleSeries()))
	p.ForcedColors(true)
	open(p, "file://"+dir+"/live.html", "light", 1280, 520)
	p.Wait(drawn)
	p.Settle()
	browser.Keep(t, "forced.png", p.Screenshot())
	var got [4]string
	p.EvalInto(&got, `(() => {
		const probe = document.createElement("span");
		document.body.append(probe);
		const seen = (name) => { probe.style.color = name; return getComputedStyle(probe).color; };
		const o = echarts.getInstanceByDom(document.querySelector('.chart-live')).getOption();
		return [o.textStyle.color === seen("CanvasText") ? "ink" : o.textStyle.color,
			o.series[0].lineStyle.color === seen("LinkText") ? "accent" : o.series[0].lineStyle.color, o.series[1].lineStyle.color,
			/^rgb/.test(o.xAxis[0].splitLine.lineStyle.color) && o.xAxis[0].splitLine.lineStyle.color !== o.textStyle.color ? "rule" : o.xAxis[0].splitLine.lineStyle.color];
	})()`)
	if got != [4]string{"ink", "accent", others[0].light, "rule"} {
		t.Errorf("colours %v", got)
	}
	p.ForcedColors(false)
	p.Settle()
	if got := p.Eval(`echarts.getInstanceByDom(document.querySelector('.chart-live')).getOption().series[0].lineStyle.color`); got != accent.light {
		t.Errorf("back in the page's colours the line is %v", got)
	}
	if got := p.Complaints(); len(got) != 0 {
		t.Errorf("the browser complains:\n%s", strings.Join(got, "\n"))
	}
}
