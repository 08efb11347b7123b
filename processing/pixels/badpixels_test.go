package pixels

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"darksite/internal/shared"
	"darksite/processing/ccd"
	"darksite/processing/chandra"

	"github.com/google/go-cmp/cmp"
)

// realList is a version of the list that star selection read.
type realList struct {
	from string // the three calibrations
	text string // in the layout of the file
	list BadPixels
}

// realLists are the ten versions of 2014 to 2018. Their text is put together
// here, not by the encoder.
func realLists(t testing.TB) (lists []realList) {
	t.Helper()
	r := csv.NewReader(shared.Open(t, "data", "real_hot_pixel_lists_2013_2018.csv"))
	r.Comment = '#'
	rows, err := r.ReadAll()
	if err != nil || len(rows) != 1789 || rows[0][2] != "dark_cals" {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	commit := ""
	for _, row := range rows[1:] {
		if row[0] != commit {
			commit = row[0]
			ids := strings.Split(row[2], "+")
			l := realList{from: row[2], list: BadPixels{Geometry: ccd.ACA}, text: "Bad Pixel List from  " + strings.Join(ids, " ") + " Dark Currents\n\nStar.Body.Pixels.BadPixels = [ ...\n"}
			for _, id := range ids {
				l.list.From = append(l.list.From, chandra.ID(id))
			}
			lists = append(lists, l)
		}
		l := &lists[len(lists)-1]
		var v [4]int16
		for i := range v {
			n, err := strconv.Atoi(row[3+i])
			if err != nil {
				t.Fatal(err)
			}
			v[i] = int16(n)
		}
		l.text += fmt.Sprintf("%5s,%5s,%5s,%5s; ...\n", row[3], row[4], row[5], row[6])
		l.list.Regions = append(l.list.Regions, Region{v[0], v[1], v[2], v[3]})
	}
	for i := range lists {
		lists[i].text += "];\n"
	}
	return lists
}

func TestRealListsAreReadAndWrittenAsTheyAre(t *testing.T) {
	for _, l := range realLists(t) {
		got, err := ParseBadPixels(ccd.ACA, strings.NewReader(l.text), l.from)
		if err != nil {
			t.Error(err)
			continue
		}
		if diff := cmp.Diff(l.list, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", l.from, diff)
		}
		var b bytes.Buffer
		if err := got.Encode(&b); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(l.text, b.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", l.from, diff)
		}
		if diff := cmp.Diff(FixedRegions(ccd.ACA, chandra.ID("2013191").Date()), got.Regions[:3]); diff != "" {
			t.Errorf("%s: fixed regions (-want +got):\n%s", l.from, diff)
		}
	}
}

// The lines of the file as starcheck has it.
func TestLayout(t *testing.T) {
	b := BadPixels{Geometry: ccd.ACA, From: []chandra.ID{"2013011", "2013096", "2013191"}, Regions: append(FixedRegions(ccd.ACA, chandra.ID("2013191").Date()), Region{-480, -480, -427, -427}, Region{12, 12, -68, -68})}
	var got bytes.Buffer
	if err := b.Encode(&got); err != nil {
		t.Fatal(err)
	}
	const want = `Bad Pixel List from  2013011 2013096 2013191 Dark Currents

Star.Body.Pixels.BadPixels = [ ...
 -512,  511,   -1,    0; ...
   -1,    0, -512,  511; ...
 -245,    0,  454,  454; ...
 -480, -480, -427, -427; ...
   12,   12,  -68,  -68; ...
];
`
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]Place{{-480, -427}, {12, -68}}, b.Singles()); diff != "" {
		t.Errorf("single pixels (-want +got):\n%s", diff)
	}
	broken := errors.New("disk full")
	if err := b.Encode(writer{broken}); !errors.Is(err, broken) {
		t.Errorf("a writer that fails gave %v", err)
	}
}

