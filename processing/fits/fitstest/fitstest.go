// Package fitstest turns FITS bytes into the judgement of programs that are not
// ours: fitsverify and astropy.
//
// A program that is missing skips the test, or fails it when CI=true.
package fitstest

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// python is where Debian puts the interpreter that has astropy; another one in
// the path may have none.
const python = "/usr/bin/python3"

// Check fails the test unless fitsverify finds neither error nor warning in the
// file and astropy opens it with correct checksums and nothing to complain of.
func Check(t testing.TB, file []byte) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "check.fits")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := run(t, "fitsverify", path)
	if err != nil || !strings.Contains(out, "found 0 warning(s) and 0 error(s)") {
		t.Errorf("fitsverify: %v\n%s", err, out)
	}
	Astropy(t, file, `pass`, nil)
}

// Astropy runs a Python script with the file open as hdus, its checksums
// verified, numpy as np, and a dict result that it may fill; result is decoded
// from it. Any warning of astropy is an error.
func Astropy(t testing.TB, file []byte, script string, result any) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "astropy.fits")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	program := `
import json, sys, warnings
warnings.simplefilter("error")
import numpy as np
from astropy.io import fits
result = {}
with fits.open(sys.argv[1], checksum=True, memmap=False) as hdus:
    hdus.verify("exception")
    for h in hdus:
        assert "CHECKSUM" in h.header and "DATASUM" in h.header, "no checksum"
        assert h.verify_checksum() == 1 and h.verify_datasum() == 1, "wrong checksum"
` + indent(script) + `
print(json.dumps(result))
`
	out, err := run(t, python, "-c", program, path)
	if err != nil {
		t.Fatalf("astropy: %v\n%s", err, out)
	}
	if result == nil {
		return
	}
	if err := json.Unmarshal([]byte(out), result); err != nil {
		t.Fatalf("astropy: %v\n%s", err, out)
	}
}

// Make gives the file that astropy writes from hdus, a list of HDUs that the
// Python script fills, with checksums.
func Make(t testing.TB, script string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "made.fits")
	program := `
import sys
import numpy as np
from astropy.io import fits
hdus = fits.HDUList()
` + script + `
hdus.writeto(sys.argv[1], checksum=True)
`
	if out, err := run(t, python, "-c", program, path); err != nil {
		t.Fatalf("astropy: %v\n%s", err, out)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func indent(script string) string {
	lines := strings.Split(strings.TrimSpace(script), "\n")
	return "    " + strings.Join(lines, "\n    ")
}

// run gives what the program printed, both streams.
func run(t testing.TB, name string, args ...string) (string, error) {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		const todo = "install Debian's fitsverify and python3-astropy"
		if os.Getenv("CI") == "true" {
			t.Fatalf("%v: %s", err, todo)
		}
		t.Skipf("%v: %s", err, todo)
	}
	out, err := exec.Command(path, args...).CombinedOutput()
	return string(out), err
}
