// Package model turns a date and a CCD temperature into the dark current that
// the ACA is expected to have by then: pixels per bin, pixels above a threshold,
// and their fraction of the CCD.
//
// It is the model that Chandra plans with (chandra_aca dark_model, "smoothed
// twice-broken power law"), fitted to the calibrations up to 2017:
//
//  1. Between 2 and 10000 e-/s the number of pixels per logarithmic bin is a
//     power law that breaks at about 192 and at 1000 e-/s. Its five parameters
//     are linear in time, with other slopes from 2012 on.
//  2. That is smoothed over bins by a Gaussian.
//  3. It holds at -14 C. For another temperature the bins, not the numbers of
//     pixels, are scaled by the uniform law.
//
// Above 100 e-/s the calibrations of 2007 to 2015 had 0.86 to 1.15 times its
// number of pixels; by 2024 there are 1.2 to 1.4 times as many up to 1000 e-/s.
// Before 2007 it does not hold.
package model
