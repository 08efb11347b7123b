// Package sitetest takes nothing and returns a site of 12 calibrations, made by
// the program itself as its users make one, for tests that look at pages.
//
// Nine maps are imported, in both forms of mica's archive and in that of the
// old procedure, three are made from simulated telemetry: one whole, one of few
// rows, one with losses. The figures that were published since 1999 are
// imported too, two calibrations share a month, one map is that of another CCD,
// and there are notes with tables, footnotes and formulas, sign-offs, and a page
// of prose.
//
// The package's own tests look at every page of it: links, numbers, hostile
// text, a validator, and with the tag "browser" Chromium and axe-core.
//
// Only tests import it.
package sitetest