// The table of processing.md, section 11, with the first list of 2017272 and
// its scaled redo, which the list after them is compared with.
func TestPersistenceOfTheRealLists(t *testing.T) {
	lists := realLists(t)
	want := []struct {
		from                  string
		pixels, kept, dropped int
	}{
		{"2013011+2013096+2013191", 64, 0, 0},
		{"2013281+2014041+2014104", 78, 56, 8},
		{"2014041+2014104+2014220", 83, 77, 1},
		{"2014220+2014289+2015014", 92, 73, 10},
		{"2016278+2017010+2017092", 233, 79, 13},
		{"2017010+2017092+2017185", 234, 230, 3},
		{"2017092+2017185+2017272", 243, 229, 5},
		{"2017092+2017185+2017272", 244, 225, 18},
		{"2017185+2017272+2018002", 239, 227, 17},
		{"2017272+2018002+2018100", 248, 230, 9},
	}
	if len(lists) != len(want) {
		t.Fatalf("%d lists, want %d", len(lists), len(want))
	}
	earlier := BadPixels{Geometry: ccd.ACA}
	for i, w := range want {
		l := lists[i]
		p := Persist(earlier, l.list)
		if l.from != w.from || p != (Persistence{w.pixels, w.kept, w.pixels - w.kept, w.dropped}) {
			t.Errorf("%s: %+v, want %+v", l.from, p, w)
		}
		// The claim of Share about what the calibrations have to do with it.
		if i == 0 {
			if p.Share() != 1 {
				t.Errorf("nothing kept of nothing is a share of %v", p.Share())
			}
			earlier = l.list
			continue
		}
		same := 0
		for _, id := range l.list.From {
			if slices.Contains(earlier.From, id) {
				same++
			}
		}
		low, high := 0.93, 0.99
		switch {
		case same < 2:
			low, high = 0.855, 0.88
		case same == 3: // the scaled redo
			low = 0.92
		}
		if s := p.Share(); s < low || s > high {
			t.Errorf("%s: %.4f kept with %d calibrations the same, want %v to %v", l.from, s, same, low, high)
		}
		earlier = l.list
	}
}

