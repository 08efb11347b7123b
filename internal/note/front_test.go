package note

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestCut(t *testing.T) {
	for _, c := range []struct{ name, text, format, names, body string }{
		{"none", "# Title\n\ntext\n", "", "", "# Title\n\ntext\n"},
		{"nothing", "", "", "", ""},
		{"YAML", "---\ntitle: a\nDraft: true\n---\n\ntext\n", "YAML", "draft title", "\ntext\n"},
		{"YAML that ends with dots", "---\ntitle: a\n...\ntext", "YAML", "title", "text"},
		{"blanks around", "\n\n--- \ntitle: a\n---\t\ntext", "YAML", "title", "text"},
		{"empty", "---\n---\ntext", "YAML", "", "text"},
		{"comments alone", "---\n# nothing\n---\ntext", "YAML", "", "text"},
		{"no text", "---\ntitle: a\n---", "YAML", "title", ""},
		{"TOML", "+++\ntitle = \"a\"\ndraft = true\n+++\ntext", "TOML", "draft title", "text"},
		{"JSON", "{\n \"title\": \"a\",\n \"draft\": true\n}\n\ntext", "JSON", "draft title", "\n\ntext"},
		{"JSON on a line", "{\"draft\": true}\ntext", "JSON", "draft", "\ntext"},
		{"a rule", "---\n\ntext\n", "", "", "---\n\ntext\n"},
		{"a set", "{x} is a set", "", "", "{x} is a set"},
		{"a rule of stars", "***\ntitle: a\n***\n", "", "", "***\ntitle: a\n***\n"},
		{"a heading", "Title\n---\ntext\n---\n", "", "", "Title\n---\ntext\n---\n"},
	} {
		f, body, err := Cut(c.text)
		if err != nil || f.Format != c.format || strings.Join(f.Names(), " ") != c.names || body != c.body {
			t.Errorf("%s: %q %q, %q, %v", c.name, f.Format, f.Names(), body, err)
		}
	}
	for text, want := range map[string]string{
		"---\ndraft: true\n\ntext":                             "line 1: front matter that begins with \"---\" and does not end",
		"+++\ndraft = true\n":                                  "line 1: front matter that begins with \"+++\"",
		"---\na: 1\nb: [1\n---\n":                              "front matter in YAML",
		"\n---\njust prose\n---\nmore":                         "line 3: front matter in YAML: want lines of \"key: value\"; if it is a rule",
		"---\n- a\n---\n":                                      "key: value",
		"+++\ntitle = \n+++\n":                                 "line 2: front matter in TOML",
		"{\n\"draft\": true,\n}\ntext":                         "line 3: front matter in JSON",
		"{\"draft\": true":                                     "line 1: front matter in JSON: it does not end",
		"---\na: " + strings.Repeat("a", 1000):                 "line 1: front matter that begins",
		"---\na: " + strings.Repeat("a", 1000) + "\n---\n":     "line 2: 1004 bytes in a line",
		"---\n" + strings.Repeat("a: b\n", maxFront) + "---\n": "bytes, want at most",
	} {
		if f, body, err := Cut(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v %.40q, %v, want %q", text, f, body, err, want)
		}
	}
}

// Aliases of YAML that grow with every line are read in no time, or refused.
func TestFrontBomb(t *testing.T) {
	var b strings.Builder
	b.WriteString("---\na0: &a0 [x, x]\n")
	for i := 1; i < 60; i++ {
		n := string(rune('0'+i/10)) + string(rune('0'+i%10))
		last := "a0"
		if i > 1 {
			last = "b" + string(rune('0'+(i-1)/10)) + string(rune('0'+(i-1)%10))
		}
		b.WriteString("b" + n + ": &b" + n + " [*" + last + ", *" + last + "]\n")
	}
	b.WriteString("draft: *b59\n---\ntext")
	start := time.Now()
	w, err := Read(b.String())
	if d := time.Since(start); d > 10*time.Second {
		t.Errorf("%v", d)
	}
	if err == nil && w.Markdown != "" {
		t.Errorf("a draft that is neither true nor false is published: %+v", w)
	}
}

