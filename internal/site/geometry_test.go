package site

import (
	"bytes"
	"image/png"
	"io"
	"strings"
	"testing"

	"darksite/internal/view"
	"darksite/processing/artifact"
	"darksite/processing/artifact/artifacttest"
	"darksite/processing/ccd/ccdtest"
)

// The page of another CCD has its axes, its quadrants and its picture.
func TestPageOfAnotherCCD(t *testing.T) {
	g := ccdtest.Small
	c := sample("2016125", 4, 1)
	image := artifacttest.Image(g, 4, 1, 0)
	c.Artifact = artifacttest.New(g, "2016125", image, 4)
	c.Image = func() ([]float32, error) { return image, nil }
	tree := build(t, inputs(c))
	read := func(name string) []byte {
		f, err := tree.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		content, err := io.ReadAll(f)
		if err != nil {
			t.Fatal(err)
		}
		return content
	}
	page := string(read("dark_cal/2016_may/index.html"))
	for _, want := range []string{
		`<li>−48</li><li>−24</li><li>0</li><li>24</li><li>47</li>`, `<li>−64</li><li>−32</li><li>0</li><li>32</li><li>63</li>`,
		`width="128" height="96"`, `viewBox="0 0 128 96"`, `M64 0v96M0 48h128`, `128 × 96 float32`, `384 rows: two integrations of 96 rows`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	for _, aca := range []string{"1024", "1,024", "4,096 rows", "−512", "column 454", "1,048,576"} {
		if at := strings.Index(page, aca); at >= 0 {
			t.Errorf("the page has %s: %.60s", aca, page[max(0, at-20):])
		}
	}
	for name, want := range map[string][2]int{view.MapFile: {128, 96}, thumbFile: {thumbSize, thumbSize}} {
		picture, err := png.DecodeConfig(bytes.NewReader(read("dark_cal/2016_may/" + name)))
		if err != nil || picture.Width != want[0] || picture.Height != want[1] {
			t.Errorf("%s: %d x %d, %v, want %v", name, picture.Width, picture.Height, err, want)
		}
	}
	c.Image = func() ([]float32, error) { return image[1:], nil }
	if _, err := drawAndBuild(inputs(c)); err == nil || !strings.Contains(err.Error(), "12287 pixels, want 128 x 96") {
		t.Errorf("an image of another size than that of %s: %v", artifact.CalibrationFile, err)
	}
}
