// Package temperature takes tables of telemetry and the times of replicas, and
// returns the CCD temperature at each replica.
//
// It is done as mica's update_aca_dark.py did it for the archive of 2013 to 2019:
// the mean of all samples from 600 s before a replica to 600 s after it, of more
// than four. The star camera's own temperature (header 3 of its images) is not sent
// while it reads the CCD, so its samples are from before and after. Where there are
// too few of it the engineering telemetry (AACCCDPT) is taken: a parabola through
// the samples within 20,000 s, at the middle of the replica.
package temperature
