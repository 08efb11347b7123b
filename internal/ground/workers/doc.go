// Package workers takes a number of pieces of work and does them on all
// processors.
package workers
