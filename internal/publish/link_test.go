package publish

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Links in the place of what is ours are named, and where they lead.
func TestCase37Links(t *testing.T) {
	one := site("one", "2015_dec")
	outside := t.TempDir()
	put(t, outside, "real/index.html", "theirs")
	put(t, outside, "file", "theirs")
	for name, c := range map[string]struct {
		at, to, says string
	}{
		"to a directory outside":       {"www/dark_cal", filepath.Join(outside, "real"), "dark_cal is a symbolic link to " + filepath.Join(outside, "real")},
		"to a directory inside":        {"www/dark_cal", "real", "dark_cal is a symbolic link to real"},
		"to a directory above":         {"www/dark_cal", "../..", "dark_cal is a symbolic link to ../.."},
		"to a file":                    {"www/dark_cal", filepath.Join(outside, "file"), "dark_cal is a symbolic link to"},
		"to nothing":                   {"www/dark_cal", "gone", "dark_cal is a symbolic link to gone"},
		"to itself":                    {"www/dark_cal", "dark_cal", "dark_cal is a symbolic link to dark_cal"},
		"a directory of a calibration": {"www/dark_cal/2015_dec", filepath.Join(outside, "real"), "dark_cal/2015_dec"},
		"the manifest":                 {"www/dark_cal/MANIFEST", filepath.Join(outside, "file"), "dark_cal/MANIFEST is a symbolic link to " + filepath.Join(outside, "file")},
		"the releases":                 {"www/.darksite-releases", filepath.Join(outside, "real"), ".darksite-releases is a symbolic link to " + filepath.Join(outside, "real")},
		"the target, to nothing":       {"www", "gone", "www is a symbolic link to gone, which is not there"},
		"the target, to a file":        {"www", filepath.Join(outside, "file"), "a target is a directory"},
		"the target, to itself":        {"www", "www", "www"},
	} {
		t.Run(name, func(t *testing.T) {
			top := t.TempDir()
			put(t, top, "www/real/x.html", "theirs")
			if c.at == "www" {
				os.RemoveAll(filepath.Join(top, "www"))
			}
			if err := os.MkdirAll(filepath.Dir(filepath.Join(top, c.at)), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(c.to, filepath.Join(top, c.at)); err != nil {
				t.Fatal(err)
			}
			d := target(filepath.Join(top, "www"))
			_, publishes := d.Publish(background, one, Options{})
			_, plans := d.Plan(background, one, Options{Adopt: true})
			_, adopts := d.Publish(background, one, Options{Adopt: true})
			_, verifies := d.Verify(background)
			for i, err := range []error{publishes, plans, adopts, verifies} {
				if err == nil || strings.Contains(err.Error(), "escapes") {
					t.Errorf("%d: %v", i, err)
				}
				// Without --adopt what is in the way may be named as a whole.
				if (i == 1 || i == 2) && (!strings.Contains(err.Error(), c.says) || !errors.Is(err, ErrForeign)) {
					t.Errorf("%d: %v, want %q", i, err, c.says)
				}
			}
			if got := contents(t, outside); got["real/index.html"] != "theirs" || got["file"] != "theirs" || len(got) != 2 {
				t.Errorf("outside: %v", got)
			}
		})
	}
	// A target that is a link, or lies below one, is where it leads.
	for _, at := range []string{"link", "above/www"} {
		top := t.TempDir()
		os.MkdirAll(filepath.Join(top, "real/www"), 0o755)
		to := filepath.Join(top, "real")
		if err := os.Symlink(to, filepath.Join(top, strings.Split(at, "/")[0])); err != nil {
			t.Fatal(err)
		}
		d := target(filepath.Join(top, at))
		publish(t, d, one, Options{})
		publish(t, d, site("two", "2015_dec"), Options{})
	}
}
