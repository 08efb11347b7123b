package site

import "fmt"

// addDerived puts what other programs and pages read in the tree: lists,
// numbers and feeds, all of the same calibrations as the pages.
func addDerived(tree *Tree, in *Inputs, settings Settings, calibrations []Calibration, past chronicle) error {
	if err := addLegacy(tree, in, settings); err != nil {
		return err
	}
	links, err := Listing(*in)
	if err != nil {
		return err
	}
	block, err := blockOf(links, settings.baseURL())
	if err != nil {
		return err
	}
	if err := tree.addBytes(BlockFile, block); err != nil {
		return err
	}
	if err := addAPI(tree, in, settings, past.at, tableRows(past, calibrations)); err != nil {
		return err
	}
	return addFeed(tree, settings, calibrations, past)
}

// addOfPages puts what is made of all pages in the tree, which has them by then.
func addOfPages(tree *Tree, in *Inputs, settings Settings, calibrations []Calibration, past chronicle) error {
	if err := addSearch(tree, in, calibrations, tableRows(past, calibrations)); err != nil {
		return err
	}
	addTwins(tree, in, settings)
	if err := tree.putTwins(); err != nil {
		return err
	}
	return addSitemap(tree, settings)
}

// withDerived adds what templates see of it.
func withDerived(params map[string]any, in *Inputs) map[string]any {
	params["legacy"] = legacyParams(in)
	return params
}

// remarks are sentences about what a person should know.
func (in *Inputs) remarks() (list []string) {
	for _, id := range in.Moved {
		now, _ := in.Addresses.Of(id)
		list = append(list, fmt.Sprintf("%s is at %s/%s/ from now on: an old report has the address that it had", id, Section, now))
	}
	return list
}
