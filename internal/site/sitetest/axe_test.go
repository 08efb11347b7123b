//go:build browser

package sitetest

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"darksite/internal/browser"
)

// flaw is what axe-core finds wrong with a page.
type flaw struct {
	ID, Help, HelpURL string
	Nodes             []struct {
		Target         []any
		HTML           string
		FailureSummary string
	}
}

func (f flaw) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s, %d times", f.ID, f.Help, len(f.Nodes))
	for _, n := range f.Nodes[:min(len(f.Nodes), 3)] {
		fmt.Fprintf(&b, "\n\t%v %.160s\n\t%s", n.Target, n.HTML, strings.ReplaceAll(n.FailureSummary, "\n", "\n\t"))
	}
	return b.String()
}

// axe-core finds nothing, in the schemes and windows in which people read. What
// it finds in several of them is said once.
func TestAxe(t *testing.T) {
	script, err := os.ReadFile(Tool(t, "axe-core-*", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	s := site(t)
	p := browser.Start(t)
	rules := 0.0
	base := s.served(t)
	for _, page := range s.pages(t) {
		seen := map[string]bool{}
		for _, w := range []struct {
			width  int
			scheme string
		}{{1280, "light"}, {1280, "dark"}, {390, "light"}, {390, "dark"}} {
			p.Size(w.width, 900)
			p.Scheme(w.scheme)
			p.Open(base + page)
			p.Wait(drawn)
			p.Settle()
			// The last expression must be one that can be sent.
			p.Eval(string(script) + "; 0")
			var found struct {
				Violations []flaw
				Passes     int
			}
			text := p.Eval(`axe.run(document, {resultTypes: ["violations"], preload: false})
				.then(r => JSON.stringify({violations: r.violations, passes: r.passes.length}))`)
			decode(t, text, &found)
			rules += float64(found.Passes)
			for _, v := range found.Violations {
				if !seen[v.ID] {
					t.Errorf("%s at %d px, %s: %v", page, w.width, w.scheme, v)
				}
				seen[v.ID] = true
			}
		}
	}
	if rules < 100*Calibrations {
		t.Errorf("axe-core looked at little: %v rules passed", rules)
	}
}
