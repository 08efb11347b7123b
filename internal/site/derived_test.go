package site

import (
	"fmt"
	"testing"

	"darksite/internal/view"
	"darksite/processing/chandra"
)

// BenchmarkDerived makes what is for other programs of 150 calibrations.
func BenchmarkDerived(b *testing.B) {
	var calibrations []Calibration
	for n := range 150 {
		c := sample(chandra.ID(fmt.Sprintf("%d%03d", 1999+n/6, 1+n%6*60)), uint64(n%3), 1)
		if err := c.Artifact.Correct(); err != nil {
			b.Fatal(err)
		}
		calibrations = append(calibrations, c)
	}
	in := inputs(calibrations...)
	settings, err := view.Settings{BaseURL: "https://example.org/"}.Complete()
	if err != nil {
		b.Fatal(err)
	}
	made, err := view.New(settings, views(must(in.ordered())), nil, nil, nil)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		tree := newTree()
		if err := addDerived(tree, &in, made); err != nil {
			b.Fatal(err)
		}
		if err := addOfPages(tree, &in, made); err != nil {
			b.Fatal(err)
		}
	}
}
