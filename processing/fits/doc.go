// Package fits turns images and tables into FITS files and FITS files back into
// images and columns.
//
// The pixels and rows go through astrogo/fitsio, which packs and unpacks the
// big-endian data units. The headers do not: fitsio's loses digits of floats,
// does not double quotes and writes cards that binary tables must not have, and
// its parser trusts every number in a file. So this package writes all cards
// and both checksums itself, and reads a file in two steps: it checks each
// header and its sizes against the bytes that are there ([Read]), then hands
// fitsio a data unit under a new header that holds nothing but those checked
// facts.
//
// Section numbers in this package are those of the FITS Standard 4.0.
package fits
