// Package evidence turns a question about a published number into the chain of
// facts behind it, down to the bytes of the telemetry.
//
// A question names a pixel, a statistic or a fact of a replica ([Parse]). The
// answer ([Ask]) holds the number as the archive has it, the same number worked
// out again from what it rests on, every value that goes into it, and the place
// of each in a file whose hash is compared with that of the file the archive
// was made of. The arithmetic is this package's own, so that a mistake in
// darkmap or stats shows as a contradiction and is not repeated.
package evidence
