package pixels

import (
	"fmt"
	"io"
	"strings"

	"darksite/processing/ccd"
	"darksite/processing/chandra"
	"darksite/processing/fits"
)

// tableName is the EXTNAME of the list.
const tableName = "PIXELS"

const rateUnit = "electron/s"

// columns of the list, in the order of the CSV.
func columns(g ccd.Geometry) []fits.Column {
	return []fits.Column{
		{Name: "ROW", Form: "1I", Unit: "pixel", Comment: g.Name + " row"},
		{Name: "COL", Form: "1I", Unit: "pixel", Comment: g.Name + " column"},
		{Name: "QUADRANT", Form: "1B", Comment: "1 to 4: A, B, C, D"},
		{Name: "NOW", Form: "1E", Unit: rateUnit, Comment: "dark current in the map"},
		{Name: "BEFORE", Form: "1E", Unit: rateUnit, Comment: "in the earlier map"},
		{Name: "NOW_COMMON", Form: "1E", Unit: rateUnit, Comment: "at the common temperature"},
		{Name: "BEFORE_COMMON", Form: "1E", Unit: rateUnit, Comment: "at the common temperature"},
		{Name: "CLASS", Form: "1I", Comment: "sum of bits, see COMMENT"},
	}
}

// EncodeFITS writes the list of a report as a FITS binary table with checksums.
// The creator is the program's name and version. A report without a listed
// pixel gives a file without the table.
func EncodeFITS(w io.Writer, r *Report, creator string) error {
	hdus := []fits.HDU{fits.Primary{Cards: primaryCards(r, creator)}}
	if len(r.Pixels) > 0 {
		hdus = append(hdus, table(r))
	}
	if err := fits.Encode(w, hdus...); err != nil {
		return fmt.Errorf("pixel list of %s: %w", r.Now.ID, err)
	}
	return nil
}

func table(r *Report) fits.Table {
	var row, col int16
	var quadrant uint8
	var class int16
	var p Pixel
	cells := []any{&row, &col, &quadrant, &p.Now, &p.Before, &p.NowCommon, &p.BeforeCommon, &class}
	return fits.Table{
		Name:    tableName,
		Cards:   tableCards(r),
		Columns: columns(r.Geometry),
		Rows:    len(r.Pixels),
		Row: func(i int) []any {
			p = r.Pixels[i]
			row, col = p.Row, p.Col
			quadrant, class = uint8(p.Quadrant(r.Geometry).Order())+1, int16(p.Class)
			return cells
		},
	}
}

func primaryCards(r *Report, creator string) []fits.Card {
	cards := append(mission(r), fits.Card{Key: "CREATOR", Value: creator, Comment: "program that wrote this file"})
	if t, err := chandra.ParseDate(r.Now.Time); err == nil {
		cards = append(cards,
			fits.Card{Key: "DATE-OBS", Value: t.Format("2006-01-02T15:04:05.000"), Comment: "of the calibration, UTC"},
			fits.Card{Key: "TIMESYS", Value: "UTC", Comment: "time scale"})
	}
	return append(cards,
		fits.Card{Key: "NPIXELS", Value: len(r.Pixels), Comment: "pixels listed in " + tableName},
		fits.Card{Key: "HISTORY", Value: history("Map", r.Now)})
}

// mission are the cards that both HDUs have.
func mission(r *Report) []fits.Card {
	cards := []fits.Card{
		{Key: "TELESCOP", Value: "CHANDRA"},
		{Key: "INSTRUME", Value: r.Geometry.Name, Comment: "Aspect Camera Assembly"},
		{Key: "OBJECT", Value: "DARK CURRENT"},
		{Key: "CALID", Value: string(r.Now.ID), Comment: "calibration, UTC day of its first replica"},
	}
	if r.Now.Simulated || r.Since != nil && r.Since.Before.Simulated {
		cards = append(cards, fits.Simulated())
	}
	return cards
}

