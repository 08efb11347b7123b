package fits

import (
	"bytes"
	"fmt"
	"io"
	"reflect"
	"strconv"

	"github.com/astrogo/fitsio"
)

// Column is one column of a [Table].
type Column struct {
	Name string // TTYPE
	// Form is the TFORM: a repeat count, which may be left out, and B (uint8), I
	// (int16), J (int32), K (int64), E (float32) or D (float64).
	Form string
	Unit string // TUNIT, may be ""
	// Zero and Scale turn what is stored into what is meant, Zero + Scale x
	// stored (TZERO, TSCAL). A Scale of 0 stands for 1.
	Zero, Scale float64
	Comment     string // of the TTYPE card
}

// The TZERO of unsigned integers in signed columns (section 5.2.5).
const (
	ZeroUint16 = 1 << 15
	ZeroUint32 = 1 << 31
)

// StoredUint16 is v as a column with Zero [ZeroUint16] stores it.
func StoredUint16(v uint16) int16 { return int16(v ^ 1<<15) }

// StoredUint32 is v as a column with Zero [ZeroUint32] stores it.
func StoredUint32(v uint32) int32 { return int32(v ^ 1<<31) }

// Table is a binary table.
type Table struct {
	Name    string // EXTNAME
	Cards   []Card
	Columns []Column
	Rows    int
	// Row gives pointers to the stored values of row i, one for each column:
	// *int32 for J, *[512]int32 for 512J. They are read before Row is called
	// again, so all rows may use the same memory.
	Row func(i int) []any
}

func (t Table) primary() bool    { return false }
func (t Table) cards() []Card    { return t.Cards }
func (t Table) describe() string { return "table " + t.Name }

func (t Table) structure(bool) []Card {
	width := 0
	for _, c := range t.Columns {
		// Forms are checked by pack, which comes first.
		f, _ := parseForm(c.Form)
		width += f.width()
	}
	cards := tableAxes(width, t.Rows, len(t.Columns))
	for i, c := range t.Columns {
		n := strconv.Itoa(i + 1)
		cards = append(cards, Card{"TTYPE" + n, c.Name, c.Comment}, Card{"TFORM" + n, c.Form, ""})
		if c.Unit != "" {
			cards = append(cards, Card{"TUNIT" + n, c.Unit, ""})
		}
		if c.Scale != 0 && c.Scale != 1 {
			cards = append(cards, Card{"TSCAL" + n, c.Scale, ""})
		}
		if whole := int64(c.Zero); c.Zero != 0 && float64(whole) == c.Zero {
			cards = append(cards, Card{"TZERO" + n, whole, "offset of the stored values"})
		} else if c.Zero != 0 {
			cards = append(cards, Card{"TZERO" + n, c.Zero, "offset of the stored values"})
		}
	}
	return append(cards, Card{"EXTNAME", t.Name, "name of this extension"})
}

func tableAxes(width, rows, fields int) []Card {
	return []Card{
		{"XTENSION", "BINTABLE", "binary table"},
		{"BITPIX", 8, "bytes"},
		{"NAXIS", 2, "number of axes"},
		{"NAXIS1", width, "bytes in a row"},
		{"NAXIS2", rows, "rows"},
		{"PCOUNT", 0, "no heap"},
		{"GCOUNT", 1, "one group"},
		{"TFIELDS", fields, "columns"},
	}
}

// batchSize is about how many bytes of rows fitsio holds at a time.
const batchSize = 256 << 10

