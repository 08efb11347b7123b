// Package pipeline turns a data directory into a calibration's artifacts: it
// wires the stages, and touches the disk for them.
package pipeline
