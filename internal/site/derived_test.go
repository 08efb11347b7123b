package site

import (
	"fmt"
	"testing"

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
	settings, err := Settings{BaseURL: "https://example.org/"}.complete()
	if err != nil {
		b.Fatal(err)
	}
	past, err := in.history(calibrations, settings.At)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		tree := newTree()
		if err := addDerived(tree, &in, settings, calibrations, past); err != nil {
			b.Fatal(err)
		}
		if err := addOfPages(tree, &in, settings, calibrations, past); err != nil {
			b.Fatal(err)
		}
	}
}
