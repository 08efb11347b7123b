package fetch

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"

	"darksite/processing/chandra"
	"darksite/processing/era"
	"darksite/processing/synth"
	"darksite/processing/telemetry"
)

const testID = chandra.ID("2015355")

// replicas are five packed files of a small simulated calibration, by name.
var replicas = sync.OnceValue(func() map[string][]byte {
	c, err := synth.Calibrate(context.Background(), testID, synth.Tiny(), nil, func() {})
	if err != nil {
		panic(err)
	}
	files := map[string][]byte{}
	for _, f := range c.Files {
		files[f.Name] = f.Gzip
	}
	return files
})

const (
	r1 = "2015_355_VC2_Replica1_SFDU_31087.gz"
	r2 = "2015_355_VC2_Replica2_SFDU_31088.gz"
	r3 = "2015_355_VC2_Replica3_SFDU_31089.gz"
	r4 = "2015_355_VC2_Replica4_SFDU_31090.gz"
	r5 = "2015_355_VC2_Replica5_SFDU_31091.gz"
	// plain1 is the name of the first one unpacked.
	plain1 = "2015_355_VC2_Replica1_SFDU_31087"
)

// packed is one of the replicas.
func packed(t testing.TB, name string) []byte {
	t.Helper()
	b := replicas()[name]
	if len(b) < 2*1134 {
		t.Fatalf("the simulated %s has %d bytes", name, len(b))
	}
	return b
}

// unpacked is a replica without gzip.
func unpacked(t testing.TB, name string) []byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(packed(t, name)))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// put writes a file and the directories above it.
func put(t testing.TB, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

// delivered is a new directory with these replicas, all of them for none.
func delivered(t testing.TB, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	if len(names) == 0 {
		names = []string{r1, r2, r3, r4, r5}
	}
	for _, n := range names {
		put(t, filepath.Join(dir, n), packed(t, n))
	}
	return dir
}

func source(t testing.TB, text string) Source {
	t.Helper()
	s, err := ParseSource(text, "")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// options are for a new, empty data directory.
func options(t testing.TB) Options {
	t.Helper()
	return Options{Data: filepath.Join(t.TempDir(), "data"), Eras: era.Default(), Reading: telemetry.DefaultOptions}
}

// fetched asserts that data/<id>/ holds these files and nothing else, each
// with the bytes of the simulation.
func fetched(t *testing.T, o Options, names ...string) {
	t.Helper()
	holds(t, o, names...)
	for _, n := range names {
		got, err := os.ReadFile(filepath.Join(o.Data, string(testID), n))
		if err != nil || !bytes.Equal(got, packed(t, n)) {
			t.Errorf("%s: %d bytes, %v; want the %d bytes of the source", n, len(got), err, len(packed(t, n)))
		}
	}
}

// holds asserts what names data/<id>/ has.
func holds(t *testing.T, o Options, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(o.Data, string(testID)))
	if err != nil && !(os.IsNotExist(err) && len(names) == 0) {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, e := range entries {
		got[e.Name()] = true
	}
	for _, n := range names {
		if !got[n] {
			t.Errorf("%s is not there", n)
		}
		delete(got, n)
	}
	for n := range got {
		t.Errorf("%s is there", n)
	}
}

// outcomes are those of a result, by name.
func outcomes(r *Result) map[string]Outcome {
	m := map[string]Outcome{}
	for _, f := range r.Files {
		m[f.Name] = f.Outcome
	}
	return m
}

// within fails the test when something takes longer.
func within(t *testing.T, d time.Duration, do func()) {
	t.Helper()
	started := time.Now()
	done := make(chan struct{})
	go func() { defer close(done); do() }()
	select {
	case <-done:
		t.Logf("took %v", time.Since(started).Round(time.Millisecond))
	case <-time.After(d):
		t.Fatalf("still at it after %v", d)
	}
}
