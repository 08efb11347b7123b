package view

import "testing"

func TestChangeText(t *testing.T) {
	for _, c := range []struct {
		now, before int
		want        string
	}{{104, 100, "up 4.0\u00a0%"}, {96, 100, "down 4.0\u00a0%"}, {100_001, 100_000, "unchanged"}, {0, 7, "down 100.0\u00a0%"}} {
		if got := changeText(c.now, c.before); got != c.want {
			t.Errorf("%d after %d: %q, want %q", c.now, c.before, got, c.want)
		}
	}
}
