package pipeline

import (
	"bytes"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"darksite/processing/artifact"
	"darksite/processing/ccd"
	"darksite/processing/ccd/ccdtest"
	"darksite/processing/chandra"
	"darksite/processing/comparison"
	"darksite/processing/darkmap"
	"darksite/processing/filling"
	"darksite/processing/fits"
	"darksite/processing/pixels"
	"darksite/processing/quality"
	"darksite/processing/telemetry"
)

// smallReplicas are five readouts of a small CCD, with a star in it, hot pixels and a
// row that no replica has.
func smallReplicas(g ccd.Geometry, seed uint64) (sources []artifact.Source, files []*telemetry.File) {
	rng := rand.New(rand.NewPCG(seed, 1))
	dark := make([]float64, g.Pixels())
	for i := range dark {
		dark[i] = 20 + 100*rng.ExpFloat64()
	}
	dark[g.Index(10, -20)] = 9000
	for row := 28; row <= 32; row++ {
		for column := 38; column <= 42; column++ {
			dark[g.Index(row, column)] = 20000
		}
	}
	for n := range 5 {
		f := &telemetry.File{Name: "made"}
		for h := range g.HalfRows() {
			colneg, row := g.OfHalfRow(h)
			if row == -48 && colneg == 0 {
				continue
			}
			place := g.PlaceOf(colneg, row)
			for _, units := range []uint16{312, 625} {
				r := telemetry.Row{Bias: 1000, IntegUnits: units, Replica: uint8(n + 1), ColNeg: colneg, Row: row, DN: make([]uint16, g.RecordPixels())}
				for j := range r.DN {
					rate := dark[place.Y*g.Columns+place.X0+place.Step*j]
					r.DN[j] = uint16(1000 + rate*r.IntegSeconds()/5 + 3*rng.NormFloat64())
				}
				f.Rows = append(f.Rows, r)
			}
		}
		files = append(files, f)
		sources = append(sources, artifact.Source{Number: n + 1, File: f})
	}
	return sources, files
}

// A CCD of another size goes the whole way, from rows to a verdict, and nothing
// takes it for the ACA.
func TestAnotherCCD(t *testing.T) {
	g, root := ccdtest.Small, t.TempDir()
	archive, comparisons := filepath.Join(root, "archive"), filepath.Join(root, "comparison")
	var maps []pixels.Map
	var last *artifact.Calibration
	for k, id := range []chandra.ID{"2015355", "2016125"} {
		sources, files := smallReplicas(g, uint64(k))
		stack, err := darkmap.NewStack(g, files, darkmap.DefaultSettings())
		if err != nil {
			t.Fatal(err)
		}
		m, err := darkmap.Combine(stack)
		if err != nil {
			t.Fatal(err)
		}
		made, images := artifact.New(id, sources, stack, m)
		temp := -14.0
		made.Facts.CCDTemp = &temp
		if err := made.Correct(); err != nil {
			t.Fatal(err)
		}
		encoded, err := artifact.Encode(made, images)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := artifact.Save(archive, id, encoded); err != nil {
			t.Fatal(err)
		}
		if problems := artifact.Verify(archive, id); problems != nil {
			t.Error(problems)
		}
		c, err := artifact.Load(archive, id)
		if err != nil {
			t.Fatal(err)
		}
		image, err := artifact.LoadImage(c.Geometry, archive, id)
		if err != nil || len(image) != 96*128 {
			t.Fatal(len(image), err)
		}
		short, long, err := artifact.LoadCoverage(c.Geometry, archive, id)
		if err != nil || short[0] != 5 || long[127] != 0 {
			t.Errorf("%d and %d samples, %v, want 5 and 0", short[0], long[127], err)
		}
		if c.Geometry != g || c.Map.Missing != 64 || c.Warm.Expected != nil || c.Map.Orientation != "image[row + 48][column + 64], SMALL rows from -48 to 47 and columns from -64 to 63; NAXIS1 is the column" {
			t.Errorf("%+v, %d missing, expected %v, %s", c.Geometry, c.Map.Missing, c.Warm.Expected, c.Map.Orientation)
		}
		if r := c.Replicas[0]; r.RowsExpected != 4*96 || r.RowsReceived != 4*96-2 || r.Readouts[0].Rows != 47 {
			t.Errorf("%d of %d rows, %d of the first readout", r.RowsReceived, r.RowsExpected, r.Readouts[0].Rows)
		}
		if len(c.Stars) != 1 || math.Abs(float64(c.Stars[0].Row-30)) > 2 || math.Abs(float64(c.Stars[0].Col-40)) > 2 {
			t.Errorf("stars %v, want one at 30, 40", c.Stars)
		}
		if n := c.Quadrants[3].Statistics.Pixels(); n != 48*64 {
			t.Errorf("quadrant D has %d pixels", n)
		}
		filled, list, unfilled, err := filling.Fill(g, image, nil, nil)
		if err != nil || unfilled != 0 || len(list) != 64 || filled[127] != filled[127] {
			t.Errorf("%d pixels filled, %d not, %v", len(list), unfilled, err)
		}
		celsius := chandra.Celsius(temp)
		maps = append([]pixels.Map{{Geometry: g, ID: id, Image: image, Temp: &celsius, Time: id.Date()}}, maps...)
		last = c
	}

	made, err := comparison.New(maps[0], maps[1:], comparison.DefaultSettings())
	if err != nil {
		t.Fatal(err)
	}
	made.Provenance.Inputs = []comparison.Input{{ID: last.ID}}
	encoded, err := comparison.Encode(made)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := artifact.Save(comparisons, last.ID, encoded); err != nil {
		t.Fatal(err)
	}
	if problems := comparison.Verify(comparisons, last.ID); problems != nil {
		t.Error(problems)
	}
	list, err := comparison.LoadPixels(g, comparisons, last.ID)
	if err != nil || len(list) == 0 {
		t.Error(len(list), err)
	}
	for name, content := range encoded {
		if bytes.Contains(content, []byte("-512")) {
			t.Errorf("%s holds row -512", name)
		}
	}
	v := quality.Judge(quality.Subject{Calibration: last, Comparison: made}, quality.DefaultRules())
	for _, clause := range v.Clauses {
		if strings.Contains(clause.Sentence, "1,048,576") || clause.Name == "completeness" && !strings.Contains(clause.Sentence, "1,910 of 1,920") {
			t.Errorf("%s: %s", clause.Name, clause.Sentence)
		}
	}

	other := maps[1]
	other.Geometry.Name = "OTHER"
	if _, err := comparison.New(maps[0], []pixels.Map{other}, comparison.DefaultSettings()); err == nil || !strings.Contains(err.Error(), "two maps of one CCD") {
		t.Errorf("two CCDs are compared: %v", err)
	}
}

