package site

import (
	"bytes"
	"io"
	"slices"
	"sync"
	"testing"

	"darksite"
	"darksite/internal/view"
	"darksite/processing/artifact"
	"darksite/processing/artifact/artifacttest"
	"darksite/processing/ccd"
	"darksite/processing/ccd/ccdtest"
	"darksite/processing/chandra"
)

type sampleKey struct {
	on      ccd.Geometry
	seed    uint64
	warmth  float64
	missing int
}

var sampleImages sync.Map // sampleKey to []float32

// cachedImage draws each image once: tests use the same few again and again.
func cachedImage(on ccd.Geometry, seed uint64, warmth float64, missing int) []float32 {
	key := sampleKey{on, seed, warmth, missing}
	if image, ok := sampleImages.Load(key); ok {
		return image.([]float32)
	}
	image, _ := sampleImages.LoadOrStore(key, artifacttest.Image(on, seed, warmth, missing))
	return image.([]float32)
}

// sample is a whole calibration of a small CCD with the given id.
func sample(id chandra.ID, seed uint64, warmth float64) Calibration {
	return sampleOn(ccdtest.Small, id, seed, warmth)
}

// sampleOn is sample for what depends on the size of the CCD.
func sampleOn(on ccd.Geometry, id chandra.ID, seed uint64, warmth float64) Calibration {
	image := cachedImage(on, seed, warmth, 0)
	return Calibration{
		Calibration: view.Calibration{Artifact: artifacttest.New(on, id, image, seed)},
		Image:       func() ([]float32, error) { return image, nil },
		Downloads: []Download{
			DownloadOf(artifact.ImageFile, []byte("SIMPLE  = stands for an image of "+string(id))),
			DownloadOf(artifact.PropertiesFile, []byte(`{"id": "`+string(id)+`"}`)),
		},
	}
}

// inputs are those of a build with the given calibrations.
func inputs(calibrations ...Calibration) Inputs {
	var book Addresses
	var ids []chandra.ID
	for _, c := range calibrations {
		ids = append(ids, c.Artifact.ID)
	}
	book.assign(ids, false, map[string]bool{})
	return Inputs{Calibrations: calibrations, Addresses: book, Defaults: darksite.Defaults}
}

// build makes a tree and fails the test when that fails or warns.
func build(t *testing.T, in Inputs) *Tree {
	t.Helper()
	tree, err := drawAndBuild(in)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range tree.Warnings {
		t.Errorf("warning: %s", w)
	}
	return tree
}

// DownloadOf is a download whose content is in memory.
func DownloadOf(name string, content []byte) Download {
	return Download{
		Name: name,
		Size: int64(len(content)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil },
	}
}

// drawAndBuild builds with pictures, which it draws unless the inputs have them.
func drawAndBuild(in Inputs) (*Tree, error) {
	whole := !slices.ContainsFunc(in.Calibrations, func(c Calibration) bool { return c.Artifact == nil || c.Image == nil })
	if in.Pictures == nil && whole {
		var err error
		if in.Pictures, _, err = NewDrawing(in.Program, in.Calibrations).Draw(nil); err != nil {
			return nil, err
		}
	}
	return Build(in)
}
