package pipeline

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"darksite/internal/shared"
	"darksite/processing/chandra"
	"darksite/processing/inputs"
)

// The old data directory as its scripts read it: a map, and a table of all
// calibrations in the newest directory. What others have in the table stays.
func TestClassicDataDirectory(t *testing.T) {
	shared.Slow(t)
	root, old := t.TempDir(), filepath.Join(t.TempDir(), "aca_dark_cal")
	pastArchive(t, root)
	archive := filepath.Join(root, "aca_dark")
	rows, err := ArchiveZodi(archive)
	if err != nil || len(rows) != len(past) {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	classic := func(id chandra.ID, replace bool) *Classic {
		t.Helper()
		p, err := outgoing(archive, id).Prepare()
		if err != nil {
			t.Fatal(err)
		}
		return &Classic{Prepared: p, Root: old, Rows: rows, Replace: replace}
	}
	put := func(id chandra.ID, replace, want bool) {
		t.Helper()
		if _, changed, warnings, err := classic(id, replace).Put(); err != nil || changed != want || warnings != nil {
			t.Errorf("%s: changed %v, %q, %v", id, changed, warnings, err)
		}
	}
	write := func(path, content string) {
		t.Helper()
		path = filepath.Join(old, path)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, []byte(content), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	table := func(id string) string {
		content, err := os.ReadFile(filepath.Join(old, id, zodiFile))
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
	// A table of the IDL procedures, with a calibration that the archive lacks.
	write("2006001/Result/zodi.csv", "\xef\xbb\xbfdate, ra, dec, el, eb, sun_el, l_l0, zodib\r\n2000:326, 1.5, 2.5, 3.00, 4.00, 5.00, 6.00, 70.00\r\n,,,,,,,\r\n")
	put("2007006", false, true)
	put("2007006", false, false)
	got := strings.Split(strings.TrimSpace(table("2007006")), "\n")
	if len(got) != 4 || got[0] != "date,ra,dec,el,eb,sun_el,l_l0,zodib" || got[1] != "2000:326,1.5,2.5,3.00,4.00,5.00,6.00,70.00" ||
		!strings.HasPrefix(got[2], "2006:329,33.336446,10.493543,") || !strings.HasPrefix(got[3], "2007:006,154.997111,36.895186,") || !strings.HasSuffix(got[3], ",126.55") {
		t.Errorf("%q", got)
	}
	info, err := os.ReadFile(filepath.Join(old, "2007006", inputs.InfoFile))
	if err != nil || !bytes.HasPrefix(info, []byte("datestart,temp,ra,dec,")) {
		t.Errorf("%q, %v", info, err)
	}
	put("2022133", false, true)
	if n := strings.Count(table("2022133"), "\n"); n != len(past)+2 {
		t.Errorf("%d lines:\n%s", n, table("2022133"))
	}
	// Rows and files of others: the same numbers stay as they are written, other
	// numbers and other maps only go with leave.
	rounded := "date,ra,dec,el,eb,sun_el,l_l0,zodib\n2007:006,155.00,36.90,142.86,24.60,285.27,142.41,126.55\n"
	write("2007069/Result/zodi.csv", rounded)
	put("2007069", false, true)
	if !strings.Contains(table("2007069"), "\n2007:006,155.00,36.90,142.86,24.60,") {
		t.Errorf("rounded numbers were replaced:\n%s", table("2007069"))
	}
	write("2007069/Result/zodi.csv", strings.Replace(rounded, "126.55", "226.55", 1))
	if err := classic("2007069", false).Check(); !errors.Is(err, ErrForeign) || !strings.Contains(err.Error(), "its row of 2007:006") {
		t.Errorf("other numbers: %v", err)
	}
	put("2007069", true, true)
	write("2007251/imd.fits", "the map of an IDL procedure")
	write("2007251/info.csv", "datestart,temp\n")
	if _, _, _, err := classic("2007251", false).Put(); !errors.Is(err, ErrForeign) {
		t.Errorf("another map: %v", err)
	}
	if _, err := os.Stat(filepath.Join(old, "2007251", zodiFile)); err == nil {
		t.Error("a part was written of what was refused")
	}
	put("2007251", true, true)
	if info, err := os.ReadFile(filepath.Join(old, "2007251", inputs.InfoFile)); err != nil || string(info) != "datestart,temp\n" {
		t.Errorf("info.csv of others: %q, %v", info, err)
	}
	// What a table of ours has no place for is not lost without leave.
	for more, content := range map[string]string{"the comment in line 1": "# by N. N.\n" + rounded, `"remark"`: strings.NewReplacer("zodib\n", "zodib,remark\n", "126.55\n", "126.55,cloudy\n").Replace(rounded)} {
		write("2019009/Result/zodi.csv", content)
		if err := classic("2019009", false).Check(); !errors.Is(err, ErrForeign) || !strings.Contains(err.Error(), more) {
			t.Errorf("%v, want a refusal for %s", err, more)
		}
		if err := classic("2019009", true).Check(); err != nil {
			t.Error(err)
		}
	}
	// A map of ours that somebody changed is not overwritten either.
	imd := filepath.Join(old, "2007006", "imd.fits")
	ours, err := os.ReadFile(imd)
	if err != nil {
		t.Fatal(err)
	}
	edited := bytes.Clone(ours)
	edited[len(edited)/2] ^= 1
	write("2007006/imd.fits", string(edited))
	if err := classic("2007006", false).Check(); !errors.Is(err, ErrChanged) || !strings.Contains(err.Error(), imd) {
		t.Errorf("a changed map: %v", err)
	}
	put("2007006", true, true)
	// A table that can't be read is not overwritten.
	for name, content := range map[string]string{
		"no column": "date,ra\n2007:006,1\n", "no day": "date,ra,dec,el,eb,sun_el,l_l0,zodib\nx,1,2,3,4,5,6,7\n", "bytes": "\xff\xfe\x00", "twice": rounded + "2007:006,1,2,3,4,5,6,7\n",
	} {
		write("2019009/Result/zodi.csv", content)
		if err := classic("2019009", true).Check(); err == nil || !strings.Contains(err.Error(), "zodi.csv") {
			t.Errorf("%s: %v", name, err)
		}
	}
	// The rules of the old ingest: the row of the calibration in the newest table,
	// and a map that is image.fits.
	out, err := exec.Command(tool(t, "/usr/bin/python3"), "-c", `
import json, sys, os
import numpy as np
from astropy.io import ascii, fits
root = sys.argv[1]
newest = sorted(d for d in os.listdir(root) if os.path.exists(os.path.join(root, d, "Result", "zodi.csv")))[-1]
table = ascii.read(os.path.join(root, newest, "Result", "zodi.csv"), format="csv", guess=False)
row = table[table["date"] == "2007:006"][0]
image = fits.open(os.path.join(root, "2007006", "imd.fits"))[0].data
print(json.dumps({"newest": newest, "columns": table.colnames, "rows": len(table), "eb": float(row["eb"]), "zodib": float(row["zodib"]), "finite": bool(np.isfinite(image).all()), "shape": image.shape}))
`, old).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var read struct {
		Newest    string
		Columns   []string
		Rows      int
		Eb, Zodib float64
		Finite    bool
		Shape     [2]int
	}
	if err := json.Unmarshal(out, &read); err != nil {
		t.Fatal(err)
	}
	if read.Newest != "2022133" || strings.Join(read.Columns, ",") != strings.Join(zodiColumns, ",") || read.Rows != len(past)+1 || read.Eb != 24.6 || read.Zodib != 126.55 ||
		!read.Finite || read.Shape != [2]int{1024, 1024} {
		t.Errorf("%+v", read)
	}
}

func FuzzParseZodi(f *testing.F) {
	for _, s := range []string{"date,ra,dec,el,eb,sun_el,l_l0,zodib\n2007:006,1,2,3,4,5,6,7\n", "date\tra\n", "\xef\xbb\xbfdate;ra;dec;el;eb;sun_el;l_l0;zodib\n2007:006;1;2;3;4;5;6;7;\n", ""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		rows, err := parseZodi(content, "zodi.csv")
		if err != nil {
			return
		}
		for date, row := range rows {
			if _, err := chandra.ParseDate(date); err != nil || len(row) != len(zodiColumns) {
				t.Errorf("row %q of %s: %v", row, date, err)
			}
		}
	})
}
