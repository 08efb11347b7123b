package term

import (
	"math"
	"testing"
	"time"
)

func TestSize(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0 B", 999: "999 B", 1000: "1.0 kB", -1500: "-1.5 kB", 999949: "999.9 kB", 999950: "1.0 MB",
		37731582: "37.7 MB", 1e9: "1.0 GB", math.MaxInt64: "9.2 EB", math.MinInt64: "-9.2 EB",
	} {
		if got := Size(n); got != want {
			t.Errorf("Size(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "0 ms", 0: "0 ms", 350 * time.Millisecond: "350 ms", 999400 * time.Microsecond: "999 ms",
		999500 * time.Microsecond: "1.0 s", 9949 * time.Millisecond: "9.9 s", 9950 * time.Millisecond: "10 s",
		59499 * time.Millisecond: "59 s", 59500 * time.Millisecond: "1 min 00 s", 185 * time.Second: "3 min 05 s",
		3599499 * time.Millisecond: "59 min 59 s", 3599500 * time.Millisecond: "1 h 00 min",
		130 * time.Minute: "2 h 10 min", 2000 * time.Hour: "2,000 h 00 min",
	} {
		if got := Duration(d); got != want {
			t.Errorf("Duration(%v) = %q, want %q", d, got, want)
		}
	}
}
