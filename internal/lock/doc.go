// Package lock takes a site directory and returns the right to write to it, which
// one process has at a time.
package lock
