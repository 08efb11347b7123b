//go:build browser

package sitetest

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func decode(t *testing.T, text any, into any) {
	t.Helper()
	s, ok := text.(string)
	if !ok {
		t.Fatalf("no text but %v", text)
	}
	if err := json.Unmarshal([]byte(s), into); err != nil {
		t.Fatal(err)
	}
}

// message is one of the validator's.
type message struct {
	Type, SubType, Message, URL string
	LastLine                    int
	Extract                     string
}

// validate gives the errors that the Nu Html Checker finds in files.
func validate(t *testing.T, files ...string) []message {
	t.Helper()
	checker := Tool(t, "vnu-*", "vnu.jar")
	java, err := exec.LookPath("java")
	if err != nil {
		t.Fatalf("%v: ./test installs it", err)
	}
	args := append([]string{"-Xss4m", "-jar", checker, "--format", "json", "--errors-only", "--exit-zero-always", "--also-check-svg"}, files...)
	cmd := exec.Command(java, args...)
	var said bytes.Buffer
	cmd.Stderr = &said // where it writes what it found
	if err := cmd.Run(); err != nil {
		t.Fatalf("vnu: %v\n%s", err, said.Bytes())
	}
	var found struct{ Messages []message }
	decode(t, said.String(), &found)
	return found.Messages
}

// Every page and drawing is as the standards of HTML, SVG and MathML want it.
func TestValidator(t *testing.T) {
	// A validator that finds nothing anywhere would find nothing here.
	bad := filepath.Join(t.TempDir(), "bad.html")
	if err := os.WriteFile(bad, []byte("<!doctype html><html lang=en><title>bad</title><p id=a><p id=a></b>"), 0o666); err != nil {
		t.Fatal(err)
	}
	if got := validate(t, bad); len(got) < 2 {
		t.Fatalf("the validator finds %v in a bad page", got)
	}
	s := site(t)
	var files []string
	err := filepath.WalkDir(s.Public, func(path string, d os.DirEntry, err error) error {
		if ext := filepath.Ext(path); ext == ".html" || ext == ".svg" {
			files = append(files, path)
		}
		return err
	})
	if err = errors.Join(err); err != nil || len(files) < 2*Calibrations {
		t.Fatalf("only %d files (%v)", len(files), err)
	}
	for _, m := range validate(t, files...) {
		at := strings.TrimPrefix(m.URL, s.disk())
		t.Errorf("%s:%d: %s: %s\n\t%s", at, m.LastLine, m.Type, m.Message, m.Extract)
	}
}
