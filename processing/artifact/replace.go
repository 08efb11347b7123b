package artifact

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// replaceDir puts staged where target is, in one step. On file systems that
// cannot exchange two names there is an instant without target. What was there
// before is removed with staged.
func replaceDir(staged, target string) error {
	err := os.Rename(staged, target)
	if !errors.Is(err, fs.ErrExist) && !errors.Is(err, syscall.ENOTEMPTY) {
		return err
	}
	if err := exchange(staged, target); !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	aside := staged + asideSuffix
	if err := os.Rename(target, aside); err != nil {
		return err
	}
	if err := os.Rename(staged, target); err != nil {
		return errors.Join(err, os.Rename(aside, target))
	}
	return os.RemoveAll(aside)
}
