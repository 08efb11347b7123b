// Package legacy turns hand-made pages into what can stand beside generated
// ones: pages with a block that darksite keeps, and old report directories with
// the numbers in them.
//
// A page that people keep by hand has one list of links to calibrations. [Adopt]
// finds it and puts two comments around it:
//
//	<!-- darksite:begin -->
//	<!-- darksite:end -->
//
// From then on [Update] writes what stands between them anew, as plain items of
// the element around it. Every byte outside the two comments stays, so encoding
// and line ends do too: what is written between them is ASCII, with character
// references for all else. A list with anything in it that a new one would not
// hold is refused. [HandPage] is the file of such a page, for build and publish
// alike, and [Marks] is what publish knows of the markers.
//
// [Scan] reads old report directories as they are. Nothing is corrected: what
// does not fit together becomes a sentence.
//
// Pages are untrusted: bounded, read by golang.org/x/net/html as a browser reads
// them, and quoted only where it cannot do harm.
package legacy
