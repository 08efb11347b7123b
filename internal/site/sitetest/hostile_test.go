//go:build browser

package sitetest

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// hostile strings, each for one calibration. Package site tries a hundred on
// what it is given; these go the whole way, through the files that are read,
// which refuse control characters and what is very long.
var hostile = []string{
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' onmouseover='alert(1)`, `</title></style></script><svg onload=alert(1)>`,
	`{{ .Site }}{{< figure src="x" >}}`, `__f__function(){alert(1)}__f__`, `&lt;script&gt;&#60;b&#62;`, `<!--<script>`,
}

// quoted is a string as JSON and TOML have it.
func quoted(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.Encode(s)
	return strings.TrimSpace(strings.ReplaceAll(b.String(), "\x7f", `\u007f`))
}

// filled makes a site whose files have the texts in every field that takes one;
// the map is the same for all.
func filled(t *testing.T, texts []string, image []byte) *Site {
	t.Helper()
	s, err := New(t.TempDir(), "[site]\ntitle = "+quoted(texts[0])+"\norganization = "+quoted(texts[1])+"\n")
	if err != nil {
		t.Fatal(err)
	}
	var numbers bytes.Buffer
	w := csv.NewWriter(&numbers)
	w.Write([]string{"dark_id", "date_label", "t_ccd_c", "t_source", "mean_e_s", "source", "note"})
	put := func(name, text string) {
		t.Helper()
		if err := s.Put(name, text); err != nil {
			t.Fatal(err)
		}
	}
	for i, text := range texts {
		id := fmt.Sprintf("%d100", 2005+i)
		q := quoted(text)
		put("../from/"+id+"/properties.json", fmt.Sprintf(`{"id": %q, "date": "%s:%s", "start": "%s:%s:01:02:03.000", "ccd_temp": -15.5, "filename": %s, "note": %s, %s: 1,
			"replicas": [{"count": 1, "ccd_temp": -15.5, "ccd_temp_source": %s, "load": %s}]}`, id, id[:4], id[4:], id[:4], id[4:], q, q, quoted("x"+text), q, q))
		put("../from/"+id+"/image.fits", string(image))
		put("content/signoff/"+id+".toml", "by = "+q+"\ndate = 2020-01-01\ndecision = \"note\"\nreason = "+q+"\nverdict = \"degraded\"\nrules = 2026-11-22\n")
		w.Write([]string{fmt.Sprintf("%d300", 2000+i), text, "-15.0", text, "20.5", text, text})
	}
	w.Flush()
	put("../published.csv", numbers.String())
	from := filepath.Dir(s.Dir)
	for _, args := range [][]string{{"import", filepath.Join(from, "from")}, {"import", filepath.Join(from, "published.csv")}} {
		if err := s.Run(args...); err != nil {
			t.Fatalf("%.2000v", err)
		}
	}
	if err := s.Run("build"); err != nil {
		t.Errorf("build: %.2000v", err)
	}
	return s
}

// Whatever the files say that are imported or written by hand, the pages of it
// have no element and no attribute that those of plain texts have not.
func TestHostileFiles(t *testing.T) {
	s, err := New(t.TempDir(), settings)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.take(imported{"2010100", modern, "-15.5", "1"}, filepath.Join(filepath.Dir(s.Dir), "map")); err != nil {
		t.Fatal(err)
	}
	image, err := os.ReadFile(filepath.Join(filepath.Dir(s.Dir), "map", "2010100", "image.fits"))
	if err != nil {
		t.Fatal(err)
	}
	plain := slices.Repeat([]string{"harmless"}, len(hostile))
	want, got := filled(t, plain, image).shapes(t), filled(t, hostile, image).shapes(t)
	if len(want) < len(hostile)+3 || len(got) != len(want) {
		t.Errorf("%d pages of plain texts and %d of hostile ones", len(want), len(got))
	}
	for page, shape := range want {
		for i := range max(len(shape), len(got[page])) {
			if i >= len(shape) || i >= len(got[page]) || shape[i] != got[page][i] {
				t.Errorf("%s has other elements from number %d on", page, i)
				break
			}
		}
	}
}

// shapes are the elements and attributes of all pages.
func (s *Site) shapes(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	filepath.WalkDir(s.Public, func(path string, d os.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".html" {
			return err
		}
		rel, _ := filepath.Rel(s.Public, path)
		for d := range parse(t, path).Descendants() {
			switch d.Type {
			case html.ElementNode:
				shape := d.Data
				for _, a := range d.Attr {
					shape += " " + a.Key
				}
				out[rel] = append(out[rel], shape)
			case html.CommentNode:
				out[rel] = append(out[rel], "comment")
			}
		}
		return nil
	})
	return out
}
