// Package l0 turns the rows of calibration telemetry into the level 0 table
// ACA_DUMP, a FITS binary table with one row of one quadrant per row, and such
// tables back into rows.
//
// Column names and order are those of the table that the IDL procedure
// ACALIMG_SFDU wrote from 1999 on (telemetry.md, section 7). Its values had
// faults that hid in the table: a day of 84600 seconds, UTC labelled TT,
// unsigned numbers in signed columns, pixels that wrap at 16 bits. This package
// writes true values with their units and offsets, or, on request, the old
// values to the bit, for comparison with tables that are kept ([Options]).
//
// [Decode] reads both forms. Of the faults only the day loses anything, and
// that little: half an hour of the received time, where nothing in a table from
// around midnight tells which half hour it was. So a map can be made of tables
// whose telemetry is gone, and it is the map that the telemetry would give, as
// far as the old decoder found the rows.
package l0
