package table

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	when = iota
	temp
	ra
	note
)

var form = Form{
	Example: "time,temp,ra,note",
	Fields: []Field{
		when: {Name: "time", Aliases: []string{"date", "datestart"}, Units: Time},
		temp: {Name: "temp", Aliases: []string{"t_ccd", "ccd_temp"}, Units: Celsius, Low: -40, High: 40},
		ra:   {Name: "ra", Units: Degrees, Low: 0, High: 360},
		note: {Name: "note"},
	},
	Bytes: 1 << 12, Rows: 3,
}

// all reads the rows as texts and numbers.
func all(content string) (rows []string, warnings []string, err error) {
	t, err := Read([]byte(content), "x.csv", form)
	if err != nil {
		return nil, nil, err
	}
	for r, err := range t.Rows() {
		if err != nil {
			return nil, nil, err
		}
		row := r.Text(when) + "|"
		for _, f := range []int{temp, ra} {
			v, err := r.Number(f)
			if err != nil {
				return nil, nil, err
			}
			if v != nil {
				row += fmt.Sprint(*v)
			}
			row += "|"
		}
		rows = append(rows, row+r.Text(note))
	}
	return rows, t.Warnings, nil
}

const ecsv = `# %ECSV 1.0
# ---
# datatype:
# - {name: date, datatype: string}
# - {name: ccd_temp, unit: UNIT, datatype: float64, format: '%.2f, wide', description: 'HDR3, as
#     archived'}
# - name: ra
#   unit: deg
#   datatype: float64
# meta: !!omap
# - {unit: K}
# schema: astropy-2.0
date ccd_temp ra
`

