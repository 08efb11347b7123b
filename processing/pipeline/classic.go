package pipeline

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/google/renameio/v2"

	"darksite/internal/ground/table"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/fits"
	"darksite/processing/inputs"
	"darksite/processing/mica"
)

// zodiFile is where the IDL procedures kept the table of the zodiacal background
// at all calibrations, in the data directory of each. Mica looked a calibration
// up in the newest (mica, update_aca_dark.py).
var zodiFile = filepath.Join("Result", "zodi.csv")

// zodiColumns are the columns of that table. The last five are in degrees but
// for zodib, which is in units of Leinert's table.
var zodiColumns = []string{"date", "ra", "dec", "el", "eb", "sun_el", "l_l0", "zodib"}

// ZodiRows are the rows of zodi.csv, by date (YYYY:DOY).
type ZodiRows map[string][]string

// ArchiveZodi makes a row for each calibration of an archive with an attitude.
// The numbers are those of properties.json.
func ArchiveZodi(archive string) (ZodiRows, error) {
	ids, err := artifact.List(archive)
	if err != nil {
		return nil, err
	}
	rows := ZodiRows{}
	for _, id := range ids {
		c, err := artifact.Load(archive, id)
		if err != nil {
			return nil, err
		}
		if c.Zodi == nil || c.Facts.RA == nil || c.Facts.Dec == nil {
			continue
		}
		row := []string{c.Date}
		for _, v := range []float64{*c.Facts.RA, *c.Facts.Dec, c.Zodi.El, c.Zodi.Eb, c.Zodi.SunEl, c.Zodi.LL0, c.Zodi.ZodiB} {
			row = append(row, strconv.FormatFloat(v, 'f', -1, 64))
		}
		rows[c.Date] = row
	}
	return rows, nil
}

// Classic is one calibration in the layout of the old data directory.
type Classic struct {
	Prepared *Prepared
	Root     string   // holds a directory for each calibration, and is made
	Rows     ZodiRows // of the archive
	Replace  bool     // also what darksite did not make, or somebody changed
}

// plan gives the files to write by name, those that are not there already with
// the same bytes, and sentences about what is unusual.
func (k *Classic) plan() (files map[string][]byte, warnings []string, err error) {
	c := k.Prepared.calibration
	dir := filepath.Join(k.Root, string(c.ID))
	files = map[string][]byte{mica.OldImageFile: k.Prepared.Files[artifact.ImageFile]}
	there, err := os.ReadFile(filepath.Join(dir, mica.OldImageFile))
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, nil, err
	case bytes.Equal(there, files[mica.OldImageFile]):
		delete(files, mica.OldImageFile)
	case !k.Replace:
		if fault := ownMap(there); fault != nil {
			return nil, nil, fmt.Errorf("%s: %w: look at what is there, and replace it with --replace", filepath.Join(dir, mica.OldImageFile), fault)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, inputs.InfoFile)); errors.Is(err, fs.ErrNotExist) {
		f := c.Facts
		start := f.DateStart
		if start == "" {
			start = f.Start
		}
		files[inputs.InfoFile] = inputs.EncodeInfo(inputs.Info{DateStart: start, CCDTemp: f.CCDTemp, RA: f.RA, Dec: f.Dec, TempSource: f.CCDTempSource})
	}
	table, err := k.zodi(dir)
	if err != nil {
		return nil, nil, err
	}
	if there, err := os.ReadFile(filepath.Join(dir, zodiFile)); err != nil || !bytes.Equal(there, table) {
		files[zodiFile] = table
	}
	if k.Rows[c.Date] == nil {
		warnings = append(warnings, fmt.Sprintf("%s has no row of %s: its attitude is not known", filepath.Join(dir, zodiFile), c.Date))
	}
	return files, warnings, nil
}

// ownMap is nil for a map as darksite wrote it, by its checksums.
func ownMap(content []byte) error {
	f, err := fits.Read(bytes.NewReader(content), mica.OldImageFile, 0)
	if err != nil {
		return ErrForeign
	}
	creator, _ := f.HDUs[0].Card("CREATOR")
	if text, _ := creator.Value.(string); !strings.HasPrefix(text, "darksite") {
		return ErrForeign
	}
	if complete, err := f.Verify(); err != nil || !complete {
		return ErrChanged
	}
	return nil
}

