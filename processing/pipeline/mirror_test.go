package pipeline

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"darksite/processing/artifact"
)

func TestMirror(t *testing.T) {
	root, other := t.TempDir(), t.TempDir()
	pastArchive(t, root)
	archive, to := filepath.Join(root, "aca_dark"), filepath.Join(other, "aca_dark")
	if _, _, err := Mirror(archive, "2007006", filepath.Join(other, "nowhere"), false); err == nil {
		t.Error("an archive that is not there was made")
	}
	oldForm(t, archive, to, "2007069") // what mica wrote
	// The root of all of mica's archives will do.
	dir, changed, err := Mirror(archive, "2007006", other, false)
	if err != nil || !changed || dir != filepath.Join(to, "2007006") {
		t.Fatalf("%s, changed %v, %v", dir, changed, err)
	}
	if problems := artifact.Verify(to, "2007006"); problems != nil {
		t.Errorf("%q", problems)
	}
	// Archived already is a success; what others put beside it stays.
	note := filepath.Join(dir, "NOTE")
	if err := os.WriteFile(note, []byte("x"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, changed, err := Mirror(archive, "2007006", to, false); err != nil || changed {
		t.Errorf("again: changed %v, %v", changed, err)
	}
	if _, err := os.Stat(note); err != nil {
		t.Error(err)
	}
	if _, _, err := Mirror(archive, "2007069", to, false); !errors.Is(err, ErrForeign) {
		t.Errorf("replaced what mica wrote: %v", err)
	}
	if _, changed, err := Mirror(archive, "2007069", to, true); err != nil || !changed {
		t.Errorf("with leave: changed %v, %v", changed, err)
	}
	// What is damaged here does not get there.
	path := filepath.Join(archive, "2022133", artifact.ImageFile)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	content[100000] ^= 1
	if err := os.WriteFile(path, content, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Mirror(archive, "2022133", to, false); err == nil {
		t.Error("a damaged calibration was copied")
	}
}
