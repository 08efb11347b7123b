// Package inputs turns a calibration's data directory into a list of telemetry
// files and the facts of its info.csv or info.fits.
//
// Names and contents come from outside and are checked; what is missing stays
// unknown, and what is unusual becomes a warning that names it.
package inputs
