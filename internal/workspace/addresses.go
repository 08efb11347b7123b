package workspace

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"darksite/internal/config"
	"darksite/internal/legacy"
	"darksite/internal/site"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
)

// AddressFile remembers which report directory belongs to which calibration.
const AddressFile = "addresses.json"

// Addresses reads the address book; there may be none yet.
func (w *Workspace) Addresses() (site.Addresses, error) {
	path := filepath.Join(w.Dir, AddressFile)
	content, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return site.Addresses{}, err
	}
	book, err := site.ParseAddresses(content)
	if err != nil {
		return book, fmt.Errorf("%s: %w", path, err)
	}
	return book, nil
}

// addressed are the addresses of calibrations: those of the book, and new ones for
// those that it lacks. Old reports keep theirs; a calibration that had the address of
// one has moved.
func (w *Workspace) addressed(ids []chandra.ID, old []legacy.Record) (book site.Addresses, added, moved []chandra.ID, err error) {
	if book, err = w.Addresses(); err != nil {
		return book, nil, nil, err
	}
	for _, claim := range book.Claims(old) {
		if !w.shownInPublic(&claim.Report) {
			return book, nil, nil, fmt.Errorf("%s is the address of calibration %s in %s, and the old report legacy/%s has a page or a file of its own there: public addresses never move by themselves; "+
				"write %q for %s in %s to give it to the old report, else move legacy/%s and legacy/%s.json away", claim.Address, claim.ID, AddressFile, claim.Report.Name,
				book.Free(claim.ID, old), claim.ID, AddressFile, claim.Report.Name, claim.Report.Name)
		}
	}
	added, moved = book.AssignBeside(ids, w.Pages.MonthCase == config.MonthUpper, old)
	return book, added, moved, nil
}

// shownInPublic tells whether the pages that were built last show an old report at
// its address, and no calibration.
func (w *Workspace) shownInPublic(k *legacy.Record) bool {
	written, err := site.Written(w.PublicDir())
	at := func(p string) bool { return slices.Contains(written, path.Join(site.Section, p)) }
	return err == nil && k.Main != "" && at(k.Main) && !at(path.Join(k.Name, artifact.CalibrationFile))
}
