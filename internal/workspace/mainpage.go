package workspace

import (
	"errors"
	"fmt"
	"os"

	"darksite/internal/config"
	"darksite/internal/ground/phrase"
	"darksite/internal/legacy"
	"darksite/internal/site"
	"darksite/internal/term"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/quality"
)

// MainPage is what became of the page of others that has a list of ours.
type MainPage struct {
	File    string   `json:"file"`
	Changed bool     `json:"changed"`
	Kept    []string `json:"kept"` // addresses that only the page knows
}

// NewList reads a page that is kept by hand, with its list of calibrations as it should
// be; a build saves the page, publishing hands the list on. Base is where dark_cal/ is
// as seen from the page, if that is known.
func NewList(file string, links []legacy.Link, base string) (*legacy.HandPage, *legacy.Updated, error) {
	page, err := legacy.OpenHandPage(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil, &term.ExitError{Code: term.Failure, Err: err, Hint: "site.toml names it as main_page: create the page, and `darksite adopt` marks its list"}
	} else if err != nil {
		return nil, nil, fmt.Errorf("main_page: %w", err)
	}
	if base == "" {
		base = page.Base()
	}
	updated, err := page.Update(links, base)
	if errors.Is(err, legacy.ErrNoMarkers) {
		return nil, nil, fmt.Errorf("%s: the list of calibrations has no markers yet: `darksite adopt %s` shows where they would go, and --write inserts them", file, phrase.Shell(file))
	}
	return page, updated, err
}

// Listing is the list of what the site directory has. It writes nothing: addresses
// that are not given yet are as the next build would give them.
func (w *Workspace) Listing() ([]legacy.Link, error) {
	var in site.Inputs
	var err error
	in.Calibrations, err = w.calibrations(func(id chandra.ID, rules *quality.Rules) (c site.Calibration, err error) {
		if c.Artifact, err = artifact.Load(w.ArchiveDir(), id); err != nil {
			return c, err
		}
		judged, err := w.Judge(c.Artifact, rules)
		c.Verdict = &judged.Verdict
		c.Image = func() ([]float32, error) { return artifact.LoadImage(c.Artifact.Geometry, w.ArchiveDir(), id) }
		return c, err
	})
	if err != nil {
		return nil, err
	}
	if in.Addresses, err = w.Addresses(); err != nil {
		return nil, err
	}
	old, err := legacy.Load(w.LegacyDir())
	if err != nil {
		return nil, err
	}
	in.Legacy = w.OldReports(old)
	var ids []chandra.ID
	for _, c := range in.Calibrations {
		ids = append(ids, c.Artifact.ID)
	}
	in.Addresses.AssignBeside(ids, w.Pages.MonthCase == config.MonthUpper, old)
	return site.Listing(in)
}
