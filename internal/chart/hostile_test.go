package chart

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

var hostileNames = []string{
	`</script><script>alert(1)</script>`,
	`__f__alert(1)__f__`,
	`token:accent`,
	`fn:bins`,
	`"><img src=x onerror=alert(1)>`,
	`{b}{c} ${alert(1)} {{ . }}`,
	"nul \x00 line\u2028 end \ufffe",
	"\u202egnp.evil",
	"]]><!-- --",
	"__proto__",
	strings.Repeat("wide ", 100000),
	"not utf-8 \xff\xfe",
}

func hostileSeries() []Series {
	var list []Series
	for i, name := range hostileNames {
		list = append(list, Series{Name: name, Histogram: few(), Current: i == 0})
	}
	return list
}

// All that names can do to the page is to be read.
func TestHostileNamesAreText(t *testing.T) {
	hostile := mustFigure(t, "histogram", hostileSeries())
	plain := hostileSeries()
	for i := range plain {
		plain[i].Name = string(rune('a' + i))
	}
	want := shape(t, string(mustFigure(t, "histogram", plain).HTML()))
	if got := shape(t, string(hostile.HTML())); got != want {
		t.Errorf("hostile names change the elements of the page:\n%s\nwant\n%s", got, want)
	}
	if bytes.ContainsAny(hostile.Option, "<>&") {
		t.Error("the option holds <, > or &")
	}
	o := parsed(t, hostile)
	for i, name := range hostileNames[:6] {
		if o.Series[i].Name != name || o.Legend.Data[i] != name || hostile.Table.Names[i] != name {
			t.Errorf("name %q became %q", name, o.Series[i].Name)
		}
	}
	for _, name := range hostile.Table.Names {
		if len([]rune(name)) > maxName || strings.ContainsAny(name, "\x00\u2028\u202e\ufffe") {
			t.Errorf("name %q is not fit to print", name)
		}
	}
	for _, svg := range [][]byte{hostile.SVG, hostile.SVGNarrow} {
		d := xml.NewDecoder(bytes.NewReader(svg))
		for {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("the twin is not XML: %v", err)
			}
		}
	}
}

// shape lists the elements of HTML and the names of their attributes.
func shape(t *testing.T, s string) string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(s))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			b.WriteString(n.Data)
			for _, a := range n.Attr {
				b.WriteString(" " + a.Key)
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

// The twin needs no style element or attribute, which the policy refuses.
func TestTwinHasNoInlineStyle(t *testing.T) {
	for _, line := range strings.Split(shape(t, string(mustFigure(t, "histogram", sampleSeries()).HTML())), "\n") {
		for i, word := range strings.Fields(line) {
			if word == "style" || i > 0 && strings.HasPrefix(word, "on") {
				t.Errorf("%s: has %s", line, word)
			}
		}
	}
}

func FuzzName(f *testing.F) {
	for _, name := range hostileNames {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		figure, err := histogram("h", []Series{{Name: name, Histogram: few()}}, nil)
		if err != nil {
			if printable(name) != "" {
				t.Fatal(err)
			}
			return
		}
		if !json.Valid(figure.Option) || bytes.ContainsAny(figure.Option, "<>&") {
			t.Fatalf("option %s", figure.Option)
		}
		want := "html\nhead\nbody\ndiv class\ndiv class data-chart role aria-label hidden\nscript type id\ndiv class\nsvg "
		if got := shape(t, string(figure.HTML())); !strings.HasPrefix(got, want) || strings.Count(got, "script") != 1 {
			t.Fatalf("the page has\n%s", got)
		}
	})
}
