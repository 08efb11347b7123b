package main

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"darksite/processing/artifact"
)

// program is darksite in a process of its own.
func program(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// TestMain is the program when it goes by that name.
	return &exec.Cmd{Path: self, Args: append([]string{"darksite"}, args...)}
}

// tree hashes the files below directories, without those that are hidden.
func tree(t *testing.T, dirs ...string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			rel, err := filepath.Rel(filepath.Dir(dir), path)
			if err != nil {
				return err
			}
			content, err := os.ReadFile(path)
			found[rel] = fmt.Sprintf("%x", sha256.Sum256(content))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}

// A run that is killed at any moments and begun again ends with the bytes of one
// that was not, and at no moment is a part of a calibration taken for a whole.
func TestRunSurvivesKills(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("some seconds of killing")
	}
	source := t.TempDir()
	if out, err := program(t, "simulate", "2016125", "--out", source, "--rows", "24", "-q").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	site := func() string {
		dir := t.TempDir()
		config := fmt.Sprintf("[source]\ntelemetry = %q\n", filepath.Join(source))
		if err := os.WriteFile(filepath.Join(dir, "site.toml"), []byte(config), 0o666); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	run := func(dir string) *exec.Cmd { return program(t, "-C", dir, "run", "2016125", "--incomplete", "-q") }
	made := func(dir string) map[string]string {
		return tree(t, filepath.Join(dir, "archive"), filepath.Join(dir, "comparison"), filepath.Join(dir, "public"), filepath.Join(dir, "data"))
	}
	clean := site()
	if out, err := run(clean).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	want := made(clean)

	rng := rand.New(rand.NewPCG(11, 12))
	killed := site()
	for range 15 {
		cmd := run(killed)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(20+rng.IntN(500)) * time.Millisecond)
		cmd.Process.Kill()
		cmd.Wait()
		archive := filepath.Join(killed, "archive", "aca_dark")
		if ids, err := artifact.List(archive); err != nil {
			t.Fatal(err)
		} else if len(ids) > 0 {
			if problems := artifact.Verify(archive, "2016125"); problems != nil {
				t.Fatalf("a part was taken for a whole: %q", problems)
			}
		}
		if rng.IntN(3) == 0 { // so that the beginning is interrupted again too
			os.RemoveAll(filepath.Join(killed, "archive"))
		}
	}
	if out, err := run(killed).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	got := made(killed)
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if strings.HasPrefix(filepath.Base(name), ".") || strings.Contains(name, "/.") {
			delete(got, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if strings.HasPrefix(filepath.Base(name), ".") {
			continue
		}
		if got[name] != want[name] {
			t.Errorf("%s is %q after kills, %q without", name, got[name], want[name])
		}
		delete(got, name)
	}
	if len(got) > 0 {
		t.Errorf("left over: %v", slices.Sorted(maps.Keys(got)))
	}
}
