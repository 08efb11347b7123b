package legacy

import (
	"encoding/json"
	"strings"
	"testing"
)

var october = []Link{
	{ID: "2010301", Address: "dark_cal/2010_oct_2/", Text: "28 October", Title: "2010:301 <b>"},
	{Address: "dark_cal/2000_nov/report.html", Text: "caf\xe9 \"2000\""},
	{ID: "2010288", Address: "dark_cal/2010_oct/", Text: "15 October", Note: "warm"},
}

func TestBlock(t *testing.T) {
	cases := []struct{ name, page, want string }{
		{"an empty list", "<UL>" + beginMarker + endMarker + "</UL>",
			"\n" + `<LI><A HREF="dark_cal/2010_oct_2/" TITLE="2010:301 &#60;b&#62;">28 October</A></LI>` + "\n" +
				`<LI><A HREF="dark_cal/2010_oct/">15 October</A> warm</LI>` + "\n" +
				`<LI><A HREF="dark_cal/2000_nov/report.html">caf&#233; &#34;2000&#34;</A></LI>` + "\n"},
		{"a division", "<div>\r\n  " + beginMarker + "\r\n  " + endMarker + "</div>",
			"\r\n  " + `<a href="dark_cal/2010_oct_2/" title="2010:301 &#60;b&#62;">28 October</a><br>` + "\r\n  " +
				`<a href="dark_cal/2010_oct/">15 October</a> warm<br>` + "\r\n  " +
				`<a href="dark_cal/2000_nov/report.html">caf&#233; &#34;2000&#34;</a>` + "\r\n  "},
		{"oldest first, without ends, quoted otherwise", "<ul>" + beginMarker + "\n <li><a href='dark_cal/2001_mar/'>a</a>\n <li><a href='dark_cal/2002_feb/'>b</a>\n " + endMarker + "</ul>",
			"\n " + `<li><a href='dark_cal/2000_nov/report.html'>caf&#233; &#34;2000&#34;</a>` + "\n " +
				`<li><a href='dark_cal/2010_oct/'>15 October</a> warm` + "\n " +
				`<li><a href='dark_cal/2010_oct_2/' title='2010:301 &#60;b&#62;'>28 October</a>` + "\n "},
		{"scripts around links are not repeated", "<ul>" + beginMarker + "<li><script>x</script><a onclick=x class=\"a&quot;b\" href='dark_cal/2002_feb/'>b</a></li><li onclick=y><a class=\"a&quot;b\" href='dark_cal/2001_mar/'>a</a></li>" + endMarker + "</ul>",
			"\n" + `<li><a class="a&#34;b" href="dark_cal/2010_oct_2/" title="2010:301 &#60;b&#62;">28 October</a></li>` +
				`<li><a class="a&#34;b" href="dark_cal/2010_oct/">15 October</a> warm</li>` +
				`<li><a class="a&#34;b" href="dark_cal/2000_nov/report.html">caf&#233; &#34;2000&#34;</a></li>` + "\n"},
	}
	for _, c := range cases {
		m, err := Find([]byte(c.page))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		got, err := m.Style.Block(october)
		if d := gocmp(c.want, string(got)); d != "" || err != nil {
			t.Errorf("%s: %v\n%s", c.name, err, d)
		}
	}
}

func TestFragmentAndJSON(t *testing.T) {
	got, err := Fragment(october[2:])
	if want := "<ul>\n<li><a href=\"dark_cal/2010_oct/\">15 October</a> warm</li>\n</ul>\n"; string(got) != want || err != nil {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
	data, err := JSON(october)
	if err != nil {
		t.Fatal(err)
	}
	var list []map[string]string
	if err := json.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	want := []map[string]string{
		{"id": "2010301", "address": "dark_cal/2010_oct_2/", "title": "2010:301 <b>"},
		{"id": "2010288", "address": "dark_cal/2010_oct/", "title": "15 October"},
		{"id": "", "address": "dark_cal/2000_nov/report.html", "title": `café "2000"`},
	}
	if d := gocmp(want, list); d != "" {
		t.Error(d)
	}
	if strings.ContainsAny(string(data), "<>&") {
		t.Errorf("%s could end a script", data)
	}
	if none, err := JSON(nil); string(none) != "[]\n" || err != nil {
		t.Errorf("%q, %v", none, err)
	}
	for _, f := range []func([]Link) ([]byte, error){JSON, Fragment} {
		if _, err := f([]Link{{Address: "javascript:x"}}); err == nil {
			t.Error("an address that runs a script is taken")
		}
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
