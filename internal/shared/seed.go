package shared

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
)

const seedVariable = "DARKSITE_SEED"

// Seed is a seed for a test that tries random things: another one in each run,
// which the test logs, or that of the environment variable DARKSITE_SEED, to
// repeat a run.
func Seed(t testing.TB) uint64 {
	t.Helper()
	seed := rand.Uint64()
	if text := os.Getenv(seedVariable); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatalf("%s: %v", seedVariable, err)
		}
	}
	t.Logf("%s=%d", seedVariable, seed)
	return seed
}
