package published

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"darksite/internal/ground/table"
	"darksite/internal/shared"
	"darksite/processing/chandra"
	"darksite/processing/quantity"
)

const (
	allFile     = "published_dark_stats.csv"
	reportFile  = "real_report_statistics.csv"
	historyFile = "real_darkcal_history_1999_2015.csv"
)

func load(t testing.TB, name string) *Table {
	t.Helper()
	got, err := Read(shared.Open(t, "data", name), name)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func find(t testing.TB, list []*Calibration, id chandra.ID) *Calibration {
	t.Helper()
	for _, c := range list {
		if c.ID == id {
			return c
		}
	}
	t.Fatalf("%s is not among %d calibrations", id, len(list))
	return nil
}

func TestAllRowsAreRead(t *testing.T) {
	for name, want := range map[string]struct {
		rows, calibrations int
		unknown            string
	}{
		allFile:     {69, 57, ""},
		reportFile:  {13, 11, ""},
		historyFile: {56, 56, `not read: "frac_year", "zodi_table_units", "n100_frac", "model_n100", "obs_over_model"`},
	} {
		got := load(t, name)
		if n := len(Collect(got)); len(got.Rows) != want.rows || n != want.calibrations {
			t.Errorf("%s: %d rows of %d calibrations, want %d of %d", name, len(got.Rows), n, want.rows, want.calibrations)
		}
		if said := strings.Join(got.Warnings, "\n"); want.unknown == "" && said != "" || !strings.Contains(said, want.unknown) {
			t.Errorf("%s: warnings %q", name, got.Warnings)
		}
		// Each filled cell of a quantity is a report, as it is printed.
		cells, reports := 0, 0
		for _, row := range shared.Table(t, name) {
			for column, cell := range row {
				if column == "dark_id" {
					continue
				}
				l, err := table.Read([]byte("dark_id,"+column+"\n"), name, form)
				if err != nil {
					t.Fatal(err)
				}
				for i := range Quantities {
					if cell != "" && l.Has(columnsOfText+i) {
						cells++
					}
				}
			}
		}
		for _, r := range got.Rows {
			for _, report := range r.Reports {
				if report != nil {
					reports++
				}
			}
		}
		if cells != reports || cells < 50 {
			t.Errorf("%s: %d reports of %d filled cells", name, reports, cells)
		}
	}
}

// The tables of the reports 2002_dec and 2009_oct, typed from the pages
// (processing.md, section 7).
func TestPublishedReports(t *testing.T) {
	columns := []quantity.Key{"mean_e_per_s", "peak_e_per_s", "mean_near_peak_e_per_s", "n_gt_100", "n_gt_200", "n_gt_2000", "n_gt_3000"}
	for _, files := range [][]string{{allFile}, {reportFile}, {reportFile, allFile, historyFile}, {historyFile, reportFile}} {
		var tables []*Table
		for _, f := range files {
			tables = append(tables, load(t, f))
		}
		list := Collect(tables...)
		for _, line := range []string{
			"1999223 11.9 10.3 10.2 3495 - - 3", "2000326 22.2 11.5 11.8 34346 - - 10", "2001060 23.9 12.5 12.8 37381 - - 13",
			"2002057 29.2 12.5 13.6 56671 - - 19", "2002137 29.8 12.2 13.6 59754 - - 21", "2002237 31.0 11.9 13.6 64023 - - 21",
			"2002338 31.7 11.9 13.6 66850 - - 21", "2009113 25.7 6.3 6.8 65623 14335 16 4", "2009190 27.7 7.5 7.9 70139 15533 20 5",
			"2009279 27.7 6.7 7.1 72454 16316 19 6",
		} {
			want := strings.Fields(line)
			c := find(t, list, chandra.ID(want[0]))
			for i, column := range columns {
				v := c.Value(column)
				if want[i+1] == "-" {
					if v != nil {
						t.Errorf("%v: %s of %s is %s, which was not published", files, column, c.ID, v.Shown.Printed)
					}
					continue
				}
				if v == nil || !slices.ContainsFunc(v.Reports, func(r Report) bool {
					return r.Printed == want[i+1] && strings.Contains(r.Source, "cxc.cfa.harvard.edu/mta/ASPECT/dark_cal/")
				}) {
					t.Errorf("%v: %s of %s is %+v, want %s of a page", files, column, c.ID, v, want[i+1])
				}
			}
		}
	}
}

// What is known to disagree is found, and nothing else.
func TestContradictionsOfTheRealData(t *testing.T) {
	const page = "https://cxc.cfa.harvard.edu/mta/ASPECT/dark_cal/"
	want := map[chandra.ID][]string{
		"2000326": {
			"n_gt_100 is 34346 in " + page + "2000_nov/report.html, " + page + "2002_dec and 34097 in https://github.com/sot/state_of_aca (dark_cals_with_temp/dark_cals_with_temp.txt @477576d); shown is 34097",
			"the date is 2000-Nov-20 in " + page + "2000_nov/report.html; the id 2000326 is 2000-Nov-21",
			"the date is 2000-Nov-20 in " + page + "2002_dec; the id 2000326 is 2000-Nov-21",
		},
		// The temperatures by processing.md, section 14.
		"2011234": {"limit_z_e_per_s 113.103600781 e-/s belongs to a CCD at -18.020 C, ccd_temp_c is -18.015 C (https://github.com/sot/state_of_aca (dark_cals_with_temp/dark_cals_with_temp.txt @477576d))"},
		"2012198": {"limit_z_e_per_s 101.837139067 e-/s belongs to a CCD at -18.960 C, ccd_temp_c is -18.978 C (https://github.com/sot/state_of_aca (dark_cals_with_temp/dark_cals_with_temp.txt @477576d))"},
	}
	list := Collect(load(t, allFile))
	for _, c := range list {
		if diff := cmp.Diff(want[c.ID], c.Contradictions, cmp.Transformer("", func(s []string) []string { return append([]string{}, s...) })); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.ID, diff)
		}
	}
	november := find(t, list, "2000326")
	if v := november.Value("n_gt_100"); v.Shown.Value != 34097 || len(v.Reports) != 3 {
		t.Errorf("%+v", v)
	}
	if len(november.Notes) != 1 || november.Notes[0].Text != "page date is Nov-20 though id 2000326 = Nov-21" {
		t.Errorf("notes %+v", november.Notes)
	}
	// A report that a second file repeats stays where it was.
	if v := find(t, Collect(load(t, allFile), load(t, reportFile)), "2000326").Value("n_gt_100"); v.Shown.Value != 34097 || len(v.Reports) != 3 {
		t.Errorf("with the reports again: %+v", v)
	}
	// The order of the files decides, as the rule says.
	for _, c := range []struct {
		files []string
		shown float64
	}{{[]string{reportFile, historyFile}, 34097}, {[]string{historyFile, reportFile}, 34346}} {
		v := find(t, Collect(load(t, c.files[0]), load(t, c.files[1])), "2000326").Value("n_gt_100")
		if v.Shown.Value != c.shown || len(v.Reports) != 3 {
			t.Errorf("%v: shown is %+v", c.files, v)
		}
	}
	if t2 := find(t, list, "2000326").Value("ccd_temp_c").Shown; t2.Method != "AACCCDPT" || t2.Printed != "-10.372076416" {
		t.Errorf("temperature %+v", t2)
	}
}

