package view

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"darksite/processing/history"
	"darksite/processing/scaling"
)

// Section is the directory that holds all pages, files and data of the section.
const Section = "dark_cal"

// Settings are the texts and addresses that differ between sites. The zero
// value is usable.
type Settings struct {
	// Title names the section; "ACA dark current calibrations" when empty.
	Title string
	// HomeTitle and HomeURL are the first step of the breadcrumb, the page
	// above the section. HomeURL is absolute, or relative to the directory
	// that holds dark_cal/ ("index.html"). Without it the step is no link.
	HomeTitle string
	HomeURL   string
	// BaseURL is where the directory that holds dark_cal/ is published, such
	// as "https://cxc.cfa.harvard.edu/mta/ASPECT/". Only the page for missing
	// addresses needs it, because a server shows that page at any depth; all
	// other links are relative. It may be empty.
	BaseURL string
	// Contact is a mail address or http(s) address for the footer, or empty.
	Contact string
	// At is the temperature and the law by which calibrations are compared: -15
	// C and the per-pixel law when it has none.
	At history.At
	// CadenceDays is after how many days the next calibration is expected; 0 is
	// for the last calibrations to tell.
	CadenceDays int
}

// Complete checks the settings and fills in the defaults.
func (s Settings) Complete() (Settings, error) {
	if s.Title == "" {
		s.Title = "ACA dark current calibrations"
	}
	if s.HomeTitle == "" {
		s.HomeTitle = "Chandra Aspect"
	}
	if s.At.Law.Name() == "" {
		s.At = history.At{CCDTemp: -15, Law: scaling.PerPixel}
	}
	if s.BaseURL != "" {
		u, err := url.Parse(s.BaseURL)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
			return s, fmt.Errorf("site: base URL %q: want http(s)://host/path/", s.BaseURL)
		}
	}
	for what, link := range map[string]string{"home": s.HomeURL, "contact": s.Contact} {
		if u, err := url.Parse(link); err != nil || !slices.Contains([]string{"", "http", "https", "mailto"}, u.Scheme) {
			return s, fmt.Errorf("site: %s address %q: want an http(s), mailto or relative address", what, link)
		}
	}
	return s, nil
}

// Base is BaseURL with one slash at its end, or "".
func (s Settings) Base() string {
	if s.BaseURL == "" {
		return ""
	}
	return strings.TrimRight(s.BaseURL, "/") + "/"
}

// BasePath is the path part of BaseURL with slashes at both ends, or "".
func (s Settings) BasePath() string {
	if s.BaseURL == "" {
		return ""
	}
	u, err := url.Parse(s.BaseURL)
	if err != nil {
		return ""
	}
	return "/" + strings.TrimLeft(strings.TrimRight(u.EscapedPath(), "/")+"/", "/")
}
