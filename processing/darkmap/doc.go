// Package darkmap turns the rows of a calibration's replicas into images and
// combines them into one dark current map.
//
// A calibration is five replicas, pointings 2 arcmin apart, each read once
// after 5 s and once after 10 s. Per pixel and integration the median over the
// replicas removes the stars; long minus short removes the bias and what
// gathers while the CCD is read; the rest is dark current:
//
//	dark [e-/s] = (median long - median short) [DN] x gain [e-/DN] / (t long - t short) [s]
package darkmap
