package spelling

import (
	"strings"
	"testing"
)

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"title", "title", 0}, {"titel", "title", 1}, {"titles", "title", 1},
		{"tile", "title", 1}, {"", "abc", 3}, {"abc", "", 3}, {"kitten", "sitting", 3},
		{"Title", "title", 0}, {"TITLE", "title", 2}, {"base url", "base_url", 0}, {"ca", "abc", 3},
	} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestNearest(t *testing.T) {
	known := []string{"datestart", "temp", "ra", "dec"}
	for name, want := range map[string]string{"date_start": "datestart", "tmep": "temp", "Dec": "dec", "observer": "", "": "", strings.Repeat("a", 1000): ""} {
		if got, ok := Nearest(name, known); ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q, %v, want %q", name, got, ok, want)
		}
	}
}
