package chart

import (
	"bytes"
	"net/url"
	"strings"
	"testing"

	"darksite/processing/chandra"
)

var hostilePages = []string{
	`</script><script>alert(1)</script>`,
	`"><img src=x onerror=alert(1)>`,
	`'onclick='alert(1)`,
	`{b}{c}${alert(1)}{{.}}`,
	`]]><!----`,
	`__f__alert(1)__f__/`,
	`&quot;&colon;`,
	`?token=token:accent#fn:calibration`,
}

var refusedPages = []string{
	"javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)", "data:text/html,x",
	"https://elsewhere.example/", "//elsewhere.example/", `\\elsewhere.example/`, `/\elsewhere.example/`, "///elsewhere.example",
	"a\x00b", "a\u202eb", "\xff", "%zz",
}

// All that addresses can do to the page is to be links.
func TestHostilePagesAreText(t *testing.T) {
	rows := sampleRows(len(hostilePages))
	plain, hostile := sampleOptions(rows), sampleOptions(rows)
	for i, page := range hostilePages {
		page = strings.ReplaceAll(page, " ", "+")
		plain.Pages[rows[i].ID], hostile.Pages[rows[i].ID] = "page/", page
	}
	want, got := mustHistory(t, rows, plain), mustHistory(t, rows, hostile)
	for i, f := range got {
		if g, w := shape(t, string(f.HTML())), shape(t, string(want[i].HTML())); g != w {
			t.Errorf("%s: hostile addresses change the elements of the page:\n%s\nwant\n%s", f.ID, g, w)
		}
		if bytes.ContainsAny(f.Option, "<>&") {
			t.Errorf("%s: the option holds <, > or &", f.ID)
		}
		if i == 0 && bytes.ContainsAny(f.calibrations[8:len(f.calibrations)-9], "<&") {
			t.Errorf("%s: what figures share holds < or &: %s", f.ID, f.calibrations)
		}
		for k, link := range twin(t, f.SVG).Drawn[1].Links {
			if page := hostile.Pages[rows[k].ID]; link.Href != page || sharedIn(t, got[0]).Pages[k] != page {
				t.Errorf("address %q became %q and %q", page, link.Href, sharedIn(t, got[0]).Pages[k])
			}
		}
		for _, line := range strings.Split(shape(t, string(f.HTML())), "\n") {
			for k, word := range strings.Fields(line) {
				if word == "style" || k > 0 && strings.HasPrefix(word, "on") {
					t.Errorf("%s: %s: has %s", f.ID, line, word)
				}
			}
		}
	}
}

func TestRefusedPages(t *testing.T) {
	rows := sampleRows(1)
	for _, page := range refusedPages {
		o := HistoryOptions{ID: "h", At: sampleAt, Pages: map[chandra.ID]string{rows[0].ID: page}}
		if _, err := History(rows, o); err == nil || !strings.Contains(err.Error(), "page address") {
			t.Errorf("%q: error %v", page, err)
		}
	}
}

// What is taken for an address stays in the site, and changes no element.
func FuzzPage(f *testing.F) {
	for _, page := range append(hostilePages, refusedPages...) {
		f.Add(page)
	}
	base, err := url.Parse("https://site.example/mta/dark_cal/index.html")
	if err != nil {
		f.Fatal(err)
	}
	rows := sampleRows(1)
	f.Fuzz(func(t *testing.T, page string) {
		o := HistoryOptions{ID: "h", At: sampleAt, Pages: map[chandra.ID]string{rows[0].ID: page}}
		figures, err := History(rows, o)
		if err != nil {
			return
		}
		if at, err := base.Parse(page); err != nil || at.Scheme != base.Scheme || at.Host != base.Host {
			t.Fatalf("%q leads to %v, %v", page, at, err)
		}
		for i, figure := range figures {
			scripts := 1
			if i == 0 {
				scripts = 2
			}
			if got := shape(t, string(figure.HTML())); strings.Count(got, "script") != scripts || bytes.ContainsAny(figure.Option, "<>&") {
				t.Fatalf("%q: the page has\n%s", page, got)
			}
		}
	})
}
