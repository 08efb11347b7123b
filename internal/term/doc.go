// Package term turns what a command found and did into lines for a person, or
// JSON for a program: messages, tables, progress bars and exit codes.
package term
