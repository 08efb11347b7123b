// Package sqlite turns a table of an SQLite file into rows of named cells.
//
// It only reads, and leaves no journal beside the file: operations write such
// files while others read them, often from a directory that readers may not
// write. What is locked, damaged or not what its name says is an error that
// tells what to do.
package sqlite
