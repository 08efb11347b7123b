// Package evidence takes a question about a published number and returns the chain of
// facts behind it, down to the bytes of the telemetry.
//
// A question names a pixel, a statistic or a fact of a replica ([Parse]). The
// answer ([Case.Ask]) holds the number as the archive has it, the same number worked
// out again from what it rests on by the code that made it, every value that goes
// into it, and the place of each in a file whose hash is compared with that of the
// file the archive was made of.
package evidence
