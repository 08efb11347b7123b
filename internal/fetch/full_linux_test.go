package fetch

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// A disk that is really full, where tests may mount one.
func TestFetchFullDisk(t *testing.T) {
	dir, content := large(t)
	for what, src := range map[string]Source{"directory": source(t, dir), "daemon": serve(t, dir).source(t, "")} {
		small := t.TempDir()
		if err := unix.Mount("tmpfs", small, "tmpfs", 0, "size=4m"); err != nil {
			t.Skipf("mount: %v", err)
		}
		t.Cleanup(func() { unix.Unmount(small, 0) })
		o := options(t)
		o.Data = filepath.Join(small, "data")
		if _, err := Fetch(t.Context(), src, testID, o); !errors.Is(err, ErrNoRoom) || !strings.Contains(err.Error(), "nothing was begun") {
			t.Errorf("%s: %v", what, err)
		}
		// Another program takes the room meanwhile.
		asked := 0
		o.hooks.room = func(dir string) (int64, error) {
			if asked++; asked == 1 {
				return 1 << 40, nil
			}
			return room(dir)
		}
		r, err := Fetch(t.Context(), src, testID, o)
		if !errors.Is(err, ErrNoRoom) || !strings.Contains(err.Error(), "stay; make room for 8.3 MB more") {
			t.Errorf("%s: %v", what, err)
		}
		info, err := os.Stat(filepath.Join(r.Dir, partialPrefix+plain1))
		if err != nil || info.Size() < 3<<20 || info.Size() >= int64(len(content)) {
			t.Errorf("%s: %v, %v: want most of 4 MB to stay", what, info, err)
		}
		if err := unix.Mount("tmpfs", small, "tmpfs", unix.MS_REMOUNT, "size=32m"); err != nil {
			t.Fatal(err)
		}
		o.hooks.room = nil
		if r, err = Fetch(t.Context(), src, testID, o); err != nil || r.Files[0].Resumed < 3<<20 {
			t.Errorf("%s: %v, %v", what, outcomes(r), err)
		}
	}
}

// A disk that lets nobody write, root included.
func TestFetchReadOnlyDisk(t *testing.T) {
	small := t.TempDir()
	if err := unix.Mount("tmpfs", small, "tmpfs", unix.MS_RDONLY, ""); err != nil {
		t.Skipf("mount: %v", err)
	}
	t.Cleanup(func() { unix.Unmount(small, 0) })
	o := options(t)
	o.Data = filepath.Join(small, "data")
	if _, err := Fetch(t.Context(), source(t, delivered(t, r1)), testID, o); !errors.Is(err, unix.EROFS) || !strings.Contains(err.Error(), o.Data) {
		t.Errorf("%v", err)
	}
}
