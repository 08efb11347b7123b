package fits

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/klauspost/compress/gzip"
)

var mutations = flag.Int("mutations", 20_000, "damaged files that TestMutations reads; 1000000 for a nightly run")

// seeds are small valid files of all kinds.
func seeds(t testing.TB) [][]byte {
	var b uint8
	var d float64
	var v [3]int32
	table := Table{
		Name: "T",
		Columns: []Column{
			{Name: "B", Form: "B", Zero: 1, Scale: 2},
			{Name: "D", Form: "1D", Unit: "s"},
			{Name: "V", Form: "3J"},
		},
		Rows: 2,
		Row:  func(int) []any { return []any{&b, &d, &v} },
	}
	cards := []Card{{"TEXT", "it's", "comment"}, {"HISTORY", "made", ""}, {"F", 1.5, ""}}
	var all [][]byte
	for _, hdus := range [][]HDU{
		{Primary{cards}},
		{Image[float32]{Cards: cards, Width: 3, Height: 2, Pixels: make([]float32, 6)}},
		{Image[int16]{Width: 3, Height: 2, Pixels: make([]int16, 6)}, Image[float64]{Name: "X", Width: 1, Height: 2, Pixels: make([]float64, 2)}},
		{table},
		{Image[uint8]{Width: 1, Height: 1, Pixels: []uint8{7}}, Image[int32]{Name: "Y", Width: 1, Height: 1, Pixels: []int32{7}}, table},
	} {
		var file bytes.Buffer
		if err := Encode(&file, hdus...); err != nil {
			t.Fatal(err)
		}
		all = append(all, file.Bytes())
	}
	scaled := bytes.Clone(all[2])
	at := bytes.Index(scaled, []byte("EXTEND"))
	copy(scaled[at:], fmt.Sprintf("%-80s%-80s%-80s%-80s", "BZERO   = 32768", "BSCALE  = 0.5", "BLANK   = -1", "END"))
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write(all[1])
	z.Close()
	return append(all, scaled, append(bytes.Clone(all[1]), 0, 1), all[0][:len(all[0])-100], packed.Bytes())
}

// readEverything asks a file for all there is. The guard around fitsio must not
// be needed: what reaches fitsio was checked.
func readEverything(t testing.TB, file []byte) {
	f, err := Read(bytes.NewReader(file), "fuzz", 0)
	if err != nil {
		return
	}
	f.Verify()
	for _, u := range f.HDUs {
		m, err := u.Image()
		if errors.Is(err, errDecoder) {
			t.Errorf("image: %v", err)
		}
		if err == nil && len(m.Pixels) != m.Width*m.Height {
			t.Errorf("image: %d pixels, %d x %d", len(m.Pixels), m.Width, m.Height)
		}
		columns, err := u.Columns()
		if err != nil {
			continue
		}
		for _, c := range columns {
			if text, err := Strings(u, c.Name); err == nil && len(text) != u.Axes[1] {
				t.Errorf("column %q: %d strings in %d rows", c.Name, len(text), u.Axes[1])
			}
			values, err := Cells[float64](u, c.Name)
			if errors.Is(err, errDecoder) {
				t.Errorf("column: %v", err)
			}
			if err == nil && len(values)%max(1, u.Axes[1]) != 0 {
				t.Errorf("column %q: %d values in %d rows", c.Name, len(values), u.Axes[1])
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range seeds(f) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, file []byte) { readEverything(t, file) })
}

// TestMutations damages headers where it hurts: digits, keywords, whole cards,
// lengths. Random fuzzing alone rarely leaves a FITS header that is read at all.
func TestMutations(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	files := seeds(t)
	values := []string{"0", "1", "2", "3", "8", "16", "-32", "-64", "-1", "999", "2147483647", "2147483648", "9223372036854775807", "1.0", "'A'", "''", "T", "", "'1PJ'", "'2D'", "'B'"}
	for range *mutations {
		b := bytes.Clone(files[rng.IntN(len(files))])
		for range 1 + rng.IntN(3) {
			card := rng.IntN(len(b)/cardSize) * cardSize
			switch rng.IntN(8) {
			case 0:
				b[rng.IntN(len(b))] ^= 1 << rng.IntN(8)
			case 1:
				b[card+10+rng.IntN(20)] = "0123456789-+.E' "[rng.IntN(16)]
			case 2:
				other := rng.IntN(len(b)/cardSize) * cardSize
				copy(b[card:card+cardSize], b[other:other+cardSize])
			case 3, 4, 5:
				copy(b[card+10:card+cardSize], fmt.Sprintf("%-70s", values[rng.IntN(len(values))]))
			case 6:
				copy(b[card:], []string{"NAXIS1  ", "NAXIS2  ", "PCOUNT  ", "TFORM2  ", "BZERO   ", "TZERO1  ", "BLANK   "}[rng.IntN(7)])
			case 7:
				b = b[:len(b)-rng.IntN(min(len(b)-cardSize, 2*blockSize))]
			}
		}
		readEverything(t, b)
		if t.Failed() {
			t.Fatalf("the file was %q", b[:min(len(b), 2*blockSize)])
		}
	}
}
