package legacy

import (
	"slices"
	"strings"
	"testing"
)

var october = []Link{
	{ID: "2010301", Address: "dark_cal/2010_oct_2/", Text: "28 October", Title: "2010:301 <b>"},
	{Address: "dark_cal/2000_nov/report.html", Text: "caf\xe9 \"2000\""},
	{ID: "2010288", Address: "dark_cal/2010_oct/", Text: "15 October", Note: "warm"},
}

// A list is written as items of the element around it, in the order that it has.
func TestItems(t *testing.T) {
	const newest = `<li><a href="dark_cal/2010_oct_2/" title="2010:301 &#60;b&#62;">28 October</a></li>` + "\n" +
		`<li><a href="dark_cal/2010_oct/">15 October</a> warm</li>` + "\n" +
		`<li><a href="dark_cal/2000_nov/report.html">caf&#233; &#34;2000&#34;</a></li>` + "\n"
	has := slices.Clone(october)
	for i := range has {
		has[i].Address = strings.TrimPrefix(has[i].Address, "dark_cal/")
	}
	cases := []struct{ name, page, want string }{
		{"an empty list", "<UL>" + beginMarker + endMarker + "</UL>", "\n" + newest},
		{"a division", "<div>\r\n  " + beginMarker + "\r\n  " + endMarker + "</div>", strings.ReplaceAll("\n<ul>\n"+newest+"</ul>\n", "\n", "\r\n  ")},
		{"a paragraph", "<p>The list: " + beginMarker + endMarker, "\n<ul>\n" + newest + "</ul>\n"},
		{"a table", "<table>" + beginMarker + "\n" + endMarker + "</table>", strings.NewReplacer("<li>", "<tr><td>", "</li>", "</td></tr>").Replace("\n" + newest)},
		{"lines as they were written before", "<div>" + beginMarker + "\n<a href='dark_cal/2010_oct/'>b</a><br>\n<font color=red><A HREF='dark_cal/2000_nov/report.html'>a</a></font><br>\n" + endMarker + "</div>", "\n<ul>\n" + newest + "</ul>\n"},
		{"words on a line of their own", "<ul>" + beginMarker + "<li><a href='dark_cal/2010_oct/'>b</a><br>warm<br></li>" + endMarker + "</ul>", "\n" + newest},
		{"oldest first", "<ul>" + beginMarker + "\n <li><a href='dark_cal/2000_nov/'>a</a>\n <li><a href='dark_cal/2010_oct/'>b</a>\n " + endMarker + "</ul>",
			"\n " + `<li><a href="dark_cal/2000_nov/report.html">caf&#233; &#34;2000&#34;</a></li>` + "\n " +
				`<li><a href="dark_cal/2010_oct/">15 October</a> warm</li>` + "\n " +
				`<li><a href="dark_cal/2010_oct_2/" title="2010:301 &#60;b&#62;">28 October</a></li>` + "\n "},
	}
	for _, c := range cases {
		u, err := Update([]byte(c.page), has, "dark_cal/")
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if d := gocmp(c.want, string(u.Block)); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		if again, err := Update(u.Page, has, "dark_cal/"); err != nil || string(again.Page) != string(u.Page) {
			t.Errorf("%s: a second time %v, %q", c.name, err, again)
		}
	}
}

// Words stay at the link that they stand at, also where two lead to one directory.
func TestNotes(t *testing.T) {
	has := []Link{{ID: "2000326", Address: "2000_nov/index.html", Text: "a"}, {ID: "2000326", Address: "2000_nov/report.html", Text: "b"}}
	got := Renew([]Link{{Address: "dark_cal/2000_nov/index.html"}, {Address: "dark_cal/2000_nov/report.html", Note: "bright"}}, has, "")
	if got[0].Note != "" || got[1].Note != "bright" {
		t.Errorf("%v", got)
	}
}

func TestFragment(t *testing.T) {
	got, err := Fragment(october[2:])
	if want := "<ul>\n<li><a href=\"dark_cal/2010_oct/\">15 October</a> warm</li>\n</ul>\n"; string(got) != want || err != nil {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
	if _, err := Fragment([]Link{{Address: "javascript:x"}}); err == nil {
		t.Error("an address that runs a script is taken")
	}
}

func TestMissing(t *testing.T) {
	had := []Link{{Address: "/mta/ASPECT/dark_cal/2000_NOV/report.html"}, {Address: "2002_dec"}, {Address: "dark_cal/2010_oct"}}
	missing := Missing(had, october)
	if len(missing) != 1 || missing[0].Address != "2002_dec" {
		t.Errorf("missing %v", missing)
	}
}

func TestDirectoryOf(t *testing.T) {
	for address, want := range map[string]string{
		"dark_cal/2009_oct": "2009_oct dark_cal/", "2009_OCT/": "2009_OCT ", "./2010_oct_2/index.html#top": "2010_oct_2 ./",
		"https://cxc.harvard.edu/mta/ASPECT/dark_cal/2000_nov/report.html?x": "2000_nov https://cxc.harvard.edu/mta/ASPECT/dark_cal/",
		"DARK_CAL/2009_Oct/a.HTM": "2009_Oct DARK_CAL/", "dark_cal/2009_oct/map.gif": " ", "dark_cal/": " ", "aca/2009_oct/": " ", "not_dark_cal/2009_oct": " ",
		"dark_cal/2009_sept": " ", "dark_cal/2009_oct/a/b.html": " ", "dark_cal/2009_octx": " ",
	} {
		if directory, base := DirectoryOf(address); directory+" "+base != want {
			t.Errorf("%s: %q %q, want %q", address, directory, base, want)
		}
	}
}

func TestDiff(t *testing.T) {
	old := []byte("<P>caf\xe9\r\nsame\r\n\x1b[31mred\u202e\r\n")
	got := Diff("index.html", old, []byte("<P>caf\xe9!\r\nsame\r\n\x1b[31mred\u202e\r\n"))
	want := "diff index.html index.html (new)\n--- index.html\n+++ index.html (new)\n@@ -1,3 +1,3 @@\n-<P>café\n+<P>café!\n same\n <U+001B>[31mred"
	if !strings.HasPrefix(got, want) || strings.ContainsAny(got, "\x1b\r\u202e") {
		t.Errorf("%q, want %q", got, want)
	}
	if got := Diff("x", old, old); got != "" {
		t.Errorf("%q of equal pages", got)
	}
}
