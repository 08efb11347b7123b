// Package site turns calibration artifacts into the file tree of the web
// section: pages, figures and downloads under dark_cal/.
//
// [Build] is pure: the same inputs give the same bytes, and nothing is read
// from the clock, the environment, the network or a directory. [Tree.Write] is
// the one part that touches a disk.
//
// The user's content/, layouts/ and static/ replace the defaults file by file.
// layouts/ is trusted code; content/ is not (raw HTML is left out, templates
// are refused, links to unsafe schemes are emptied).
package site
