package site

// addDerived puts what other programs and pages read in the tree: lists,
// numbers and feeds, all of the same calibrations as the pages.
func addDerived(tree *Tree, in *Inputs, settings Settings, calibrations []Calibration) error {
	links, err := Listing(*in)
	if err != nil {
		return err
	}
	block, err := blockOf(links, settings.baseURL())
	if err != nil {
		return err
	}
	return tree.addBytes(BlockFile, block)
}
