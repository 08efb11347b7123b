//go:build browser

package sitetest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"darksite/internal/browser"
)

const (
	drawn = `(document.querySelectorAll("details.record").forEach(e => e.open = true), Array.from(document.querySelectorAll("[data-chart]")).every(e => e.dataset.chartState === "drawn"))`
	// Pictures that are out of sight load when they come into it; a window as
	// high as the page has all of them in sight.
	loaded   = `Array.from(document.images).every(i => i.complete)`
	unloaded = `Array.from(document.images).filter(i => i.naturalWidth === 0).map(i => i.src)`
	shifted  = `(() => { const o = new PerformanceObserver(() => {}); o.observe({type: "layout-shift", buffered: true}); return o.takeRecords().reduce((sum, e) => sum + e.value, 0); })()`
	policy   = `Array.from(document.querySelectorAll("meta[http-equiv=Content-Security-Policy i]"), e => e.content).join("; ")`
)

// quiet fails when the page complained or asked for anything beyond base.
func quiet(t *testing.T, p *browser.Page, what, base string) {
	t.Helper()
	for _, complaint := range p.Complaints() {
		t.Errorf("%s: %s", what, complaint)
	}
	for _, url := range p.Outside(base) {
		t.Errorf("%s: asks for %s", what, url)
	}
}

// everyPage calls look with every page, from disk and from a server.
func everyPage(t *testing.T, look func(p *browser.Page, page, base string)) {
	t.Helper()
	s := site(t)
	p := browser.Start(t)
	for _, base := range []string{s.disk(), s.served(t)} {
		for _, page := range s.pages(t) {
			if page != missing || !strings.HasPrefix(base, "file:") {
				look(p, page, base)
			}
		}
	}
}

// Every page is quiet, asks nobody else, draws its charts, shows its pictures,
// keeps to its policy and to the window.
func TestEveryPage(t *testing.T) {
	charts, pictures := 0.0, 0.0
	everyPage(t, func(p *browser.Page, page, base string) {
		for _, width := range []int{390, 1280, 2560} {
			what := fmt.Sprintf("%s at %d px", page, width)
			p.Size(width, 900)
			p.Open(base + page)
			p.Wait(drawn)
			p.Settle()
			if p.Overflows() {
				t.Errorf("%s: wider than the window", what)
			}
			if width == 1280 {
				p.Size(width, 15000)
				p.Wait(loaded)
				var lost []string
				if p.EvalInto(&lost, unloaded); len(lost) > 0 {
					t.Errorf("%s: pictures %q do not show", what, lost)
				}
				charts += p.Eval(`document.querySelectorAll("[data-chart-state=drawn] canvas").length`).(float64)
				pictures += p.Eval(`document.images.length`).(float64)
			}
			quiet(t, p, base+what, base)
			if got, _ := p.Eval(policy).(string); !strings.Contains(got, "default-src 'none'") || strings.Contains(got, "unsafe") {
				t.Errorf("%s: policy %q", what, got)
			}
		}
	})
	if charts < 2*Calibrations || pictures < 2*2*Calibrations {
		t.Errorf("only %v charts and %v pictures were seen", charts, pictures)
	}
}

// said lists what a page says with a number in it, each text after its element,
// and what its figures are. What only scripts say is left out: charts, forms,
// outputs, how long ago something was, and whatever is marked data-scripted.
const said = `(() => {
	const figures = Array.from(document.querySelectorAll("figure"));
	const bare = figures.filter(f => f.checkVisibility() &&
		!Array.from(f.querySelectorAll("svg, img, canvas, table, math")).some(e => e.checkVisibility() && e.getBoundingClientRect().width > 50));
	const found = {figures: figures.length, bare: bare.map(f => f.innerText.slice(0, 80))};
	document.querySelectorAll(".due-in, [data-scripted], form, output, dialog").forEach(e => e.remove());
	found.texts = Array.from(document.querySelectorAll(":is(td, th, dd, dt, li, p, h1, h2, h3, figcaption, caption, summary, time, data)"))
		.filter(e => e.checkVisibility({visibilityProperty: true}) && !e.closest("[data-chart], .chart-live, .chart-controls, .chart-list, .chart-status, .chart-readout") && /\d/.test(e.innerText))
		.map(e => e.localName + " " + e.innerText.replace(/\s+/g, " ").trim());
	return found;
})()`

