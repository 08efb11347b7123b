package starcheck

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"darksite/internal/shared"
	"darksite/processing/chandra"
)

// plant writes files below a new directory.
func plant(t *testing.T, files map[string][]byte) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestParseLoad(t *testing.T) {
	for name, want := range map[string]Load{
		"DEC1115A": {"DEC1115", "A"}, "DEC1115": {"DEC1115", ""}, "DEC1115/oflsb": {"DEC1115", "B"}, "DEC1115/oflsb/": {"DEC1115", "B"}, "DEC1115/ofls": {"DEC1115", ""},
	} {
		if got, ok := ParseLoad(name); !ok || got != want {
			t.Errorf("%s: %v %v", name, got, ok)
		}
	}
	for _, name := range []string{"", "dec1115a", "DEC1115AB", "DEC115A", "DEC1115/ofls1", "DEC1115A/oflsa", "../DEC1115"} {
		if got, ok := ParseLoad(name); ok {
			t.Errorf("%s: %v", name, got)
		}
	}
	for name, want := range map[string]string{"DEC1115": "2015-12-11", "AUG0299": "1999-08-02", "FEB2916": "2016-02-29"} {
		if got := (Load{Week: name}).begins().Format("2006-01-02"); got != want {
			t.Errorf("%s begins on %s, want %s", name, got, want)
		}
	}
	for _, week := range []string{"XYZ1115", "FEB3015", ""} {
		if l := (Load{Week: week}); !l.begins().IsZero() || !l.mayHold("2015355") {
			t.Errorf("%q begins on %v", week, l.begins())
		}
	}
	sorted := []Load{{"APR1210", "A"}, {"APR1110", "B"}, {"APR1110", "A"}, {"APR1910", ""}, {"APR1210", ""}}
	shuffled := slices.Clone(sorted)
	slices.Reverse(shuffled)
	slices.SortFunc(shuffled, compare)
	if diff := cmp.Diff(sorted, shuffled); diff != "" {
		t.Error(diff)
	}
}

// The reference pages themselves, which lie flat.
func TestFindFlat(t *testing.T) {
	dir := shared.Path(t, "data", "starcheck")
	for load, file := range pages {
		want := calibrationOf(t, realPage(t, load), "")
		for _, path := range []string{dir, filepath.Join(dir, file)} {
			got, err := Find(path, Want{ID: want.ID})
			if err != nil || len(got.Others) != 0 || len(got.Warnings) != 0 {
				t.Fatalf("%s: %v, %q, %v", path, got.Others, got.Warnings, err)
			}
			want.Source = filepath.Join(dir, file)
			if diff := cmp.Diff(want, got.Calibration); diff != "" {
				t.Errorf("%s: %s", path, diff)
			}
		}
	}
	if got, err := Find(filepath.Join(dir, pages["JAN3012A"]), Want{}); err != nil || got.ID != "2012033" {
		t.Errorf("the first of a page: %s, %v", got.ID, err)
	}
	for want, w := range map[string]Want{
		"no dark current calibration of 2015:090 in 0 loads":           {ID: "2015090"},
		"no dark current calibration of 2015:355 in load DEC1115B (0 ": {ID: "2015355", Load: Load{"DEC1115", "B"}},
		"name the calibration to look for":                             {},
	} {
		if _, err := Find(dir, w); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), dir) {
			t.Errorf("%v: want %q", err, want)
		}
	}
	if _, err := Find(filepath.Join(dir, "none"), Want{ID: "2015355"}); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

