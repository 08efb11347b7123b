package darkmap

import (
	"encoding/json"
	"fmt"
	"hash/crc32"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"darksite/internal/shared"
	"darksite/processing/ccd"
	"darksite/processing/stats"
	"darksite/processing/telemetry"
)

func decodeAll(t testing.TB, elem ...string) []*telemetry.File {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(shared.Path(t, elem...), "*_VC2_*.gz"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no telemetry in %v: %v", elem, err)
	}
	var files []*telemetry.File
	for _, p := range paths {
		f, err := telemetry.DecodeFile(t.Context(), p, telemetry.DefaultOptions)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	return files
}

func expectation(t testing.TB, into any, elem ...string) {
	t.Helper()
	if err := json.Unmarshal(shared.Read(t, elem...), into); err != nil {
		t.Fatal(err)
	}
}

func floatCRC(values []float32) string {
	b := make([]byte, 0, 4*len(values))
	for _, v := range values {
		u := math.Float32bits(v)
		b = append(b, byte(u>>24), byte(u>>16), byte(u>>8), byte(u))
	}
	return fmt.Sprintf("%08x", crc32.ChecksumIEEE(b))
}

// The measured map of five damaged tiny replicas, against an independent
// float64 computation from the truth.
func TestMeasuredMapOfCal5(t *testing.T) {
	var want struct {
		Pixels     int     `json:"pixels"`
		DarkMean   float64 `json:"dark_mean"`
		DarkMedian float64 `json:"dark_median"`
		Over100    int     `json:"over_100"`
		Rows       []struct {
			Y         int       `json:"y"`
			Half      uint8     `json:"half"`
			NShort    uint8     `json:"n_short"`
			NLong     uint8     `json:"n_long"`
			CRCShort  string    `json:"crc32_med_short_f4be"`
			CRCLong   string    `json:"crc32_med_long_f4be"`
			DarkMean  float64   `json:"dark_mean"`
			DarkFirst []float64 `json:"dark_first"`
		} `json:"rows"`
	}
	expectation(t, &want, "golden", "cal5", "expect.json")
	s := DefaultSettings()
	s.Method = Measured
	stack, err := NewStack(ccd.ACA, decodeAll(t, "golden", "cal5"), s)
	if err != nil {
		t.Fatal(err)
	}
	m, err := Combine(stack)
	if err != nil {
		t.Fatal(err)
	}
	if len(want.Rows) == 0 || want.Pixels != ccd.ACA.RecordPixels()*len(want.Rows) {
		t.Fatalf("expect.json has %d rows for %d pixels", len(want.Rows), want.Pixels)
	}
	for _, w := range want.Rows {
		h := ccd.ACA.HalfRow(w.Half, int16(w.Y-512))
		c := newCombiner(samples)
		for i, crc := range []string{w.CRCShort, w.CRCLong} {
			n := middles(stack.at(Integration(i), h), c.lower[i], c.upper[i], &c.scratch)
			if wantN := []uint8{w.NShort, w.NLong}[i]; n != int(wantN) {
				t.Errorf("y %d half %d: %d %v samples, want %d", w.Y, w.Half, n, Integration(i), wantN)
			}
			medians := make([]float32, samples)
			for j := range medians {
				medians[j] = float32(c.lower[i][j]+c.upper[i][j]) / 2
			}
			leftToRight(w.Half, medians)
			if got := floatCRC(medians); got != crc {
				t.Errorf("y %d half %d: %v medians differ (CRC %s, want %s)", w.Y, w.Half, Integration(i), got, crc)
			}
		}
		out, sum := halfRowOf(ccd.ACA, m.Image, h), 0.0
		dark := make([]float32, samples)
		for j := range dark {
			dark[j] = out.image[out.X0+out.Step*j]
			sum += float64(dark[j])
		}
		leftToRight(w.Half, dark)
		for j := range dark {
			v := float64(dark[j])
			if j < len(w.DarkFirst) && math.Abs(v-w.DarkFirst[j]) > 0.0006 {
				t.Errorf("y %d half %d sample %d: %v e-/s, want %v", w.Y, w.Half, j, v, w.DarkFirst[j])
			}
		}
		if math.Abs(sum/samples-w.DarkMean) > 0.0001 {
			t.Errorf("y %d half %d: mean %v, want %v", w.Y, w.Half, sum/samples, w.DarkMean)
		}
	}
	h := stats.NewHistogram(m.Image)
	if h.Pixels() != want.Pixels || missing(m) != len(m.Image)-want.Pixels {
		t.Errorf("%d pixels with a value, %d without, want %d with", h.Pixels(), missing(m), want.Pixels)
	}
	if math.Abs(h.Mean()-want.DarkMean) > 0.0001 || math.Abs(h.Median()-want.DarkMedian) > 0.0001 || h.Above(100) != want.Over100 {
		t.Errorf("mean %v median %v N>100 %d, want %v %v %d", h.Mean(), h.Median(), h.Above(100), want.DarkMean, want.DarkMedian, want.Over100)
	}
}

// leftToRight puts the samples of a half row in the order of expect.json, that
// of the old quick-look display, where the right half is mirrored.
func leftToRight(colneg uint8, values []float32) {
	if colneg == 1 {
		slices.Reverse(values)
	}
}

// Classic maps of full calibrations against an independent implementation.
func TestClassicMapsOfFullCalibrations(t *testing.T) {
	shared.Slow(t)
	for _, id := range []string{"2015355", "2016125"} {
		t.Run(id, func(t *testing.T) {
			var want struct {
				CRC    string         `json:"crc32_image_f4be"`
				Mean   float64        `json:"mean"`
				Median float64        `json:"median"`
				Above  map[string]int `json:"n_gt"`
				Rows   []int          `json:"rows_recovered"`
				Lost   []struct {
					Replica int
					Integ   int `json:"integ_units"`
					ColNeg  uint8
					Row     int16
				} `json:"lost_rows"`
				Samples map[string]map[string]int
				First   []float32 `json:"first_row_first_8"`
			}
			expectation(t, &want, "golden", "full", id, "expect.json")
			files := decodeAll(t, "golden", "full", id)
			s := DefaultSettings()
			stack, err := NewStack(ccd.ACA, files, s)
			if err != nil {
				t.Fatal(err)
			}
			m, err := Combine(stack)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(m.Image[:8], want.First) {
				t.Errorf("first pixels %v, want %v", m.Image[:8], want.First)
			}
			if got := floatCRC(m.Image); got != want.CRC {
				t.Errorf("image CRC %s, want %s", got, want.CRC)
			}
			h := stats.NewHistogram(m.Image)
			if math.Abs(h.Mean()-want.Mean) > 1e-6 || h.Median() != want.Median {
				t.Errorf("mean %v median %v, want %v %v", h.Mean(), h.Median(), want.Mean, want.Median)
			}
			if len(want.Above) == 0 {
				t.Error("no counts to compare with")
			}
			for text, n := range want.Above {
				threshold, err := strconv.ParseFloat(text, 64)
				if err != nil {
					t.Fatal(err)
				}
				if got := h.Above(threshold); got != n {
					t.Errorf("N>%s = %d, want %d", text, got, n)
				}
			}
			var lost []string
			for r, f := range files {
				if len(f.Rows)-f.RowsRepeated != want.Rows[r] {
					t.Errorf("replica %d: %d rows, want %d", r+1, len(f.Rows), want.Rows[r])
				}
				for _, i := range Integrations {
					for _, q := range ccd.Quadrants() {
						for _, g := range stack.Missing(r, i, q) {
							for row := g.First; row <= g.Last; row++ {
								lost = append(lost, fmt.Sprint(r+1, []int{312, 625}[i], q.ColNeg(), row))
							}
						}
					}
				}
			}
			var wantLost []string
			for _, l := range want.Lost {
				wantLost = append(wantLost, fmt.Sprint(l.Replica, l.Integ, l.ColNeg, l.Row))
			}
			slices.Sort(lost)
			slices.Sort(wantLost)
			if !slices.Equal(lost, wantLost) {
				t.Errorf("lost rows differ:\n%v\nwant\n%v", lost, wantLost)
			}
			for name, i := range map[string]Integration{"short": Short, "long": Long} {
				for n, count := range m.Samples(i) {
					if count != want.Samples[name][fmt.Sprint(n)] {
						t.Errorf("%d %s pixels rest on %d samples, want %d", count, name, n, want.Samples[name][fmt.Sprint(n)])
					}
				}
			}
		})
	}
}

func BenchmarkCombine(b *testing.B) {
	files := decodeAll(b, "golden", "full", "2015355")
	s := DefaultSettings()
	for b.Loop() {
		stack, err := NewStack(ccd.ACA, files, s)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := Combine(stack); err != nil {
			b.Fatal(err)
		}
	}
}
