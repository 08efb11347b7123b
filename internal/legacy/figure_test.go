package legacy

import (
	"fmt"
	"strings"
	"testing"

	"darksite/processing/chandra"
	"darksite/processing/published"
)

// numbersOf reads a report page with one table of one calibration.
func numbersOf(t *testing.T, head, row string) (map[string]string, []string) {
	t.Helper()
	page := `<html><head><title>Complete Calibration Report: ACA Dark Current 2009:190</title></head><body><table><tr><th>Date (Year:DOY)` +
		head + "<tr>" + row + "</table></body></html>"
	p, err := ReadPage([]byte(page), "2009_jul/index.html", "", []chandra.ID{"2009190"})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, r := range p.Table.Rows {
		for i, report := range r.Reports {
			if report != nil {
				got[string(r.ID)+" "+string(published.Quantities[i].Key)] = fmt.Sprint(report.Value)
			}
		}
	}
	return got, p.Doubts
}

// A mark at a number is no part of it: the number is read without the mark, or
// not at all, and both are said.
func TestCase03MarksAtNumbers(t *testing.T) {
	const mean, count = "<th>Mean (e-/s)", "<th>N&gt;100"
	for _, c := range []struct{ head, cell, want string }{
		// as the case has them
		{mean, "27.7<SUP>1</SUP>", "27.7"},
		{count, `72454<A HREF="#f2">2</A>`, "72454"},
		// other marks
		{mean, "27.7<sub>1</sub>", "27.7"},
		{mean, "27.7*", "27.7"},
		{mean, "27.7 **", "27.7"},
		{mean, "27.7&dagger;", "27.7"},
		{mean, "27.7&sup1;", "27.7"},
		{mean, "27.7\u00b9", "27.7"},
		{mean, "27.7[1]", "27.7"},
		{mean, "27.7 (2)", "27.7"},
		{mean, "<sup>a</sup>27.7", "27.7"},
		{mean, "27.7<sup>a,b</sup>", "27.7"},
		{mean, `27.7<sup><a href="notes.html#f1">1</a></sup>`, "27.7"},
		{mean, `<font size=2><b>27.7</b><sup><i>12</i></sup></font>`, "27.7"},
		{mean, "27<!-- was 28 -->.7", "27.7"},
		{mean, "27.7 e<sup>-</sup>/s", "27.7"},
		{mean, "27.7&nbsp;e-/s<sup>1</sup>", "27.7"},
		{mean, "27.7 &plusmn; 0.1", "27.7"},
		{mean, "27.7 +/- 0.1", "27.7"},
		{mean, "27.7+-0.1", "27.7"},
		{mean, "27.7<sup>+0.1</sup><sub>-0.2</sub>", "27.7"},
		{count, "72,454", "72454"},
		{count, "72'454", "72454"},
		{count, "72&#8239;454", "72454"},
		{count, "72,454<sup>3</sup>", "72454"},
		{count, `<a href="hist.gif">72454</a>`, "72454"},
		{count, `<a href="plots.html#n100">72454</a>`, "72454"},
		// no certain number
		{mean, "27.7<small>1</small>", ""},
		{mean, "27<b>.7</b>1", ""},
		{mean, "27.<sup>7</sup>1", ""},
		{mean, `27.7<span class="fn">1</span>`, ""},
		{mean, `27.7<span style="display: none">1</span>`, ""},
		{mean, "<strike>27.7</strike>", ""},
		{mean, "<s>2</s>7.7", ""},
		{mean, "27.7e<sup>5</sup>", ""},
		{mean, "27<sup>e1</sup>", ""},
		{mean, "10<sup>2</sup>", ""},
		{mean, "10\u00b2", ""},
		{mean, "2.77 x 10<sup>1</sup>", ""},
		{mean, "27.7 28.1", ""},
		{mean, "27.7<br>28.1", ""},
		{mean, "27.7/28.1", ""},
		{mean, "27.7-28.1", ""},
		{mean, "27.7 &ndash; 28.1", ""},
		{mean, "~27.7", ""},
		{mean, "&lt;27.7", ""},
		{mean, "&asymp; 27.7", ""},
		{mean, "27,7", ""},
		{mean, "27,700", ""},
		{mean, "27.7K", ""},
		{mean, "27.7 e-/s 5", ""},
		{mean, "27 e-/s5", ""},
		{mean, "*", ""},
		{mean, "&dagger;", ""},
		{mean, "[1]", ""},
		{count, "72&nbsp;454", ""},
		{count, "72 454", ""},
		{count, "72.454", ""},
		{count, "72.000", ""},
		{count, "72,45", ""},
		{count, "7,2454", ""},
		{count, "1,234'567", ""},
		{count, `<a href="#f2">2</a>`, ""},
		{count, "724<a href=x.html>54</a>", ""},
		{count, "72<wbr>454", ""},
		{count, "72k", ""},
	} {
		got, doubts := numbersOf(t, c.head, "<td>2009:190<td>"+c.cell)
		name := "2009190 mean_e_per_s"
		if c.head == count {
			name = "2009190 n_gt_100"
		}
		if got[name] != c.want || len(got) > 1 {
			t.Errorf("%s: read as %q, want %q", c.cell, got, c.want)
		}
		// What is shown and not a part of the number is never left out without a word.
		quiet := map[string]bool{"27<!-- was 28 -->.7": true, "27.7 e<sup>-</sup>/s": true, `<a href="hist.gif">72454</a>`: true, `<a href="plots.html#n100">72454</a>`: true}
		if !quiet[c.cell] && len(doubts) == 0 {
			t.Errorf("%s: nothing was said", c.cell)
		}
		if quiet[c.cell] && len(doubts) > 0 {
			t.Errorf("%s: %q", c.cell, doubts)
		}
	}
}

