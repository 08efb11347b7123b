package fetch

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestFetchUnreadable(t *testing.T) {
	dir, o := delivered(t, r1), options(t)
	path := filepath.Join(dir, r1)
	o.hooks.open = func(at string) (io.ReadCloser, error) {
		if at == path {
			return nil, &os.PathError{Op: "open", Path: at, Err: syscall.EACCES}
		}
		return openRegular(at)
	}
	if _, err := Fetch(t.Context(), source(t, dir), testID, o); !errors.Is(err, ErrUnreachable) || !strings.Contains(err.Error(), "right to read") {
		t.Errorf("%v", err)
	}
	holds(t, o)
}

// The data directory may hold what is in the way.
func TestFetchOddTarget(t *testing.T) {
	in := func(o Options, name string) string { return filepath.Join(o.Data, string(testID), name) }
	secret := filepath.Join(t.TempDir(), "secret")
	put(t, secret, []byte("keep"))
	for what, c := range map[string]struct {
		make func(o Options)
		ok   bool
	}{
		"a directory of the name":             {func(o Options) { os.MkdirAll(in(o, r1), 0o755) }, false},
		"a link that leads nowhere":           {func(o Options) { os.Symlink("nowhere", in(o, r1)) }, false},
		"a partial that is a link":            {func(o Options) { os.Symlink(secret, in(o, partialPrefix+r1)) }, false},
		"a partial that is a directory":       {func(o Options) { os.Mkdir(in(o, partialPrefix+r1), 0o755) }, false},
		"a partial with another name":         {func(o Options) { os.Link(secret, in(o, partialPrefix+r1)) }, true},
		"the file, killed before its renamed": {func(o Options) { put(t, in(o, r1), packed(t, r1)); os.Link(in(o, r1), in(o, partialPrefix+r1)) }, true},
	} {
		dir, o := delivered(t, r1), options(t)
		if err := os.MkdirAll(in(o, ""), 0o755); err != nil {
			t.Fatal(err)
		}
		c.make(o)
		_, err := Fetch(t.Context(), source(t, dir), testID, o)
		if c.ok {
			if got, readErr := os.ReadFile(in(o, r1)); err != nil || !bytes.Equal(got, packed(t, r1)) {
				t.Errorf("%s: %v, %v", what, err, readErr)
			}
		} else if !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "run the same command again") {
			t.Errorf("%s: %v", what, err)
		}
		if got, _ := os.ReadFile(secret); string(got) != "keep" {
			t.Fatalf("%s: a file beside was written to", what)
		}
	}
}

func TestFetchReadOnlyTarget(t *testing.T) {
	o := options(t)
	put(t, o.Data, []byte("a file where the data directory should be"))
	if _, err := Fetch(t.Context(), source(t, delivered(t, r1)), testID, o); err == nil || !strings.Contains(err.Error(), "data") {
		t.Errorf("%v", err)
	}
	if os.Geteuid() == 0 {
		t.Skip("a read-only directory holds back no root")
	}
	o = options(t)
	if err := os.MkdirAll(o.Data, 0o555); err != nil {
		t.Fatal(err)
	}
	if _, err := Fetch(t.Context(), source(t, delivered(t, r1)), testID, o); !errors.Is(err, os.ErrPermission) {
		t.Errorf("%v", err)
	}
}

// Two fetches at once do not write to one file.
func TestFetchBusy(t *testing.T) {
	dir, o := delivered(t, r1), options(t)
	other, err := openTarget(o.Data, testID)
	if err != nil {
		t.Fatal(err)
	}
	p, err := other.partial(r1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Fetch(t.Context(), source(t, dir), testID, o); !errors.Is(err, ErrBusy) {
		t.Errorf("%v", err)
	}
	p.close()
	if _, err := Fetch(t.Context(), source(t, dir), testID, o); err != nil {
		t.Error(err)
	}
	fetched(t, o, r1)
}

// A disk that alters what is written is not trusted with telemetry.
func TestFetchAltered(t *testing.T) {
	dir, o := delivered(t, r1), options(t)
	o.hooks.writer = func(f *os.File) io.WriterAt { return altering{f} }
	if _, err := Fetch(t.Context(), source(t, dir), testID, o); err == nil || !strings.Contains(err.Error(), "alters data") {
		t.Errorf("%v", err)
	}
	holds(t, o)
}

type altering struct{ io.WriterAt }

func (a altering) WriteAt(p []byte, off int64) (int, error) {
	p = bytes.Clone(p)
	p[len(p)/2] ^= 1
	return a.WriterAt.WriteAt(p, off)
}
