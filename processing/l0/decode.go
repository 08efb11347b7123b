package l0

import (
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strings"

	"darksite/processing/fits"
	"darksite/processing/telemetry"
)

// MaxBytes is the largest table that [Decode] takes: some eight replicas with
// true values.
const MaxBytes = 64 << 20

// Form says with what values a table was written.
type Form string

// The two forms, as [Options] ask for them.
const (
	FormTrue   Form = "true"
	FormLegacy Form = "legacy"
)

// Decoded is a table that was read back.
type Decoded struct {
	Form Form
	// Told says by what the form was known, a sentence without a full stop.
	Told string
	// File holds the rows as the telemetry has them, in the order of the table,
	// for the steps that follow. What a table does not keep is zero: sizes,
	// frames and ledger of the telemetry, and [telemetry.Row.Offset], which is
	// -1. Its notes say what was unusual.
	File *telemetry.File
}

// ErrEmpty is returned for a table without a row of the CCD.
var ErrEmpty = errors.New("holds no row of the CCD")

// Decode reads the ACA_DUMP table of a file, of either form, plain or gzipped.
// The name is for messages.
//
// Bias and pixels are exact in both forms: a legacy table lacks the offset of
// ADC_BIAS, which is known, and holds the low 16 bits of DN less bias, to which
// adding the bias gives the DN back, since that has 16 bits as well. Rows that
// the CCD does not have, which the old decoder let through, are left out and
// counted as rejected. A legacy time from the half hour before or after midnight
// can be read in two ways; the neighbouring rows decide, or a note says that
// nothing did.
func Decode(r io.Reader, name string) (*Decoded, error) {
	d, err := decode(r, name)
	if errors.Is(err, ErrEmpty) {
		return nil, fmt.Errorf("%s: %w: make the table again, or move it away to go without its replica", name, err)
	}
	return d, err
}

func decode(r io.Reader, name string) (*Decoded, error) {
	f, err := fits.Read(r, name, MaxBytes)
	if err != nil {
		return nil, err
	}
	if _, err := f.Verify(); err != nil {
		return nil, err
	}
	u, err := f.Find(extensionName)
	if err != nil {
		return nil, err
	}
	// The old procedure wrote an extension without a table when it had no rows.
	if len(u.Axes) == 0 || len(u.Axes) == 2 && u.Axes[1] == 0 {
		return nil, fmt.Errorf("the extension %s %w", extensionName, ErrEmpty)
	}
	list, err := u.Columns()
	if err != nil {
		return nil, err
	}
	form, told, err := formOf(list)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	d := &Decoded{Form: form, Told: told, File: &telemetry.File{Name: filepath.Base(name), Simulated: f.Simulated(), Notes: f.Warnings}}
	if c, ok := u.Card("CREATOR"); ok {
		d.Told += fmt.Sprintf(", written by %q", fmt.Sprint(c.Value))
	}
	rows, times, err := readRows(u, form)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	d.setTimes(rows, times)
	return d, d.keep(rows)
}

// formOf tells the forms apart by what the columns declare. All of it must
// agree: numbers read under the wrong offset look like numbers.
func formOf(list []fits.Column) (Form, string, error) {
	found := make(map[string]fits.Column, len(list))
	for _, c := range list {
		if _, twice := found[c.Name]; twice {
			return "", "", fmt.Errorf("the table has two columns %s", c.Name)
		}
		c.Form = strings.TrimPrefix(c.Form, "1")
		found[c.Name] = c
	}
	var misfits []string
	matches := func(want []fits.Column) bool {
		before := len(misfits)
		for _, w := range want {
			form := strings.TrimPrefix(w.Form, "1")
			switch c, ok := found[w.Name]; {
			case !ok:
				misfits = append(misfits, "column "+w.Name+" is missing")
			case c.Form != form || c.Zero != w.Zero || c.Scale != 1:
				misfits = append(misfits, fmt.Sprintf("%s has TFORM %s, TZERO %v, TSCAL %v, not %s, %v, 1", w.Name, c.Form, c.Zero, c.Scale, form, w.Zero))
			}
		}
		return len(misfits) == before
	}
	if matches(legacyColumns()) {
		return FormLegacy, "16-bit PIXDATA and no TZERO", nil
	}
	legacyMisfits := misfits
	misfits = nil
	if matches(columns) {
		return FormTrue, "32-bit PIXDATA and the TZERO of unsigned columns", nil
	}
	// The form with the fewer misfits is the one that was meant.
	if len(legacyMisfits) < len(misfits) {
		misfits = legacyMisfits
	}
	return "", "", fmt.Errorf("%s is neither the table of ACALIMG_SFDU nor of darksite: %s", extensionName, strings.Join(misfits, "; "))
}

// setTimes gives the rows their Earth-received times.
func (d *Decoded) setTimes(rows []telemetry.Row, times []float64) {
	impossible := 0
	legacyUTC, unsure := []float64(nil), false
	if d.Form == FormLegacy {
		legacyUTC, unsure = legacyTimes(times)
	}
	for i := range rows {
		var ok bool
		if d.Form == FormLegacy {
			day := math.Floor(legacyUTC[i] / fullDay)
			rows[i].ERT, ok = ertOf(day+epochDay, legacyUTC[i]-day*fullDay)
		} else {
			rows[i].ERT, ok = trueTime(times[i])
		}
		if !ok {
			impossible++
		}
	}
	if impossible > 0 {
		d.File.Notes = append(d.File.Notes, fmt.Sprintf("%d of %d rows have a TIME_ERT that no frame can have; when they were received is not known", impossible, len(rows)))
	}
	if unsure {
		d.File.Notes = append(d.File.Notes, "the received times, in days of 84600 s, are from the half hour after midnight or from the one before; they are taken as after")
	}
}

// keep takes the rows that the CCD has.
func (d *Decoded) keep(rows []telemetry.Row) error {
	f := d.File
	first, last := telemetry.CCD.FirstRow, telemetry.CCD.LastRow()
	for i := range rows {
		if int(rows[i].Row) < first || int(rows[i].Row) > last {
			f.RowsRejected++
			continue
		}
		f.Rows = append(f.Rows, rows[i])
	}
	if f.RowsRejected > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("%d of %d rows have a row number that the CCD does not have (%d to %d) and are left out",
			f.RowsRejected, len(rows), first, last))
	}
	if len(f.Rows) == 0 {
		return fmt.Errorf("the extension %s %w: %s", extensionName, ErrEmpty, f.Notes[len(f.Notes)-1])
	}
	f.RowsRepeated = telemetry.MarkRepeats(f.Rows)
	return nil
}