// Marks at dates and labels lead to no other day and to no other statistic.
func TestCase03MarksAtLabels(t *testing.T) {
	for _, c := range []struct {
		head, row string
		want      string
	}{
		{"<th>Mean<sup>1</sup>", "<td>2009:190<td>27.7", "map[2009190 mean_e_per_s:27.7]"},
		{"<th>N&gt;200<sup>0</sup>", "<td>2009:190<td>16316", "map[2009190 n_gt_200:16316]"},
		{`<th>N&gt;200<a href="#f">0</a>`, "<td>2009:190<td>16316", "map[2009190 n_gt_200:16316]"},
		{"<th>N&gt;200 [0]<th>Mean", "<td>2009:190<td>16316<td>27.7", "map[2009190 mean_e_per_s:27.7 2009190 n_gt_200:16316]"},
		{"<th>N&gt;200 0<th>Mean", "<td>2009:190<td>16316<td>27.7", "map[2009190 mean_e_per_s:27.7]"},
		{"<th>Mean", "<td>2009:190<sup>1</sup><td>27.7", "map[2009190 mean_e_per_s:27.7]"},
		{"<th>Mean", "<td>2009-Jul-9<sup>2</sup><td>27.7", "map[2009190 mean_e_per_s:27.7]"},
		{"<th>Mean", `<td>2009 Jul 9<a href="#n">2</a><td>27.7`, "map[2009190 mean_e_per_s:27.7]"},
	} {
		if got, _ := numbersOf(t, c.head, c.row); fmt.Sprint(got) != c.want {
			t.Errorf("%s %s: %v, want %s", c.head, c.row, got, c.want)
		}
	}
	p, err := ReadPage([]byte("<title>x</title><h1>Dark current 2009 Oct 1<sup>2</sup></h1>"), "2009_oct/index.html", "", nil)
	if err != nil || len(p.Days) != 1 || p.Days[0].ID != "2009274" {
		t.Errorf("%+v, %v", p, err)
	}
}

// FuzzFigure: what is read of a cell are digits that stand in it in this order.
func FuzzFigure(f *testing.F) {
	for _, s := range []string{"27.7<SUP>1</SUP>", `72454<A HREF="#f2">2</A>`, "27.7 &plusmn; 0.1", "72,454", "<b>2</b>7.7", "10<sup>2</sup>", "\x01\x0227.7"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := parse([]byte(s))
		if err != nil {
			return
		}
		raw := raw(d.root, false)
		for _, count := range []bool{false, true} {
			printed, _, err := figure(raw, count)
			if err != nil {
				continue
			}
			digits := strings.Map(func(r rune) rune {
				if strings.ContainsRune(",'’\u2009\u202f\u2007", r) || r == joint {
					return -1
				}
				return r
			}, strings.ReplaceAll(raw, "−", "-"))
			if !plainForm.MatchString(printed) || !strings.Contains(digits, printed) {
				t.Errorf("%q is read as %q", s, printed)
			}
		}
	})
}
