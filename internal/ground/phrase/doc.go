// Package phrase takes numbers, lists and texts from outside and returns them as
// they stand in a sentence. It imports nothing of ours, so that everybody may
// import it.
package phrase
