package legacy

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"darksite/internal/shared"
	"darksite/processing/chandra"
	"darksite/processing/published"
)

// Columns of the reference table and how the pages call them, in their order.
var columnLabels = []struct{ column, quantity, heading string }{
	{"mean_eps", "mean_e_per_s", "Mean (e-/s)"}, {"median_eps", "median_e_per_s", "Median"}, {"peak_eps", "peak_e_per_s", "Peak (e-/s)"},
	{"mean_near_peak_eps", "mean_near_peak_e_per_s", "Mean near Peak (e-/s)"}, {"n_gt_100", "n_gt_100", "N&gt;100"}, {"n_gt_200", "n_gt_200", "N > 200"},
	{"n_gt_2000", "n_gt_2000", "N>2000"}, {"n_gt_3000", "n_gt_3000", "N&gt;3000"},
}

// columnsPage is the form of 2000 to 2005 in the spirit of its time: no ends of
// cells, capitals, a table for layout around it, Latin-1, CR LF.
func columnsPage(title string, dates []string, rows []map[string]string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<HTML>\r\n<HEAD><TITLE>%s</TITLE>\r\n<BODY BGCOLOR=\"#FFFFFF\">\r\n<!-- <TABLE><TR><TD><TD>1999-Jan-01<TR><TD>Mean<TD>1</TABLE> -->\r\n"+
		"<TABLE WIDTH=100%%><TR><TD>&nbsp;<TD>\r\n<H1>%s</H1>\r\n<P>Le caf\xe9<P>\r\n<TABLE BORDER>\r\n<CAPTION>Basic statistics</CAPTION>\r\n<TR><TH>Statistic", title, title)
	for _, d := range dates {
		b.WriteString("<TH>" + d)
	}
	for _, c := range columnLabels {
		printed := false
		for _, r := range rows {
			printed = printed || r[c.column] != ""
		}
		if !printed {
			continue
		}
		fmt.Fprintf(&b, "\r\n<TR ALIGN=right><TD><B>%s</B>", c.heading)
		for _, r := range rows {
			if v := r[c.column]; v != "" {
				fmt.Fprintf(&b, "<TD>%s\r\n", v)
			} else {
				b.WriteString("<TD>&nbsp;")
			}
		}
	}
	b.WriteString("</TABLE>\r\n<P>Last modified 12/27/13</TABLE></HTML>")
	return b.String()
}

// rowsPage is the form of 2009.
func rowsPage(title string, rows []map[string]string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<html><head><title>%s</title></head><body>\n<p><b>Date:</b> 2009:279<br>Data Quality: Telemetry 100%% Complete\n<table border=\"1\"><tr><th>Date (Year:DOY)</th>", title)
	for _, c := range columnLabels {
		b.WriteString("<th>" + c.heading + "</th>")
	}
	b.WriteString("</tr>\n")
	for _, r := range rows {
		fmt.Fprintf(&b, "<tr><td>%s</td>", r["day"])
		for _, c := range columnLabels {
			fmt.Fprintf(&b, "<td> %s </td>", r[c.column])
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</table>\n<h2>CCD Temperature Changes</h2><table><tr><td>2003 Jul</td><td>-15</td></tr></table></body></html>\n")
	return b.String()
}

// TestPublishedFigures puts the published figures into pages of both forms and
// reads them back to the printed digit.
func TestPublishedFigures(t *testing.T) {
	bySource := map[string][]map[string]string{}
	var known []chandra.ID
	for _, r := range shared.Table(t, "real_report_statistics.csv") {
		if strings.HasPrefix(r["source"], "https://") {
			bySource[r["source"]] = append(bySource[r["source"]], r)
			known = append(known, chandra.ID(strings.ReplaceAll(r["day"], ":", "")))
		}
	}
	labels := map[string]string{}
	for _, r := range shared.Table(t, "published_dark_stats.csv") {
		labels[r["source"]+r["dark_id"]] = r["date_label"]
	}
	numbers := 0
	for _, source := range slices.Sorted(maps.Keys(bySource)) {
		rows := bySource[source]
		address, name := path.Split(source)
		at := name + "/index.html"
		if name == "report.html" {
			address, at = strings.TrimSuffix(address, "2000_nov/"), "2000_nov/report.html"
		}
		var dates []string
		for _, r := range rows {
			dates = append(dates, labels[source+strings.ReplaceAll(r["day"], ":", "")])
		}
		content := columnsPage("ACA Dark Current Calibration "+dates[len(dates)-1], dates, rows)
		if name == "2009_oct" {
			content = rowsPage("ACA Dark Current", rows)
		}
		p, err := ReadPage([]byte(content), at, address, known)
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Table.Rows) != len(rows) {
			t.Fatalf("%s: %d rows, want %d", source, len(p.Table.Rows), len(rows))
		}
		for i, want := range rows {
			got := p.Table.Rows[i]
			if got.ID.Colon() != want["day"] || got.Source != address+at || got.Label != dates[i] {
				t.Errorf("%s: row %d is %s, %q, of %s; want %s, %q", source, i, got.ID, got.Label, got.Source, want["day"], dates[i])
			}
			for _, c := range columnLabels {
				printed := ""
				for q, r := range got.Reports {
					if r != nil && string(published.Quantities[q].Key) == c.quantity {
						printed = r.Printed
						numbers++
					}
				}
				if printed != want[c.column] {
					t.Errorf("%s %s: %s is %q, want %q", source, want["day"], c.quantity, printed, want[c.column])
				}
			}
			line := strings.Split(content, "\n")[got.Line-1]
			if !strings.Contains(line, dates[i]) {
				t.Errorf("%s: line %d, %q, does not name %s", source, got.Line, line, dates[i])
			}
		}
		var doubts []string
		if strings.Contains(content, "<TH>2000-Nov-20") {
			doubts = []string{"line 10: the page says 2000-Nov-20, which is 2000:325; the calibration of that time is 2000:326, 2000-Nov-21"}
		}
		if d := gocmp(append([]string{}, doubts...), p.Doubts); d != "" {
			t.Errorf("%s: %s", source, d)
		}
		if len(p.Days) != 1 || p.Days[0].Printed != dates[len(dates)-1] {
			t.Errorf("%s: days %v, want %s", source, p.Days, dates[len(dates)-1])
		}
		for _, c := range published.Collect(p.Table) {
			if _, err := c.Encode(); err != nil {
				t.Error(err)
			}
		}
	}
	if numbers < 50 {
		t.Errorf("%d numbers compared", numbers)
	}
}

