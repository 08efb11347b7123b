// Package vocabulary turns what became of pixels, and how a calibration was taken,
// into the words and sentences in which all outputs say it: pages, TWiki text, feed,
// tables and the command line. Each word has one meaning, which the glossary gives.
//
// Sentences are ASCII, with units as "e-/s" and "C"; pages set them in their own
// typography.
package vocabulary
