// Package ccdtest returns a CCD for tests that are not about its size.
package ccdtest

import "darksite/processing/ccd"

// Small is a CCD of 96 rows of 128 pixels, numbered about its centre.
var Small = ccd.Geometry{Name: "SMALL", Rows: 96, Columns: 128, FirstRow: -48, FirstColumn: -64}
