package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"darksite/internal/ground/phrase"
	"darksite/internal/legacy"
)

var adoptVerb = verb{
	name:  "adopt",
	args:  "FILE [--write]",
	short: "let darksite maintain the list of calibrations in an existing page",
	long: `Finds the list of links to report directories (dark_cal/YYYY_mon) in the dark current
section of a page kept by hand, such as the main page or the old dark_cal/index.html, and
shows as a diff where two comments would go around its items and what darksite would write
between them: plain items, <li> in a <ul> or <ol>, rows of one cell in a <table>.
Calibrations found only on that page stay, and so does the text after a link.

--write inserts the two comments and changes nothing else. If [pages] main_page in site.toml
names the page, each ` + "`darksite build`" + ` then rewrites the list. A list that would lose
something, such as other columns, pictures or groups by year, is refused with the reason,
and so is a page where it is not certain which list is meant.`,
	examples: []string{"darksite adopt ../ASPECT/index.html", "darksite adopt ../ASPECT/index.html --write"},
	setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
		write := fs.Bool("write", false, "insert the markers into the page")
		return func(ctx context.Context, e *env, args []string) error { return runAdopt(e, args, *write) }
	},
}

// adopted is the JSON document of an adoption.
type adopted struct {
	File    string   `json:"file"`
	Line    int      `json:"line"` // the first of the list
	Heading string   `json:"heading"`
	Links   []string `json:"links"` // addresses in the list as it is
	New     []string `json:"new"`   // addresses that it would gain
	Doubts  []string `json:"doubts"`
	Diff    string   `json:"diff"`
	Written bool     `json:"written"`
}

func runAdopt(e *env, args []string, write bool) error {
	if len(args) != 1 {
		return usageError(errors.New("name one page, for example ../ASPECT/index.html"), "adopt")
	}
	path := args[0]
	page, err := legacy.OpenHandPage(path)
	if err != nil {
		return err
	}
	p, err := page.Adopt()
	if errors.Is(err, legacy.ErrAdopted) {
		e.Printf("%v; nothing to do", err)
		return e.Document(adopted{File: path, Links: []string{}, New: []string{}, Doubts: []string{}})
	} else if err != nil {
		return err
	}
	c, err := e.site()
	if err != nil {
		return err
	}
	links, err := c.Listing()
	if err != nil {
		return err
	}
	renewed, err := legacy.Update(p.Page, links, page.Base())
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	d := adopted{File: path, Line: p.Line, Heading: p.Heading, Links: []string{}, New: []string{}, Doubts: append([]string{}, p.Doubts...),
		Diff: legacy.Diff(path, page.Content, renewed.Page)}
	for _, l := range p.Links {
		d.Links = append(d.Links, l.Address)
	}
	for _, l := range legacy.Missing(links, p.Links) {
		d.New = append(d.New, l.Address)
	}
	below := ""
	if p.Heading != "" {
		below = fmt.Sprintf(", below %q", p.Heading)
	}
	e.Printf("%s: line %d%s: a list of %d %s; the site has %d more", path, p.Line, below,
		len(d.Links), plural(len(d.Links), "calibration", "calibrations"), len(d.New))
	e.Printf("%s", d.Diff)
	for _, s := range p.Doubts {
		e.Warnf("%s: %s", path, s)
	}
	if write {
		if err := page.Save(p.Page); err != nil {
			return err
		}
		d.Written = true
		e.Printf("%s: the markers are in; every other byte is unchanged", path)
		e.Hintf("set main_page under [pages] in site.toml to this page, and `darksite build` maintains the list")
	} else {
		e.Hintf("nothing is written yet: `darksite adopt %s --write` inserts the two comments, the next build the list", phrase.Shell(path))
	}
	return e.Document(d)
}
