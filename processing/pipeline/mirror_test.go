package pipeline

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"darksite/internal/shared"
	"darksite/processing/artifact"
	"darksite/processing/ccd"
	"darksite/processing/chandra"
	"darksite/processing/fits/fitstest"
	"darksite/processing/quality"
	"darksite/processing/scaling"
)

// outgoing is a calibration of an archive that nothing is said against.
func outgoing(archive string, id chandra.ID) *Outgoing {
	return &Outgoing{ID: id, Archive: archive, Standing: quality.Standing{Usable: true}}
}

// send prepares and puts a calibration.
func send(o *Outgoing, to string) (dir string, changed bool, err error) {
	p, err := o.Prepare()
	if err == nil {
		err = o.Check(to)
	}
	if err != nil {
		return "", false, err
	}
	return p.Put(to)
}

func TestMirror(t *testing.T) {
	root, other := t.TempDir(), t.TempDir()
	pastArchive(t, root)
	archive, to := filepath.Join(root, "aca_dark"), filepath.Join(other, "aca_dark")
	if _, _, err := send(outgoing(archive, "2007006"), filepath.Join(other, "nowhere")); err == nil {
		t.Error("an archive that is not there was made")
	}
	oldForm(t, archive, to, "2007069") // what mica wrote
	// The root of all of mica's archives will do.
	dir, changed, err := send(outgoing(archive, "2007006"), other)
	if err != nil || !changed || dir != filepath.Join(to, "2007006") {
		t.Fatalf("%s, changed %v, %v", dir, changed, err)
	}
	if problems := artifact.Verify(to, "2007006"); problems != nil {
		t.Errorf("%q", problems)
	}
	// Archived already is a success; what others put beside it stays.
	note := filepath.Join(dir, "NOTE")
	if err := os.WriteFile(note, []byte("x"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, changed, err := send(outgoing(archive, "2007006"), to); err != nil || changed {
		t.Errorf("again: changed %v, %v", changed, err)
	}
	if _, err := os.Stat(note); err != nil {
		t.Error(err)
	}
	if _, _, err := send(outgoing(archive, "2007069"), to); !errors.Is(err, ErrForeign) {
		t.Errorf("replaced what mica wrote: %v", err)
	}
	leave := outgoing(archive, "2007069")
	leave.Replace = true
	if _, changed, err := send(leave, to); err != nil || !changed {
		t.Errorf("with leave: changed %v, %v", changed, err)
	}
	// What is damaged here does not get there.
	path := filepath.Join(archive, "2022133", artifact.ImageFile)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	content[100000] ^= 1
	if err := os.WriteFile(path, content, 0o666); err != nil {
		t.Fatal(err)
	}
	damaged := outgoing(archive, "2022133")
	damaged.Force = true
	if _, _, err := send(damaged, to); err == nil {
		t.Error("a damaged calibration was copied")
	}
}

// holed changes a calibration of pastArchive: holes in its map, a hot pixel, no
// temperature.
func holed(t *testing.T, archive string, id chandra.ID, change func(c *artifact.Calibration, dark []float32)) {
	t.Helper()
	dark, err := artifact.LoadImage(ccd.ACA, archive, id)
	if err != nil {
		t.Fatal(err)
	}
	was, err := artifact.Load(archive, id)
	if err != nil {
		t.Fatal(err)
	}
	facts := *was
	change(&facts, dark)
	c, images := artifact.FromImage(ccd.ACA, id, dark, was.Replicas)
	c.Facts, c.Map.Exposures, c.Provenance = facts.Facts, 10, was.Provenance
	if err := c.Correct(); err != nil {
		t.Fatal(err)
	}
	files, err := artifact.Encode(c, images)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := artifact.Save(archive, id, files); err != nil {
		t.Fatal(err)
	}
	if problems := artifact.Verify(archive, id); problems != nil {
		t.Fatal(problems)
	}
}

var hole = float32(math.NaN())

// What somebody changed in a copy stays, until --replace says otherwise.
func TestAChangedCopyIsNotOverwritten(t *testing.T) {
	root := t.TempDir()
	pastArchive(t, root)
	archive := filepath.Join(root, "aca_dark")
	const id = chandra.ID("2007006")
	for name, c := range map[string]struct {
		change  func(content []byte) []byte
		refused bool
	}{
		artifact.PropertiesFile:  {func(b []byte) []byte { return append(b, "changed\n"...) }, true},
		artifact.ImageFile:       {func(b []byte) []byte { b[len(b)/2] ^= 1; return b }, true},
		artifact.CalibrationFile: {func(b []byte) []byte { return []byte("{") }, true},
		artifact.ManifestFile:    {func(b []byte) []byte { return append(b, "# checked by N. N.\n"...) }, true},
		artifact.CoverageFile:    {func(b []byte) []byte { return nil }, false}, // a file that is gone is put there again
	} {
		t.Run(name, func(t *testing.T) {
			to := t.TempDir()
			dir, _, err := send(outgoing(archive, id), to)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, name)
			content, err := os.ReadFile(path)
			if errors.Is(err, os.ErrNotExist) {
				t.Skip("a map of others has none")
			}
			want := c.change(content)
			os.Remove(path)
			if want != nil {
				if err := os.WriteFile(path, want, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			_, _, err = send(outgoing(archive, id), to)
			if c.refused != errors.Is(err, ErrChanged) || err != nil && !strings.Contains(err.Error(), name) {
				t.Errorf("%v, want refused %v with the name of the file", err, c.refused)
			}
			if now, err := os.ReadFile(path); c.refused && (err != nil || !bytes.Equal(now, want)) {
				t.Errorf("what was changed was destroyed: %v", err)
			}
			leave := outgoing(archive, id)
			leave.Replace = true
			if _, _, err := send(leave, to); err != nil {
				t.Error(err)
			}
			if problems := artifact.Verify(to, id); problems != nil {
				t.Errorf("%q", problems)
			}
		})
	}
}

// A map that would harm those who read it does not leave, and the reason is
// said. Nothing is written for it.
func TestDownstream3WhatDoesNotLeave(t *testing.T) {
	shared.Slow(t)
	root, to := t.TempDir(), t.TempDir()
	pastArchive(t, root)
	archive := filepath.Join(root, "aca_dark")
	holed(t, archive, "2022104", func(c *artifact.Calibration, dark []float32) { c.Facts.CCDTemp = nil })
	holed(t, archive, "2022133", func(c *artifact.Calibration, dark []float32) { dark[77] = hole })
	holed(t, archive, "2019009", func(c *artifact.Calibration, dark []float32) { dark[5], dark[6] = -9999, -32768 }) // as imported before
	bad := quality.Standing{Why: "judged bad, and nobody has accepted it"}
	for _, c := range []struct {
		name     string
		o        Outgoing
		want     string
		fillable bool
	}{
		{"bad", Outgoing{ID: "2007006", Standing: bad}, "judged bad, and nobody has accepted it", false},
		{"no temperature", Outgoing{ID: "2022104", Standing: quality.Standing{Usable: true}}, "no CCD temperature", false},
		{"a hole", Outgoing{ID: "2022133", Standing: quality.Standing{Usable: true}}, "1 pixels have no value", true},
		{"a hole, and bad", Outgoing{ID: "2022133", Standing: bad}, "nobody has accepted it; 1 pixels have no value", false},
		{"a hole that is filled, and bad", Outgoing{ID: "2022133", Standing: bad, Fill: true}, "nobody has accepted it", false},
		{"a fill value", Outgoing{ID: "2019009", Standing: quality.Standing{Usable: true}}, "no dark currents: import it again", false},
	} {
		c.o.Archive = archive
		_, err := c.o.Prepare()
		var refused *Refusal
		if !errors.As(err, &refused) || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), string(c.o.ID)) || refused.Fillable != c.fillable {
			t.Errorf("%s: %v (%+v), want a refusal with %q", c.name, err, refused, c.want)
			continue
		}
		// Somebody may insist. It is written down.
		c.o.Force = true
		if _, _, err := send(&c.o, to); err != nil {
			t.Errorf("%s, forced: %v", c.name, err)
			continue
		}
		content, err := os.ReadFile(filepath.Join(to, string(c.o.ID), artifact.PropertiesFile))
		if err != nil {
			t.Fatal(err)
		}
		var said struct{ Forced struct{ Reasons []string } }
		if err := json.Unmarshal(content, &said); err != nil || !slices.Equal(said.Forced.Reasons, refused.Reasons) {
			t.Errorf("%s: properties say %q, %v; want %q", c.name, said.Forced.Reasons, err, refused.Reasons)
		}
		if problems := artifact.Verify(to, c.o.ID); problems != nil {
			t.Errorf("%s: %q", c.name, problems)
		}
		if there, err := Mirrored(archive, c.o.ID, to); err != nil || !there {
			t.Errorf("%s: mirrored %v, %v", c.name, there, err)
		}
	}
	if entries, err := os.ReadDir(to); err != nil || len(entries) != 4 {
		t.Errorf("%v, %v", entries, err)
	}
}

// Holes are filled in the copy only, from the map before at this temperature,
// else from neighbours; copy and original are told apart, and both verify.
func TestDownstream4HolesAreFilledInTheCopy(t *testing.T) {
	shared.Slow(t)
	root, to := t.TempDir(), t.TempDir()
	pastArchive(t, root)
	archive := filepath.Join(root, "aca_dark")
	const id, before = chandra.ID("2022104"), chandra.ID("2022069")
	near := (100+512)*1024 + 200 + 512
	holed(t, archive, before, func(_ *artifact.Calibration, dark []float32) { dark[near], dark[9] = 20000, hole })
	holed(t, archive, id, func(_ *artifact.Calibration, dark []float32) {
		dark[9], dark[near] = hole, hole
		for i := range 3 * 1024 {
			dark[500*1024+i] = hole
		}
	})
	own, err := os.ReadFile(filepath.Join(archive, string(id), artifact.ImageFile))
	if err != nil {
		t.Fatal(err)
	}
	o := outgoing(archive, id)
	o.Fill, o.Earlier = true, []chandra.ID{before}
	p, err := o.Prepare()
	if err != nil {
		t.Fatal(err)
	}
	if f := p.Filled; f == nil || f.Pixels != 3*1024+2 || f.Earlier != 3*1024+1 || f.Neighbours != 1 || f.EarlierID != before || *f.EarlierTemp != -7 || f.Law != "per-pixel" {
		t.Errorf("%+v", p.Filled)
	}
	dir, changed, err := p.Put(to)
	if err != nil || !changed {
		t.Fatal(changed, err)
	}
	if _, changed, err := send(o, to); err != nil || changed {
		t.Errorf("again: changed %v, %v", changed, err)
	}
	if now, err := os.ReadFile(filepath.Join(archive, string(id), artifact.ImageFile)); err != nil || !bytes.Equal(now, own) {
		t.Errorf("the original changed: %v", err)
	}
	for _, where := range []string{archive, to} {
		if problems := artifact.Verify(where, id); problems != nil {
			t.Errorf("%s: %q", where, problems)
		}
	}
	if there, err := Mirrored(archive, id, to); err != nil || !there {
		t.Errorf("mirrored %v, %v", there, err)
	}
	// Whoever takes the copy for an archive sees what was measured.
	image, err := artifact.LoadImage(ccd.ACA, to, id)
	if err != nil || countHoles(image) != 3*1024+2 {
		t.Errorf("%d holes in the copy, %v", countHoles(image), err)
	}
	content, err := os.ReadFile(filepath.Join(dir, artifact.ImageFile))
	if err != nil {
		t.Fatal(err)
	}
	fitstest.Check(t, content)
	law, err := scaling.PerPixel.Between(-7, -7.5)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Holes, Rows, From, Window int
		Hot, Value, Min, Max      float64
		Cards                     []any
	}
	fitstest.Astropy(t, content, `
m, table = hdus[0].data, hdus["FILLED"].data
result["holes"] = int((~np.isfinite(m)).sum())
result["hot"] = float(m[100 + 512, 200 + 512])
result["min"], result["max"] = hdus[0].header["DATAMIN"] - float(m.min()), hdus[0].header["DATAMAX"] - float(m.max())
result["rows"] = len(table)
at = [r for r in table if r["ROW"] == 100 and r["COL"] == 200][0]
result["value"], result["from"] = float(at["VALUE"]), int(at["FROM"])
result["window"] = int([r for r in table if r["ROW"] == -512 and r["COL"] == 9 - 512][0]["WINDOW"])
result["cards"] = [hdus[0].header[k] for k in ("NFILLED", "FILLPREV", "FILLCAL", "FILLTEMP", "FILLLAW", "FILLNEAR")]
`, &got)
	hot := float64(float32(law.Rate(20000)))
	if got.Holes != 0 || got.Hot != hot || got.Value != hot || got.From != 2022069 || got.Window < 3 || got.Rows != 3*1024+2 || got.Min != 0 || got.Max != 0 {
		t.Errorf("%+v, want %v e-/s", got, hot)
	}
	if want := []any{3074.0, 3073.0, "2022069", -7.0, "per-pixel", 1.0}; !slices.Equal(got.Cards, want) {
		t.Errorf("cards %v, want %v", got.Cards, want)
	}
	// A changed value in the copy is noticed.
	at := bytes.LastIndex(content, []byte("END"+strings.Repeat(" ", 77)))
	broken := bytes.Clone(content)
	broken[(at/2880+1)*2880+14*5+5] ^= 1
	if err := os.WriteFile(filepath.Join(dir, artifact.ImageFile), broken, 0o666); err != nil {
		t.Fatal(err)
	}
	if problems := artifact.Verify(to, id); len(problems) == 0 {
		t.Error("a flipped bit in the table was not found")
	}
	// A quadrant that is lost as a whole can't be filled without a map before.
	holed(t, archive, id, func(_ *artifact.Calibration, dark []float32) {
		for row := range 512 {
			for col := range 512 {
				dark[row*1024+col] = hole
			}
		}
	})
	o.Earlier = nil
	if _, err := o.Prepare(); err == nil || !strings.Contains(err.Error(), "262144 of 263681 pixels without a value can't be filled") {
		t.Errorf("a lost quadrant: %v", err)
	}
	// The map before has a hole there itself.
	o.Earlier = []chandra.ID{before}
	if _, err := o.Prepare(); err == nil || !strings.Contains(err.Error(), "1 of 263681 pixels without a value can't be filled") {
		t.Errorf("a lost quadrant with a map before that has a hole: %v", err)
	}
	o.Earlier = []chandra.ID{"2019155"}
	if p, err := o.Prepare(); err != nil || p.Filled.Earlier != 263681 {
		t.Errorf("a lost quadrant with a whole map before: %v", err)
	}
}