// What people and programs write in different ways is one table.
func TestCase15Forms(t *testing.T) {
	plain := []string{"2015:355|-13.6|227.136|"}
	for name, c := range map[string]struct {
		text     string
		rows     []string
		warnings string
	}{
		"plain":               {"time,temp,ra\n2015:355,-13.6,227.136\n", plain, ""},
		"byte order mark":     {"\ufefftime,temp,ra\n2015:355,-13.6,227.136\n", plain, ""},
		"CRLF":                {"time,temp,ra\r\n2015:355,-13.6,227.136\r\n", plain, ""},
		"CR":                  {"time,temp,ra\r2015:355,-13.6,227.136\r", plain, ""},
		"no last end":         {"time,temp,ra\n2015:355,-13.6,227.136", plain, ""},
		"comments":            {"# what\n  # where\ntime,temp,ra\n# between\n2015:355,-13.6,227.136\n#", plain, ""},
		"empty rows":          {"\n\t\n,,\ntime,temp,ra\n,,\n  \n2015:355,-13.6,227.136\n,,,,\n, ,\n", plain, ""},
		"letters and spaces":  {" Time , T CCD, RA \n 2015:355 , -13.6 ,\t227.136 \n", plain, ""},
		"quotation marks":     {"\"time\",\"temp\" ,\"ra\",note\n\"2015:355\", \"-13.6\" ,\"227.136\",\"a, \"\"b\"\"\nc\"\n", []string{"2015:355|-13.6|227.136|a, \"b\"\nc"}, ""},
		"a mark in a text":    {"time,temp,ra,note\n2015:355,-13.6,227.136,5\" off\n2015:356,,,\"so\" called\n", []string{"2015:355|-13.6|227.136|5\" off", "2015:356|||\"so\" called"}, ""},
		"tabs":                {"time\ttemp\tra\n2015:355\t-13.6\t227.136\n2015:356\t\t1\n", []string{"2015:355|-13.6|227.136|", "2015:356||1|"}, ""},
		"semicolons":          {"time;temp;ra\n2015:355;-13.6;227.136\n", plain, ""},
		"blanks":              {"time    temp    ra\n----  ----  ---\n2015:355   -13.6\t227.136  \n", plain, ""},
		"empty columns":       {"time,temp,ra,,\n2015:355,-13.6,227.136,,\n", plain, ""},
		"units":               {"time (UTC),temp [degC],ra_deg\n2015:355,-13.6,227.136\n", plain, ""},
		"units, other ways":   {"date [YYYY:DDD],T_CCD (°C),ra (deg)\n2015:355,-13.6,227.136\n", plain, ""},
		"degrees in capitals": {"time,tempC,RA DEG\n2015:355,-13.6,227.136\n", plain, ""},
		"kelvin":              {"time,temp (K),ra\n2015:355,259.55,227.136\n", plain, `x.csv: column "temp (K)" is in kelvin and is converted to degrees Celsius`},
		"kelvin, tempK":       {"time,tempK,ra\n2015:355,259.55,227.136\n", plain, `column "tempK" is in kelvin`},
		"hours":               {"time,temp,ra_hours\n2015:355,-13.6,15.1424\n", plain, "is in hours and is converted to degrees"},
		"extra column":        {"time,temp,ra,roll\n2015:355,-13.6,227.136,5\n", plain, `x.csv: column "roll" is not known and is not read`},
		"misspelt column":     {"time,temp,ra,notte,x\n2015:355,-13.6,227.136,5,\n", plain, `these columns are not known and are not read: "notte" (did you mean note?), "x"`},
		"no such unit":        {"time,temp,ra,temp_min\n2015:355,-13.6,227.136,-20\n", plain, `"temp_min"`},
		"ECSV":                {strings.ReplaceAll(ecsv, "UNIT", "deg_C") + "2015:355 -13.6 227.136\n2015:356 \"\" 1\n", []string{"2015:355|-13.6|227.136|", "2015:356||1|"}, ""},
		"ECSV in kelvin":      {strings.ReplaceAll(ecsv, "UNIT", "K") + "2015:355 259.55 227.136\n", plain, "is in kelvin"},
		"ECSV with commas":    {strings.NewReplacer("UNIT", "Celsius", "date ccd_temp ra", "date,ccd_temp,ra", "# datatype:", "# delimiter: ','\n# datatype:").Replace(ecsv) + "2015:355,-13.6,227.136\n", plain, ""},
	} {
		rows, warnings, err := all(c.text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(c.rows, rows); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if said := strings.Join(warnings, "\n"); c.warnings == "" && said != "" || !strings.Contains(said, c.warnings) {
			t.Errorf("%s: warnings %q, want %q", name, warnings, c.warnings)
		}
	}
}

// What cannot be read for certain is refused, with file and line.
func TestCase15Refusals(t *testing.T) {
	const head = "time,temp,ra\n"
	for name, c := range map[string]struct{ text, want string }{
		"nothing":              {"", "no line with text: want a header such as time,temp,ra,note"},
		"only comments":        {"# time,temp\n\n,,\n", "no line with text"},
		"no header":            {"\n2015:355,-13.6,227.1\n", `line 2: no known column among "2015:355", "-13.6", "227.1": want a header such as time,temp,ra,note`},
		"commented header":     {"# time temp\n2015:355 -13.6\n", "line 1 looks like one: remove its #"},
		"one thing twice":      {"date,temp,DateStart\n", `line 1: columns "date" and "DateStart" both give the time: keep one of them`},
		"the same name twice":  {"temp,temp (C)\n1,1\n", `columns "temp" and "temp (C)" both give the temp`},
		"few cells":            {head + "\n2015:355,-13.6\n", "line 3: 2 values for the 3 columns"},
		"many cells":           {head + "2015:355,-13.6,1,2\n", "line 2: 4 values for the 3 columns"},
		"many rows":            {head + strings.Repeat("2015:355,1,1\n", 4), "line 5: want at most 3 rows"},
		"many columns":         {"temp" + strings.Repeat(",a", maxColumns), "257 columns: want at most 256"},
		"many bytes":           {strings.Repeat("#", 1<<12+1), "more than 4096 bytes"},
		"open quotation mark":  {head + "2015:355,\"-13.6,1\n2015:356,1,1\n", "line 2: a quotation mark opens a cell and none closes it"},
		"open mark in header":  {"\"time,temp\n1,2\n", "line 1: a quotation mark opens a cell"},
		"UTF-16":               {"\xff\xfet\x00i\x00", "byte 0: the byte order mark of UTF-16"},
		"NUL":                  {head + "2015:355,-13.6\x00,1\n", "byte 27 (line 2): control character U+0000"},
		"Latin-1":              {"time,temp,ra,note\n2015:355,1,1,K\xe4lte\n", "(line 2): 0xE4 is not UTF-8"},
		"Fahrenheit":           {"time,temp (F)\n2015:355,7.5\n", `line 1: column "temp (F)": its unit is "F": want degrees Celsius or kelvin`},
		"unknown unit":         {"time,temp [DN]\n2015:355,7.5\n", `its unit is "DN"`},
		"TT":                   {"time (TT),temp\n2015:355,7.5\n", `its unit is "TT": want dates in UTC or CXC seconds`},
		"MJD":                  {"time_mjd,temp\n57377,7.5\n", `its unit is "mjd"`},
		"ECSV, unit":           {strings.ReplaceAll(ecsv, "UNIT", "deg_F"), `column "ccd_temp": its unit is "deg_F"`},
		"ECSV, not described":  {strings.ReplaceAll(ecsv, "- {name: ccd", "- {name: xccd"), `column "ccd_temp" is not described in the ECSV header`},
		"ECSV, cut":            {"# %ECSV 1.0\n# ---\ntime temp\n1 2\n", "describes no columns"},
		"ECSV, delimiter":      {"# %ECSV 1.0\n# ---\n# delimiter: '|'\ntime|temp\n", `delimiter "|"`},
		"kelvin as Celsius":    {head + "2015:355,259.55,1\n", `line 2: column "temp": "259.55": want a number from -40 to 40, degrees Celsius, or nothing when it is not known`},
		"Celsius as kelvin":    {"temp_K\n-13.6\n", "(the column is in kelvin)"},
		"not a number":         {head + ",NaN,\n", `"NaN": want a number`},
		"hexadecimal":          {head + ",0x1p4,\n", `"0x1p4"`},
		"decimal comma":        {"time;temp\n2015:355;-13,6\n", `"-13,6"`},
		"out of range":         {head + ",,360.001\n", "from 0 to 360, degrees"},
		"a date cut in blanks": {"time temp\n2015-12-21 17:05 -13.6\n", "3 values for the 2 columns"},
	} {
		rows, _, err := all(c.text)
		if err == nil || !strings.HasPrefix(err.Error(), "x.csv: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %q, %v, want an error with %q", name, rows, err, c.want)
		}
	}
}

