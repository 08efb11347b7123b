// Package history turns calibrations into the rows of the warm pixel history:
// raw counts, counts corrected for temperature and background, and what the
// model expects, one row for each calibration.
package history
