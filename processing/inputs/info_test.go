package inputs

import (
	"bytes"
	"math"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func number(v float64) *float64 { return &v }

// The facts of the calibration that the instructions of 2015 were written for
// (inputs-and-pages.md, section C3).
var december2015 = Info{
	DateStart: "2015:355:17:05:45.600",
	Time:      time.Date(2015, 12, 21, 17, 5, 45, 600e6, time.UTC),
	CCDTemp:   number(-15.5), RA: number(227.136), Dec: number(16.976),
}

func TestReadInfo(t *testing.T) {
	const row = "2015:355:17:05:45.600,-15.50,227.136,16.976\n"
	for name, text := range map[string]string{
		"probable form":  "datestart,temp,ra,dec\n" + row,
		"other names":    "TIME,T_CCD,RA,Dec\n" + row,
		"more names":     "Date, ccd_temp , ra , dec \n" + row,
		"column order":   "dec,temperature,date,ra\n16.976,-15.5,2015:355:17:05:45.6,227.136\n",
		"no last end":    "datestart,temp,ra,dec\n" + strings.TrimSpace(row),
		"byte order":     "\ufeffdatestart,temp,ra,dec\n" + row,
		"windows":        "datestart,temp,ra,dec\r\n" + strings.TrimSpace(row) + "\r\n",
		"quoted":         "\"datestart\",\"temp\",\"ra\",\"dec\"\n\"2015:355:17:05:45.600\", \"-15.50\",227.136,\"16.976\"\n",
		"spaces":         " datestart , temp , ra , dec \n  2015:355:17:05:45.600 , -15.50 ,\t227.136 , 16.976 \n",
		"blank lines":    "\n\ndatestart,temp,ra,dec\n\n" + row + "\n ,,\n",
		"exponent, plus": "datestart,temp,ra,dec\n2015:355:17:05:45.600,-1.55e1,+227.136,16.976\n",
	} {
		got, err := ReadInfo(strings.NewReader(text), "info.csv")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(december2015, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestReadInfoKeepsTheUnknownUnknown(t *testing.T) {
	for name, c := range map[string]struct {
		text     string
		want     Info
		warnings []string // a part of each
	}{
		"empty values": {"datestart,temp,ra,dec\n,-15.5,,\n", Info{CCDTemp: number(-15.5)},
			[]string{"no time given (column datestart)", "no RA", "no Dec"}},
		"no column": {"date,ra,dec\n2015:355,0,-0\n",
			Info{DateStart: "2015:355:00:00:00.000", Time: time.Date(2015, 12, 21, 0, 0, 0, 0, time.UTC),
				RA: number(0), Dec: number(math.Copysign(0, -1))},
			[]string{"no temperature given (column temp)"}},
		"other columns": {"temp,roll,<b>\n-15.5,46.7,x\n", Info{CCDTemp: number(-15.5)},
			[]string{`these columns are not known and are not read: "roll", "<b>"`, "no time", "no RA", "no Dec"}},
		"edges": {"temp,ra,dec\n-40,360.000,90\n", Info{CCDTemp: number(-40), RA: number(360), Dec: number(90)},
			[]string{"no time"}},
	} {
		got, err := ReadInfo(strings.NewReader(c.text), "data/info.csv")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(got.Warnings) != len(c.warnings) {
			t.Errorf("%s: warnings %q, want %d", name, got.Warnings, len(c.warnings))
			continue
		}
		for i, w := range c.warnings {
			if !strings.HasPrefix(got.Warnings[i], "data/info.csv: "+w) {
				t.Errorf("%s: warning %q, want %q", name, got.Warnings[i], w)
			}
		}
		got.Warnings = nil
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestReadInfoISO(t *testing.T) {
	for text, want := range map[string]string{
		"2015-12-21T17:05:45.6":  "2015:355:17:05:45.600",
		"2015-12-21 17:05:45Z":   "2015:355:17:05:45.000",
		"2016-12-31":             "2016:366:00:00:00.000",
		"2016-12-31T23:59:60.5Z": "2017:001:00:00:00.500", // the leap second
	} {
		got, err := ReadInfo(strings.NewReader("time\n"+text+"\n"), "info.csv")
		if err != nil || got.DateStart != want {
			t.Errorf("%s: %q, %v; want %q", text, got.DateStart, err, want)
			continue
		}
		if len(got.Warnings) == 0 || !strings.Contains(got.Warnings[0], "read as UTC") {
			t.Errorf("%s: no word on the time scale: %q", text, got.Warnings)
		}
	}
}

// inputs-and-pages.md, section F: the start of 2015:355's catalogue both ways.
func TestReadInfoSeconds(t *testing.T) {
	got, err := ReadInfo(strings.NewReader("time\n567104813.784\n"), "info.csv")
	if err != nil || got.DateStart != "2015:355:17:05:45.600" || !strings.Contains(got.Warnings[0], "read as CXC seconds, 2015:355:17:05:45.600") {
		t.Errorf("%+v, %v", got, err)
	}
	for _, s := range []string{"2015", "2015355", "2015.969", "57377.7", "2457378.21", "-567104813", "5.67e8", "99999999999", "0x21CD5AAD", "inf"} {
		if got, err := ReadInfo(strings.NewReader("time\n"+s+"\n"), "info.csv"); err == nil {
			t.Errorf("%s: read as %s", s, got.DateStart)
		}
	}
}

func TestReadInfoRefuses(t *testing.T) {
	const header = "datestart,temp,ra,dec\n"
	for name, c := range map[string]struct{ text, want string }{
		"nothing":           {"", "no line with text"},
		"only a header":     {header, "a header and no row of values"},
		"two rows":          {header + ",1,2,3\n,1,2,3\n", "line 3: want at most one row"},
		"no header":         {"2015:355:17:05:45.600,-15.5,227.1,16.9\n,,,\n2015:355,-15.5,227.1,16.9\n", "no known column among"},
		"short row":         {header + "\n2015:355,-15.5\n", "line 3: 2 values for the 4 columns"},
		"long row":          {header + "2015:355,-15.5,1,2,3\n", "line 2: 5 values for the 4 columns"},
		"time twice":        {"date,time\n2015:355,2015:355\n", `columns "date" and "time" both give the time`},
		"RA above":          {header + ",,360.001,\n", `line 2: column "ra": "360.001": want a number from 0 to 360, degrees, or nothing`},
		"RA below":          {header + ",,-1,\n", "from 0 to 360"},
		"Dec above":         {header + ",,,90.5\n", "from -90 to 90"},
		"temperature above": {header + ",258,,\n", "from -40 to 40, degrees Celsius"},
		"not finite":        {header + ",NaN,,\n", `column "temp": "NaN"`},
		"infinite":          {header + ",,,-Inf\n", `column "dec": "-Inf"`},
		"hexadecimal":       {header + ",0x1p4,,\n", `"0x1p4"`},
		"sexagesimal":       {header + ",,15:08:32.7,\n", `"15:08:32.7"`},
		"day 366":           {header + "2015:366:00:00:00.000,,,\n", `date "2015:366:00:00:00.000"`},
		"ISO month 13":      {header + "2015-13-01T00:00:00,,,\n", `date "2015-13-01T00:00:00"`},
		"ISO no clock":      {header + "2015-12-01T,,,\n", `date "2015-12-01T"`},
		"before launch":     {header + "1998:001:00:00:00.000,,,\n", "before Chandra's launch"},
		"year 1":            {header + "0001:001,,,\n", "before Chandra's launch"},
		"other zone":        {header + "2015-12-01T00:00:00+01:00,,,\n", "in UTC"},
		"too long":          {strings.Repeat("#", infoLimit+1), "more than 65536 bytes"},
		"telemetry":         {"NJPL2I00" + strings.Repeat("\xaa", 100) + "\n\x00\n", "byte 8 (line 1): 0xAA is not UTF-8"},
	} {
		info, err := ReadInfo(strings.NewReader(c.text), "info.csv")
		if err == nil {
			t.Errorf("%s: read as %+v", name, info)
			continue
		}
		if !strings.HasPrefix(err.Error(), "info.csv: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %q, want it to say %q", name, err, c.want)
		}
	}
	if _, err := ReadInfo(iotest.ErrReader(iotest.ErrTimeout), "info.csv"); err == nil {
		t.Error("an error of the reader was lost")
	}
}

func FuzzReadInfo(f *testing.F) {
	for _, s := range []string{
		"datestart,temp,ra,dec\n2015:355:17:05:45.600,-15.50,227.136,16.976\n",
		"\ufeff\"time\" , T_CCD,roll\r\n2015-12-21T17:05:45.6,,1\r\n",
		"date,date\n,\n", "ra\n1e400\n", "ra\n\"1\n", "temp\n-0\n", ",,,\n,,,\n",
	} {
		f.Add([]byte(s))
	}
	seed := infoSeed(f)
	f.Add(seed)
	const comment = 70 // of a first card
	damaged := bytes.Clone(seed)
	damaged[comment] ^= 1
	damaged[2880+comment] ^= 1 // in both HDUs
	f.Add(damaged)
	f.Fuzz(func(t *testing.T, content []byte) {
		info, err := ReadInfo(strings.NewReader(string(content)), "info.csv")
		if err != nil {
			if strings.ContainsAny(err.Error(), "\x00\x1b\n") {
				t.Errorf("the message lets control characters through: %q", err)
			}
			return
		}
		for _, c := range []struct {
			v    *float64
			a, b float64
		}{{info.CCDTemp, -40, 40}, {info.RA, 0, 360}, {info.Dec, -90, 90}} {
			if c.v != nil && !(*c.v >= c.a && *c.v <= c.b) {
				t.Errorf("%g is not within %g to %g", *c.v, c.a, c.b)
			}
		}
		if (info.DateStart == "") != info.Time.IsZero() {
			t.Errorf("DateStart %q with Time %v", info.DateStart, info.Time)
		}
	})
}
