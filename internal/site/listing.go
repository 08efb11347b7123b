package site

import (
	"fmt"
	"path"
	"strings"

	"darksite/internal/legacy"
	"darksite/internal/view"
)

// Listing is the list of calibrations for pages of others, such as the main
// page: addresses are relative to dark_cal/, the oldest calibration is first.
// Old reports that have an address of their own stand in it too.
func Listing(in Inputs) ([]legacy.Link, error) {
	calibrations, err := in.ordered()
	if err != nil {
		return nil, err
	}
	var links []legacy.Link
	for _, c := range calibrations {
		links = append(links, linkOf(&c.Calibration))
	}
	for _, r := range oldReports(&in) {
		if r.Address == r.Name || strings.HasSuffix(r.Main, "/") {
			continue // the page of today has the address, or there is none
		}
		l := legacy.Link{ID: r.ID, Address: r.Main, Text: r.Short, Title: r.Title}
		if r.Address != "" {
			l.Text += " (report of the time)"
		}
		links = append(links, l)
	}
	return links, nil
}

// linkOf is a calibration in the list.
func linkOf(c *view.Calibration) legacy.Link {
	id := c.Artifact.ID
	return legacy.Link{
		ID:      id,
		Address: path.Join(c.Address, "index.html"),
		Text:    id.Date().Format("2006 Jan 2"),
		Title:   fmt.Sprintf("%s, %s", id.Colon(), view.StateOf(c).Word),
	}
}

// BlockFile is the list as a piece of HTML for pages that include it, such as
// with <!--#include virtual="dark_cal/block.txt" -->. It is no page, hence the
// name.
const BlockFile = Section + "/block.txt"

// blockOf has addresses as seen from the directory that holds dark_cal/, or
// whole ones where it is known where that is published.
func blockOf(links []legacy.Link, base string) ([]byte, error) {
	return legacy.Fragment(legacy.Renew(nil, links, base+Section+"/"))
}
