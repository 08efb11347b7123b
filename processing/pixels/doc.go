// Package pixels turns dark maps into lists of pixels: the warm and the hot of
// one calibration, what is new, gone or changed since the one before it, and
// the bad pixel list that star selection used.
//
// Maps of two calibrations differ in temperature, so rates are compared at a
// common one, by a named law of package scaling:
//
//	report, err := pixels.Compare(now, before, pixels.DefaultSettings())
//	err = pixels.EncodeCSV(w, report.Pixels)
//
// [Select] makes a bad pixel list of up to any number of maps, [Persist] says
// what two lists share, and [Orient] uses a list to tell which way up a map is.
//
// A value that is NaN or infinite is no value, as in package stats.
package pixels
