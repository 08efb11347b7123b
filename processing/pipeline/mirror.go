package pipeline

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"darksite/processing/artifact"
	"darksite/processing/chandra"
)

// ErrForeign says that a place holds what darksite did not make.
var ErrForeign = errors.New("darksite did not make it")

// Mirror copies a calibration's files into another archive, which must exist,
// in one step, and reads them back. What others put beside them stays. A
// calibration that something else wrote there is replaced only when replace says
// so; changed is false when the same files were there.
func Mirror(archive string, id chandra.ID, to string, replace bool) (dir string, changed bool, err error) {
	if to, err = mirrorRoot(to); err != nil {
		return "", false, err
	}
	dir = filepath.Join(to, string(id))
	if problems := artifact.Verify(archive, id); problems != nil {
		return dir, false, fmt.Errorf("calibration %s: %s: `darksite verify %s` tells all", id, problems[0], id)
	}
	files, err := artifact.Files(archive, id)
	if err != nil {
		return dir, false, err
	}
	if _, err := os.Stat(dir); err == nil && !replace {
		if _, err := artifact.Load(to, id); errors.Is(err, fs.ErrNotExist) {
			return dir, false, fmt.Errorf("%s: %w: look at what is there, and replace it with --replace", dir, ErrForeign)
		}
	}
	if changed, err = artifact.Save(to, id, files); err != nil {
		return dir, changed, err
	}
	back, err := artifact.Files(to, id)
	if err != nil {
		return dir, changed, err
	}
	for name, content := range files {
		if !bytes.Equal(back[name], content) {
			return dir, changed, fmt.Errorf("%s: %s came back otherwise than it was written: the disk is not to be trusted", dir, name)
		}
	}
	return dir, changed, nil
}

// mirrorRoot is the directory that holds calibrations: the one named, or its
// aca_dark.
func mirrorRoot(to string) (string, error) {
	st, err := os.Stat(to)
	if err != nil {
		return "", fmt.Errorf("%w: want an archive that exists; its directory is not made here", err)
	}
	if !st.IsDir() {
		return "", fmt.Errorf("%s is no directory: want an archive", to)
	}
	if inner := filepath.Join(to, "aca_dark"); filepath.Base(to) != "aca_dark" {
		if st, err := os.Stat(inner); err == nil && st.IsDir() {
			return inner, nil
		}
	}
	return to, nil
}

// Mirrored tells whether another archive has the same files of a calibration,
// by their manifests.
func Mirrored(archive string, id chandra.ID, to string) (bool, error) {
	to, err := mirrorRoot(to)
	if err != nil {
		return false, err
	}
	own, err := os.ReadFile(filepath.Join(archive, string(id), artifact.ManifestFile))
	if err != nil {
		return false, nil // nothing to mirror yet
	}
	there, err := os.ReadFile(filepath.Join(to, string(id), artifact.ManifestFile))
	return err == nil && bytes.Equal(own, there), nil
}
