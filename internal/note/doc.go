// Package note takes what an analyst wrote of a calibration, in Markdown, and
// returns it as pieces of a page.
//
// Notes are CommonMark with tables, footnotes, struck-out text and formulas in
// TeX: $x$ in a line, $$x$$ on its own. Raw HTML is left out and links to
// addresses that are not of the web or of mail lose their target. Headings begin at the third level
// and all ids with "note-", so that a note fits in a page with headings and
// anchors of its own.
//
// [Render] is pure. Formulas stay TeX: the site's templates turn them into
// MathML, with the KaTeX that Hugo carries.
package note
