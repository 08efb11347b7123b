package inputs

import (
	"darksite/processing/era"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"darksite/internal/shared"
)

// fill makes a data directory with these entries: "name/" is a directory,
// anything else a file that holds its own name.
func fill(t *testing.T, id string, names ...string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), id)
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		path := filepath.Join(dir, n)
		var err error
		if strings.HasSuffix(n, "/") {
			err = os.Mkdir(path, 0o755)
		} else {
			err = os.WriteFile(path, []byte(n), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestScan(t *testing.T) {
	const (
		r1  = "2015_355_VC2_Replica1_SFDU_31090.gz"
		r2  = "2015_355_VC2_Replica2_SFDU_31087"
		r10 = "2015_355_VC2_Replica10_SFDU_31088.gz"
		r3  = "2015_356_VC2_Replica3_SFDU_31089.gz" // past midnight
	)
	dir := fill(t, "2015355", r10, r3, r2, r1, "info.csv", "imd.fits", "Result/",
		"2015_355_VC2_Replica1_SFDU_31090-L0.fits", "2015_355_VC2_Replica2_SFDU_31087-L0.fits.gz",
		"VC2 notes/", ".hidden", "truth/", "new\nline")
	got, err := Scan(dir, era.Default())
	if err != nil {
		t.Fatal(err)
	}
	want := Directory{
		Dir: dir, ID: "2015355", Info: "info.csv",
		VC2: []VC2File{
			{VC2Name{2015, 355, 1, 31090, true}, r1, int64(len(r1))},
			{VC2Name{2015, 355, 2, 31087, false}, r2, int64(len(r2))},
			{VC2Name{2015, 356, 3, 31089, true}, r3, int64(len(r3))},
			{VC2Name{2015, 355, 10, 31088, true}, r10, int64(len(r10))},
		},
		Warnings: []string{r10 + " is of replica 10, a calibration has 5"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Scan (-want +got):\n%s", diff)
	}
	content, err := os.ReadFile(got.Path(got.VC2[0].File))
	if err != nil || string(content) != r1 {
		t.Errorf("Path: %q, %v", content, err)
	}
}

func TestScanWarns(t *testing.T) {
	for name, want := range map[string]string{
		"2015_354_VC2_Replica1_SFDU_31087.gz":             "is of 2015:354, not within 2015:355 to 2015:356",
		"2015_357_VC2_Replica1_SFDU_31087.gz":             "is of 2015:357",
		"2015_355_VC2_Replica1_SFDU_31087.gz.part":        `SFDU_31087.gz.part" is ignored`,
		"2015_355_vc2_replica1_sfdu_31087":                "is ignored",
		"2015_355_VC2_Replica1_SFDU_31087\n\x1b[2J.gz":    `31087\n\x1b[2J.gz" is ignored`,
		"..2015_355_VC2_Replica1_SFDU_31087.gz":           "is ignored",
		"..\\..\\2015_355_VC2_Replica1_SFDU_31087.gz":     "is ignored",
		".2015_355_VC2_Replica1_SFDU_31087.gz.Xa3 (1).gz": "is ignored",
	} {
		d, err := Scan(fill(t, "2015355", name), era.Default())
		if err != nil {
			t.Errorf("%q: %v", name, err)
			continue
		}
		if len(d.Warnings) != 1 || !strings.Contains(d.Warnings[0], want) {
			t.Errorf("%q: warnings %q, want one with %q", name, d.Warnings, want)
			continue
		}
		if strings.ContainsAny(d.Warnings[0], "\n\x1b") {
			t.Errorf("the warning lets control characters through: %q", d.Warnings[0])
		}
	}
}

func TestScanYearEnd(t *testing.T) {
	d, err := Scan(fill(t, "2016366", "2017_001_VC2_Replica5_SFDU_31087.gz", "2016_366_VC2_Replica4_SFDU_31086.gz"), era.Default())
	if err != nil || len(d.Warnings) != 0 || len(d.VC2) != 2 {
		t.Errorf("%+v, %v", d, err)
	}
}

// Single replicas over weeks, each numbered on its own day or all in a row.
func TestScanModern(t *testing.T) {
	for name, files := range map[string][]string{
		"own numbers": {"2020_185_VC2_Replica1_SFDU_31087", "2020_169_VC2_Replica1_SFDU_31087.gz", "2020_171_VC2_Replica1_SFDU_31087"},
		"in a row":    {"2020_185_VC2_Replica3_SFDU_31087", "2020_169_VC2_Replica1_SFDU_31087.gz", "2020_171_VC2_Replica2_SFDU_31087"},
	} {
		d, err := Scan(fill(t, "2020169", files...), era.Default())
		if err != nil || len(d.VC2) != 3 || len(d.Warnings) != 0 {
			t.Errorf("%s: %+v, %v", name, d, err)
			continue
		}
		for i, doy := range []int{169, 171, 185} {
			if f := d.VC2[i]; f.Replica != i+1 || f.DOY != doy {
				t.Errorf("%s: file %d is replica %d of day %d", name, i, f.Replica, f.DOY)
			}
		}
	}
	if _, err := Scan(fill(t, "2020169", "2020_169_VC2_Replica1_SFDU_31087", "2020_169_VC2_Replica1_SFDU_31088"), era.Default()); err == nil {
		t.Error("two files of one replica were taken")
	}
}

func TestScanAnyDirectory(t *testing.T) {
	d, err := Scan(fill(t, "from-the-station", "2016_125_VC2_Replica2_SFDU_31088"), era.Default())
	if err != nil || d.ID != "" || len(d.VC2) != 1 || len(d.Warnings) != 0 {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestScanRefuses(t *testing.T) {
	const a, b = "2015_355_VC2_Replica2_SFDU_31088", "2015_355_VC2_Replica2_SFDU_31091.gz"
	for name, c := range map[string]struct {
		dir  string
		want []string
	}{
		"plain and gz":   {fill(t, "2015355", a, a+".gz"), []string{a + " and " + a + ".gz", "replica 2", "keep one"}},
		"two deliveries": {fill(t, "2015355", a, b), []string{a, b, "keep one"}},
		"two days":       {fill(t, "2015355", b, "2015_356_VC2_Replica2_SFDU_31095.gz"), []string{b, "2015_356_"}},
		"a directory":    {fill(t, "2015355", b+"/"), []string{b, "not a plain file"}},
		"info directory": {fill(t, "2015355", "info.csv/"), []string{"info.csv is not a plain file"}},
		"FITS directory": {fill(t, "2015355", "info.fits/"), []string{"info.fits is not a plain file"}},
		"missing":        {filepath.Join(t.TempDir(), "2015355"), []string{"2015355", "no such file"}},
	} {
		_, err := Scan(c.dir, era.Default())
		if err == nil {
			t.Errorf("%s: accepted", name)
			continue
		}
		for _, w := range c.want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s: %q does not say %q", name, err, w)
			}
		}
	}
}

func TestScanSymbolicLinks(t *testing.T) {
	const name = "2015_355_VC2_Replica2_SFDU_31088"
	dir, store := fill(t, "2015355"), fill(t, "store", "x")
	if err := os.Symlink(filepath.Join(store, "x"), filepath.Join(dir, name)); err != nil {
		t.Fatal(err)
	}
	if d, err := Scan(dir, era.Default()); err != nil || len(d.VC2) != 1 || d.VC2[0].Bytes != 1 {
		t.Errorf("a link to a file: %+v, %v", d, err)
	}
	os.Remove(filepath.Join(store, "x"))
	if _, err := Scan(dir, era.Default()); err == nil || !strings.Contains(err.Error(), name) {
		t.Errorf("a link to nothing: %v", err)
	}
}

func TestScanGolden(t *testing.T) {
	for id, replicas := range map[string]int{"2015355": 5, "2016125": 4} {
		d, err := Scan(shared.Path(t, "golden", "full", id), era.Default())
		if err != nil {
			t.Fatal(err)
		}
		if len(d.VC2) != replicas || len(d.Warnings) != 0 {
			t.Errorf("%s: %d files, warnings %q; want %d and none", id, len(d.VC2), d.Warnings, replicas)
		}
		for i, f := range d.VC2 {
			if f.Replica != i+1 || f.ID() != d.ID || !f.Gzip || f.Number != 31087+i || f.Bytes == 0 {
				t.Errorf("%s: file %d is %+v", id, i, f)
			}
		}
	}
}
