package site

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math"
	"path"
	"strings"
	"testing"

	"darksite/internal/shared"
	"darksite/processing/chandra"
	"darksite/processing/published"
	"darksite/processing/quantity"
)

// most is how many bytes a page may have for a reader, gzipped.
const most = 150_000

// A thousand calibrations, of which as much is known as ever of published ones, are
// all reached without scripts on pages of which none is heavy.
func TestThousandCalibrations(t *testing.T) {
	shared.Slow(t)
	in := inputs(sample("2025200", 1, 1))
	const n = 1000
	for i := range n - 1 {
		id := chandra.IDOf(chandra.ID("1999223").Date().AddDate(0, 0, 9*i))
		c := &published.Calibration{ID: id}
		put := func(key quantity.Key, v float64) {
			c.Values = append(c.Values, published.Value{Quantity: key, Shown: published.Report{Value: v}})
		}
		x := float64(i)
		put(quantity.CCDTemp, -19+x/100+math.Mod(7.77*x, 1))
		put(quantity.Zodi, 1+math.Mod(3.1*x, 2))
		put(quantity.Mean, 10+x/10+math.Mod(1.7*x, 3))
		put(quantity.Median, 5+x/30+math.Mod(1.3*x, 2))
		put(quantity.Peak, 5+x/90+math.Mod(1.9*x, 1))
		put(quantity.CountAdj, math.Floor(3000+90*x+math.Mod(771.3*x, 900)))
		for level, share := range map[int]float64{100: 1, 200: 0.4, 2000: 0.002, 3000: 0.0007} {
			put(quantity.Over(level), math.Floor(share*(3000+300*x+math.Mod(1771.3*x, 5000))))
		}
		in.Published = append(in.Published, c)
	}
	tree := build(t, in)
	ids, linked := map[string]int{}, map[string]bool{}
	for _, p := range tree.Paths() {
		if !strings.HasSuffix(p, ".html") {
			continue
		}
		data := must(tree.ReadFile(p))
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		w.Write(data)
		w.Close()
		if dir := path.Dir(p); dir == Section || strings.HasPrefix(dir, Section+"/list") || strings.HasPrefix(dir, Section+"/history") {
			t.Logf("%s: %d bytes, %d gzipped", p, len(data), b.Len())
		}
		if b.Len() > most {
			t.Errorf("%s: %d bytes gzipped, want at most %d", p, b.Len(), most)
		}
		page := parse(t, tree, p)
		for _, a := range all(page, "a[href]") {
			linked[path.Join(path.Dir(p), attr(a, "href"))] = true
		}
		rows := all(page, ".index tbody tr")
		if p == Section+"/index.html" {
			if len(rows) != 40 {
				t.Errorf("the first page lists %d", len(rows))
			}
			continue
		}
		for _, row := range rows {
			ids[text(all(row, "td")[0])]++
		}
	}
	if len(ids) != n {
		t.Errorf("the pages of the list have %d calibrations, want %d", len(ids), n)
	}
	for id, times := range ids {
		if times != 1 {
			t.Errorf("%s stands %d times in the list", id, times)
		}
	}
	for _, name := range []string{"list", "list/2", "history", "history/warm", "history/warm/2", "history/hot", "history/levels/2", "history/zodi"} {
		if p := fmt.Sprintf("%s/%s/index.html", Section, name); !linked[p] {
			t.Errorf("no link leads to %s", p)
		}
	}
}