// Programs that read mica's archive by its rules and proseco's are not harmed by
// calibrations that were filled, or forced, or refused.
func TestDownstream3And4ReadersOfTheArchive(t *testing.T) {
	shared.Slow(t)
	root, to := t.TempDir(), filepath.Join(t.TempDir(), "aca_dark")
	pastArchive(t, root)
	archive := filepath.Join(root, "aca_dark")
	holed(t, archive, "2022133", func(_ *artifact.Calibration, dark []float32) {
		for i := range 9 * 1024 {
			dark[300*1024+i] = hole
		}
	})
	holed(t, archive, "2022104", func(c *artifact.Calibration, _ []float32) { c.Facts.CCDTemp = nil })
	holed(t, archive, "2022069", func(_ *artifact.Calibration, dark []float32) { dark[17] = hole })
	if err := os.Mkdir(to, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, p := range past {
		o := outgoing(archive, p.id)
		o.Fill = true
		switch p.id {
		case "2019093":
			o.Standing, o.Force = quality.Standing{Why: "judged bad, and nobody has accepted it"}, true
		case "2022133":
			o.Earlier = []chandra.ID{"2022069"}
		}
		_, _, err := send(o, to)
		if refused := new(Refusal); errors.As(err, &refused) != (p.id == "2022104") || err != nil && p.id != "2022104" {
			t.Errorf("%s: %v", p.id, err)
		}
	}
	out, err := exec.Command(tool(t, "/usr/bin/python3"), filepath.Join("testdata", "downstream.py"), filepath.Dir(to), "2022133", "2022069").CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	// The rules find fault with what must not leave.
	for id, want := range map[chandra.ID]string{"2022133": "percentile", "2022104": "KeyError"} {
		one := t.TempDir()
		if err := os.CopyFS(filepath.Join(one, "aca_dark", string(id)), os.DirFS(filepath.Join(archive, string(id)))); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(tool(t, "/usr/bin/python3"), filepath.Join("testdata", "downstream.py"), one).CombinedOutput()
		if err == nil || !strings.Contains(string(out), want) {
			t.Errorf("%s as it is: %v\n%s", id, err, out)
		}
	}
}
