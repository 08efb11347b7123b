// Package published turns CSV files of published statistics into calibrations
// without maps.
//
// Of most calibrations of 1999 to 2015 neither telemetry nor map is at hand, but
// numbers are: in the tables of report pages, in the history of warm pixels, in
// comments. Every number keeps its source and the digits it was printed with.
//
// Where sources disagree, nothing is corrected. The number that is shown is the
// one that stands last: the files in the order in which they are given, the
// lines of a file from top to bottom. New figures are added below old ones, so
// that is the newest, and whoever arranges the files can say otherwise. All
// others stay beside it, and a sentence names the disagreement. Two numbers
// agree when one is the other rounded to the digits that were printed.
package published
