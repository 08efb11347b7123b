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
	"darksite/internal/view"
	"darksite/processing/artifact"
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
	ids, err := artifact.List(w.ArchiveDir())
	if err != nil {
		return nil, err
	}
	rules, err := w.Rules("")
	if err != nil {
		return nil, err
	}
	var in site.Inputs
	for _, id := range ids {
		cal, err := artifact.Load(w.ArchiveDir(), id)
		if err != nil {
			return nil, err
		}
		judged, err := w.Judge(cal, rules)
		if err != nil {
			return nil, err
		}
		in.Calibrations = append(in.Calibrations, site.Calibration{Calibration: view.Calibration{Artifact: cal, Verdict: &judged.Verdict},
			Image: func() ([]float32, error) { return artifact.LoadImage(cal.Geometry, w.ArchiveDir(), id) }})
	}
	if in.Addresses, err = w.Addresses(); err != nil {
		return nil, err
	}
	old, err := legacy.Load(w.LegacyDir())
	if err != nil {
		return nil, err
	}
	in.Legacy = w.OldReports(old)
	in.Addresses.AssignBeside(ids, w.Pages.MonthCase == config.MonthUpper, old)
	return site.Listing(in)
}
