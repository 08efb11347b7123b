package ccd_test

import (
	"encoding/json"
	"strings"
	"testing"

	"darksite/processing/ccd"
	"darksite/processing/ccd/ccdtest"
	"darksite/processing/telemetry"
)

// The facts of the ACA as processing.md, section 3, has them.
func TestACA(t *testing.T) {
	g := ccd.ACA
	if g.Pixels() != 1048576 || g.LastRow() != 511 || g.LastColumn() != 511 || g.HalfRows() != 2048 || g.QuadrantRows() != 512 {
		t.Errorf("%+v: %d pixels, last row %d, last column %d, %d half rows, quadrants of %d rows", g, g.Pixels(), g.LastRow(), g.LastColumn(), g.HalfRows(), g.QuadrantRows())
	}
	if g.RecordPixels() != telemetry.RecordPixels {
		t.Errorf("a record has %d pixels, in the telemetry %d", g.RecordPixels(), telemetry.RecordPixels)
	}
	if p := g.PlaceOf(0, -512); p != (ccd.Place{Y: 0, X0: 1023, Step: -1}) {
		t.Errorf("column sign 0 lies at %+v, want columns 511 down", p)
	}
	if p := g.PlaceOf(1, 511); p != (ccd.Place{Y: 1023, X0: 0, Step: 1}) {
		t.Errorf("column sign 1 lies at %+v, want columns -512 up", p)
	}
	const says = "image[row + 512][column + 512], ACA rows and columns from -512 to 511; NAXIS1 is the column"
	if got := g.Orientation(); got != says {
		t.Errorf("%q, want %q", got, says)
	}
	for _, c := range []struct {
		colneg uint8
		row    int16
		want   string
	}{{0, -512, "A"}, {0, -1, "A"}, {1, -1, "B"}, {0, 0, "C"}, {0, 511, "C"}, {1, 0, "D"}} {
		if got := g.QuadrantOf(c.colneg, c.row).Letter(); got != c.want {
			t.Errorf("column sign %d row %d is quadrant %s, want %s", c.colneg, c.row, got, c.want)
		}
	}
}

func TestOrientationOfAnother(t *testing.T) {
	g := ccd.Geometry{Name: "X-1", Rows: 8, Columns: 4, FirstRow: 1, FirstColumn: 0}
	const says = "image[row - 1][column + 0], X-1 rows from 1 to 8 and columns from 0 to 3; NAXIS1 is the column"
	if got := g.Orientation(); got != says || g.Check() != nil {
		t.Errorf("%q (%v), want %q", got, g.Check(), says)
	}
}

// geometries are of all kinds: large and small, oblong, not numbered about the centre.
var geometries = []ccd.Geometry{
	ccd.ACA, ccdtest.Small,
	{Name: "tall", Rows: 18, Columns: 4, FirstRow: 1, FirstColumn: -70},
	{Name: "least", Rows: 2, Columns: 2},
}

func TestQuadrants(t *testing.T) {
	for _, g := range geometries {
		letters := ""
		for i, q := range ccd.Quadrants() {
			letters += q.Letter()
			first, last := g.RowsOf(q)
			if g.QuadrantOf(q.ColNeg(), first) != q || g.QuadrantOf(q.ColNeg(), last) != q || int(last-first) != g.QuadrantRows()-1 || q.Order() != i {
				t.Errorf("%s: quadrant %s: rows %d to %d, column sign %d, order %d", g.Name, q.Letter(), first, last, q.ColNeg(), q.Order())
			}
		}
		if letters != "ABCD" {
			t.Errorf("%s: quadrants in the order %s", g.Name, letters)
		}
	}
}

