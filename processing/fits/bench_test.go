package fits_test

import (
	"bytes"
	"io"
	"math/rand/v2"
	"testing"

	"darksite/processing/fits"
)

// ccd is a full map of plausible values.
func ccd() fits.Image[float32] {
	rng := rand.New(rand.NewPCG(1, 2))
	m := fits.Image[float32]{Width: 1024, Height: 1024, Pixels: make([]float32, 1024*1024)}
	for i := range m.Pixels {
		m.Pixels[i] = float32(rng.ExpFloat64() * 100)
	}
	return m
}

func BenchmarkEncodeImage(b *testing.B) {
	m := ccd()
	b.SetBytes(int64(4 * len(m.Pixels)))
	b.ReportAllocs()
	for b.Loop() {
		if err := fits.Encode(io.Discard, m); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadImage(b *testing.B) {
	m := ccd()
	var file bytes.Buffer
	if err := fits.Encode(&file, m); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(4 * len(m.Pixels)))
	b.ReportAllocs()
	for b.Loop() {
		f, err := fits.Read(bytes.NewReader(file.Bytes()), "bench", 0)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := f.HDUs[0].Image(); err != nil {
			b.Fatal(err)
		}
	}
}
