// Package text turns the bytes of a file that a person wrote into text: UTF-8
// with plain line ends, or an error that names the file, the byte and the line,
// and says what the encoding seems to be and how to convert it.
//
// A byte order mark of UTF-8 is dropped, and CRLF and CR become LF. Every other
// encoding and every control character but tab and line end is refused, because
// what would be shown instead is not what was written.
package text
