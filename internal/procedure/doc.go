// Package procedure turns what is known of a calibration into the old
// instruction page as a checklist, and keeps a journal of what was done.
package procedure
