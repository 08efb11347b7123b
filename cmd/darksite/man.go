package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
	"github.com/spf13/pflag"
)

var manVerb = verb{
	name:  "man",
	args:  "DIR",
	short: "write the manual pages",
	long: `Writes darksite.1 and a page for each verb, darksite-build.1 and so on, into DIR, which is
created if necessary. The same program writes the same bytes.`,
	examples: []string{"darksite man ~/.local/share/man/man1"},
	setup:    func(*pflag.FlagSet) func(context.Context, *env, []string) error { return runMan },
}

func runMan(_ context.Context, e *env, args []string) error {
	if len(args) != 1 {
		return usageError(errors.New("name one directory to write to"), "man")
	}
	if err := os.MkdirAll(args[0], 0o777); err != nil {
		return err
	}
	pages := []string{}
	for _, c := range append([]*cobra.Command{e.root}, e.root.Commands()...) {
		page, err := manual(c)
		if err != nil {
			return err
		}
		name := strings.ReplaceAll(c.CommandPath(), " ", "-") + ".1"
		if err := writeFile(filepath.Join(args[0], name), func(w io.Writer) error { _, err := io.WriteString(w, page); return err }); err != nil {
			return err
		}
		pages = append(pages, name)
	}
	e.Printf("%d pages are in %s", len(pages), args[0])
	return e.Document(struct {
		Dir   string   `json:"dir"`
		Pages []string `json:"pages"`
	}{args[0], pages})
}

// manual is the manual page of a command. cobra takes its texts for Markdown.
func manual(c *cobra.Command) (string, error) {
	m := *c
	m.DisableAutoGenTag = true
	m.Short, m.Long, m.Use = literal.Replace(c.Short), markdown(c.Long), literal.Replace(c.Use)
	// The page has a version and no date, so that it is the same tomorrow.
	never := time.Time{}
	var page strings.Builder
	err := doc.GenMan(&m, &doc.GenManHeader{Section: "1", Date: &never, Source: "darksite " + version}, &page)
	// A flag's optional value means nothing to a reader.
	return strings.NewReplacer(never.Format("Jan 2006"), "", "[=false]", "", "[=]", "", `=""`, "").Replace(page.String()), err
}

// literal escapes Markdown.
var literal = strings.NewReplacer("\\", "\\\\", "<", "\\<", "*", "\\*", "_", "\\_", "[", "\\[", "]", "\\]")

// markdown is a text of paragraphs and of blocks with indented lines, which stay as
// they are.
func markdown(text string) string {
	paragraphs := strings.Split(text, "\n\n")
	for i, p := range paragraphs {
		if strings.Contains("\n"+p, "\n  ") {
			paragraphs[i] = "```\n" + strings.Trim(p, "\n") + "\n```"
		} else {
			paragraphs[i] = literal.Replace(p)
		}
	}
	return strings.Join(paragraphs, "\n\n")
}
