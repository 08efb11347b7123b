// Package settings takes the bytes of a TOML file that a person wrote and returns its
// keys, each with its line, or all that is wrong with them at once. It imports nothing
// of ours but its neighbours, so that everybody may import it.
package settings
