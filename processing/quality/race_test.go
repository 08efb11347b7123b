//go:build race

package quality

// Simulations take ten times as long under the race detector, and show no more
// races than a few of them do.
func init() { raced = true }