func read(t testing.TB, text string) *Table {
	t.Helper()
	got, err := Read(strings.NewReader(text), "data/x.csv")
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// A table of a report in the words of its heading, as a file with tabs, and as
// numpy names the columns.
func TestHeadings(t *testing.T) {
	for name, text := range map[string]string{
		"page":  "\ufeffDate (Year:DOY)\tMean (e-/s)\tPeak (e-/s)\tMean near Peak (e-/s)\tN>100 e-/s\tN>200 e-/s\tN>2000 e-/s\tN>3000 e-/s\n2009:113\t25.7\t6.3\t6.8\t65623\t14335\t16\t4\n2009:190\t27.7\t7.5\t\t\t\t\t\n",
		"numpy": "# text\n\nDate_YearDOY,Mean_es,Peak_es,Mean_near_Peak_es,N100_es,N200_es,N2000_es,N3000_es\r\n2009:113, 25.7 ,6.3,6.8,\"65623\",14335,16,4\r\n ,,,,,,,\r\n# between\n2009:190,27.7,7.5,,,,,\r\n",
		"order": "N_GT_3000,N_GT_2000,N_GT_200,N_GT_100,Mean_Near_Peak_e_s,peak_e_per_s,mean_e_s,ID,Day\n4,16,14335,65623,6.8,6.3,25.7,2009113,2009:113\n,,,,,7.5,27.7,2009190,2009:190",
	} {
		list := Collect(read(t, text))
		if len(list) != 2 || len(list[1].Values) != 2 || list[1].Value("peak_e_per_s").Shown.Printed != "7.5" {
			t.Errorf("%s: %d calibrations", name, len(list))
			continue
		}
		var got []string
		for _, v := range list[0].Values {
			got = append(got, string(v.Quantity)+" "+v.Shown.Printed)
			if v.Shown.Source != "x.csv" {
				t.Errorf("%s: source %q, want the file", name, v.Shown.Source)
			}
		}
		want := []string{"mean_e_per_s 25.7", "peak_e_per_s 6.3", "mean_near_peak_e_per_s 6.8", "n_gt_100 65623", "n_gt_200 14335", "n_gt_2000 16", "n_gt_3000 4"}
		if list[0].ID != "2009113" || !slices.Equal(got, want) {
			t.Errorf("%s: %s %q, want %q", name, list[0].ID, got, want)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	const header = "dark_id,mean_e_per_s,n_gt_100,ccd_temp_c,note\n"
	for name, c := range map[string]struct{ text, want string }{
		"nothing":         {"", "no line with text"},
		"a header":        {header, "no calibration in it"},
		"comments":        {"# a\n# b\n", "no line with text"},
		"no statistic":    {"dark_id,calendar_date,evidence\n1999223,1999-08-11,web\n", "at least one statistic"},
		"no id":           {"mean_e_per_s\n11.9\n", "want a header with dark_id or day"},
		"twice":           {"dark_id,count,n_gt_100\n1999223,1,1\n", `columns "count" and "n_gt_100" both give the n_gt_100`},
		"short":           {header + "1999223,11.9\n", "line 2: 2 values for the 5 columns"},
		"long":            {header + "1999223,1,2,3,4,5\n", "6 values for the 5 columns"},
		"id":              {header + "1999366,1,2,3,\n", `line 2: calibration id "1999366"`},
		"day":             {"day,count\n1999-08-11,1\n", `line 2: no dark_id, and the day date "1999-08-11"`},
		"year":            {"day,count\n7009:113,1\n", `calibration id "7009113"`},
		"part of a pixel": {header + "\n1999223,,0.5,,\n", `line 3: n_gt_100: "0.5": want a whole number from 0 to 1.048576e+06, pixels`},
		"too many":        {header + "1999223,,1048577,,\n", `"1048577"`},
		"negative":        {header + "1999223,,-1,,\n", `n_gt_100: "-1"`},
		"NaN":             {header + "1999223,nan,,,\n", `mean_e_per_s: "nan"`},
		"hexadecimal":     {header + "1999223,0x1p4,,,\n", `"0x1p4"`},
		"underscores":     {header + "1999223,1_0,,,\n", `"1_0"`},
		"thousands":       {header + "1999223,\"34,346\",,,\n", `"34,346"`},
		"Kelvin":          {header + "1999223,,,263,\n", `ccd_temp_c: "263": want a number from -40 to 40, C`},
		"control":         {header + "1999223,1,,,a\x1b[2J\n", "control character U+001B"},
		"long note":       {header + "1999223,1,,," + strings.Repeat("n", maxText+1) + "\n", "want at most 1024 bytes"},
		"quotes":          {header + "1999223,1,,,\"a\n", "line 2: a quotation mark opens a cell and none closes it"},
		"UTF-16":          {"\xff\xfed\x00", "UTF-16"},
		"kelvin, said":    {"dark_id,temp (K)\n1999223,263\n", `its unit is "K": want degrees Celsius`},
		"another unit":    {"dark_id,Mean (DN)\n1999223,2.2\n", `its unit is "DN": want e-/s`},
		"many columns":    {strings.Repeat("a,", 256) + "b\n", "257 columns"},
		"many lines":      {header + strings.Repeat("1999223,1,,,\n", maxLines+1), "line 102: more than 100 lines on 1999223"},
		"too large":       {strings.Repeat("#\n", maxBytes/2+1), "more than 4194304 bytes"},
	} {
		got, err := Read(strings.NewReader(c.text), "x.csv")
		if err == nil || !strings.HasPrefix(err.Error(), "x.csv: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %+v, %v; want an error with %q", name, got, err, c.want)
		}
	}
}

// Numbers with fewer digits agree with the same with more, and only those.
func TestAgreement(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int // contradictions
	}{{"22.2", "22.2", 0}, {"22.2", "22.17", 0}, {"22.2", "22.25", 0}, {"22.2", "22.26", 1}, {"22.2", "22.14", 1}, {"22.20", "22.21", 1},
		{"22", "22.4", 0}, {"2.2e1", "22.4", 0}, {"2.20e1", "22.4", 1}, {"-0.04", "0.0", 0}} {
		for _, order := range [][2]string{{c.a, c.b}, {c.b, c.a}} {
			list := Collect(read(t, "dark_id,mean,source\n2000326,"+order[0]+",a\n2000326,"+order[1]+",b\n"))
			if got := list[0].Contradictions; len(got) != c.want {
				t.Errorf("%v: %q, want %d", order, got, c.want)
			}
			if shown := list[0].Value("mean_e_per_s").Shown; shown.Printed != order[1] || shown.Source != "b" {
				t.Errorf("%v: shown is %+v", order, shown)
			}
		}
	}
}

func TestOtherContradictions(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"order":       {"dark_id,n_gt_100,n_gt_3000\n2000326,5,6\n", "n_gt_3000, 6, is above n_gt_100, 5, of which it is part (x.csv)"},
		"with zodi":   {"dark_id,count,count_z\n2000326,5,6\n", "count_z, 6, is above"},
		"limit of 0":  {"dark_id,temp,zodi_e_per_s,limit_z\n2000326,-19.000,0.00,0.000\n", "limit_z_e_per_s is 0.000 e-/s, at -19.000 C it is 100.000 e-/s"},
		"limit":       {"dark_id,temp,zodi_e_per_s,limit_z\n2000326,-19.000,0.00,104.000\n", "belongs to a CCD at -18.642 C"},
		"rough limit": {"dark_id,temp,zodi_e_per_s,limit_z\n2000326,-19,0,104\n", ""}, // T may be -18.6
		"same source": {"dark_id,mean,source\n2000326,1.0,a\n2000326,2.0,a\n", "mean_e_per_s is 1.0 in a and 2.0 in a; shown is 2.0"},
		"ISO date":    {"dark_id,date,mean\n2000326,2000-11-20,1\n", "the date is 2000-11-20 in x.csv; the id 2000326 is 2000-Nov-21"},
		"no date":     {"dark_id,date,mean\n2000326,in autumn,1\n", ""},
	} {
		got := strings.Join(Collect(read(t, c.text))[0].Contradictions, "\n")
		if c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if got := read(t, "dark_id,mean,note\n2000326,,x\n2000327,1,\n"); len(got.Rows) != 1 || got.Rows[0].Line != 3 ||
		!slices.Equal(got.Warnings, []string{"data/x.csv: line 2: 2000326 has no numbers and is passed over"}) {
		t.Errorf("a line without numbers: %+v", got)
	}
}
