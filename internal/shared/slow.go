package shared

import "testing"

// Slow skips a test that works through many whole maps or builds when tests run with
// -short, as they do under the race detector, which makes such work eight times
// as slow. The run without the detector has the test; it must not be the only
// one of code that starts goroutines.
func Slow(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip("it works through many maps or builds: left to the run without -short")
	}
}