// pack has fitsio pack the rows and takes them from its encoder.
func (t Table) pack() ([]byte, error) {
	if t.Name == "" || t.Rows < 1 || len(t.Columns) == 0 || len(t.Columns) > maxFields {
		return nil, fmt.Errorf("a table needs a name, a row and 1 to %d columns; it has the name %q, %d rows, %d columns", maxFields, t.Name, t.Rows, len(t.Columns))
	}
	forms := make([]form, len(t.Columns))
	types := make([]reflect.Type, len(t.Columns))
	names := make(map[string]bool, len(t.Columns))
	width := 0
	for i, c := range t.Columns {
		var err error
		if forms[i], err = parseForm(c.Form); err != nil {
			return nil, fmt.Errorf("column %q: %w", c.Name, err)
		}
		if c.Name == "" || names[c.Name] {
			return nil, fmt.Errorf("column %d: the name %q is empty or taken", i+1, c.Name)
		}
		if types[i] = forms[i].pointer(); types[i] == nil {
			return nil, fmt.Errorf("column %q: this package writes no cells of TFORM %s, only B, I, J, K, E and D", c.Name, c.Form)
		}
		names[c.Name] = true
		width += forms[i].width()
	}
	batch := min(max(1, batchSize/width), t.Rows)
	empty, err := emptyTable(forms, width, batch)
	if err != nil {
		return nil, err
	}
	data := make([]byte, 0, width*t.Rows)
	for first := 0; first < t.Rows; first += batch {
		n := min(batch, t.Rows-first)
		tbl := *empty
		for i := first; i < first+n; i++ {
			cells := t.Row(i)
			if err := checkCells(cells, types, t.Columns); err != nil {
				return nil, fmt.Errorf("row %d: %w", i, err)
			}
			if err := tbl.Write(cells...); err != nil {
				return nil, fmt.Errorf("row %d: %w", i, err)
			}
		}
		// The encoder writes a header first. With no cards of its own it is one
		// block, which is dropped together with all that follows the rows.
		*tbl.Header() = *fitsio.NewHeader(nil, fitsio.BINARY_TBL, 8, []int{width, n})
		w := window{skip: blockSize, keep: n * width, to: data}
		if err := fitsio.NewEncoder(&w).EncodeHDU(&tbl); err != nil {
			return nil, err
		}
		data = w.to
	}
	return data, nil
}

// emptyTable gives a fitsio table without rows, with room for some. A table
// from fitsio.NewTable has none, and would copy itself five times over as it
// grows. One that was decoded without rows and with a heap keeps both in the
// same memory, rows first, so its rows can take the room of the heap. Were that
// to change, rows would be written to new memory: slower, not wrong.
func emptyTable(forms []form, width, rows int) (*fitsio.Table, error) {
	text := header{}
	for _, c := range tableAxes(width, 0, len(forms)) {
		if c.Key == "PCOUNT" {
			c.Value = width * rows
		}
		text.add(c)
	}
	text.add(formCards(forms)...)
	head, err := text.block()
	if err != nil {
		return nil, err
	}
	hdu, err := fitsio.NewDecoder(io.MultiReader(bytes.NewReader(head), zeros{})).DecodeHDU()
	if err != nil {
		return nil, err
	}
	return hdu.(*fitsio.Table), nil
}

// formCards are columns by form alone, under names of no meaning.
func formCards(forms []form) []Card {
	var cards []Card
	for i, f := range forms {
		n := strconv.Itoa(i + 1)
		cards = append(cards, Card{"TTYPE" + n, "C" + n, ""}, Card{"TFORM" + n, fmt.Sprintf("%d%c", f.repeat, f.code), ""})
	}
	return cards
}

// zeros is a reader for fresh memory, which has nothing but zeros anyway.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

// checkCells makes sure that fitsio finds the types it will write; it checks no
// sizes itself.
func checkCells(cells []any, types []reflect.Type, columns []Column) error {
	if len(cells) != len(types) {
		return fmt.Errorf("%d cells for %d columns", len(cells), len(types))
	}
	for i, c := range cells {
		if reflect.TypeOf(c) != types[i] {
			return fmt.Errorf("column %q, TFORM %s: got a cell of type %T, want %v", columns[i].Name, columns[i].Form, c, types[i])
		}
	}
	return nil
}

// window is a writer that drops its first skip bytes, appends the keep bytes
// after them to to, and drops the rest.
type window struct {
	skip, keep int
	to         []byte
}

func (w *window) Write(p []byte) (int, error) {
	n := len(p)
	skipped := min(w.skip, len(p))
	w.skip -= skipped
	p = p[skipped:]
	p = p[:min(w.keep, len(p))]
	w.keep -= len(p)
	w.to = append(w.to, p...)
	return n, nil
}
