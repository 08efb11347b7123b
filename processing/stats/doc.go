// Package stats turns dark maps into numbers: the exact histogram of their
// values and what derives from it.
package stats
