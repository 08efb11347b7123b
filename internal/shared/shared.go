package shared

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Environment variables that are read.
const (
	dirVariable = "DARKSITE_SHARED"
	ciVariable  = "CI"
)

// Dir is the absolute path of the reference material.
func Dir(t testing.TB) string {
	t.Helper()
	return Path(t)
}

// Path is the absolute path of a file or directory in the reference material,
// for example Path(t, "golden", "clean.vc2.gz"). Without the material, or
// without that file, it skips the test, or fails it when CI=true.
func Path(t testing.TB, elem ...string) string {
	t.Helper()
	dir := os.Getenv(dirVariable)
	if dir == "" {
		root, err := moduleRoot()
		if err != nil {
			t.Fatalf("reference material: %v", err)
		}
		dir = filepath.Join(root, "..", "shared")
	}
	path, err := filepath.Abs(filepath.Join(append([]string{dir}, elem...)...))
	if err != nil {
		t.Fatalf("reference material: %v", err)
	}
	if _, err := os.Stat(path); err != nil {
		const todo = "put the reference material beside the checkout as ../shared, or set " + dirVariable + " to its directory"
		if os.Getenv(ciVariable) == "true" {
			t.Fatalf("reference material: %v: %s", err, todo)
		}
		t.Skipf("reference material: %v: %s", err, todo)
	}
	return path
}

// Open opens a file of the reference material; a name in .gz is read inflated.
// The test closes it when it ends, if the caller has not.
func Open(t testing.TB, elem ...string) io.ReadCloser {
	t.Helper()
	path := Path(t, elem...)
	f, err := os.Open(path)
	if err != nil {
		t.Fatalf("reference material: %v", err)
	}
	t.Cleanup(func() { f.Close() })
	if !strings.HasSuffix(path, ".gz") {
		return f
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatalf("reference material: %s: %v", path, err)
	}
	return inflated{z, f}
}

// Read is the whole content of a file of the reference material, inflated if
// its name ends in .gz.
func Read(t testing.TB, elem ...string) []byte {
	t.Helper()
	r := Open(t, elem...)
	defer r.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(r); err != nil {
		t.Fatalf("reference material: %s: %v", filepath.Join(elem...), err)
	}
	return b.Bytes()
}

// inflated closes the file below the gzip reader too.
type inflated struct {
	*gzip.Reader
	file *os.File
}

func (z inflated) Close() error {
	if err := z.Reader.Close(); err != nil {
		z.file.Close()
		return err
	}
	return z.file.Close()
}

// moduleRoot is the nearest directory upward that holds go.mod; go test runs
// in the directory of the package.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", os.ErrNotExist
		}
		dir = up
	}
}
