package mica

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"darksite/processing/chandra"
	"darksite/processing/fits"
	"darksite/processing/fits/fitstest"
)

func TestReadClassic(t *testing.T) {
	m := imageOf()
	dir := fill(t, "2007006", map[string][]byte{ImageFile: encodeImage(t, m), PropertiesFile: classic2007().encode(t)})
	c, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if c.ID != "2007006" || c.Dir != dir || c.Missing != 0 || !slices.Equal(c.Image, m) {
		t.Errorf("id %q, dir %q, %d missing, the same image: %v", c.ID, c.Dir, c.Missing, slices.Equal(c.Image, m))
	}
	celsius := func(v chandra.Celsius) *chandra.Celsius { return &v }
	want := &Properties{
		Form: Classic, ID: "2007006", Date: "2007:006", Start: start2007, Stop: stop2007, DurS: as(10910.0), CCDTemp: celsius(-19.852),
		RADeg: as(154.997111), DecDeg: as(36.895186), ElDeg: as(142.86), EbDeg: as(24.6), SunElDeg: as(285.27), LL0Deg: as(142.41), ZodiB: as(126.55),
		CommonTimes: true,
	}
	for i, temp := range []chandra.Celsius{-19.872, -19.862, -19.852, -19.842, -19.832} {
		want.Replicas = append(want.Replicas, Replica{Count: i + 1, CCDTemp: celsius(temp), Source: "HDR3", Downlink: as(true)})
	}
	if diff := cmp.Diff(want, c.Properties); diff != "" {
		t.Errorf("properties (-want +got):\n%s", diff)
	}
	if len(c.Contradictions) != 0 || len(c.Warnings) != 1 || !strings.Contains(c.Warnings[0], "all replicas have one start and stop, "+start2007) {
		t.Errorf("warnings %q, contradictions %q", c.Warnings, c.Contradictions)
	}
	if len(c.Files) != 2 || c.Files[0].Name != ImageFile || c.Files[1].Name != PropertiesFile || len(c.Files[1].SHA256) != 64 || c.Files[0].Bytes != 4*1024*1024+2*2880-1024 {
		t.Errorf("files %+v", c.Files)
	}
}

func TestReadModern(t *testing.T) {
	dir := fill(t, "2019153", map[string][]byte{ImageFile: encodeImage(t, imageOf()), PropertiesFile: []byte(modern2019)})
	c, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	p := c.Properties
	if p.Form != Modern || *p.TCCD != -11.086 || *p.Temperature() != -11.086 || *p.Images != 10 || p.Filename != "image.fits" || p.RADeg != nil || p.Replicas != nil {
		t.Errorf("%+v", p)
	}
	if start, stop := p.Span(); start != "2019:153:01:02:03.456" || stop != "2019:160:11:12:13.000" {
		t.Errorf("from %s to %s", start, stop)
	}
	if len(p.Other) != 1 || p.Other[0].Key != "images" || string(p.Other[0].Value) != `[{"obsid":47129},[1,2.50]]` {
		t.Errorf("other members %q", p.Other)
	}
	if len(c.Contradictions) != 0 || len(c.Warnings) != 1 || !strings.Contains(c.Warnings[0], `not known and stay behind in the file: "images"`) {
		t.Errorf("warnings %q, contradictions %q", c.Warnings, c.Contradictions)
	}
}

