package site

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// parse reads a page of a tree as a browser does.
func parse(t *testing.T, tree *Tree, path string) *html.Node {
	t.Helper()
	data, err := tree.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return doc
}

// all gives the elements that match a selector: compounds of tag, #id,
// .class and [attribute], separated by spaces for "somewhere within".
func all(n *html.Node, selector string) []*html.Node {
	found := []*html.Node{n}
	for _, compound := range strings.Fields(selector) {
		var next []*html.Node
		for _, f := range found {
			for d := range f.Descendants() {
				if d.Type == html.ElementNode && matches(d, compound) && !slices.Contains(next, d) {
					next = append(next, d)
				}
			}
		}
		found = next
	}
	return found
}

func matches(n *html.Node, compound string) bool {
	for compound != "" {
		end := len(compound)
		if i := strings.IndexAny(compound[1:], "#.["); i >= 0 {
			end = i + 1
		}
		part := compound[:end]
		compound = compound[end:]
		switch part[0] {
		case '#':
			if attr(n, "id") != part[1:] {
				return false
			}
		case '.':
			if !slices.Contains(strings.Fields(attr(n, "class")), part[1:]) {
				return false
			}
		case '[':
			if !slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == strings.Trim(part, "[]") }) {
				return false
			}
		default:
			if n.Data != part {
				return false
			}
		}
	}
	return true
}

// one gives the only element that matches.
func one(t *testing.T, n *html.Node, selector string) *html.Node {
	t.Helper()
	found := all(n, selector)
	if len(found) != 1 {
		t.Fatalf("%d elements match %q, want 1", len(found), selector)
	}
	return found[0]
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// text is the text within an element with single spaces.
func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// spaced has plain spaces where a number and its unit are kept on one line.
func spaced(s string) string { return strings.ReplaceAll(s, "\u00a0", " ") }

func number(t *testing.T, s string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func texts(nodes []*html.Node) []string {
	var out []string
	for _, n := range nodes {
		out = append(out, text(n))
	}
	return out
}
