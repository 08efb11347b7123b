// Package spelling takes a name that is not known and those that are, and
// returns the one that was probably meant.
package spelling
