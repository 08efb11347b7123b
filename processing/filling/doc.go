// Package filling turns a dark map with holes into one without, and says of
// every pixel that it filled what it was filled from.
//
// A filled pixel is no measurement. It keeps programs that can't do with a hole
// at work (numpy's percentile of a map with one NaN is NaN), so only copies that
// leave for such readers are filled, never the map that numbers are taken from.
package filling
