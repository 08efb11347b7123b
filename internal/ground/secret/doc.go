// Package secret takes a file of passwords or keys; returns what is in it, when
// nobody but its owner can read it.
package secret
