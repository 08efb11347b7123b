// Package telemetry turns the bytes of VC2 files into calibration rows and a
// ledger of every byte.
//
// # From bytes to rows
//
// A file is a plain run of 1134-byte SFDUs, each with one minor frame. Frames
// come in pairs whose payloads, joined, are one stream of 1040-byte records; a
// record is one row of one quadrant. [Decode] goes these ways:
//
//  1. scan: both syncs are looked for on the grid of 1134 bytes, or of more where
//     most SFDUs of the file have the same surplus behind them; where the grid is
//     lost, the next place with both starts a new one. An SFDU that no other follows
//     on the grid counts as whole only when its own end is where it belongs; else it
//     is loose: of its bytes only those before a record sync on phase are certain.
//  2. frame: frames of VC2 are kept, fill is told from data, every fill frame
//     is remembered by the few bytes in which it is not fill.
//  3. order: counters are unwrapped and sorted; up to three in a row that bit errors
//     changed are restored where their place tells them.
//  4. copies: of several frames with one counter the best is taken (quirk 10).
//  5. run: data frames whose counters join, and the fill frames that touch
//     them, are one run; their markers vote on the parity of the pairs.
//  6. phase: the record syncs of a run vote on where its records start.
//  7. record: records on phase with 3 of 4 sync bytes and a row that the CCD
//     has become rows.
//  8. strip: rows whose number does not fit those beside them are taken out.
//
// What is not certain is not a row. Pixels carry no checksum, so a bit error
// within a pixel cannot be seen unless the frame was received twice.
//
// # Quirks of the 1999 decoder
//
// The original (acalimg_sfdu.pro) is described, with its 29 quirks, in the
// project's notes on the format. What is decided here, by number:
//
//	 1  days of 84600 s      86400 s; package l0 writes the old value on request
//	 2  UTC written as TT    TT with leap seconds, by package chandra
//	 3  part below 1 ms      microseconds when below 1000, else ignored
//	 4  no resynchronisation resynchronises at both syncs
//	 5  one bad sync bit     one sync of two is enough on the grid
//	 6  second VCID byte     kept: it alone tells VC2
//	 7  incomplete last SFDU kept: counted as trailing
//	 8  20000 data frames    no limit
//	 9  hidden first row     the fill frames beside a run are taken along
//	10  repeated frame       one of them counts; the run goes on. Copies that differ
//	                         are ranked: by how many of the frames before and after
//	                         have a record that theirs continues, then by whether
//	                         their end is certain, then by their syncs, marker and
//	                         last byte. Between frames that are no copies of one
//	                         another the times of receipt tell. What equally good
//	                         copies do not agree on is in no row
//	11  file order           counter order
//	12  counter wrap         unwrapped
//	13  one-frame segment    holds no whole record; its bytes are in the ledger
//	14  circular shift       none
//	15  markers all right    markers vote
//	16  syncs past the end   looked for only where a header fits
//	17  one sync             is enough
//	18  misaligned rows      the syncs of a run vote on the phase
//	19  sync spacing         not needed
//	20  damaged sync         3 of 4 bytes on phase are enough, also at the start
//	21  impossible rows      rejected, and counted; so are those that do not rise or
//	                         fall by one with the others of their strip, or that the
//	                         readout cannot have reached
//	22  one-record segment   kept
//	23  two-row segments     kept
//	24  crossing quadrants   each row has its own column sign
//	25  16-bit pixels        DN as sent and the bias beside them
//	26  signed fields        unsigned
//	27  zero for missing     package darkmap counts the samples
//	28  empty L0             package l0 refuses
//	29  exit status 0        errors are errors
package telemetry
