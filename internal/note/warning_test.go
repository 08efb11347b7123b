package note

import (
	"slices"
	"strings"
	"testing"
)

// warned are the warnings of a text, without what is to be done.
func warned(markdown string) (list []string) {
	for _, w := range Warnings(Tree(markdown)) {
		w, _, _ = strings.Cut(w, ": write")
		w, _, _ = strings.Cut(w, ": delete")
		w, _, _ = strings.Cut(w, ", where links")
		list = append(list, w)
	}
	return list
}

func TestHiddenCharactersAreNamedOnceWithTheirLine(t *testing.T) {
	for markdown, want := range map[string][]string{
		"a\n\nb\u202ec":                               {"line 3: the character U+202E is shown as U+FFFD"},
		"a\u200bb\nc\u200bd *e\u202e*":                {"line 1: the character U+200B is shown as U+FFFD", "line 2: the character U+202E is shown as U+FFFD"},
		"a\nb &#x202e; `c`":                           {"line 2: the character U+202E is shown as U+FFFD"},
		"`a`\n\n```\nb\nc\u200b\n```":                 {"line 5: the character U+200B is shown as U+FFFD"},
		"    a\n    b\u2028":                          {"line 2: the character U+2028 is shown as U+FFFD"},
		"$a\u200b$":                                   {"line 1: the character U+200B is shown as U+FFFD"},
		"|a|\n|-|\n|b|\n|c\ue000|":                    {"line 4: the character U+E000 is shown as U+FFFD"},
		"- a\n  - b\n    - c\u2066":                   {"line 3: the character U+2066 is shown as U+FFFD"},
		"a\n: b\u200f":                                {"line 2: the character U+200F is shown as U+FFFD"},
		"a[^1]\n\n[^1]: b\n    c\u200e":               {"line 4: the character U+200E is shown as U+FFFD"},
		"# a\n<!-- b\u200b -->\n":                     nil,
		"\U0001F469\u200d\U0001F680 soft\u00adhyphen": nil,
	} {
		if got := warned(markdown); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", markdown, got, want)
		}
		n, err := Render(markdown)
		if err != nil {
			t.Fatal(err)
		}
		page := joined(n)
		if want != nil && (!strings.Contains(page, "\ufffd") || !strings.Contains(n.Text, "\ufffd")) || strings.ContainsAny(page+n.Text, "\u202e\u200b\u2028\u2066") {
			t.Errorf("%q is shown as %q, searched as %q", markdown, page, n.Text)
		}
		if _, also := Portable(markdown, brackets); len(also) != len(want) {
			t.Errorf("%q: as a page of prose: %q", markdown, also)
		}
	}
	if page, _ := Portable("a\u202eb &#x202e; &amp; &ZeroWidthSpace;", brackets); page != "a\ufffdb \ufffd &amp; \ufffd" {
		t.Errorf("prose: %q", page)
	}
}

func TestCellsBeyondTheLastColumnAreNamedWithTheirLine(t *testing.T) {
	for markdown, want := range map[string][]string{
		"|a|b|\n|-|-|\n|1|2|3|":                {`line 3: the table has 2 columns and this row more, so "3" is not shown`},
		"x\n\n|a|\n|-|\n|1|\n|$|x|$|":          {`line 6: the table has 1 column and this row more, so "x|$" is not shown`},
		"a|b\n-|-\n1|2|3|4":                    {`line 3: the table has 2 columns and this row more, so "3|4" is not shown`},
		"|a|b|\n|-|-|\n|1|`x|y`|":              {"line 3: the table has 2 columns and this row more, so \"y`\" is not shown"},
		"|a|b|\n|-|-|\n|1|2|\n|1|\n|1|2|  |\n": nil,
		"|a|b|\n|-|-|\n|`x\\|y`|$\\|x\\|$|":    nil,
	} {
		if got := warned(markdown); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", markdown, got, want)
		}
		if _, also := Portable(markdown, brackets); len(also) != len(want) {
			t.Errorf("%q: as a page of prose: %q", markdown, also)
		}
	}
}

func TestALineInAFormulaOfACellIsALineAndNoNorm(t *testing.T) {
	n, err := Render("|a|b|\n|-|-|\n|$\\|x\\|$|$y$|\n\n$\\|x\\|$")
	if err != nil || !strings.Contains(joined(n), "<td>[|x|]</td>\n<td>[y]</td>") || !strings.Contains(joined(n), `<p>[\|x\|]</p>`) {
		t.Errorf("%v: %s", err, joined(n))
	}
}

func TestFootnotesThatNoTextRefersToAreNamed(t *testing.T) {
	for markdown, want := range map[string][]string{
		"a[^x]\n\n[^x]: one\n":                    nil,
		"a\n\n[^x]: one\n[^y]: two":               {"line 3: the footnote [^x] is not shown, for no text refers to it, or another has its name", "line 4: the footnote [^y] is not shown, for no text refers to it, or another has its name"},
		"a[^x]\n\n[^x]: one\n\n[^x]: another one": {"line 5: the footnote [^x] is not shown, for no text refers to it, or another has its name"},
	} {
		if got := warned(markdown); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", markdown, got, want)
		}
	}
}

func TestAnAddressWithBlanksIsNamed(t *testing.T) {
	got := warned("[a](b c.html) [d](<e f.html>) [g](h 'title') `[i](j k)`\n")
	if want := []string{`line 1: "](b c.html)" is no link, for its address has blanks`}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestTwoHeadingsWithOneIDAreNamed(t *testing.T) {
	for markdown, want := range map[string][]string{
		"# a {#x}\n\n# b {#y}\n\n# c {#x}":    {"line 5: the id {#x} is taken by the heading of line 1"},
		"> # a {#x}\n\nc {#x}\n---\n\n# {#x}": {"line 3: the id {#x} is taken by the heading of line 1", "line 6: the id {#x} is taken by the heading of line 1"},
		"# a\n\n# a\n":                        nil,
		"# a\n\n# b {#a}\n":                   {"line 3: the id {#a} is taken by the heading of line 1"},
	} {
		if got := warned(markdown); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", markdown, got, want)
		}
	}
}

func TestLinesAreThoseOfTheFileBehindFrontMatter(t *testing.T) {
	for _, text := range []string{"---\ntitle: x\n---\n![](a.png)", "\n+++\na = 1\n+++\n![](a.png)", "{\n\"a\": 1\n}\n![](a.png)"} {
		w, err := Read(text)
		want := 1 + strings.Count(text, "\n")
		if got := Warnings(Tree(w.Markdown)); err != nil || len(got) != 1 || !strings.HasPrefix(got[0], "line "+string(rune('0'+want))+": the picture") {
			t.Errorf("%q: %v, %q", text, err, got)
		}
	}
}

func TestLineOfLink(t *testing.T) {
	const text = "\n\nOne [a](a.md) and\n[b](b%20c.md#d).\n\n- [ref][r]\n- <https://example.org/>\n\n[r]: e.md\n"
	for address, want := range map[string]int{"a.md": 3, "b%20c.md#d": 4, "e.md": 6, "nowhere.md": 0, "https://example.org/": 0} {
		if got := LineOfLink(text, func(s string) bool { return s == address }); got != want {
			t.Errorf("%s: line %d, want %d", address, got, want)
		}
	}
}