type saying struct {
	Texts   []string
	Figures int
	Bare    []string
}

// Without scripts a page says the same numbers, and each figure is there.
func TestEveryPageWithoutScripts(t *testing.T) {
	s := site(t)
	p := browser.Start(t)
	numbers := 0
	for _, page := range s.pages(t) {
		if page == missing {
			continue
		}
		var with, without saying
		for _, on := range []bool{true, false} {
			p.Scripts(on)
			p.Size(1280, 15000)
			p.Open(s.disk() + page)
			if on {
				p.Wait(drawn)
			}
			p.Eval(`document.querySelectorAll("details.record").forEach(e => e.open = true)`)
			p.Settle()
			p.Wait(loaded)
			into := &without
			if on {
				into = &with
			}
			p.EvalInto(into, said)
			quiet(t, p, page, s.disk())
			if len(into.Bare) > 0 {
				t.Errorf("%s, scripts %v: figures without a picture: %q", page, on, into.Bare)
			}
			var lost []string
			if p.EvalInto(&lost, unloaded); len(lost) > 0 {
				t.Errorf("%s, scripts %v: pictures %q do not show", page, on, lost)
			}
		}
		if with.Figures != without.Figures {
			t.Errorf("%s: %d figures with scripts, %d without", page, with.Figures, without.Figures)
		}
		rest := slices.Clone(without.Texts)
		for _, text := range with.Texts {
			i := slices.Index(rest, text)
			if i < 0 {
				t.Errorf("%s: without scripts it does not say %q", page, text)
				continue
			}
			rest = slices.Delete(rest, i, i+1)
		}
		numbers += len(with.Texts)
		p.Size(390, 900)
		if p.Overflows() {
			t.Errorf("%s without scripts: wider than 390 px", page)
		}
	}
	if numbers < 100*Calibrations {
		t.Errorf("only %d texts with numbers were compared", numbers)
	}
}

// report is the path of a calibration's page.
var report = regexp.MustCompile(`^dark_cal/\d{4}_`)

// sheet is a page of a PDF.
var sheet = regexp.MustCompile(`/Type\s*/Page\b[^s]`)

// A calibration prints on two pages; a note or lost rows may take a third.
func TestPrint(t *testing.T) {
	s := site(t)
	p := browser.Start(t)
	seen := 0
	for _, page := range s.pages(t) {
		if !report.MatchString(page) {
			continue
		}
		p.Size(1280, 900)
		p.Open(s.disk() + page)
		p.Wait(drawn)
		most := 2
		if p.Eval(`document.querySelector(".note, #missing-rows ~ .tall, .clauses tbody tr:not(.screen)") !== null`) == true {
			most = 4
		}
		if n := len(sheet.FindAll(p.Printed(), -1)); n == 0 || n > most {
			t.Errorf("%s prints on %d pages, want at most %d", page, n, most)
		}
		seen++
	}
	if seen < Calibrations {
		t.Errorf("only %d calibrations were printed", seen)
	}
}