func TestListsEditedByHand(t *testing.T) {
	want := BadPixels{Geometry: ccd.ACA, Regions: []Region{{-245, 0, 454, 454}}}
	for name, text := range map[string]string{
		"of 2019, without a last newline": "Bad Pixel List\n\nStar.Body.Pixels.BadPixels = [ ...\n -245,    0,  454,  454; ...\n];",
		"without a title":                 "Star.Body.Pixels.BadPixels = [ ...\n -245,    0,  454,  454; ...\n];\n",
		"without dots":                    "Star.Body.Pixels.BadPixels = [\n-245,0,454,454;\n];\n",
		"with the lines of DOS":           "Bad Pixel List\r\n\r\nStar.Body.Pixels.BadPixels = [ ...\r\n -245,    0,  454,  454; ...\r\n];\r\n",
		"with blanks":                     "Bad Pixel List \n \n Star.Body.Pixels.BadPixels=[...\n\n\t-245 , 0, 454, 454 ;...  \n\n];  \n\n",
	} {
		got, err := ParseBadPixels(ccd.ACA, strings.NewReader(strings.ReplaceAll(text, "\t", "  ")), name)
		if err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestBadPixelErrors(t *testing.T) {
	const open = "Star.Body.Pixels.BadPixels = [ ...\n"
	for _, c := range []struct{ name, text, says string }{
		{"empty", "", "list: the file ends at line 0 without \"];\""},
		{"cut short", open + "1,1,2,2; ...\n", "ends at line 2"},
		{"another file", "<html>\n", `list: line 1: "<html>": want the title`},
		{"title with one word", "Bad Pixel List from\n" + open + "];", "line 1: \"Bad Pixel List from\": want"},
		{"title without ids", "Bad Pixel List from Dark Currents\n" + open + "];", "want \"Bad Pixel List from"},
		{"a day that does not exist", "Bad Pixel List from  2015366 Dark Currents\n" + open + "];", "2015 has days 001 to 365"},
		{"title twice", "Bad Pixel List\nBad Pixel List\n" + open + "];", "line 2"},
		{"opened twice", open + open + "];", "line 2"},
		{"three numbers", open + "1,1,2; ...\n];", `line 2: "1,1,2; ...": want "row0, row1, col0, col1; ..."`},
		{"five numbers", open + "1,1,2,2,2; ...\n];", "line 2"},
		{"no semicolon", open + "1,1,2,2\n];", "line 2"},
		{"off the CCD", open + "512,512,2,2; ...\n];", "rows and columns from -512 to 511"},
		{"falling rows", open + "2,1,2,2; ...\n];", "none of a pair falling"},
		{"falling columns", open + "1,1,2,1; ...\n];", "line 2"},
		{"a space in a number", open + "1,1,45 4,454; ...\n];", "line 2"},
		{"a fraction", open + "1.5,2,2,2; ...\n];", "line 2"},
		{"after the end", open + "];\n1,1,2,2; ...\n", "line 3: \"1,1,2,2; ...\" comes after the closing"},
		{"a long line", open + strings.Repeat("1", 1000), "line 2 has more than 512 bytes"},
	} {
		if _, err := ParseBadPixels(ccd.ACA, strings.NewReader(c.text), "list"); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", c.name, err, c.says)
		}
	}
	broken := errors.New("broken pipe")
	if _, err := ParseBadPixels(ccd.ACA, reader{broken}, "list"); !errors.Is(err, broken) {
		t.Errorf("a reader that fails gave %v", err)
	}
	var many strings.Builder
	many.WriteString(open)
	for range ccd.ACA.Pixels() + 1<<10 + 1 {
		many.WriteString("1,1,2,2;\n")
	}
	many.WriteString("];")
	if _, err := ParseBadPixels(ccd.ACA, strings.NewReader(many.String()), "list"); err == nil || !strings.Contains(err.Error(), "a CCD has no more") {
		t.Errorf("a list without end gave %v", err)
	}
}

// What was accepted is written as the original is and read again as the same.
func FuzzParseBadPixels(f *testing.F) {
	const open = "Star.Body.Pixels.BadPixels = [ ...\n"
	f.Add("Bad Pixel List from  2013011 2013096 2013191 Dark Currents\n\n" + open + " -512,  511,   -1,    0; ...\n   12,   12,  -68,  -68; ...\n];\n")
	f.Add("Bad Pixel List\n" + open + "-245,0,+454, 4 54;\n];")
	f.Add(open + "];\r\n\r\n")
	f.Add("Bad Pixel List from 2016366 Dark Currents")
	f.Fuzz(func(t *testing.T, text string) {
		list, err := ParseBadPixels(ccd.ACA, strings.NewReader(text), "fuzz")
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := list.Encode(&b); err != nil {
			t.Fatal(err)
		}
		canonical := b.String()
		again, err := ParseBadPixels(ccd.ACA, &b, "again")
		if err != nil {
			t.Fatalf("%v\n%s", err, canonical)
		}
		if diff := cmp.Diff(list, again); diff != "" {
			t.Fatal(diff)
		}
		b.Reset()
		if err := again.Encode(&b); err != nil || b.String() != canonical {
			t.Fatalf("%v\n%s\n%s", err, canonical, b.String())
		}
		for _, p := range list.Singles() {
			if !ccd.ACA.Contains(int(p.Row), int(p.Col)) {
				t.Fatalf("%v is not on the CCD", p)
			}
		}
	})
}

// What starcheck and proseco know of the CCD is in the lists of the calibrations
// since they knew it, behind the regions that must come first, and counts as no
// pixel that a map has.
func TestDownstream8KnownRegions(t *testing.T) {
	trap, block := Region{-374, -374, 347, 347}, Region{-319, -317, -299, -296}
	for id, want := range map[chandra.ID][]Region{
		"2018365": nil, "2019001": {trap}, "2021151": {trap}, "2021152": {trap, block}, "2022104": {trap, block}, "2030001": {trap, block},
	} {
		hot := flat(id, celsius(-10), 10, map[Place]float32{{-374, 347}: 5000, {-318, -297}: 5000, {-500, 0}: 5000})
		s := selectPixels(t, []Map{hot}, DefaultRule())
		singles := []Place{{-500, 0}, {-374, 347}, {-318, -297}}
		if got := s.List.Regions[3 : len(s.List.Regions)-len(singles)]; !slices.Equal(got, want) {
			t.Errorf("%s: %v behind the first three, want %v", id, got, want)
		}
		if s.Selected != len(singles) || !slices.Equal(s.List.Singles(), singles) {
			t.Errorf("%s: %d selected, %v: want %v", id, s.Selected, s.List.Singles(), singles)
		}
		var text bytes.Buffer
		if err := s.List.Encode(&text); err != nil {
			t.Fatal(err)
		}
		if again, err := ParseBadPixels(ccd.ACA, &text, "list"); err != nil || !slices.Equal(again.Regions, s.List.Regions) {
			t.Errorf("%s: read back as %v, %v", id, again, err)
		}
		// A region that is new is no pixel that is new.
		before := selectPixels(t, []Map{flat("2017185", celsius(-10), 10, map[Place]float32{{-500, 0}: 5000, {-374, 347}: 5000, {-318, -297}: 5000})}, DefaultRule())
		if p := Persist(before.List, s.List); p != (Persistence{Pixels: 3, Kept: 3}) {
			t.Errorf("%s: %+v", id, p)
		}
	}
}
