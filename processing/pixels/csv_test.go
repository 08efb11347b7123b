package pixels

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"darksite/processing/ccd"
)

// sample is a list with every kind of entry.
func sample() []Pixel {
	return []Pixel{
		{-512, -512, 3100, 12, 2157.25, 12, Warm | Hot | NewWarm | NewHot | Brighter},
		{-512, 511, 1e6, nan, nan, nan, Warm | Hot},
		{-1, 0, -3, 140.5, -2.1, 140.5, GoneWarm | Fainter},
		{0, -1, 0.1, 3000.25, 1e-7, 3000.25, GoneHot | GoneWarm},
		{510, 510, 1e-45, 1e-45, -1e-45, 3.4e38, Hot | BeyondNoise},
		{511, 511, 16777216, 3, 1.5e7, 3, AllClasses},
	}
}

func TestCSVLayout(t *testing.T) {
	tiny := "0." + strings.Repeat("0", 44) + "1"
	want := `row,col,quadrant,now_e_per_s,before_e_per_s,now_common_e_per_s,before_common_e_per_s,class
-512,-512,B,3100,12,2157.25,12,warm+hot+new-warm+new-hot+brighter
-512,511,A,1000000,,,,warm+hot
-1,0,A,-3,140.5,-2.1,140.5,gone-warm+fainter
0,-1,D,0.1,3000.25,0.0000001,3000.25,gone-warm+gone-hot
510,510,C,` + tiny + `,` + tiny + `,-` + tiny + `,340000000000000000000000000000000000000,hot+beyond-noise
511,511,C,16777216,3,15000000,3,warm+hot+new-warm+gone-warm+new-hot+gone-hot+brighter+fainter+beyond-noise
`
	var b bytes.Buffer
	if err := EncodeCSV(ccd.ACA, &b, sample()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// Another reader finds the same columns.
	lines, err := csv.NewReader(&b).ReadAll()
	if err != nil || len(lines) != 7 || len(lines[0]) != 8 {
		t.Errorf("%d lines, %v", len(lines), err)
	}
}

func TestCSVRoundTrip(t *testing.T) {
	full := compare(t, simulated(t, "2017185", -13.55), simulated(t, "2017092", -14.9), DefaultSettings()).Pixels
	for _, list := range [][]Pixel{sample(), full, nil} {
		var b bytes.Buffer
		if err := EncodeCSV(ccd.ACA, &b, list); err != nil {
			t.Fatal(err)
		}
		got, err := ParseCSV(ccd.ACA, &b, "list.csv")
		if err != nil {
			t.Fatal(err)
		}
		if diff := difference(list, got); diff != "" {
			t.Error(diff)
		}
	}
}

func TestCSVErrors(t *testing.T) {
	const line = "1,2,C,200,100,200,100,warm"
	for _, c := range []struct{ name, text, says string }{
		{"empty", "", `list.csv: line 1 is ""`},
		{"another file", "a,b\n1,2\n", `line 1 is "a,b": want "row,col`},
		{"a field short", csvHeader + "\n1,2,C,200,100,200,warm\n", "line 2: 7 fields"},
		{"a field more", csvHeader + "\n" + line + ",\n", "line 2: 9 fields"},
		{"row off the CCD", csvHeader + "\n512,2,C,200,100,200,100,warm\n", `line 2: row "512": want -512 to 511`},
		{"col off the CCD", csvHeader + "\n1,-513,D,200,100,200,100,warm\n", `col "-513"`},
		{"no number", csvHeader + "\n1,x,C,200,100,200,100,warm\n", `col "x"`},
		{"wrong quadrant", csvHeader + "\n1,2,A,200,100,200,100,warm\n", `in quadrant "A": it lies in C`},
		{"rate no number", csvHeader + "\n1,2,C,200,1OO,200,100,warm\n", `before_e_per_s "1OO"`},
		{"rate infinite", csvHeader + "\n1,2,C,inf,100,200,100,warm\n", `now_e_per_s "inf"`},
		{"rate too large", csvHeader + "\n1,2,C,1e39,100,200,100,warm\n", `now_e_per_s "1e39"`},
		{"no class", csvHeader + "\n1,2,C,200,100,200,100,\n", `class ""`},
		{"unknown class", csvHeader + "\n1,2,C,200,100,200,100,tepid\n", `"tepid" is none of`},
		{"class twice", csvHeader + "\n1,2,C,200,100,200,100,warm+warm\n", "each name once"},
		{"classes out of order", csvHeader + "\n1,2,C,200,100,200,100,hot+warm\n", "each name once"},
		{"pixel twice", csvHeader + "\n" + line + "\n" + line + "\n", "line 3: pixel (1, 2) comes after (1, 2)"},
		{"cut short", csvHeader + "\n" + line[:10], "line 2"},
		{"long first line", strings.Repeat("r", 1000), "line 1 is"},
		{"long line", csvHeader + "\n" + line + "\n" + strings.Repeat("1", 1000), "after 1 pixels: a line of more than"},
	} {
		if _, err := ParseCSV(ccd.ACA, strings.NewReader(c.text), "list.csv"); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", c.name, err, c.says)
		}
	}
	broken := errors.New("broken pipe")
	if _, err := ParseCSV(ccd.ACA, io.MultiReader(strings.NewReader(csvHeader+"\n"+line), reader{broken}), "list.csv"); !errors.Is(err, broken) {
		t.Errorf("a reader that fails gave %v", err)
	}
	if _, err := ParseCSV(ccd.ACA, reader{broken}, "list.csv"); !errors.Is(err, broken) {
		t.Errorf("a reader that fails at once gave %v", err)
	}
	if err := EncodeCSV(ccd.ACA, writer{broken}, sample()); !errors.Is(err, broken) {
		t.Errorf("a writer that fails gave %v", err)
	}
}

type reader struct{ error }

func (r reader) Read([]byte) (int, error) { return 0, r.error }

type writer struct{ error }

func (w writer) Write([]byte) (int, error) { return 0, w.error }

func TestClassNames(t *testing.T) {
	for c := Class(1); c <= AllClasses; c++ {
		if got, err := ParseClass(c.String()); err != nil || got != c {
			t.Errorf("%d is %q is %d, %v", c, c, got, err)
		}
	}
	if Class(0).String() != "" {
		t.Errorf("no class is %q", Class(0))
	}
}

// What was accepted is a list: written and read again it is the same.
func FuzzParseCSV(f *testing.F) {
	var b bytes.Buffer
	if err := EncodeCSV(ccd.ACA, &b, sample()); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte(csvHeader + "\r\n1,2,C,2e2,0x1p4,+1_0,-0,warm\r\n"))
	f.Add([]byte(csvHeader))
	f.Add([]byte(csvHeader + "\n1,2,C,NaN,,,,hot\n\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		list, err := ParseCSV(ccd.ACA, bytes.NewReader(text), "fuzz")
		if err != nil {
			return
		}
		for i, p := range list {
			if !ccd.ACA.Contains(int(p.Row), int(p.Col)) || p.Class == 0 || i > 0 && follows(ccd.ACA, list[i-1], p) != nil {
				t.Fatalf("entry %d: %+v", i, p)
			}
		}
		var b bytes.Buffer
		if err := EncodeCSV(ccd.ACA, &b, list); err != nil {
			t.Fatal(err)
		}
		again, err := ParseCSV(ccd.ACA, &b, "again")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(list, again, nanEqual); diff != "" {
			t.Fatal(diff)
		}
	})
}