// An artifact that does not tell its CCD is the ACA's, and one whose image is of
// another is refused.
func TestGeometryOfArtifacts(t *testing.T) {
	g, archive, id := ccdtest.Small, t.TempDir(), chandra.ID("2016125")
	c, images := artifact.FromImage(g, id, make([]float32, g.Pixels()), nil)
	encoded, err := artifact.Encode(c, images)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := artifact.Save(archive, id, encoded); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(archive, string(id), artifact.CalibrationFile)
	whole := string(encoded[artifact.CalibrationFile])
	const member = `"geometry": {"name":"SMALL","rows":96,"columns":128,"first_row":-48,"first_column":-64},`
	if !strings.Contains(whole, member) {
		t.Fatalf("no geometry in %.300s", whole)
	}
	for change, says := range map[string]string{
		"": "image.fits: 128 x 96 pixels, want 1024 x 1024 as calibration.json says",
		strings.Replace(member, `96,"columns":128`, `128,"columns":96`, 1): "image.fits: 128 x 96 pixels, want 96 x 128 as calibration.json says",
		strings.Replace(member, `96,`, `9600,`, 1):                         "from 2 to 8192",
		strings.Replace(member, `96,`, `2,`, 1):                            "histogram of 12288 pixels: the CCD SMALL has 128 x 2",
	} {
		if err := os.WriteFile(path, []byte(strings.Replace(whole, member, change, 1)), 0o644); err != nil {
			t.Fatal(err)
		}
		read, err := artifact.Load(archive, id)
		if err == nil {
			if change == "" && read.Geometry != ccd.ACA {
				t.Errorf("without a geometry it is %+v", read.Geometry)
			}
			_, err = artifact.LoadImage(read.Geometry, archive, id)
		}
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", change, err, says)
		}
		if problems := strings.Join(artifact.Verify(archive, id), "\n"); !strings.Contains(problems, says) {
			t.Errorf("%s: verify says %q, want %q", change, problems, says)
		}
	}
	f, err := fits.Read(bytes.NewReader(encoded[artifact.ImageFile]), "image.fits", 0)
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]any{"ROW0": int64(-48), "COL0": int64(-64), "CRVAL1": -64.0, "CRVAL2": -48.0, "INSTRUME": "SMALL"} {
		if card, ok := f.HDUs[0].Card(key); !ok || card.Value != want {
			t.Errorf("%s is %v, want %v", key, card.Value, want)
		}
	}
}