// Every pixel of the image belongs to exactly one sample of one half row, and lies in
// the quadrant of that.
func TestPlacesCoverTheImageOnce(t *testing.T) {
	for _, g := range geometries {
		seen := make([]bool, g.Pixels())
		for h := range g.HalfRows() {
			colneg, row := g.OfHalfRow(h)
			if g.HalfRow(colneg, row) != h {
				t.Fatalf("%s: half row %d is column sign %d row %d is half row %d", g.Name, h, colneg, row, g.HalfRow(colneg, row))
			}
			p := g.PlaceOf(colneg, row)
			for j := range g.RecordPixels() {
				at := p.Y*g.Columns + p.X0 + p.Step*j
				if seen[at] {
					t.Fatalf("%s: pixel %d has two samples", g.Name, at)
				}
				seen[at] = true
				r, c := g.RowColumn(at)
				if r != int(row) || g.Index(r, c) != at || !g.Contains(r, c) {
					t.Fatalf("%s: pixel %d of row %d is row %d, column %d, pixel %d", g.Name, at, row, r, c, g.Index(r, c))
				}
				if q := g.QuadrantOf(colneg, row); g.QuadrantAt(r, c) != q {
					t.Fatalf("%s: row %d, column %d is in quadrant %s and its half row in %s", g.Name, r, c, g.QuadrantAt(r, c).Letter(), q.Letter())
				}
			}
		}
		for _, off := range [][2]int{{g.FirstRow - 1, g.FirstColumn}, {g.LastRow() + 1, g.FirstColumn}, {g.FirstRow, g.FirstColumn - 1}, {g.FirstRow, g.LastColumn() + 1}} {
			if g.Contains(off[0], off[1]) {
				t.Errorf("%s: row %d, column %d is no pixel", g.Name, off[0], off[1])
			}
		}
	}
}

func TestJSON(t *testing.T) {
	for _, g := range geometries {
		text, err := json.Marshal(g)
		if err != nil {
			t.Fatal(err)
		}
		var again ccd.Geometry
		if err := json.Unmarshal(text, &again); err != nil || again != g {
			t.Errorf("%s comes back as %+v, %v", text, again, err)
		}
	}
}

// What no CCD can be is refused, before anything makes room for its pixels.
func TestImpossibleGeometries(t *testing.T) {
	whole := `{"name":"ACA","rows":1024,"columns":1024,"first_row":-512,"first_column":-512}`
	var as ccd.Geometry
	if err := json.Unmarshal([]byte(whole), &as); err != nil || as != ccd.ACA {
		t.Fatalf("%+v, %v", as, err)
	}
	for change, says := range map[string]string{
		`"rows":1024 to "rows":0`:                         "0 rows",
		`"rows":1024 to "rows":-2`:                        "-2 rows",
		`"rows":1024 to "rows":1023`:                      "even numbers",
		`"columns":1024 to "columns":8194`:                "from 2 to 8192",
		`"columns":1024 to "columns":1e30`:                "columns",
		`"columns":1024 to "columns":"1024"`:              "columns",
		`"columns":1024, to `:                             "0 columns",
		`"first_row":-512 to "first_row":99999`:           "first row 99999",
		`"first_row":-512, to `:                           "first_row and first_column are wanted",
		`,"first_column":-512 to `:                        "first_row and first_column are wanted",
		`"name":"ACA" to "name":""`:                       "name",
		`"name":"ACA" to "name":"<b>"`:                    "name",
		`"name":"ACA" to "name":"a name without any end"`: "name",
		whole + ` to null`:                                "wanted",
		whole + ` to {}`:                                  "wanted",
		whole + ` to []`:                                  "geometry",
	} {
		from, to, _ := strings.Cut(change, " to ")
		text := strings.Replace(whole, from, to, 1)
		g := ccd.ACA
		if err := json.Unmarshal([]byte(text), &g); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %+v, %v, want %q", text, g, err, says)
		}
	}
}

func TestSizes(t *testing.T) {
	g := ccdtest.Small
	if err := g.CheckAxes(128, 96); err != nil {
		t.Error(err)
	}
	if err := g.CheckAxes(96, 128); err == nil || err.Error() != "96 x 128 pixels, want 128 x 96" {
		t.Errorf("exchanged axes: %v", err)
	}
	if err := g.CheckPixels(96 * 128); err != nil {
		t.Error(err)
	}
	if err := g.CheckPixels(5); err == nil || err.Error() != "5 pixels, want 128 x 96" {
		t.Errorf("five pixels: %v", err)
	}
}
