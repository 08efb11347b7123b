// Package mica turns a directory of mica's archive of dark currents into a map
// and its properties.
//
// Such a directory holds image.fits and properties.json, the latter as it was
// written from 2013 on or, with other keys, since 2019 (processing.md, section
// 2). The directory of an older tool holds imd.fits, the map alone. What a file
// says is kept as it says it: what cannot be true together is listed as a
// contradiction, what is unusual as a warning, and nothing is repaired. What is
// damaged, or not what its name says, is an error.
package mica
