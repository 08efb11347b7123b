package evidence

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"

	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/darkmap"
	"darksite/processing/fits"
)

// image is image.fits with its bytes.
type image struct {
	path    string
	content []byte
	sha256  string
	pixels  []float32
	dataAt  int64 // of pixel 0 in the file
}

const (
	fitsBlock = 2880 // bytes (FITS Standard 4.0, section 3.1)
	fitsCard  = 80
	pixelSize = 4 // BITPIX -32
)

func readImage(path string) (*image, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	f, err := fits.Read(bytes.NewReader(content), path, 0)
	if err != nil {
		return nil, err
	}
	if _, err := f.HDUs[0].Verify(); err != nil {
		return nil, err
	}
	m, err := f.HDUs[0].Image()
	if err != nil {
		return nil, err
	}
	if m.Width != chandra.CCDSize || m.Height != chandra.CCDSize {
		return nil, fmt.Errorf("%s: the image has %d x %d pixels, want 1024 x 1024: process the calibration again", path, m.Width, m.Height)
	}
	i := &image{path: path, content: content, sha256: fmt.Sprintf("%x", sha256.Sum256(content)), pixels: m.Pixels, dataAt: dataStart(content)}
	// The places that are told are proved on all pixels, not believed.
	for p, v := range i.pixels {
		at := i.offset(p)
		if at+pixelSize > int64(len(content)) || !same(v, math.Float32frombits(binary.BigEndian.Uint32(content[at:]))) {
			return nil, fmt.Errorf("%s: pixel %d is not a 32-bit float at byte %d: darksite writes maps with BITPIX -32 and without scaling; process the calibration again", path, p, at)
		}
	}
	return i, nil
}

// dataStart is the end of the first header: its END card, filled up to a block.
func dataStart(content []byte) int64 {
	end := append([]byte("END"), bytes.Repeat([]byte(" "), fitsCard-3)...)
	for at := 0; at+fitsCard <= len(content); at += fitsCard {
		if bytes.Equal(content[at:at+fitsCard], end) {
			return int64(at/fitsBlock+1) * fitsBlock
		}
	}
	return int64(len(content))
}

// offset is where a pixel stands in the file.
func (i *image) offset(pixel int) int64 { return i.dataAt + pixelSize*int64(pixel) }

// same compares two values of a map; missing is the same as missing.
func same(a, b float32) bool { return a == b || a != a && b != b }

// place is a pixel as the telemetry knows it.
type place struct {
	row, col int // ACA
	colneg   uint8
	sample   int // of the 512 in a record
}

// placeOf inverts [chandra.PlaceOf].
func placeOf(row, col int) place {
	for colneg := range uint8(2) {
		p := chandra.PlaceOf(colneg, int16(row))
		if j := (col - chandra.MinRow - p.X0) * p.Step; j >= 0 && j < chandra.HalfRowPixels {
			return place{row, col, colneg, j}
		}
	}
	panic(fmt.Sprintf("evidence: no half row holds pixel %d,%d", row, col))
}

func (p place) halfRow() int               { return chandra.HalfRow(p.colneg, int16(p.row)) }
func (p place) quadrant() chandra.Quadrant { return chandra.QuadrantOf(p.colneg, int16(p.row)) }

// index is the pixel's place in the image.
func (p place) index() int {
	return chandra.PlaceOf(p.colneg, int16(p.row)).Y*chandra.CCDSize + p.col - chandra.MinRow
}

// placeAt is the pixel with an index in the image.
func placeAt(index int) place {
	return placeOf(index/chandra.CCDSize+chandra.MinRow, index%chandra.CCDSize+chandra.MinRow)
}

// coverage counts the samples behind each pixel of one integration.
type coverage []float32

// covers is what coverage.fits counts for a pixel, short and long; nil where it
// does not say.
func (k *inquiry) covers(pixel int) (n [2]*int) {
	if k.covered == nil {
		k.covered = k.readCoverage()
	}
	for i, counts := range k.covered {
		if pixel < len(counts) {
			n[i] = new(int(counts[pixel]))
		}
	}
	return n
}

func (c *Case) readCoverage() (counts *[2]coverage) {
	counts = new([2]coverage)
	f, err := os.Open(filepath.Join(c.dir, artifact.CoverageFile))
	if err != nil {
		c.notef("%s: %v", artifact.CoverageFile, reason(err))
		return counts
	}
	defer f.Close()
	file, err := fits.Read(f, artifact.CoverageFile, 0)
	if err != nil {
		c.problemf("%v", err)
		return counts
	}
	for i, name := range []string{darkmap.Short: "SHORT", darkmap.Long: "LONG"} {
		unit, err := file.Find(name)
		if err != nil {
			c.problemf("%v", err)
			continue
		}
		m, err := unit.Image()
		if err != nil {
			c.problemf("%v", err)
			continue
		}
		counts[i] = m.Pixels
	}
	return counts
}

// reason is an error of the system without the path, which is named already.
func reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
