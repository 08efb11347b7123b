package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"

	"darksite/processing/telemetry"
)

// failing is a disk that takes so many bytes of each file.
type failing struct {
	io.WriterAt
	name string
	left int
	err  error
}

func (f *failing) WriteAt(p []byte, off int64) (int, error) {
	n := min(len(p), f.left)
	f.left -= n
	n, err := f.WriterAt.WriteAt(p[:n], off)
	if err == nil && n < len(p) {
		err = &os.PathError{Op: "write", Path: f.name, Err: f.err}
	}
	return n, err
}

func TestFetchDiskFails(t *testing.T) {
	whole := unpacked(t, r1)
	for what, c := range map[string]struct {
		err  error
		is   error
		says []string
	}{
		"full":  {syscall.ENOSPC, ErrNoRoom, []string{"make room for", "stay"}},
		"quota": {syscall.EDQUOT, ErrNoRoom, []string{"make room for"}},
		"bad":   {syscall.EIO, syscall.EIO, []string{"input/output error", "stays", "run the same command again"}},
	} {
		dir, o := t.TempDir(), options(t)
		put(t, filepath.Join(dir, plain1), whole)
		put(t, filepath.Join(dir, r2), packed(t, r2))
		const takes = chunk + 100
		o.hooks.writer = func(f *os.File) io.WriterAt { return &failing{f, f.Name(), takes, c.err} }
		o.hooks.room = func(string) (int64, error) { return 1 << 30, nil }
		r, err := Fetch(t.Context(), source(t, dir), testID, o)
		if !errors.Is(err, c.is) || errors.Is(err, ErrNotYet) || errors.Is(err, ErrUnreachable) {
			t.Errorf("%s: %v", what, err)
		}
		for _, s := range c.says {
			if err == nil || !strings.Contains(err.Error(), s) {
				t.Errorf("%s: %v does not say %q", what, err, s)
			}
		}
		if info, err := os.Stat(filepath.Join(r.Dir, partialPrefix+plain1)); err != nil || info.Size() != takes {
			t.Errorf("%s: %v, %v: want %d bytes to stay", what, info, err, takes)
		}
		if _, err := os.Lstat(filepath.Join(r.Dir, plain1)); !os.IsNotExist(err) {
			t.Errorf("%s: part of a file has got its name", what)
		}
		// With room, it goes on.
		o.hooks.writer = nil
		r, err = Fetch(t.Context(), source(t, dir), testID, o)
		if err != nil || r.Files[len(r.Files)-1].Outcome == Failed {
			t.Errorf("%s: %v, %v", what, outcomes(r), err)
		}
		holds(t, o, plain1, r2)
	}
}

// A full disk is noticed before anything is transferred.
func TestFetchNoRoom(t *testing.T) {
	dir, o := delivered(t, r1, r2), options(t)
	need := int64(len(packed(t, r1)) + len(packed(t, r2)))
	o.hooks.room = func(string) (int64, error) { return need - 1, nil }
	o.Progress = func(p Progress) { t.Errorf("begun: %+v", p) }
	if _, err := Fetch(t.Context(), source(t, dir), testID, o); !errors.Is(err, ErrNoRoom) || !strings.Contains(err.Error(), "1 B more") {
		t.Errorf("%v", err)
	}
	// What has arrived needs no room again.
	put(t, filepath.Join(o.Data, string(testID), partialPrefix+r1), packed(t, r1)[:1])
	o.Progress = nil
	if _, err := Fetch(t.Context(), source(t, dir), testID, o); err != nil {
		t.Error(err)
	}
	fetched(t, o, r1, r2)
}

// flaky is a source whose files fail, or change, after so many bytes.
type flaky struct {
	io.ReadCloser
	left int
	then func() error
}

func (f *flaky) Read(p []byte) (int, error) {
	if f.left <= 0 {
		if err := f.then(); err != nil {
			return 0, err
		}
		f.left = 1 << 30
	}
	n, err := f.ReadCloser.Read(p[:min(len(p), f.left)])
	f.left -= n
	return n, err
}

// read makes the first file of a source flaky.
func read(path string, after int, then func() error) func(string) (io.ReadCloser, error) {
	return func(at string) (io.ReadCloser, error) {
		f, err := openRegular(at)
		if err != nil || at != path {
			return f, err
		}
		return &flaky{f, after, then}, nil
	}
}

