package site

import (
	"fmt"
	"path"
	"strings"

	"darksite/internal/ground/phrase"
	"darksite/internal/links"
	"darksite/internal/view"
)

// maxDead is how many findings an error lists.
const maxDead = 20

// checkLinks fails when a page leads nowhere, asks another host for something
// or holds what its policy refuses. Downloads and static files other than
// style sheets are kept as they came, so nothing is said about what they hold.
func checkLinks(tree *Tree, s view.Settings, static map[string][]byte, checked func(string) bool) error {
	missing := path.Join(Section, "404.html")
	whole := tree.WithTwins()
	report, err := links.Check(whole, links.Options{
		BaseURL: s.Base(),
		Foreign: func(p string) bool {
			_, static := static[p]
			return whole.files[p].open != nil && path.Ext(p) != ".html" || whole.files[p].kept || static && path.Ext(p) != ".css"
		},
		Elsewhere: func(p string) bool { return p != Section && !strings.HasPrefix(p, Section+"/") },
		Checked:   checked,
		AnyDepth:  func(p string) bool { return p == missing },
	})
	if err != nil {
		return fmt.Errorf("site: %w", err)
	}
	for _, f := range report.Kept {
		tree.Warnings = append(tree.Warnings, f.String()+": it is published as it was")
	}
	if len(report.Findings) == 0 {
		return nil
	}
	return &DeadLinks{report.Findings, tree.Warnings}
}

// DeadLinks is the error of pages that lead nowhere, or hold what is refused.
type DeadLinks struct {
	Findings []links.Finding
	warnings []string
}

func (e *DeadLinks) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "site: %s in the pages", phrase.Plural(len(e.Findings), "dead or refused link", "dead or refused links"))
	for _, f := range e.Findings[:min(len(e.Findings), maxDead)] {
		b.WriteString("\n" + f.String())
	}
	if more := len(e.Findings) - maxDead; more > 0 {
		fmt.Fprintf(&b, "\nand %d more", more)
	}
	// A warning may name the place in the source.
	for _, w := range e.warnings[:min(len(e.warnings), maxDead)] {
		b.WriteString("\nthe build also warns: " + w)
	}
	return b.String()
}
