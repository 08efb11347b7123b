// Package note takes what an analyst wrote of a calibration, in Markdown, and
// returns it as pieces of a page, and as the words for a search and a feed.
//
// The dialect is defined here and nowhere else: CommonMark with tables, task
// lists, definition lists, footnotes, struck-out text, bare addresses that become
// links, ids of headings, and formulas in TeX: $x$ in a line, $$x$$ on its own.
// [Tree] parses it for whoever writes something else of it, such as TWiki markup,
// and [Portable] rewrites what Hugo would read otherwise. HTML is shown as it is
// written, comments are not shown, pictures are named, and links to addresses
// that are not of the web or of mail lose their target; each of these is a
// warning. Headings begin at the third level and all ids with "note-", so that a
// note fits in a page with headings and anchors of its own.
//
// [Read] cuts off front matter, which is never shown. A draft has no text.
//
// All of it is pure. Formulas stay TeX: the site's templates turn them into
// MathML, with the KaTeX that Hugo carries.
package note