// A draft is not published, in whatever form it says so; other front matter is
// named and never shown.
func TestCase14FrontMatter(t *testing.T) {
	for text, want := range map[string]string{
		"---\ndraft: true\n---\n# Title\n":         "draft: true",
		"---\ntitle: x\nDRAFT: \"yes\"\n---\ntext": "draft: yes",
		"+++\ndraft = true\n+++\ntext":             "draft: true",
		"{\"draft\": true}\ntext":                  "draft: true",
		"---\r\ndraft: on\r\n---\r\ntext":          "draft: on",
		"---\ndraft: perhaps\n---\ntext":           "draft: perhaps",
		"---\npublished: false\n---\ntext":         "published: false",
		"---\nprivate: true\n---\ntext":            "private: true",
	} {
		w, err := Read(strings.ReplaceAll(text, "\r\n", "\n"))
		if err != nil || w.Markdown != "" || len(w.Warnings) != 1 || !strings.Contains(w.Warnings[0], `is a draft and is not published: its front matter says "`+want+`"`) {
			t.Errorf("%q: %+v, %v", text, w, err)
		}
	}
	for text, want := range map[string]string{
		"---\ndraft: false\n---\ntext": "",
		"text":                         "",
		"---\ntitle: Lost rows\nauthor: N. N.\n---\ntext":               "front matter is not shown (author, title)",
		"---\npublishDate: 2099-01-01\n---\ntext":                       "whatever publishdate in its front matter says, for a build has no clock",
		"---\npublished: 2015-12-21\nexpiryDate: 2016-01-01\n---\ntext": "whatever expirydate, published in",
	} {
		w, err := Read(text)
		if err != nil || strings.TrimLeft(w.Markdown, "\n") != "text" || strings.Join(w.Warnings, "") != "" != (want != "") || !strings.Contains(strings.Join(w.Warnings, "\n"), want) {
			t.Errorf("%q: %+v, %v, want %q", text, w, err, want)
		}
	}
	for text, want := range map[string]string{"": "is empty", " \n\n": "is empty", "---\ndraft: false\n---\n\n": "no text"} {
		if w, err := Read(text); err != nil || len(w.Warnings) != 1 || !strings.Contains(w.Warnings[0], want) {
			t.Errorf("%q: %+v, %v", text, w, err)
		}
	}
}

// FuzzCut: front matter and body are all of the text, in its order.
func FuzzCut(f *testing.F) {
	for _, seed := range []string{"---\na: b\n---\nc", "+++\na = 1\n+++\n", "{\"a\": 1}\nb", "---\n\n---", "\n--- \n&a [*a]\n...\n", "---\na: !!binary x\n---\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		front, body, err := Cut(text)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "line ") {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		if !strings.HasSuffix(text, body) || front.Format == "" && body != text {
			t.Errorf("%q: %+v, %q", text, front, body)
		}
		if names := front.Names(); len(names) != len(slices.Collect(maps.Keys(front.Keys))) {
			t.Errorf("%q: %q", text, names)
		}
		if _, err := Read(text); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	})
}

// Ten ways to hide a note that hide nothing are named.
func TestWhatLooksLikeADraftAndIsNoneIsNamed(t *testing.T) {
	for text, line := range map[string]int{
		"----\ndraft: true\n----\ntext":         2,
		"---yaml\ndraft: true\n---\ntext":       2,
		";;;\n{\"draft\": true}\n;;;\ntext":     2,
		"# Title\n---\ndraft: true\n---\ntext":  3,
		"<!-- draft: true -->\ntext":            1,
		"draft: true\n\ntext":                   1,
		"Draft: yes\ntext":                      1,
		"++++\ndraft = true\n++++\ntext":        2,
		"text\n\n---\ndraft: true\n---\n":       4,
		"```yaml\n---\ndraft: true\n---\n```\n": 3,
		"The draft: true to the data.":          0,
		"draft: false\n":                        0,
		"---\ntitle: x\n---\ndraft: true words": 0,
	} {
		w, err := Read(text)
		want := fmt.Sprintf("line %d: the note is published although", line)
		if got := strings.Join(w.Warnings, "\n"); err != nil || strings.Contains(got, want) != (line > 0) || strings.Contains(got, "although it speaks") != (line > 0) {
			t.Errorf("%q: %q, %v, want line %d", text, got, err, line)
		}
	}
}
