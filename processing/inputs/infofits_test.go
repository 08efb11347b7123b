package inputs

import (
	"bytes"
	"darksite/processing/era"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"darksite/processing/fits"
	"darksite/processing/fits/fitstest"
)

// infoScript makes an info.fits with astropy; columns is the Python list.
func infoScript(t *testing.T, columns string) []byte {
	t.Helper()
	return fitstest.Make(t, `
C = fits.Column
hdus.append(fits.PrimaryHDU())
hdus.append(fits.BinTableHDU.from_columns(`+columns+`, name="INFO"))
`)
}

const (
	infoText    = `[C("DATESTART", "21A", array=["2015:355:17:05:45.600"]), C("temp", "6A", array=["-15.50"]), C("ra", "7A", array=["227.136"]), C("dec", "8A", array=[" 16.976"])]`
	infoDoubles = `[C("dec", "D", array=[16.976]), C("ra", "D", array=[227.136]), C("T_CCD", "D", array=[-15.5]), C("time", "30A", array=["2015:355:17:05:45.600"])]`
	infoFloats  = `[C("date", "21A", array=["2015:355:17:05:45.600"]), C("temperature", "E", array=[-15.5]), C("ra", "E", array=[227.136]), C("dec", "1E", array=[16.976])]`
)

// What astropy writes as text, doubles or single precision is the same
// facts as the lines of info.csv.
func TestReadInfoFITS(t *testing.T) {
	for name, columns := range map[string]string{"text": infoText, "doubles": infoDoubles, "floats": infoFloats} {
		got, err := ReadInfo(bytes.NewReader(infoScript(t, columns)), "info.fits")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(december2015, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	got, err := ReadInfo(bytes.NewReader(infoScript(t, `[C("temp", "D", array=[np.nan]), C("ra", "D", array=[1.5]), C("roll", "3D", array=[[1, 2, 3]])]`)), "data/info.fits")
	if err != nil {
		t.Fatal(err)
	}
	want := Info{RA: number(1.5), Warnings: []string{
		`data/info.fits: column "roll" is not known and is not read`,
		"data/info.fits: no time given (column datestart)", "data/info.fits: no temperature given (column temp)", "data/info.fits: no Dec given (column dec)",
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("unknown facts (-want +got):\n%s", diff)
	}
}

func TestReadInfoFITSSeconds(t *testing.T) {
	got, err := ReadInfo(bytes.NewReader(infoScript(t, `[C("TIME", "D", array=[567104813.784])]`)), "info.fits")
	if err != nil || got.DateStart != "2015:355:17:05:45.600" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestReadInfoFITSRefuses(t *testing.T) {
	good := infoScript(t, infoDoubles)
	damaged := bytes.Clone(good)
	damaged[len(damaged)-2880+3] ^= 1
	image := fitstest.Make(t, `hdus.append(fits.PrimaryHDU(np.zeros((2, 2))))`)
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"two rows":   {infoScript(t, `[C("ra", "D", array=[1, 2])]`), "the table has 2 rows, want one"},
		"no table":   {image, "no binary table"},
		"no facts":   {infoScript(t, `[C("roll", "D", array=[1])]`), "no known column"},
		"two times":  {infoScript(t, `[C("time", "8A", array=["2015:355"]), C("date", "8A", array=["2015:355"])]`), "both give the time"},
		"wrong time": {infoScript(t, `[C("time", "8A", array=["2015:366"])]`), `its only row: column "time": date "2015:366"`},
		"RA":         {infoScript(t, `[C("ra", "D", array=[361])]`), `column "ra": "361": want a number from 0 to 360`},
		"vector":     {infoScript(t, `[C("ra", "2D", array=[[1, 2]])]`), "holds 2 values, want one"},
		"flag":       {infoScript(t, `[C("ra", "L", array=[True])]`), "does not hold numbers"},
		"infinite":   {infoScript(t, `[C("ra", "D", array=[np.inf])]`), `"+Inf"`},
		"damaged":    {damaged, "damaged, fetch it again"},
		"cut":        {good[:len(good)-2880], "cut short"},
		"too long":   {append(bytes.Clone(good), make([]byte, infoLimit)...), "more than 65536 bytes"},
	} {
		info, err := ReadInfo(bytes.NewReader(c.file), "info.fits")
		if err == nil || !strings.HasPrefix(err.Error(), "info.fits") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %+v, %v; want an error with %q", name, info, err, c.want)
		}
	}
}

func TestScanChoosesTheFacts(t *testing.T) {
	const csv = "datestart,temp,ra,dec\n2015:355:17:05:45.600,-15.50,227.136,16.976\n"
	table := infoScript(t, infoText)
	other := infoScript(t, `[C("time", "21A", array=["2015:355:17:05:45.600"]), C("temp", "D", array=[-19]), C("ra", "D", array=[227.136341]), C("dec", "D", array=[16.98])]`)
	for name, c := range map[string]struct {
		csv, fits string
		info      string
		warnings  []string
	}{
		"neither":      {"", "", "", nil},
		"one":          {csv, "", "info.csv", nil},
		"other":        {"", string(table), "info.fits", nil},
		"agree":        {csv, string(table), "info.csv", nil},
		"disagree":     {csv, string(other), "info.csv", []string{"the temperature is -15.5 in info.csv, which is used, and -19 in info.fits", "the Dec is 16.976 in info.csv, which is used, and 16.98 in info.fits"}},
		"fills":        {"datestart,temp\n,-15.5\n", string(table), "info.csv", []string{"info.csv, which is used, has no time; info.fits says 2015:355:17:05:45.600", "has no RA", "has no Dec"}},
		"unreadable":   {csv, "rubbish", "info.csv", []string{"info.fits is there beside info.csv, which is used, but cannot be compared with it: "}},
		"csv is wrong": {"rubbish", string(table), "info.csv", nil}, // an error where it is read
	} {
		dir := fill(t, "2015355")
		for file, content := range map[string]string{InfoFile: c.csv, InfoFITS: c.fits} {
			if content == "" {
				continue
			}
			if err := os.WriteFile(filepath.Join(dir, file), []byte(content), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		d, err := Scan(dir, era.Default())
		if err != nil || d.Info != c.info || !slices.EqualFunc(d.Warnings, c.warnings, strings.Contains) {
			t.Errorf("%s: %q, warnings %q, %v; want %q and %q", name, d.Info, d.Warnings, err, c.info, c.warnings)
		}
	}
}

// infoSeed is an info.fits of our own writer.
func infoSeed(f testing.TB) []byte {
	ra, dec := 227.136, float32(16.976)
	var b bytes.Buffer
	err := fits.Encode(&b, fits.Table{
		Name:    "INFO",
		Columns: []fits.Column{{Name: "ra", Form: "1D"}, {Name: "dec", Form: "1E"}},
		Rows:    1,
		Row:     func(int) []any { return []any{&ra, &dec} },
	})
	if err != nil {
		f.Fatal(err)
	}
	return b.Bytes()
}

func TestInfoSeed(t *testing.T) {
	got, err := ReadInfo(bytes.NewReader(infoSeed(t)), "info.fits")
	if err != nil || *got.RA != 227.136 || *got.Dec != 16.976 || got.Time != (time.Time{}) {
		t.Errorf("%+v, %v", got, err)
	}
}
