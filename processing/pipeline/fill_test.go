package pipeline

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"darksite/internal/shared"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/fits"
	"darksite/processing/mica"
)

// Holes of every kind: what can be filled is filled with numbers that a reader can
// use, what cannot is refused with how many pixels, and a copy that is forced all
// the same can be read.
func TestFillingAndForcingOfOddHoles(t *testing.T) {
	shared.Slow(t)
	root := t.TempDir()
	pastArchive(t, root)
	archive := filepath.Join(root, "aca_dark")
	const id, before, first = chandra.ID("2022104"), chandra.ID("2022069"), chandra.ID("2006329")
	at := func(row, col int) int { return (row+512)*1024 + col + 512 }
	quadrant := func(dark []float32) {
		for row := range 512 {
			for col := range 512 {
				dark[row*1024+col] = hole
			}
		}
	}
	edges := func(dark []float32) {
		for i := -512; i < 512; i++ {
			dark[at(-512, i)], dark[at(511, i)], dark[at(i, -512)], dark[at(i, 511)] = hole, hole, hole, hole
		}
		dark[at(-1, -1)], dark[at(0, 0)], dark[at(-1, 0)], dark[at(0, -1)] = hole, hole, hole, hole
	}
	holed(t, archive, before, func(c *artifact.Calibration, dark []float32) {
		dark[at(-512, 0)], dark[at(-512, 1)], dark[at(-512, 2)] = -400, 0, 1e6
		cold := -14.0
		c.Facts.CCDTemp = &cold
	})
	for _, c := range []struct {
		name    string
		id      chandra.ID
		holes   func(c *artifact.Calibration, dark []float32)
		earlier []chandra.ID
		refused string // without --force; "" for a copy
		from    int    // pixels from the earlier map
	}{
		{"edges, no map before", id, func(_ *artifact.Calibration, d []float32) { edges(d) }, nil, "", 0},
		{"edges, colder map before", id, func(_ *artifact.Calibration, d []float32) { edges(d) }, []chandra.ID{before}, "", 4096},
		{"quadrant, no map before", id, func(_ *artifact.Calibration, d []float32) { quadrant(d); d[at(5, 5)] = hole }, nil, "262144 of 262145 pixels without a value can't be filled", 0},
		{"quadrant, colder map before", id, func(_ *artifact.Calibration, d []float32) { quadrant(d) }, []chandra.ID{before}, "", 262144},
		{"no value at all", id, func(_ *artifact.Calibration, d []float32) {
			for i := range d {
				d[i] = hole
			}
		}, nil, "1048576 of 1048576 pixels without a value can't be filled", 0},
		{"no temperature", id, func(c *artifact.Calibration, d []float32) { c.Facts.CCDTemp = nil; edges(d) }, []chandra.ID{before}, "no CCD temperature", 0},
		{"the first calibration", first, func(_ *artifact.Calibration, d []float32) { edges(d) }, nil, "", 0},
		{"map before is far off in temperature", id, func(c *artifact.Calibration, d []float32) {
			hot := 30.0
			c.Facts.CCDTemp = &hot
			edges(d)
		}, []chandra.ID{before}, "", -1},
		{"a column, a row and a single pixel", id, func(_ *artifact.Calibration, d []float32) {
			for i := -512; i < 512; i++ {
				d[at(i, 3)], d[at(7, i)] = hole, hole
			}
			d[at(-300, -300)] = hole
		}, nil, "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			holed(t, archive, c.id, c.holes)
			defer pastArchive(t, root)
			to := t.TempDir()
			o := outgoing(archive, c.id)
			o.Fill, o.Earlier = true, c.earlier
			_, _, err := send(o, to)
			if c.refused == "" && err != nil || c.refused != "" && (err == nil || !strings.Contains(err.Error(), c.refused)) {
				t.Fatalf("%v, want %q", err, c.refused)
			}
			o.Force = c.refused != ""
			p, err := o.Prepare()
			if err != nil {
				t.Fatal(err)
			}
			if c.refused == "" && c.from >= 0 && p.Filled.Earlier != c.from {
				t.Errorf("%d pixels from the map before, want %d", p.Filled.Earlier, c.from)
			}
			if _, _, err := p.Put(to); err != nil {
				t.Fatal(err)
			}
			if problems := artifact.Verify(to, c.id); problems != nil {
				t.Errorf("%q", problems)
			}
			if there, err := Mirrored(archive, c.id, to); err != nil || !there {
				t.Errorf("mirrored %v, %v", there, err)
			}
			f, err := fits.Read(bytes.NewReader(p.Files[artifact.ImageFile]), "image.fits", 0)
			if err != nil {
				t.Fatal(err)
			}
			image, err := f.HDUs[0].Image()
			if err != nil {
				t.Fatal(err)
			}
			if n := countHoles(image.Pixels); n > 0 && !o.Force {
				t.Errorf("%d holes in the copy", n)
			}
			for i, v := range image.Pixels {
				if float64(v) > mica.HighestRate || float64(v) < mica.LowestRate {
					t.Fatalf("pixel %d is %v", i, v)
				}
			}
		})
	}
}