// zodi is the table up to the calibration: the rows of the archive, and those
// that only the tables of others have, here and in the directory before.
func (k *Classic) zodi(dir string) ([]byte, error) {
	id := k.Prepared.ID
	rows := ZodiRows{}
	keep := func(from ZodiRows) {
		for date, row := range from {
			if date <= id.Colon() {
				rows[date] = row
			}
		}
	}
	ids, _, err := mica.List(k.Root)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, before := range slices.Backward(ids) {
		if before >= id {
			continue
		}
		found, err := readZodi(filepath.Join(k.Root, string(before), zodiFile))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		} else if err != nil {
			return nil, err
		}
		keep(found)
		break
	}
	path := filepath.Join(dir, zodiFile)
	own, err := readZodi(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if more, err := moreThanZodi(path); err != nil {
		return nil, err
	} else if more != "" && !k.Replace {
		return nil, fmt.Errorf("%s: %w: %s would be lost; keep a copy, and replace it with --replace", path, ErrForeign, more)
	}
	keep(own)
	keep(k.Rows)
	for date, row := range own {
		switch ours := k.Rows[date]; {
		case ours == nil:
		case sameNumbers(ours, row):
			rows[date] = row // as it was written
		case !k.Replace:
			return nil, fmt.Errorf("%s: its row of %s is another than the archive's, %s: %w: replace it with --replace", path, date, strings.Join(ours, ","), ErrForeign)
		}
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write(zodiColumns)
	for _, date := range slices.Sorted(maps.Keys(rows)) {
		w.Write(rows[date])
	}
	w.Flush()
	return b.Bytes(), nil
}

// sameNumbers tells whether two rows differ in their digits at most: such tables
// have two decimals, and attitudes were typed with three.
func sameNumbers(a, b []string) bool {
	for i := 1; i < len(zodiColumns); i++ {
		x, errX := strconv.ParseFloat(a[i], 64)
		y, errY := strconv.ParseFloat(b[i], 64)
		if errX != nil || errY != nil || math.Abs(x-y) > 0.0051 {
			return false
		}
	}
	return true
}

// zodiForm is the table for its reader. Cells are kept as they are written.
var zodiForm = func() table.Form {
	f := table.Form{Example: strings.Join(zodiColumns, ","), Bytes: 1 << 20, Rows: 10_000}
	for _, name := range zodiColumns {
		f.Fields = append(f.Fields, table.Field{Name: name})
	}
	return f
}()

// readZodi reads a table by the names of its columns. One that lacks a column is
// an error, because it would be lost.
func readZodi(path string) (ZodiRows, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return parseZodi(content, path)
}

func parseZodi(content []byte, path string) (ZodiRows, error) {
	t, err := table.Read(content, path, zodiForm)
	if err != nil {
		return nil, err
	}
	for i, name := range zodiColumns {
		if !t.Has(i) {
			return nil, fmt.Errorf("%s: no column %s, want %s: move the file elsewhere", path, name, zodiForm.Example)
		}
	}
	rows := ZodiRows{}
	for r, err := range t.Rows() {
		if err != nil {
			return nil, err
		}
		row := make([]string, len(zodiColumns))
		for i := range row {
			row[i] = r.Text(i)
		}
		day, err := chandra.ParseDate(row[0])
		if err != nil {
			return nil, r.Errorf(0, "%w", err)
		}
		date := chandra.IDOf(day).Colon()
		if rows[date] != nil {
			return nil, r.Errorf(0, "a second row of %s: keep one of them", date)
		}
		rows[date] = row
	}
	return rows, nil
}

// moreThanZodi says what a table has that a table of ours has no place for, "" where
// there is nothing, or no table.
func moreThanZodi(path string) (string, error) {
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	} else if err != nil {
		return "", err
	}
	for i, line := range strings.Split(string(content), "\n") {
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			return fmt.Sprintf("the comment in line %d", i+1), nil
		}
	}
	t, err := table.Read(content, path, zodiForm)
	if err == nil && len(t.Warnings) > 0 {
		return "what is not read, " + strings.TrimPrefix(t.Warnings[0], path+": "), nil
	}
	return "", err
}

// Check tells whether the files may be written: [ErrForeign] where something
// else wrote what they would replace.
func (k *Classic) Check() error {
	_, _, err := k.plan()
	return err
}

// Put writes imd.fits, info.csv and Result/zodi.csv, each in one step and the
// table last. Changed is false when all were there with the same bytes.
func (k *Classic) Put() (dir string, changed bool, warnings []string, err error) {
	dir = filepath.Join(k.Root, string(k.Prepared.ID))
	files, warnings, err := k.plan()
	if err != nil {
		return dir, false, nil, err
	}
	if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(zodiFile)), 0o777); err != nil {
		return dir, false, nil, err
	}
	for _, name := range []string{mica.OldImageFile, inputs.InfoFile, zodiFile} {
		content, ok := files[name]
		if !ok {
			continue
		}
		if err := renameio.WriteFile(filepath.Join(dir, name), content, 0o666); err != nil {
			return dir, changed, warnings, err
		}
		changed = true
	}
	return dir, changed, warnings, nil
}
