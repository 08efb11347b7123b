package publish

import (
	"slices"
	"testing"
)

// The order of a switch, as the package comment has it.
func TestOrder(t *testing.T) {
	isNew := map[string]bool{"dark_cal/new/image.fits": true, "dark_cal/new/index.html": true, "dark_cal/feed.xml": false}
	want := []string{
		"dark_cal/new/image.fits",
		"dark_cal/new/index.html",
		"dark_cal/assets/style.css", "dark_cal/feed.xml",
		"dark_cal/2009_oct/report.HTM", "dark_cal/old/index.html",
		"dark_cal/404.html", "dark_cal/index.html",
		"dark_cal/MANIFEST",
	}
	got := slices.Clone(want)
	slices.Sort(got)
	inOrder(got, func(p string) bool { return isNew[p] })
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