// Maps as astropy writes them: other types, scaling, blanks.
func TestReadMapTypes(t *testing.T) {
	const start = `
m = (np.arange(1024 * 1024) % 977 - 20).reshape(1024, 1024)
`
	for name, c := range map[string]struct {
		script   string
		warnings []string
		missing  int
	}{
		"float32":  {`hdus.append(fits.PrimaryHDU(m.astype("f4")))`, nil, 0},
		"float64":  {`hdus.append(fits.PrimaryHDU(m.astype("f8")))`, nil, 0},
		"int16":    {`hdus.append(fits.PrimaryHDU(m.astype("i2")))`, nil, 0},
		"int32":    {`hdus.append(fits.PrimaryHDU(m.astype("i4")))`, nil, 0},
		"scaled":   {`p = fits.PrimaryHDU(m.astype("f8")); p.scale("int16", bscale=0.5, bzero=100); hdus.append(p)`, nil, 0},
		"unit":     {`p = fits.PrimaryHDU(m.astype("f4")); p.header["BUNIT"] = "electron / s"; hdus.append(p)`, nil, 0},
		"DN":       {`p = fits.PrimaryHDU(m.astype("f4")); p.header["BUNIT"] = "DN"; hdus.append(p)`, []string{`BUNIT is "DN"; the values are taken as e-/s`}, 0},
		"blank":    {`m[5, 6] = -999; p = fits.PrimaryHDU(m.astype("i2")); p.header["BLANK"] = -999; hdus.append(p)`, []string{"1 of 1048576 pixels have no value"}, 1},
		"rounded":  {`m = m.astype("f8"); m[0, 0] += 1e-12; m[1, 1] += 1e-12; hdus.append(fits.PrimaryHDU(m))`, []string{"2 of 1048576 pixels have more digits than float32 holds"}, 0},
		"clipped":  {`hdus.append(fits.PrimaryHDU(m.clip(0).astype("f4")))`, []string{"no pixel is below 0, so the map was clipped"}, 0},
		"and more": {`hdus.append(fits.PrimaryHDU(m.astype("f4"))); hdus.append(fits.ImageHDU(np.zeros((3, 3))))`, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			dir := fill(t, "2015014", map[string][]byte{OldImageFile: fitstest.Make(t, start+c.script)})
			got, err := Read(dir)
			if err != nil {
				t.Fatal(err)
			}
			if got.ID != "2015014" || got.Properties != nil || got.Missing != c.missing || len(got.Files) != 1 || got.Files[0].Name != OldImageFile {
				t.Errorf("id %q, %d missing, files %+v, properties %v", got.ID, got.Missing, got.Files, got.Properties)
			}
			if !slices.EqualFunc(got.Warnings, c.warnings, strings.Contains) {
				t.Errorf("warnings %q, want %q", got.Warnings, c.warnings)
			}
			want := imageOf()
			switch name {
			case "clipped":
				for i := range want {
					want[i] = max(0, want[i])
				}
			case "blank":
				if v := got.Image[5*1024+6]; v == v {
					t.Errorf("the blank pixel is %v", v)
				}
				want[5*1024+6] = got.Image[5*1024+6]
			}
			if !slices.EqualFunc(want, got.Image, bitsEqual) {
				t.Error("the image is another one")
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	m := imageOf()
	good, properties := encodeImage(t, m), classic2007().encode(t)
	filled := slices.Repeat([]float32{-9999}, len(m))
	none := make([]float32, len(m))
	for i := range none {
		none[i] = float32(math.NaN())
	}
	damaged := slices.Clone(good)
	damaged[5000] ^= 1
	type files = map[string][]byte
	for name, c := range map[string]struct {
		files files
		want  string
	}{
		"nothing":          {nil, "neither image.fits nor imd.fits is in it"},
		"no properties":    {files{ImageFile: good}, "properties.json: no such file"},
		"no image":         {files{PropertiesFile: properties}, "neither image.fits nor imd.fits"},
		"not FITS":         {files{ImageFile: []byte("GIF89a"), PropertiesFile: properties}, `want "SIMPLE  ="`},
		"cut":              {files{OldImageFile: good[:1<<20]}, "cut short"},
		"damaged":          {files{OldImageFile: damaged}, "fetch it again"},
		"small":            {files{OldImageFile: encodeImage(t, m[:1024*512])}, "HDU 0 has the axes [1024 512]; want the map there, 1024 x 1024"},
		"in an extension":  {files{OldImageFile: fitstest.Make(t, `hdus.append(fits.PrimaryHDU()); hdus.append(fits.ImageHDU(np.zeros((1024, 1024))))`)}, "HDU 0 has the axes []"},
		"filled":           {files{OldImageFile: encodeImage(t, filled)}, "no pixel has a value; 1048576 hold -9999, which is no dark current"},
		"no values":        {files{OldImageFile: encodeImage(t, none)}, "no pixel has a value"},
		"wrong properties": {files{ImageFile: good, PropertiesFile: []byte("{")}, "properties.json: byte 1: the text ends inside a value"},
	} {
		got, err := Read(fill(t, "2007006", c.files))
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "2007006") {
			t.Errorf("%s: %v; want an error with %q (read %v)", name, err, c.want, got != nil)
		}
	}
	if _, err := Read(filepath.Join(t.TempDir(), "2007006")); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("a directory that is not there: %v", err)
	}
	dir := fill(t, "2007006", nil)
	if err := os.Mkdir(filepath.Join(dir, ImageFile), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(dir); err == nil || !strings.Contains(err.Error(), "not a plain file") {
		t.Errorf("a directory for an image: %v", err)
	}
}

// The id is found in the directory's name or in the properties, or nowhere.
func TestReadID(t *testing.T) {
	image := encodeImage(t, imageOf())
	for name, c := range map[string]struct {
		dir        string
		properties object
		want       chandra.ID
	}{
		"directory":       {"2007006", classic2007(), "2007006"},
		"properties":      {"from-tape", classic2007(), "2007006"},
		"date":            {"from-tape", classic2007().with(object{"id": nil}), "2007006"},
		"start":           {"from-tape", classic2007().with(object{"id": "x", "date": nil}), "2007006"},
		"no":              {"from-tape", object{"ccd_temp": -10, "t_ccd": -10}, ""},
		"far future":      {"from-tape", object{"date": "7009:113", "ccd_temp": -10}, ""},
		"no such day":     {"2007366", object{"ccd_temp": -10, "t_ccd": -10}, ""},
		"directory first": {"2007007", classic2007(), "2007007"},
	} {
		c2, err := Read(fill(t, c.dir, map[string][]byte{ImageFile: image, PropertiesFile: c.properties.encode(t)}))
		if err != nil || c2.ID != c.want {
			t.Errorf("%s: %v, %v; want %q", name, c2, err, c.want)
		}
		if said := err == nil && slices.ContainsFunc(c2.Warnings, func(w string) bool { return strings.Contains(w, "give the calibration's id") }); said != (c.want == "") {
			t.Errorf("%s: warnings %q", name, c2.Warnings)
		}
	}
}

func TestList(t *testing.T) {
	root := t.TempDir()
	for _, name := range []string{"2007069", "2007006", "1999223", ".tmp-2007006", "2007006.old", "x2007006", "3007006", "200700", "2007366", "Result", "12007006"} {
		if err := os.Mkdir(filepath.Join(root, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(root, "2008001"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("2007006", filepath.Join(root, "2009001")); err != nil {
		t.Fatal(err)
	}
	ids, warnings, err := List(root)
	if err != nil || !slices.Equal(ids, []chandra.ID{"1999223", "2007006", "2007069", "2009001"}) {
		t.Errorf("%v, %v", ids, err)
	}
	if !slices.EqualFunc(warnings, []string{"2007366 is passed over", "2008001 is named like a calibration"}, strings.Contains) {
		t.Errorf("warnings %q", warnings)
	}
	if _, _, err := List(filepath.Join(root, "none")); err == nil {
		t.Error("a directory that is not there was listed")
	}
}

func BenchmarkRead(b *testing.B) {
	dir := fill(b, "2007006", map[string][]byte{ImageFile: encodeImage(b, imageOf(), fits.Card{Key: "BUNIT", Value: "e-/s"}), PropertiesFile: classic2007().encode(b)})
	for b.Loop() {
		if _, err := Read(dir); err != nil {
			b.Fatal(err)
		}
	}
}
