// Package hugo takes templates, pages and what templates see, and returns the
// rendered files, where each page went, and warnings.
//
// It is the only importer of Hugo, which works in a file system in memory, with a
// configuration of its own and never one of the user's: templates run no program,
// fetch nothing and read no variable of the environment; raw HTML in content is
// left out.
package hugo