func TestFetchSourceFails(t *testing.T) {
	grow := func(path string) error {
		f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = f.Write([]byte{0})
		return err
	}
	for what, c := range map[string]struct {
		then    func(path string) error
		is      error
		outcome Outcome
		partial int64 // -1: as long as the file
		says    string
	}{
		"EIO":        {func(string) error { return &os.PathError{Op: "read", Path: "x", Err: syscall.EIO} }, ErrUnreachable, Failed, chunk, "at byte"},
		"stale":      {func(string) error { return &os.PathError{Op: "read", Path: "x", Err: syscall.ESTALE} }, ErrUnreachable, Failed, chunk, "stale"},
		"cut":        {func(p string) error { return os.Truncate(p, chunk+50) }, ErrNotYet, Waiting, chunk, "ended at byte"},
		"grown":      {grow, ErrNotYet, Waiting, -1, "still arriving"},
		"touched":    {func(p string) error { return os.Chtimes(p, time.Now(), time.Now().Add(time.Hour)) }, ErrNotYet, Waiting, -1, "still arriving"},
		"taken away": {os.Remove, ErrUnreachable, Failed, -1, "taken away"},
	} {
		whole := unpacked(t, r1)
		dir, o := t.TempDir(), options(t)
		path := filepath.Join(dir, plain1)
		put(t, path, whole)
		o.hooks.open = read(path, chunk+50, func() error { return c.then(path) })
		r, err := Fetch(t.Context(), source(t, dir), testID, o)
		if !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", what, err)
		}
		if got := outcomes(r)[plain1]; got != c.outcome {
			t.Errorf("%s: %v, want %v", what, got, c.outcome)
		}
		if c.partial < 0 {
			c.partial = int64(len(whole))
		}
		if info, err := os.Stat(filepath.Join(r.Dir, partialPrefix+plain1)); err != nil || info.Size() != c.partial {
			t.Errorf("%s: %v, %v: want %d bytes to stay", what, info, err, c.partial)
		}
		// When the source is as it was, it goes on.
		put(t, path, whole)
		o.hooks.open = nil
		if _, err := Fetch(t.Context(), source(t, dir), testID, o); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		holds(t, o, plain1)
	}
}

// A packed file that had arrived whole is kept when the source loses it: it may
// be the last copy.
func TestFetchLastCopy(t *testing.T) {
	dir, o := delivered(t, r1), options(t)
	path := filepath.Join(dir, r1)
	o.hooks.open = read(path, 100, func() error { return os.Remove(path) })
	r, err := Fetch(t.Context(), source(t, dir), testID, o)
	if err != nil || len(r.Warnings) != 1 || !strings.Contains(r.Warnings[0], "taken away") {
		t.Errorf("%v, %v", r, err)
	}
	fetched(t, o, r1)
}

// What is wrong with the content decides: cut is waited for, damaged refused.
func TestFetchContent(t *testing.T) {
	whole, z := unpacked(t, r1), packed(t, r1)
	flipped := bytes.Clone(z)
	flipped[len(z)/2] ^= 4
	var bomb bytes.Buffer
	w := gzip.NewWriter(&bomb)
	for range 129 {
		w.Write(make([]byte, 1<<20))
	}
	w.Close()
	for what, c := range map[string]struct {
		name    string
		content []byte
		outcome Outcome
		stays   bool // the partial file
	}{
		"whole":             {r1, z, Fetched, false},
		"cut gzip":          {r1, z[:len(z)-1], Waiting, true},
		"cut early":         {r1, z[:30], Waiting, true},
		"empty":             {r1, nil, Waiting, false},
		"damaged gzip":      {r1, flipped, Refused, false},
		"bomb":              {r1, bomb.Bytes(), Refused, false},
		"text":              {r1, []byte(strings.Repeat("not telemetry\n", 1000)), Refused, false},
		"plain":             {plain1, whole, Fetched, false},
		"plain, cut":        {plain1, whole[:len(whole)-1], Waiting, true},
		"plain, cut at one": {plain1, whole[:telemetry.SFDUSize*3], Fetched, false},
	} {
		dir, o := t.TempDir(), options(t)
		put(t, filepath.Join(dir, c.name), c.content)
		var r *Result
		var err error
		within(t, 5*time.Second, func() { r, err = Fetch(t.Context(), source(t, dir), testID, o) })
		if got := outcomes(r)[c.name]; got != c.outcome || (err == nil) != (c.outcome == Fetched) {
			t.Errorf("%s: %v, want %v (%v)", what, got, c.outcome, err)
		}
		if c.outcome == Refused && !errors.Is(err, ErrRefused) || c.outcome == Waiting && !errors.Is(err, ErrNotYet) {
			t.Errorf("%s: %v", what, err)
		}
		switch {
		case c.outcome == Fetched:
			holds(t, o, c.name)
		case c.stays:
			holds(t, o, partialPrefix+c.name)
		default:
			holds(t, o)
			if _, err := os.Stat(r.Dir); !os.IsNotExist(err) {
				t.Errorf("%s: an empty directory stays", what)
			}
		}
	}
	// A file that is cut for good can be taken.
	dir, o := t.TempDir(), options(t)
	o.Cut = true
	put(t, filepath.Join(dir, plain1), whole[:len(whole)-1])
	r, err := Fetch(t.Context(), source(t, dir), testID, o)
	if err != nil || len(r.Warnings) != 1 || !strings.Contains(r.Warnings[0], fmt.Sprintf("after %d of its 1134 bytes", telemetry.SFDUSize-1)) {
		t.Errorf("%v, %v", r, err)
	}
}

