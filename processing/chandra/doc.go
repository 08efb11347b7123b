// Package chandra turns calendar and readout facts into Chandra's own terms:
// calibration ids, UTC dates and CXC seconds.
//
// It is the base of the processing layer: it imports nothing of the project,
// and the image orientation is defined here and nowhere else ([Place]).
package chandra
