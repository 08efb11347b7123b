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
// From then on [Find] reads what stands between them, [Style.Block] writes the
// list anew in the style that it has, and [Replace] puts it there. Every byte
// outside the two comments stays, so encoding and line ends do too: what is
// written between them is ASCII, with character references for all else.
//
// [Scan] reads old report directories as they are. Nothing is corrected: what
// does not fit together becomes a sentence.
//
// Pages are untrusted: bounded, read by the tokenizer of golang.org/x/net/html,
// and quoted only where it cannot do harm.
package legacy