func TestOf(t *testing.T) {
	got, err := Of("info.fits", form, []string{"TIME", "T_CCD", "x"}, []string{"", "K", ""}, []string{"2015:355", "259.55", "7"})
	if err != nil {
		t.Fatal(err)
	}
	for r, err := range got.Rows() {
		v, bad := r.Number(temp)
		if err != nil || bad != nil || *v != -13.6 || r.Text(when) != "2015:355" || r.Text(note) != "" || r.Errorf(temp, "%d", 1).Error() != `info.fits: its only row: column "T_CCD": 1` {
			t.Errorf("%+v, %v, %v", r, err, bad)
		}
	}
	if len(got.Warnings) != 2 || !got.Has(temp) || got.Has(note) {
		t.Errorf("%q", got.Warnings)
	}
}

// FuzzRead: whatever the bytes are, rows have as many cells as the header, and
// numbers lie within their bounds.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"time,temp,ra\n2015:355,-13.6,227.136\n", "\ufefftime\ttemp\r\n\"a\"\t\"\"\"\"\r", "temp (K)\n259\n", "time temp\n--- ---\n1 2\n",
		ecsv + "1 2 3\n", "# %ECSV 1.0\n# datatype:\n# - {name: temp, unit: {,}}\ntemp\n1\n", "\"\n\"\"\n,\"", ",,,\n,", "temp[\n1", "temp ()\n1\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, content string) {
		got, err := Read([]byte(content), "x.csv", form)
		if err == nil {
			for r, bad := range got.Rows() {
				if err = bad; err != nil {
					break
				}
				if len(r.cells) != len(got.columns) || r.Line < 1 {
					t.Errorf("%d cells of %d columns in line %d", len(r.cells), len(got.columns), r.Line)
				}
				for _, field := range []int{temp, ra} {
					v, bad := r.Number(field)
					if bad == nil && v != nil && !(*v >= form.Fields[field].Low && *v <= form.Fields[field].High) {
						t.Errorf("%v is out of bounds", *v)
					}
				}
			}
		}
		said := ""
		if got != nil {
			said = strings.Join(got.Warnings, "")
		}
		if err != nil {
			said += err.Error()
		}
		if strings.ContainsAny(said, "\x00\x1b\n") {
			t.Errorf("a message lets control characters through: %q", said)
		}
	})
}
