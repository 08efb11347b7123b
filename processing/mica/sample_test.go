package mica

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"darksite/processing/ccd"
	"darksite/processing/fits"
)

// object is a JSON object that tests change.
type object map[string]any

func (o object) with(changes object) object {
	out := object{}
	for _, from := range []object{o, changes} {
		for k, v := range from {
			if out[k] = v; v == nil {
				delete(out, k)
			}
		}
	}
	return out
}

// encode writes as mica did: sorted keys, an indent of four.
func (o object) encode(t testing.TB) []byte {
	t.Helper()
	b, err := json.MarshalIndent(o, "", "    ")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const (
	start2007 = "2007:006:01:56:46.817"
	stop2007  = "2007:006:04:58:36.817"
)

// classic2007 is the calibration of mica's own tests: start, temperature,
// attitude, eb and zodib are real (processing.md, section 2.3), el and sun_el
// those of astropy 5.2 to two decimals. Its replicas have the times of all.
func classic2007() object {
	var replicas []any
	for i, t := range []float64{-19.872, -19.862, -19.852, -19.842, -19.832} {
		replicas = append(replicas, object{
			"count": i + 1, "ccd_temp": t, "ccd_temp_source": "HDR3", "downlink": true, "start": start2007, "stop": stop2007,
		})
	}
	return object{
		"id": "2007006", "date": "2007:006", "start": start2007, "stop": stop2007, "dur": 10910.0, "ccd_temp": -19.852,
		"ra": 154.997111, "dec": 36.895186, "el": 142.86, "eb": 24.6, "sun_el": 285.27, "l_l0": 142.41, "zodib": 126.55,
		"replicas": replicas,
	}
}

// modern2019 has the keys of the acdc package in their order (section 2.4).
const modern2019 = `{"date": "2019:153", "t_ccd": -11.086, "n_ccd_img": 10, "ccd_temp": -11.086,
"datestart": "2019:153:01:02:03.456", "datestop": "2019:160:11:12:13.000", "filename": "image.fits", "images": [{"obsid": 47129}, [1, 2.50]]}`

// imageOf is a map with negative pixels, every value a function of its place.
func imageOf() []float32 {
	m := make([]float32, ccd.ACA.Pixels())
	for i := range m {
		m[i] = float32(i%977 - 20)
	}
	return m
}

func encodeImage[T fits.Pixel](t testing.TB, pixels []T, cards ...fits.Card) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := fits.Encode(&b, fits.Image[T]{Cards: cards, Width: ccd.ACA.Columns, Height: len(pixels) / ccd.ACA.Columns, Pixels: pixels}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// fill makes a directory of this name with these files.
func fill(t testing.TB, name string, files map[string][]byte) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), name)
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for file, content := range files {
		if err := os.WriteFile(filepath.Join(dir, file), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func as[T any](v T) *T { return &v }

func bitsEqual(a, b float32) bool { return math.Float32bits(a) == math.Float32bits(b) }