// The first screen of a calibration answers, and the page has a bound however much
// went wrong: the answer and its numbers stand on it at 1280 x 800, and with its record
// folded it is at most 4,500 px long there and 7,500 px on a phone.
func TestFirstScreenOfACalibration(t *testing.T) {
	s := site(t)
	p := browser.Start(t)
	looked := 0
	for _, page := range s.pages(t) {
		if !regexp.MustCompile(`dark_cal/\d{4}_[a-z]{3}(_\d)?/index\.html$`).MatchString(page) {
			continue
		}
		for width, most := range map[int]float64{1280: 4500, 1440: 4500, 390: 7500} {
			p.Size(width, 800)
			p.Open(s.disk() + page)
			p.Wait(`document.querySelector("[data-chart]").dataset.chartState === "drawn"`)
			p.Settle()
			if p.Eval(`document.querySelector("main.report, .report") !== null`) != true {
				break // a report of the time
			}
			looked++
			if got := p.Eval(`document.documentElement.scrollHeight`).(float64); got > most {
				t.Errorf("%s at %d px: %v px long, want at most %v", page, width, got, most)
			}
			if moved := p.Eval(shifted).(float64); moved > 0.001 {
				t.Errorf("%s at %d px: layout shift %v while it loads, want 0", page, width, moved)
			}
			var small []string
			p.EvalInto(&small, `Array.from(document.querySelectorAll(".top a, .top button, .contents a, .neighbours a, .actions > *, summary")).filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 24).map(e => e.innerText + " " + e.getBoundingClientRect().height)`)
			if len(small) > 0 && width == 390 {
				t.Errorf("%s at %d px: targets %q are less than 24 px high", page, width, small)
			}
			if width < 1280 {
				continue
			}
			for _, part := range []string{".verdict", ".changed", ".readouts"} {
				if bottom := p.Eval(`document.querySelector("` + part + `").getBoundingClientRect().bottom`).(float64); bottom > 800 {
					t.Errorf("%s at %d px: %s ends at %v px, beyond the first screen", page, width, part, bottom)
				}
			}
			if top := p.Eval(`document.querySelector("#map").getBoundingClientRect().top`).(float64); top > 800 {
				t.Errorf("%s at %d px: the map begins at %v px", page, width, top)
			}
		}
	}
	if looked < 3*Calibrations {
		t.Errorf("%d first screens were looked at, want %d", looked, 3*Calibrations)
	}
}

// overlapped lists texts that lie over each other, and cut those that their element
// hides in part; charts place their own texts.
const (
	overlapped = `(() => {
		const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), texts = [];
		for (let node; (node = walk.nextNode());) {
			const e = node.parentElement;
			if (!node.data.trim() || !e.checkVisibility({visibilityProperty: true}) || e.closest(".chart, .history figure, .visually-hidden, .skip, .anchor, .map-frame, .contents, .scroll, option")) { continue; }
			const range = document.createRange();
			range.selectNodeContents(node);
			for (const box of range.getClientRects()) { texts.push({box, text: node.data.trim()}); }
		}
		texts.sort((a, b) => a.box.top - b.box.top);
		const found = [];
		texts.forEach((a, i) => {
			for (let k = i + 1; k < texts.length && texts[k].box.top < a.box.bottom - 6; k++) {
				const b = texts[k];
				if (Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left) > 2 && Math.min(a.box.bottom, b.box.bottom) - b.box.top > 6) {
					found.push(a.text.slice(0, 40) + " / " + b.text.slice(0, 40));
				}
			}
		});
		return found.slice(0, 5);
	})()`
	cut = `Array.from(document.querySelectorAll("main *, header *"))
		.filter(e => e.checkVisibility() && ["hidden", "clip"].includes(getComputedStyle(e).overflowX) && e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1 && !e.closest(".visually-hidden, .chart, .alone"))
		.map(e => e.className + " " + e.innerText.slice(0, 40)).slice(0, 5)`
)

// No text of any page lies over another or is cut off. Pages of calibrations are alike:
// three of them are looked at.
func TestTextIsWhole(t *testing.T) {
	s := site(t)
	p := browser.Start(t)
	reports := 0
	for _, page := range s.pages(t) {
		if report.MatchString(page) {
			reports++
		}
		if page == missing || report.MatchString(page) && reports%4 != 0 {
			continue
		}
		for _, width := range []int{390, 1280, 1440, 2560} {
			p.Size(width, 900)
			p.Open(s.disk() + page)
			p.Wait(drawn)
			p.Settle()
			for what, expression := range map[string]string{"lie over each other": overlapped, "are cut": cut} {
				var found []string
				if p.EvalInto(&found, expression); len(found) > 0 {
					t.Errorf("%s at %d px: texts %q %s", page, width, found, what)
				}
			}
		}
	}
}
