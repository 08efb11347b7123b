//go:build unix

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"darksite/internal/term"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
)

// calibrationsMade makes a site of n calibrations that share one simulated map,
// as imported from an archive of mica.
func calibrationsMade(tb testing.TB, n int) (dir string, ids []chandra.ID) {
	tb.Helper()
	dir = filepath.Join(tb.TempDir(), "site")
	run := func(args ...string) {
		tb.Helper()
		if code := run(args); code != 0 {
			tb.Fatalf("darksite %v: exit code %d", args, code)
		}
	}
	const whole = chandra.ID("2015355")
	run("-q", "simulate", string(whole), "--out", filepath.Join(dir, "data"))
	run("-q", "-C", dir, "build")
	from := filepath.Join(dir, "archive", "aca_dark", string(whole))
	var properties map[string]any
	content, err := os.ReadFile(filepath.Join(from, artifact.PropertiesFile))
	if err != nil {
		tb.Fatal(err)
	}
	if err := json.Unmarshal(content, &properties); err != nil {
		tb.Fatal(err)
	}
	mica := filepath.Join(tb.TempDir(), "mica")
	for i := range n - 1 {
		day := time.Date(1999, 9, 1+66*i, 0, 0, 0, 0, time.UTC)
		id := chandra.ID(fmt.Sprintf("%d%03d", day.Year(), day.YearDay()))
		ids = append(ids, id)
		p := maps.Clone(properties)
		p["date"] = id.Colon()
		text, err := json.Marshal(p)
		if err != nil {
			tb.Fatal(err)
		}
		to := filepath.Join(mica, string(id))
		if err := os.MkdirAll(to, 0o777); err != nil {
			tb.Fatal(err)
		}
		if err := os.Link(filepath.Join(from, artifact.ImageFile), filepath.Join(to, artifact.ImageFile)); err != nil {
			tb.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(to, artifact.PropertiesFile), text, 0o666); err != nil {
			tb.Fatal(err)
		}
	}
	stderr := os.Stderr
	os.Stderr, _ = os.Open(os.DevNull) // hundreds of contradictions
	defer func() { os.Stderr = stderr }()
	run("-C", dir, "-q", "import", mica)
	return dir, append(ids, whole)
}

// silent is an environment whose messages nobody reads.
func silent(dir string) *env {
	return &env{Printer: term.New(term.Options{Out: io.Discard, Err: io.Discard}), dir: dir}
}

// BenchmarkRebuild is what `serve` does between noticing a change and serving
// the new tree, for a site of 150 calibrations.
func BenchmarkRebuild(b *testing.B) {
	dir, ids := calibrationsMade(b, 150)
	p := previewOf(b, silent(dir))
	if _, err := p.build(context.Background(), nil); err != nil {
		b.Fatal(err)
	}
	last := string(ids[len(ids)-1])
	write := func(name, text string) []string {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			b.Fatal(err)
		}
		return []string{path}
	}
	for _, c := range []struct {
		name   string
		change func(n int) []string
	}{
		{"template", func(n int) []string {
			return write("layouts/_partials/footer.html", fmt.Sprintf("<footer><p>Save %d</p></footer>\n", n))
		}},
		{"page", func(n int) []string {
			return write("content/dark_cal/glossary.md", fmt.Sprintf("---\ntitle: Glossary\nweight: 30\n---\nSave %d.\n", n))
		}},
		{"sign-off", func(n int) []string {
			return write("content/signoff/"+last+".toml", fmt.Sprintf("by = \"N. N.\"\ndate = 2026-11-22\ndecision = \"note\"\nverdict = \"degraded\"\nrules = 2026-11-22\nreason = \"Save %d.\"\n", n))
		}},
		{"note", func(n int) []string { return write("content/notes/"+last+".md", fmt.Sprintf("Save %d.\n", n)) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			var before, after unix.Rusage
			if err := unix.Getrusage(unix.RUSAGE_SELF, &before); err != nil {
				b.Fatal(err)
			}
			n := 0
			for ; b.Loop(); n++ {
				if _, err := p.build(context.Background(), c.change(n)); err != nil {
					b.Fatal(err)
				}
			}
			if err := unix.Getrusage(unix.RUSAGE_SELF, &after); err != nil {
				b.Fatal(err)
			}
			cpu := after.Utime.Nano() + after.Stime.Nano() - before.Utime.Nano() - before.Stime.Nano()
			b.ReportMetric(float64(cpu)/1e6/float64(n), "cpu-ms/op")
			// A template of one's own makes every other change slower.
			if err := os.RemoveAll(filepath.Join(dir, "layouts")); err != nil {
				b.Fatal(err)
			}
			if _, err := p.build(context.Background(), []string{filepath.Join(dir, "layouts")}); err != nil {
				b.Fatal(err)
			}
		})
	}
}
