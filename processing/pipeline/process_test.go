package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"darksite/internal/shared"
	"darksite/processing/artifact"
	"darksite/processing/ccd"
	"darksite/processing/darkmap"
	"darksite/processing/era"
	"darksite/processing/telemetry"
)

func options(t testing.TB, data string) Options {
	return Options{
		Data: data, Archive: t.TempDir(), Map: darkmap.DefaultSettings(), Eras: era.Default(), Reading: telemetry.DefaultOptions, Version: "test",
	}
}

// dataDir gives a data directory in which id holds links to files of shared.
func dataDir(t testing.TB, id string, from ...string) string {
	t.Helper()
	data := t.TempDir()
	dir := filepath.Join(data, id)
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	paths, _ := filepath.Glob(filepath.Join(shared.Path(t, from...), "*_VC2_*"))
	if len(paths) == 0 {
		t.Fatalf("no telemetry in %v", from)
	}
	for _, p := range paths {
		if err := os.Symlink(p, filepath.Join(dir, filepath.Base(p))); err != nil {
			t.Fatal(err)
		}
	}
	return data
}

func TestProcessWritesTheArchive(t *testing.T) {
	o := options(t, dataDir(t, "2016125", "golden", "cal5"))
	info := "datestart,temp,ra,dec\n2016:125:01:02:03.400,-13.25,227.136,16.976\n"
	if err := os.WriteFile(filepath.Join(o.Data, "2016125", "info.csv"), []byte(info), 0o644); err != nil {
		t.Fatal(err)
	}
	r, err := Process(context.Background(), "2016125", o)
	if err != nil {
		t.Fatal(err)
	}
	if !r.Changed || len(r.Warnings) != 0 {
		t.Errorf("changed %v, warnings %q", r.Changed, r.Warnings)
	}
	c, err := artifact.Load(o.Archive, "2016125")
	if err != nil {
		t.Fatal(err)
	}
	if c.Statistics.Pixels() != 49152 || *c.Facts.CCDTemp != -13.25 || !c.Map.Degraded || len(c.Provenance.Inputs) != 6 {
		t.Errorf("calibration %+v", c.Map)
	}
	if total := c.Ledger.Total(); total != 436590*3+437724+436590 {
		t.Errorf("ledger adds up to %d bytes", total)
	}
	var props map[string]any
	content, err := os.ReadFile(filepath.Join(r.Dir, artifact.PropertiesFile))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(content, &props); err != nil {
		t.Fatal(err)
	}
	if props["ccd_temp"] != -13.25 || props["t_ccd"] != -13.25 || props["date"] != "2016:125" || len(props["replicas"].([]any)) != 5 {
		t.Errorf("properties %v", props)
	}

	again, err := Process(context.Background(), "2016125", o)
	if err != nil || again.Changed {
		t.Errorf("second run: changed %v, %v", again.Changed, err)
	}
}

// The archive is what other tools can read.
func TestArchiveIsReadByOthers(t *testing.T) {
	shared.Slow(t)
	o := options(t, dataDir(t, "2016125", "golden", "cal5"))
	r, err := Process(context.Background(), "2016125", o)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{artifact.ImageFile, artifact.CoverageFile} {
		path := filepath.Join(r.Dir, name)
		if out, err := exec.Command(tool(t, "fitsverify"), "-q", path).CombinedOutput(); err != nil {
			t.Errorf("fitsverify %s: %v\n%s", name, err, out)
		}
		script := `import sys, warnings
warnings.simplefilter("error")
import numpy as np
from astropy.io import fits
from astropy import units
with fits.open(sys.argv[1], checksum=True) as f:
    f.verify("exception")
    for h in f:
        assert h.verify_checksum() == 1 and h.verify_datasum() == 1
    if len(f) == 1:
        assert f[0].data.shape == (1024, 1024) and f[0].data.dtype == ">f4"
        assert np.isfinite(f[0].data).sum() == 49152
        assert units.Unit(f[0].header["BUNIT"]) == units.electron / units.s
    else:
        assert (f["SHORT"].data.max(), f["LONG"].data.max()) == (5, 5)
`
		if out, err := exec.Command(tool(t, "/usr/bin/python3"), "-c", script, path).CombinedOutput(); err != nil {
			t.Errorf("astropy %s: %v\n%s", name, err, out)
		}
	}
}

func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%v: ./test installs it", err)
	}
	t.Skipf("%v: ./test installs it", err)
	return ""
}

// With fewer replicas there is a map, and it says that it is degraded.
func TestFewerReplicas(t *testing.T) {
	for n := 4; n >= 1; n-- {
		o := options(t, dataDir(t, "2015355", "golden", "full", "2015355"))
		for k := n + 1; k <= 5; k++ {
			found, _ := filepath.Glob(filepath.Join(o.Data, "2015355", "*Replica"+string(rune('0'+k))+"*"))
			if len(found) != 1 || os.Remove(found[0]) != nil {
				t.Fatal(found)
			}
		}
		r, err := Process(context.Background(), "2015355", o)
		if err != nil {
			t.Fatal(err)
		}
		m := r.Calibration.Map
		if m.Replicas != n || !m.Degraded || len(m.Reasons) != 1 || m.Missing != 0 || m.SamplesShort[n] != ccd.ACA.Pixels() {
			t.Errorf("%d replicas: %+v", n, m)
		}
	}
}

func TestNothingToProcess(t *testing.T) {
	o := options(t, t.TempDir())
	if _, err := Process(context.Background(), "2015355", o); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no data directory: %v", err)
	}
	if err := os.Mkdir(filepath.Join(o.Data, "2015355"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := Process(context.Background(), "2015355", o); !errors.Is(err, ErrIncomplete) {
		t.Errorf("empty data directory: %v", err)
	}
}

// A file that is damaged leaves the archive as it was.
func TestDamagedFileLeavesTheArchive(t *testing.T) {
	o := options(t, dataDir(t, "2016125", "golden", "cal5"))
	if _, err := Process(context.Background(), "2016125", o); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(filepath.Join(o.Archive, "2016125", artifact.ImageFile))
	if err != nil {
		t.Fatal(err)
	}
	found, _ := filepath.Glob(filepath.Join(o.Data, "2016125", "*Replica3*"))
	content, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	for what, damaged := range map[string][]byte{
		"cut":   content[:len(content)/2],
		"flip":  append(append([]byte{}, content[:9000]...), append([]byte{content[9000] ^ 4}, content[9001:]...)...),
		"empty": {},
		"text":  []byte("this is no telemetry at all"),
	} {
		if err := os.Remove(found[0]); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(found[0], damaged, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := Process(context.Background(), "2016125", o); err == nil {
			t.Errorf("%s: processed without an error", what)
		} else {
			t.Log(err)
		}
		after, err := os.ReadFile(filepath.Join(o.Archive, "2016125", artifact.ImageFile))
		if err != nil || string(after) != string(before) {
			t.Errorf("%s: the archive changed (%v)", what, err)
		}
	}
	entries, _ := os.ReadDir(o.Archive)
	if len(entries) != 1 {
		t.Errorf("the archive holds %v", entries)
	}
}

// BenchmarkProcess takes five full gzipped replicas to all artifacts.
func BenchmarkProcess(b *testing.B) {
	data := dataDir(b, "2015355", "golden", "full", "2015355")
	for b.Loop() {
		o := options(b, data)
		if _, err := Process(context.Background(), "2015355", o); err != nil {
			b.Fatal(err)
		}
	}
}
