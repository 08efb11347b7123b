// Package scaling turns dark currents at one CCD temperature into those at
// another: single rates, maps and histograms, in e-/s.
//
// There are three laws, each with its name, because each made numbers that are
// still compared with: [Historic] made the temperature-adjusted counts of 1999
// to 2015, [Uniform] is what readers of the archive apply, [PerPixel] is the
// best known and corrects images. A law between two temperatures is a
// [Scaling]:
//
//	s, err := scaling.PerPixel.Between(-13.5, -15)
//	err = s.Image(dst, src)
//
// A dark current rises with temperature. Every law keeps the order of the
// pixels and the sign of negative ones, so thresholds and histograms can be
// scaled instead of maps.
package scaling
