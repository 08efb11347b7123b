// Package filenametest turns an image file into a disk that does not tell upper
// from lower case, for tests.
package filenametest