func tableCards(r *Report) []fits.Card {
	g := r.Geometry
	cards := append(mission(r),
		fits.Card{Key: "TLMIN1", Value: g.FirstRow}, fits.Card{Key: "TLMAX1", Value: g.LastRow()},
		fits.Card{Key: "TLMIN2", Value: g.FirstColumn}, fits.Card{Key: "TLMAX2", Value: g.LastColumn()},
		fits.Card{Key: "TLMIN3", Value: 1}, fits.Card{Key: "TLMAX3", Value: 4},
		fits.Card{Key: "TLMIN8", Value: 1}, fits.Card{Key: "TLMAX8", Value: int(AllClasses)},
		fits.Card{Key: "THRWARM", Value: r.WarmAbove, Comment: "[electron/s] warm is above"},
		fits.Card{Key: "THRHOT", Value: r.HotAbove, Comment: "[electron/s] hot is above"})
	cards = appendTemp(cards, "CCD_TEMP", r.Now.Temp, "[degC] of the map")
	if d := r.Since; d != nil {
		cards = append(cards, fits.Card{Key: "PREVID", Value: string(d.Before.ID), Comment: "earlier calibration"})
		cards = appendTemp(cards, "PREVTEMP", d.Before.Temp, "[degC] of the earlier map")
		cards = appendTemp(cards, "COMMTEMP", d.CommonTemp, "[degC] where rates were compared")
		law := d.Law
		if law == "" {
			law = "none"
		}
		cards = append(cards,
			fits.Card{Key: "TEMPLAW", Value: law, Comment: "temperature law"},
			fits.Card{Key: "CHG_RATE", Value: d.Change.EPerS, Comment: "[electron/s] changed is by more than"},
			fits.Card{Key: "CHG_FACT", Value: d.Change.Factor, Comment: "and by more than this factor"},
			fits.Card{Key: "NSE_READ", Value: d.Noise.Readout, Comment: "[electron/s] readout noise of a map"},
			fits.Card{Key: "NSE_SHOT", Value: d.Noise.Shot, Comment: "shot noise at 1 electron/s"},
			fits.Card{Key: "NSE_SIG", Value: d.Noise.Sigmas, Comment: "standard deviations beyond noise"},
			fits.Card{Key: "SPAN", Value: d.Days, Comment: "[d] between the calibrations"})
	}
	var bits []string
	for bit, word := range words {
		bits = append(bits, fmt.Sprintf("%d %s", 1<<bit, word))
	}
	cards = append(cards,
		fits.Card{Key: "COMMENT", Value: "CLASS is the sum of " + strings.Join(bits, ", ") + "; warm and hot in the map itself, the others at the common temperature."},
		fits.Card{Key: "HISTORY", Value: history("Map", r.Now)})
	if d := r.Since; d != nil {
		cards = append(cards, fits.Card{Key: "HISTORY", Value: history("Earlier map", d.Before)})
		if d.Note != "" {
			cards = append(cards, fits.Card{Key: "HISTORY", Value: d.Note})
		}
	}
	return cards
}

func appendTemp(cards []fits.Card, key string, t *chandra.Celsius, comment string) []fits.Card {
	if t == nil {
		return cards
	}
	return append(cards, fits.Card{Key: key, Value: float64(*t), Comment: comment})
}

// history names a map in a sentence.
func history(what string, s Source) string {
	text := what + ": calibration " + string(s.ID)
	if s.File != "" {
		text += ", " + s.File
	}
	if s.Time != "" {
		text += ", " + s.Time + " UTC"
	}
	if s.Temp == nil {
		return text + ", CCD temperature not known"
	}
	return fmt.Sprintf("%s, CCD at %v C", text, *s.Temp)
}

// DecodeFITS reads the list of a file that [EncodeFITS] wrote. The name is for
// errors.
func DecodeFITS(g ccd.Geometry, r io.Reader, name string) ([]Pixel, error) {
	f, err := fits.Read(r, name, 0)
	if err != nil {
		return nil, err
	}
	if n, ok := f.HDUs[0].Card("NPIXELS"); ok && n.Value == int64(0) && len(f.HDUs) == 1 {
		return nil, nil
	}
	u, err := f.Find(tableName)
	if err != nil {
		return nil, err
	}
	if _, err := u.Verify(); err != nil {
		return nil, err
	}
	list, err := decodeColumns(g, u)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return list, nil
}

func decodeColumns(g ccd.Geometry, u *fits.Unit) ([]Pixel, error) {
	var integers [4][]int16
	for i, column := range []string{"ROW", "COL", "QUADRANT", "CLASS"} {
		values, err := fits.Cells[int16](u, column)
		if err != nil {
			return nil, err
		}
		integers[i] = values
	}
	var rates [4][]float32
	for i, column := range []string{"NOW", "BEFORE", "NOW_COMMON", "BEFORE_COMMON"} {
		values, err := fits.Cells[float32](u, column)
		if err != nil {
			return nil, err
		}
		rates[i] = values
	}
	rows := u.Axes[1]
	for i := range integers {
		if len(integers[i]) != rows || len(rates[i]) != rows {
			return nil, fmt.Errorf("table %s: %d rows, but a column has more than one value in each; want the columns of a pixel list", tableName, rows)
		}
	}
	list := make([]Pixel, 0, rows)
	for i := range rows {
		row, col, quadrant, class := integers[0][i], integers[1][i], integers[2][i], integers[3][i]
		p := Pixel{row, col, rates[0][i], rates[1][i], rates[2][i], rates[3][i], Class(class)}
		var err error
		switch {
		case !g.Contains(int(row), int(col)):
			err = fmt.Errorf("pixel (%d, %d): want %s", row, col, g.Span())
		case int(quadrant) != p.Quadrant(g).Order()+1:
			err = fmt.Errorf("pixel (%d, %d) in quadrant %d: it lies in %d", row, col, quadrant, p.Quadrant(g).Order()+1)
		case class < 1 || class > int16(AllClasses):
			err = fmt.Errorf("class %d: want 1 to %d", class, AllClasses)
		case i > 0:
			err = follows(g, list[i-1], p)
		}
		if err != nil {
			return nil, fmt.Errorf("table %s, row %d: %w", tableName, i+1, err)
		}
		list = append(list, p)
	}
	return list, nil
}