func TestReadTables(t *testing.T) {
	known := []chandra.ID{"1999223", "2000326", "2002338", "2010288", "2010301"}
	cases := []struct {
		name, page string
		known      []chandra.ID
		want       []string // id line quantity=printed
		doubts     []string
	}{
		{
			name: "two rows of dates", page: "<table><tr><td><td>1999-Aug-11<td>2000-Nov-20<tr><td><td>1999:223<td>2000:326<tr><td>Median<td>10.4<td>12.0 e-/s</table>",
			want:   []string{"1999223 1 median_e_per_s=10.4", "2000326 1 median_e_per_s=12.0"},
			doubts: []string{"line 1: the page says 2000-Nov-20, which is 2000:325; the calibration of that time is 2000:326, 2000-Nov-21"},
		},
		{
			name: "a neighbour that the page itself numbers", page: "<p>2000-Nov-20 (2000:326)<table><tr><td><td>20 Nov 2000<tr><td>Mean<td>22.2</table>",
			want:   []string{"2000326 1 mean_e_per_s=22.2"},
			doubts: []string{"line 1: the page says 20 Nov 2000, which is 2000:325; the calibration of that time is 2000:326, 2000-Nov-21"},
		},
		{
			name: "cells that are no numbers", known: known,
			page:   "<table>\n<tr><th>Date<th>Mean<th>Peak<th>N&gt;100<th>N&gt;200<th>N&gt;3000\n<tr><td>1999:223<td>~11.9<td>n/a<td>34,346<td>12.5<td>99999999\n<tr><td>2002:338<td>1e400<td>-<td>−3<td>N/A<td>0</table>",
			want:   []string{"1999223 3 n_gt_100=34346", "2002338 4 n_gt_3000=0"},
			doubts: []string{`line 3: mean_e_per_s of 1999:223: "~11.9" is not such a number, and is not read: it is not one number`, "line 3: n_gt_100 of 1999:223: \"34,346\" is read as 34346", `line 3: n_gt_200 of 1999:223: "12.5" is not such a number, and is not read: it cannot be true`, `line 3: n_gt_3000 of 1999:223: "99999999" is not such a number, and is not read: it cannot be true`, `line 4: mean_e_per_s of 2002:338: "1e400" is not such a number, and is not read: it is not one number`, `line 4: n_gt_100 of 2002:338: "−3" is not such a number, and is not read: it cannot be true`},
		},
		{
			name: "months, unknown days and statistics", known: known,
			page:   "<table><tr><td><td>Dec 2002<td>Oct 2010<td>2001:060\n<tr><td>Mean near peak<td>13.6<td>1<td>2\n<tr><td>Skew<td>1<td>2<td>3</table>",
			want:   []string{"2001060 1 mean_near_peak_e_per_s=2"},
			doubts: []string{`line 3: "Skew" is no statistic that is known, and is not read`, `line 1: the column "Dec 2002" has no date, and is not read`, `line 1: the column "Oct 2010" has no date, and is not read`, "line 1: no calibration of 2001:060, 2001:060, or of the days beside it is known"},
		},
		{
			name: "days that do not exist", page: "<table><tr><th>Date<th>Mean<tr><td>2001:366<td>1<tr><td>2001-Feb-29<td>2</table>",
			doubts: []string{`line 1: "2001:366" is no day of the calendar`, `line 1: the row "2001:366" has no date, and is not read`, `line 1: "2001-Feb-29" is no day of the calendar`, `line 1: the row "2001-Feb-29" has no date, and is not read`},
		},
		{
			name: "spanning cells, a title row, headings again, a table in a cell",
			page: "<table><tr><th colspan=3>Summary<tr><th>Date<th>Mean<th>Peak<tr><td>2009:113<td>25.7<table><tr><td>junk</table><td>6.3<tr><td>2009:190<td>27.7<tr><th>Date<th>Mean<th>Peak<tr><td>2009:279<td colspan=2>27.7</table>",
			want: []string{"2009113 1 mean_e_per_s=25.7", "2009113 1 peak_e_per_s=6.3", "2009190 1 mean_e_per_s=27.7", "2009279 1 mean_e_per_s=27.7"},
		},
		{
			name: "the same twice", page: "<table><tr><td><td>2009:113<tr><td>Mean<td>1.0<tr><td>Mean (e-/s)<td>1.0<tr><td>MEAN<td>2.0</table>",
			want: []string{"2009113 1 mean_e_per_s=1.0"}, doubts: []string{"line 1: mean_e_per_s of 2009:113 is 1.0 and 2.0 in one table; the first is kept"},
		},
		{
			name: "cells over several rows", page: "\n<table><tr><td>Date<td>Mean<tr><td>2009:113<td rowspan=2>25.7<tr><td>2009:190</table><table><tr><td rowspan=2>layout</table>",
			doubts: []string{"line 2: the table has cells over several rows, and is not read"},
		},
		{name: "other tables", page: "<table><tr><th>Date<th>RA<th>Dec<tr><td>2009:113<td>1<td>2</table><table><tr><td>A<td>2009:113<tr><td>B<td>1</table><table></table><table><tr></table>"},
	}
	for _, c := range cases {
		p, err := ReadPage([]byte(c.page), "2000_nov/report.html", "", c.known)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var got []string
		for _, r := range p.Table.Rows {
			for q, report := range r.Reports {
				if report != nil {
					got = append(got, fmt.Sprintf("%s %d %s=%s", r.ID, r.Line, published.Quantities[q].Key, report.Printed))
				}
			}
		}
		if d := gocmp(c.want, got); d != "" {
			t.Errorf("%s: rows\n%s", c.name, d)
		}
		if d := gocmp(append([]string{}, c.doubts...), p.Doubts); d != "" {
			t.Errorf("%s: doubts\n%s", c.name, d)
		}
	}
}

