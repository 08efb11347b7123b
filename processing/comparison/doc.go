// Package comparison turns the dark maps of a calibration and of those before it
// into what became of its pixels: lists of warm, hot, new, gone and changed
// pixels, the bad pixel list, and whether the map lies the right way.
//
// The result is a directory of its own for each calibration, beside the
// archive's: it depends on more than one calibration and is made again when an
// earlier one is.
package comparison
