package shared

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// recorder is a testing.TB that notes how a test would have ended.
type recorder struct {
	testing.TB
	outcome, message string
}

func (r *recorder) Helper() {}

func (r *recorder) Fatalf(format string, args ...any) { r.end("fatal", format, args) }

func (r *recorder) Skipf(format string, args ...any) { r.end("skip", format, args) }

func (r *recorder) end(outcome, format string, args []any) {
	r.outcome, r.message = outcome, fmt.Sprintf(format, args...)
	panic(r)
}

// outcome runs f as a test would and tells how it ended, "" when it went on.
func outcome(t *testing.T, f func(testing.TB)) (outcome, message string) {
	t.Helper()
	r := &recorder{TB: t}
	defer func() {
		if p := recover(); p != nil && p != any(r) {
			panic(p)
		}
		outcome, message = r.outcome, r.message
	}()
	f(r)
	return
}

func TestMissingMaterialSkipsButFailsInCI(t *testing.T) {
	t.Setenv(dirVariable, filepath.Join(t.TempDir(), "nowhere"))
	for _, c := range []struct{ ci, want string }{{"", "skip"}, {"1", "skip"}, {"true", "fatal"}} {
		t.Setenv(ciVariable, c.ci)
		got, message := outcome(t, func(tb testing.TB) { Path(tb, "golden", "clean.vc2.gz") })
		if got != c.want {
			t.Errorf("CI=%q: %s, want %s", c.ci, got, c.want)
		}
		for _, part := range []string{filepath.Join("nowhere", "golden", "clean.vc2.gz"), dirVariable, "../shared"} {
			if !strings.Contains(message, part) {
				t.Errorf("CI=%q: message %q does not name %q", c.ci, message, part)
			}
		}
	}
}

func TestPathIsBesideTheModule(t *testing.T) {
	t.Setenv(dirVariable, "")
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "internal", "shared", "shared.go")); err != nil {
		t.Fatalf("module root %s: %v", root, err)
	}
	if got, want := Path(t, "golden"), filepath.Join(filepath.Dir(root), "shared", "golden"); got != want {
		t.Errorf("Path = %s, want %s", got, want)
	}
}

func TestReadInflates(t *testing.T) {
	dir := t.TempDir()
	t.Setenv(dirVariable, dir)
	want := []byte("sfdu after sfdu")
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	w.Write(want)
	w.Close()
	for name, content := range map[string][]byte{"plain": want, "packed.gz": z.Bytes()} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
		if got := Read(t, name); !bytes.Equal(got, want) {
			t.Errorf("Read(%s) = %q, want %q", name, got, want)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "cut.gz"), z.Bytes()[:z.Len()-4], 0o644); err != nil {
		t.Fatal(err)
	}
	if got, _ := outcome(t, func(tb testing.TB) { Read(tb, "cut.gz") }); got != "fatal" {
		t.Errorf("a cut gzip file: %q, want fatal", got)
	}
}

func TestReadGolden(t *testing.T) {
	t.Setenv(dirVariable, "")
	// The magic of the first SFDU label (telemetry.md, section 2).
	if got := Read(t, "golden", "clean.vc2.gz"); !bytes.HasPrefix(got, []byte("NJPL")) {
		t.Errorf("clean.vc2 starts with % x", got[:8])
	}
}