// Mission planning's tree: the newest approved version, from any of its levels.
func TestFindTree(t *testing.T) {
	a := realPage(t, "DEC1115A")
	b := []byte(strings.Replace(string(a), "DEC1115A", "DEC1115B", 1))
	working := []byte(strings.Replace(string(a), "MP_STARCAT at 2015:355:17:05:45.600", "MP_STARCAT at 2015:355:17:05:46.600", 1))
	files := map[string][]byte{
		"2015/DEC1115/oflsa/starcheck.txt":             a,
		"2015/DEC1115/oflsb/starcheck.txt":             b,
		"2015/DEC1115/oflsb/starcheck.html":            []byte("not read, as there is text"),
		"2015/DEC1115/ofls/starcheck.html":             asHTML(working, func(s string) string { return s }),
		"2015/DEC1115/oflsa/v_starcheck.txt":           b,
		"2015/DEC1115/other/starcheck.txt":             b,
		"2015/NOV2315/oflsa/starcheck.txt":             shared.Read(t, "data", "starcheck", "JUL2604_oflsa_no_dark_cal.txt"),
		"2012/JAN3012/oflsa/starcheck.txt":             realPage(t, "JAN3012A"),
		"2015/2015/DEC1115/oflsz/starcheck.txt":        b,
		"2014/DEC2914/oflsa/starcheck.txt":             []byte("too early to be read"),
		"2016/JAN0416/oflsa/starcheck.txt":             []byte("too late"),
		"2015/DEC1115/oflsa/starcheck/starcheck.html":  b,
		"2015/DEC1115/oflsa/History/DEC1115_oflsz.txt": b,
	}
	root := plant(t, files)
	for _, below := range []string{"", "2015", "2015/DEC1115"} {
		got, err := Find(filepath.Join(root, filepath.FromSlash(below)), Want{ID: "2015355"})
		if err != nil {
			t.Fatal(err)
		}
		if got.Load != "DEC1115B" || !strings.HasSuffix(filepath.ToSlash(got.Source), "2015/DEC1115/oflsb/starcheck.txt") {
			t.Errorf("%q: %s of %s", below, got.Load, got.Source)
		}
		var others []string
		for _, o := range got.Others {
			others = append(others, o.Load.String())
		}
		if strings.Join(others, " ") != "DEC1115A DEC1115" {
			t.Errorf("%q: others %v", below, got.Others)
		}
		const says = "the newest approved load, DEC1115B, was taken; DEC1115A, DEC1115 also has this calibration, at another time or attitude in DEC1115: name the load if another one was run"
		if len(got.Warnings) != 1 || got.Warnings[0] != says {
			t.Errorf("%q: %q", below, got.Warnings)
		}
	}
	got, err := Find(root, Want{ID: "2015355", Load: Load{"DEC1115", "A"}})
	if err != nil || got.Load != "DEC1115A" || len(got.Others) != 0 || len(got.Warnings) != 0 {
		t.Errorf("by name: %s %v %q %v", got.Load, got.Others, got.Warnings, err)
	}
	if got, err := Find(root, Want{ID: "2015355", Load: Load{Week: "DEC1115"}}); err != nil || got.Load != "DEC1115B" {
		t.Errorf("by its week: %s %v", got.Load, err)
	}
	if got, err := Find(root, Want{ID: "2015355", Obsid: 51394}); err != nil || got.Load != "DEC1115B" {
		t.Errorf("by an obsid: %s %v", got.Load, err)
	}
	if _, err := Find(root, Want{ID: "2015355", Obsid: 51393}); !errors.Is(err, ErrNone) {
		t.Errorf("by another obsid: %v", err)
	}
	ofls, err := Find(filepath.Join(root, "2015", "DEC1115", "ofls"), Want{ID: "2015355"})
	if err != nil || len(ofls.Warnings) != 1 || !strings.Contains(ofls.Warnings[0], "is not of an approved version") || ofls.Centre.Catalog.Second() != 46 {
		t.Errorf("%q %v", ofls.Warnings, err)
	}
	if got, err := Find(root, Want{ID: "2012033"}); err != nil || got.Load != "JAN3012A" {
		t.Errorf("%s %v", got.Load, err)
	}
}

// A damaged page is named beside the one that was read, or is why there is none.
func TestFindDamaged(t *testing.T) {
	a := realPage(t, "DEC1115A")
	root := plant(t, map[string][]byte{
		"2015/DEC1115/oflsa/starcheck.txt": a,
		"2015/DEC1115/oflsb/starcheck.txt": a[:len(a)/8],
		"DEC1815_oflsa.txt":                []byte("nothing"),
	})
	got, err := Find(root, Want{ID: "2015355"})
	if err != nil || len(got.Warnings) != 2 || !strings.Contains(got.Warnings[0], "DEC1815_oflsa.txt: no observation in it") || !strings.Contains(got.Warnings[1], "oflsb") {
		t.Errorf("%q %v", got.Warnings, err)
	}
	_, err = Find(root, Want{ID: "2015350"})
	if !errors.Is(err, ErrNone) || !strings.Contains(err.Error(), "not read: ") || !strings.Contains(err.Error(), "cut short") {
		t.Error(err)
	}
	// What a page calls itself and where it lies may differ.
	moved := plant(t, map[string][]byte{"2015/DEC1115/oflsc/starcheck.txt": a})
	got, err = Find(moved, Want{ID: "2015355"})
	if err != nil || len(got.Warnings) != 1 || !strings.Contains(got.Warnings[0], "the page calls itself DEC1115A, and its place says DEC1115C") {
		t.Errorf("%q %v", got.Warnings, err)
	}
}

// Only years, weeks and versions that may hold a calibration are opened; a
// calibration of January may lie in a load of the year before.
func TestSources(t *testing.T) {
	page := []byte("page")
	root := plant(t, map[string][]byte{
		"2015/DEC2815/oflsa/starcheck.txt": page, "2015/DEC2815/oflsb/starcheck.html": page, "2015/OCT0515/oflsa/starcheck.txt": page,
		"2016/JAN0416/oflsa/starcheck.txt": page, "2016/JAN1116/oflsa/starcheck.txt": page, "2014/DEC2914/oflsa/starcheck.txt": page,
		"JAN0416_oflsb.html": page, "JAN0416_oflsb.txt": page, "notes.txt": page,
	})
	got, err := Sources(root, "2016003")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range got {
		rel, _ := filepath.Rel(root, s.Path)
		names = append(names, s.Load.String()+" "+filepath.ToSlash(rel))
	}
	want := []string{"JAN0416B JAN0416_oflsb.txt", "JAN0416A 2016/JAN0416/oflsa/starcheck.txt", "DEC2815B 2015/DEC2815/oflsb/starcheck.html", "DEC2815A 2015/DEC2815/oflsa/starcheck.txt"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
	if all, err := Sources(root, ""); err != nil || len(all) != 7 {
		t.Errorf("%d pages in all, %v", len(all), err)
	}
	if _, err := Sources(filepath.Join(root, "none"), chandra.ID("2016003")); err == nil {
		t.Error("a directory that is not there")
	}
}