func TestDaysIn(t *testing.T) {
	for s, want := range map[string]string{
		"2000:326": "2000326", "at 2000:326:12:00:00.000": "2000326", "2000-Nov-20": "2000325", "2000-11-20": "2000325",
		"20-Nov-2000": "2000325", "20 November 2000": "2000325", "Nov. 20, 2000": "2000325", "November 20th, 2000": "2000325",
		"2000 Nov 20": "2000325", "NOV 20 2000": "2000325", "2008-Dec-31": "2008366",
		"2000:326 and 2001:060": "2000326 2001060", "2000:3261": "", "12000:326": "", "11/20/00": "", "2000": "", "2001:366": "!2001:366",
		"2001-Feb-29, 2004-Feb-29": "2004060 !2001-Feb-29", "Decimal 12, 2000": "",
	} {
		days, wrong := daysIn(s)
		var got []string
		for _, d := range days {
			got = append(got, string(d.ID))
		}
		for _, w := range wrong {
			got = append(got, "!"+w)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %v, want %s", s, got, want)
		}
	}
}

func FuzzReadPage(f *testing.F) {
	rows := []map[string]string{{"day": "2009:113", "mean_eps": "25.7", "n_gt_100": "65623"}, {"day": "2009:190", "mean_eps": "27.7", "n_gt_100": "70139"}}
	f.Add([]byte(columnsPage("ACA 2009-Apr-23", []string{"2009:113", "Jul 9, 2009"}, rows)))
	f.Add([]byte(rowsPage("Report", rows)))
	f.Add([]byte("<table><tr><td rowspan=999 colspan=999>Date<td>Mean<tr><td>1<tr><td>2000-Nov-20<td>1</table>"))
	f.Fuzz(func(t *testing.T, content []byte) {
		p, err := ReadPage(content, "2009_oct/index.html", "", []chandra.ID{"2009113"})
		if err != nil {
			return
		}
		for _, r := range p.Table.Rows {
			if r.Line < 1 || r.Line > 1+linesOf(content).at(len(content)) {
				t.Fatalf("line %d", r.Line)
			}
		}
		for _, c := range published.Collect(p.Table) {
			encoded, err := c.Encode()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := published.Parse(encoded, "again"); err != nil {
				t.Fatal(err)
			}
		}
	})
}
