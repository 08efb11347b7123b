package artifact

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"strconv"

	"darksite/processing/ccd"
	"darksite/processing/chandra"
	"darksite/processing/filling"
	"darksite/processing/fits"
	"darksite/processing/mica"
)

// Copy is how a calibration's files differ where they go to readers who take
// what they find: holes of the map are filled there, and what spoke against the
// copy is written down. The zero value is a copy without a difference.
type Copy struct {
	// Pixels were filled, by rising index.
	Pixels []filling.Pixel
	// Earlier is the calibration that some were filled from, nil where none was.
	Earlier *Calibration
	// Forced are the reasons against the copy that somebody overrode.
	Forced []string
}

// Filled is what properties.json of a copy says of its filled pixels, in the
// order of its keys.
type Filled struct {
	EarlierID   chandra.ID `json:"earlier,omitempty"`
	EarlierTemp *float64   `json:"earlier_ccd_temp,omitempty"` // C
	Earlier     int        `json:"from_earlier"`               // pixels
	Neighbours  int        `json:"from_neighbours"`
	// Quadrant counts those of the neighbours' that had to take the median of
	// their whole quadrant.
	Quadrant int    `json:"from_quadrant"`
	Law      string `json:"law,omitempty"` // of package scaling
	Pixels   int    `json:"pixels"`
	Table    string `json:"table"` // where each pixel stands
}

// forced is the member of properties.json for a copy that was forced.
type forced struct {
	Reasons []string `json:"reasons"`
}

// Filled sums up the filled pixels; nil where there are none.
func (d *Copy) Filled(g ccd.Geometry) *Filled {
	if len(d.Pixels) == 0 {
		return nil
	}
	f := &Filled{Pixels: len(d.Pixels), Table: "extension " + mica.FilledExtension + " of " + ImageFile}
	for _, p := range d.Pixels {
		switch {
		case p.From != "":
			f.Earlier++
		case p.Window == filling.WholeQuadrant(g):
			f.Quadrant++
			fallthrough
		default:
			f.Neighbours++
		}
	}
	if f.Earlier > 0 {
		f.EarlierID, f.EarlierTemp, f.Law = d.Earlier.ID, d.Earlier.Facts.CCDTemp, filling.Law.Name()
	}
	return f
}

// EncodeCopy gives the files of a copy, made of the calibration's own files and
// of its map with the holes filled.
func EncodeCopy(c *Calibration, files map[string][]byte, filled []float32, d Copy) (map[string][]byte, error) {
	if len(d.Pixels) == 0 && len(d.Forced) == 0 {
		return files, nil
	}
	out := maps.Clone(files)
	delete(out, ManifestFile)
	var err error
	if out[PropertiesFile], err = encodeJSON(copyProperties(c, d.Filled(c.Geometry), d.Forced), propertiesIndent); err != nil {
		return nil, err
	}
	if len(d.Pixels) > 0 {
		if out[ImageFile], err = encodeFilled(c, filled, d); err != nil {
			return nil, fmt.Errorf("%s of %s: %w", ImageFile, c.ID, err)
		}
	}
	out[ManifestFile] = Manifest(out)
	return out, nil
}

// copyProperties are those of the calibration and what makes the copy another
// one. Both members are objects, which mica's table reader passes over.
func copyProperties(c *Calibration, filled *Filled, reasons []string) map[string]any {
	p := properties(c)
	if filled != nil {
		p["filled"] = filled
	}
	if len(reasons) > 0 {
		p["forced"] = forced{reasons}
	}
	return p
}

// copied is what makes the properties of a copy others than its original's.
type copied struct {
	Filled *Filled `json:"filled"`
	Forced forced  `json:"forced"`
}

// CopyOf reads from the properties.json in archive/<id>/ what was filled there,
// and what was overridden for it. Both are nil for the calibration itself.
func CopyOf(archive string, id chandra.ID) (filled *Filled, reasons []string, err error) {
	content, err := os.ReadFile(filepath.Join(archive, string(id), PropertiesFile))
	if err != nil {
		return nil, nil, err
	}
	var p copied
	if err := json.Unmarshal(content, &p); err != nil {
		return nil, nil, fmt.Errorf("%s of %s: %w", PropertiesFile, id, err)
	}
	return p.Filled, p.Forced.Reasons, nil
}

// encodeFilled is image.fits with a table of the filled pixels behind the map.
func encodeFilled(c *Calibration, filled []float32, d Copy) ([]byte, error) {
	g := c.Geometry
	f := d.Filled(g)
	cards := append(commonCards(c), imageCards(c)...)
	low, high := float32(math.Inf(1)), float32(math.Inf(-1))
	for _, v := range filled {
		if v == v { // a copy that was forced may still have holes
			low, high = min(low, v), max(high, v)
		}
	}
	for i := range cards {
		switch cards[i].Key {
		case "DATAMIN":
			cards[i].Value = float64(low)
		case "DATAMAX":
			cards[i].Value = float64(high)
		}
	}
	about := []fits.Card{{Key: "NFILLED", Value: f.Pixels, Comment: "pixels without a measurement, filled"}}
	if f.Earlier > 0 {
		about = append(about,
			fits.Card{Key: "FILLPREV", Value: f.Earlier, Comment: "of them from the map of calibration FILLCAL"},
			fits.Card{Key: "FILLCAL", Value: string(f.EarlierID), Comment: "earlier calibration"},
			fits.Card{Key: "FILLTEMP", Value: *f.EarlierTemp, Comment: "[degC] of its map, scaled to CCD_TEMP"},
			fits.Card{Key: "FILLLAW", Value: f.Law, Comment: "temperature law"})
	}
	about = append(about,
		fits.Card{Key: "FILLNEAR", Value: f.Neighbours, Comment: "of them medians of neighbours in the quadrant"},
		fits.Card{Key: "COMMENT", Value: "Filled pixels are no measurements. Extension " + mica.FilledExtension + " lists each of them and where its value is from."})
	cards = append(cards, about...)
	var row, col, window int16
	var value float32
	var from int32
	cells := []any{&row, &col, &value, &from, &window}
	table := fits.Table{
		Name:  mica.FilledExtension,
		Cards: about,
		Columns: []fits.Column{
			{Name: "ROW", Form: "1I", Unit: "pixel", Comment: g.Name + " row"},
			{Name: "COL", Form: "1I", Unit: "pixel", Comment: g.Name + " column"},
			{Name: "VALUE", Form: "1E", Unit: "electron/s", Comment: "that the pixel was filled with"},
			{Name: "FROM", Form: "1J", Comment: "calibration of the map it is from, 0 for neighbours"},
			{Name: "WINDOW", Form: "1I", Unit: "pixel", Comment: fmt.Sprintf("square of the neighbours, %d: quadrant, 0: none", filling.WholeQuadrant(g))},
		},
		Rows: len(d.Pixels),
		Row: func(i int) []any {
			p := d.Pixels[i]
			r, c := g.RowColumn(p.Index)
			row, col = int16(r), int16(c)
			number, _ := strconv.Atoi(string(p.From)) // 0 for "", and an id has seven digits
			value, from, window = p.Value, int32(number), int16(p.Window)
			return cells
		},
	}
	return encodeFITS(g, fits.Image[float32]{Cards: cards, Width: g.Columns, Height: g.Rows, Pixels: filled}, table)
}
