package inputs

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"

	"darksite/internal/ground/table"
	"darksite/processing/fits"
)

// InfoFITS is the other form in which a calibration's facts were kept
// (mica's list of files has dark_info as info.csv and info.fits). Nobody knows its columns; they are looked
// for under the names of info.csv.
const InfoFITS = "info.fits"

// fitsMagic opens a FITS file (FITS Standard 4.0, section 4.4.1.1).
const fitsMagic = "SIMPLE  ="

// fitsInfo takes the first binary table of info.fits, which must have one row.
// Numbers become the shortest text that reads back as the same number, in the
// precision in which they are stored.
func fitsInfo(content []byte, name string) (*table.Table, error) {
	f, err := fits.Read(bytes.NewReader(content), name, infoLimit)
	if err != nil {
		return nil, err
	}
	for _, hdu := range f.HDUs { // the first that is wrong will do
		if _, err := hdu.Verify(); err != nil {
			return nil, err
		}
	}
	var u *fits.Unit
	for _, hdu := range f.HDUs {
		if c, ok := hdu.Card("XTENSION"); ok && c.Value == "BINTABLE" {
			u = hdu
			break
		}
	}
	if u == nil {
		return nil, fmt.Errorf("%s: no binary table in it, want one with the columns datestart, temp, ra, dec and one row", name)
	}
	columns, err := u.Columns()
	if err != nil {
		return nil, err
	}
	if u.Axes[1] != 1 {
		return nil, fmt.Errorf("%s: the table has %d rows, want one", name, u.Axes[1])
	}
	var names, units, cells []string
	for _, c := range columns {
		// A column that is no fact need not be readable.
		value := ""
		if infoForm.Knows(c.Name) {
			if value, err = cellText(u, c); err != nil {
				return nil, err
			}
		}
		names, units, cells = append(names, c.Name), append(units, c.Unit), append(cells, value)
	}
	return table.Of(name, infoForm, names, units, cells)
}

// cellText is the only cell of a column as info.csv would hold it; "" for NaN,
// which stands for no value.
func cellText(u *fits.Unit, c fits.Column) (string, error) {
	if strings.HasSuffix(c.Form, "A") {
		text, err := fits.Strings(u, c.Name)
		if err != nil {
			return "", err
		}
		return strings.TrimSpace(text[0]), nil
	}
	values, err := fits.Cells[float64](u, c.Name)
	if err != nil {
		return "", err
	}
	if len(values) != 1 {
		return "", fmt.Errorf("%s column %q, TFORM %s, holds %d values, want one", InfoFITS, c.Name, c.Form, len(values))
	}
	bits := 64
	if strings.HasSuffix(c.Form, "E") && c.Zero == 0 && c.Scale == 1 {
		bits = 32 // else -15.1 would be -15.100000381
	}
	if math.IsNaN(values[0]) {
		return "", nil
	}
	return strconv.FormatFloat(values[0], 'f', -1, bits), nil
}

// chooseInfo settles which file the facts come from: info.csv where both are.
// What the other one says differently is a warning with both values.
func (d *Directory) chooseInfo(hasCSV, hasFITS bool) {
	switch {
	case hasCSV:
		d.Info = InfoFile
	case hasFITS:
		d.Info = InfoFITS
	}
	if !hasCSV || !hasFITS {
		return
	}
	used, err := d.readInfo(InfoFile)
	if err != nil {
		return // whoever reads it to use it will say so
	}
	other, err := d.readInfo(InfoFITS)
	if err != nil {
		d.warnf("%s is there beside %s, which is used, but cannot be compared with it: %v", InfoFITS, InfoFile, err)
		return
	}
	for _, c := range infoColumns {
		switch a, b := c.text(&used), c.text(&other); {
		case b == "":
		case a == "":
			d.warnf("%s, which is used, has no %s; %s says %s", InfoFile, c.fact, InfoFITS, b)
		case !c.same(&used, &other):
			d.warnf("the %s is %s in %s, which is used, and %s in %s", c.fact, a, InfoFile, b, InfoFITS)
		}
	}
}

func (d *Directory) readInfo(name string) (Info, error) {
	f, err := os.Open(d.Path(name))
	if err != nil {
		return Info{}, err
	}
	defer f.Close()
	return ReadInfo(f, d.Path(name))
}
