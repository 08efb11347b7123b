// Package table turns the bytes of a small text table into rows whose cells are
// known by the names of their columns.
//
// A table has a header and a line for each row, with commas, tabs, semicolons or
// blanks between its cells. It may be ECSV (Astropy Proposal for Enhancement 6),
// whose header tells the delimiter and the units. All tables that people write by
// hand or with other programs are read here, so all of them take, and refuse, the
// same:
//
//   - a byte order mark, CRLF, CR, a last line without an end, comments (#),
//     empty lines and lines of empty cells are taken;
//   - names of columns count by their letters and digits: "T_CCD", "t ccd" and
//     "tccd" are one. A unit may stand behind a name, "temp (C)", "ra_deg"; values
//     in another unit are converted with a warning, or refused where the unit is
//     not understood;
//   - a column that nobody asked for is a warning that names the nearest known
//     one, two columns for one thing are an error that names both;
//   - a row with too few or too many cells is an error with its line.
//
// Encodings other than UTF-8 are refused by package text, with the byte.
package table
