package pipeline

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"darksite/internal/shared"
	"darksite/processing/artifact"
	"darksite/processing/ccd"
	"darksite/processing/fits"
	"darksite/processing/l0"
	"darksite/processing/quality"
	"darksite/processing/quantity"
	"darksite/processing/telemetry"
)

// The fill values of a map that another program made are in no number: the mean
// is that of the other pixels, and the calibration counts what is left out.
func TestCase18FillValuesAreInNoStatistic(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile(filepath.Join("..", "..", "docs", "schema", "calibration-3.json"))
	if err != nil {
		t.Fatal(err)
	}
	for name, fill := range map[string]float32{"-9999": -9999, "-32768": -32768, "1e+30": 1e30, "+Inf": float32(math.Inf(1)), "-999": -999} {
		rng := rand.New(rand.NewPCG(1, 8))
		pixels := make([]float32, ccd.ACA.Pixels())
		sum, n, held := 0.0, 0, 0
		for i := range pixels {
			pixels[i] = float32(math.Round(22 + 6*rng.NormFloat64()))
			if row := i / ccd.ACA.Columns; row >= 500 && row < 509 {
				pixels[i] = fill
				held++
				continue
			}
			sum += float64(pixels[i])
			n++
		}
		var file bytes.Buffer
		if err := fits.Encode(&file, fits.Image[float32]{Width: ccd.ACA.Columns, Height: ccd.ACA.Columns, Pixels: pixels}); err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(t.TempDir(), "2015014")
		if err := errors.Join(os.Mkdir(dir, 0o777), os.WriteFile(filepath.Join(dir, "imd.fits"), append(file.Bytes(), make([]byte, 2880)...), 0o666)); err != nil {
			t.Fatal(err)
		}
		o := options(t, t.TempDir())
		r, err := ImportMap(context.Background(), dir, o, false)
		if err != nil {
			t.Fatal(err)
		}
		c, err := artifact.Load(o.Archive, "2015014")
		if err != nil {
			t.Fatal(err)
		}
		if s := c.Statistics; s.Pixels() != n || math.Abs(s.Numbers[quantity.Mean]-sum/float64(n)) > 1e-6 || s.Numbers[quantity.Min] < -100 || s.Numbers[quantity.Max] > 100 {
			t.Errorf("%s: %d pixels, mean %v, from %v to %v; want %d, %v", name, s.Pixels(), s.Numbers[quantity.Mean], s.Numbers[quantity.Min], s.Numbers[quantity.Max], n, sum/float64(n))
		}
		if m := c.Map; m.Missing != held || !m.Degraded || !slices.Equal(m.Impossible, []artifact.Impossible{{Value: name, Pixels: held, Where: "rows -12 to -4"}}) ||
			!slices.Contains(m.Reasons, "9,216 of them (rows -12 to -4) held "+name+" e-/s in the file, no dark current") {
			t.Errorf("%s: %d missing, %+v, %q", name, m.Missing, m.Impossible, m.Reasons)
		}
		if said := strings.Join(r.Warnings, "; "); !strings.Contains(said, name+" e-/s is no dark current") || !strings.Contains(said, "2880 zero bytes") {
			t.Errorf("%s: warnings %q", name, said)
		}
		if problems := artifact.Verify(o.Archive, "2015014"); problems != nil {
			t.Errorf("%s: %q", name, problems)
		}
		content, err := os.ReadFile(filepath.Join(o.Archive, "2015014", artifact.CalibrationFile))
		if err != nil {
			t.Fatal(err)
		}
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(document); err != nil {
			t.Error(err)
		}
	}
}

