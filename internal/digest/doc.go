// Package digest takes files and returns the SHA-256 of each.
//
// A [Book] remembers hashes for as long as size and times of a file stay, so
// that files are read again only when they may have changed. What it knows is
// kept in a file of its own that is thrown away when a single byte of it is
// wrong ([Seal], [Unseal]): a book can be lost, but never believed by mistake.
package digest