// One thing that is wrong hides no other: only waiting alone is ErrNotYet.
func TestFetchErrors(t *testing.T) {
	dir, o := delivered(t, r1, r2, r3), options(t)
	put(t, filepath.Join(dir, r1), packed(t, r1)[:500])
	if _, err := Fetch(t.Context(), source(t, dir), testID, o); !errors.Is(err, ErrNotYet) || errors.Is(err, ErrRefused) {
		t.Errorf("%v", err)
	}
	put(t, filepath.Join(o.Data, string(testID), r2), []byte("other"))
	r, err := Fetch(t.Context(), source(t, dir), testID, o)
	if errors.Is(err, ErrNotYet) || !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), r1) {
		t.Errorf("%v", err)
	}
	if diff := cmp.Diff(map[string]Outcome{r1: Waiting, r2: Refused, r3: Present}, outcomes(r)); diff != "" {
		t.Error(diff)
	}
	for i, want := range []string{r1, r2, r3} {
		if got := r.Files[i].Name; got != want {
			t.Errorf("file %d is %s, want %s", i, got, want)
		}
	}
}

// What is garbled because it is being written is waited for, not refused.
func TestFetchGarbledWhileArriving(t *testing.T) {
	dir, o := t.TempDir(), options(t)
	path := filepath.Join(dir, r1)
	garbled := bytes.Clone(packed(t, r1))
	clear(garbled[len(garbled)/2:])
	put(t, path, garbled)
	o.hooks.open = read(path, 100, func() error { return os.Chtimes(path, time.Now(), time.Now().Add(time.Minute)) })
	r, err := Fetch(t.Context(), source(t, dir), testID, o)
	if !errors.Is(err, ErrNotYet) || outcomes(r)[r1] != Waiting {
		t.Errorf("%v, %v", outcomes(r), err)
	}
	put(t, path, packed(t, r1))
	o.hooks.open = nil
	if _, err := Fetch(t.Context(), source(t, dir), testID, o); err != nil {
		t.Error(err)
	}
	fetched(t, o, r1)
}

// A plain file has to stay as it is for a while; a packed one tells its end.
func TestFetchSettles(t *testing.T) {
	const settle = 700 * time.Millisecond
	for name, content := range map[string][]byte{plain1: unpacked(t, r1), r1: packed(t, r1)} {
		dir, o := t.TempDir(), options(t)
		o.Settle = settle
		path := filepath.Join(dir, name)
		put(t, path, content)
		arriving := time.AfterFunc(settle/2, func() { put(t, path, append(bytes.Clone(content), content...)) })
		started := time.Now()
		_, err := Fetch(t.Context(), source(t, dir), testID, o)
		took := time.Since(started)
		if name == plain1 && (!errors.Is(err, ErrNotYet) || took < settle) {
			t.Errorf("%s: %v after %v, want to wait %v", name, err, took, settle)
		}
		if arriving.Stop() != (name == r1) || name == r1 && err != nil {
			t.Errorf("%s: %v after %v", name, err, took)
		}
	}
}

// Ctrl-C ends a fetch also while a mount that is gone lets it hang.
func TestFetchHangs(t *testing.T) {
	dir, o := delivered(t), options(t)
	ctx, cancel := context.WithCancel(t.Context())
	release := make(chan struct{})
	defer close(release)
	o.hooks.open = read(filepath.Join(dir, r2), 100, func() error { cancel(); <-release; return nil })
	within(t, time.Second, func() {
		if _, err := Fetch(ctx, source(t, dir), testID, o); !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
	})
	fetched(t, o, r1)
}