// Of five tables of rows each is read, or named.
func TestCase20TablesOfRows(t *testing.T) {
	shared.Slow(t)
	const id = "2016125"
	o := options(t, dataDir(t, id, "golden", "cal5"))
	entries, err := os.ReadDir(filepath.Join(o.Data, id))
	if err != nil {
		t.Fatal(err)
	}
	tables := map[string][]byte{}
	var names []string
	for _, e := range entries {
		f, err := telemetry.DecodeFile(context.Background(), filepath.Join(o.Data, id, e.Name()), o.Reading)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := l0.Encode(&b, f.Rows, l0.Options{Legacy: true}); err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(e.Name(), ".gz") + "-L0.fits"
		names, tables[name] = append(names, name), b.Bytes()
	}
	third := names[2]
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write(tables[third])
	z.Close()
	column := bytes.Clone(tables[third])
	at := bytes.Index(column, []byte("'ADC_BIAS'"))
	copy(column[at:], "'ADC_BIA_'")
	for _, c := range []struct {
		name     string
		file     string // instead of the third; "" for none
		content  []byte
		replicas int    // that are read; 0 for a refusal
		want     string // in the warnings or in the error
	}{
		{"as it was", third, tables[third], 5, ""},
		{"gzipped", third + ".gz", packed.Bytes(), 5, ""},
		{"gzipped under its own name", third, packed.Bytes(), 5, ""},
		{"in capitals", strings.TrimSuffix(third, ".fits") + ".FITS", tables[third], 5, ""},
		{"in capitals and gzipped", strings.ToUpper(third[len(third)-8:]), nil, 4, "-L0.FITS is left out"},
		{"tape padding", third, append(bytes.Clone(tables[third]), make([]byte, 5760)...), 5, third + ": 5760 zero bytes"},
		{"compressed otherwise", third + ".Z", []byte("\x1f\x9dx"), 4, third + ".Z is left out: its name is not that of a table"},
		{"under another name", "Replica3-L0.fits", tables[third], 4, "Replica3-L0.fits is left out"},
		{"half copied", third + ".part", tables[third][:100], 4, third + ".part is left out"},
		{"without a column", third, column, 0, third + ": "},
		{"empty", third, nil, 0, third + ": the file is empty"},
		{"cut", third, tables[third][:len(tables[third])/2], 0, third + ": "},
		{"cut gzip", third + ".gz", packed.Bytes()[:packed.Len()/2], 0, third + ".gz: its gzip data is cut"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), id)
			if err := os.Mkdir(dir, 0o777); err != nil {
				t.Fatal(err)
			}
			for name, content := range tables {
				if name == third {
					name, content = c.file, c.content
				}
				if err := os.WriteFile(filepath.Join(dir, name), content, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			o := o
			o.Archive = t.TempDir()
			r, err := ImportL0(context.Background(), dir, o, false)
			if c.replicas == 0 {
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("%v, want an error with %q", err, c.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			said := strings.Join(r.Warnings, "; ")
			if r.Calibration.Map.Replicas != c.replicas || !strings.Contains(said, c.want) {
				t.Errorf("%d replicas, want %d; warnings %q, want %q", r.Calibration.Map.Replicas, c.replicas, said, c.want)
			}
		})
	}
}

// Tables whose times are no times give a map, and nothing tells that it is of this
// calibration: it says so and is not good.
func TestTablesWithoutTimesAreNotSilentlyGood(t *testing.T) {
	shared.Slow(t)
	const id = "2016125"
	o := options(t, dataDir(t, id, "golden", "cal5"))
	dir := filepath.Join(t.TempDir(), id)
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(filepath.Join(o.Data, id))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		f, err := telemetry.DecodeFile(context.Background(), filepath.Join(o.Data, id, e.Name()), o.Reading)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := l0.Encode(&b, f.Rows, l0.Options{}); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, strings.TrimSuffix(e.Name(), ".gz")+"-L0.fits"), timeless(t, b.Bytes()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	r, err := ImportL0(context.Background(), dir, o, false)
	if err != nil {
		t.Fatal(err)
	}
	if said := strings.Join(r.Warnings, "; "); !strings.Contains(said, "have a TIME_ERT that no frame can have; when they were received is not known") {
		t.Errorf("%q", r.Warnings)
	}
	v := quality.Judge(quality.Subject{Calibration: r.Calibration}, quality.DefaultRules())
	at := slices.IndexFunc(v.Clauses, func(c quality.Clause) bool { return c.Name == "times" })
	if c := v.Clauses[at]; c.State != quality.Unknown || c.Counts != quality.Degraded || !strings.Contains(c.Sentence, "5 replicas have no time of reception") {
		t.Errorf("%+v", c)
	}
}

// timeless is a table of rows with NaN for every time, and without checksums.
func timeless(t *testing.T, content []byte) []byte {
	t.Helper()
	f, err := fits.Read(bytes.NewReader(content), "x", 0)
	if err != nil {
		t.Fatal(err)
	}
	u, err := f.Find("ACA_DUMP")
	if err != nil {
		t.Fatal(err)
	}
	width, rows := u.Axes[0], u.Axes[1]
	start := len(content) - (width*rows+2879)/2880*2880
	if list, err := u.Columns(); err != nil || list[0].Name != "TIME_ERT" {
		t.Fatal("the times are not the first column", err)
	}
	out := bytes.ReplaceAll(bytes.ReplaceAll(content, []byte("DATASUM "), []byte("XATASUM ")), []byte("CHECKSUM"), []byte("XHECKSUM"))
	for i := range rows {
		binary.BigEndian.PutUint64(out[start+i*width:], math.Float64bits(math.NaN()))
	}
	return out
}
