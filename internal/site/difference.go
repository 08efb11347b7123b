package site

import (
	"fmt"
	"path"

	"darksite/internal/imagery"
	"darksite/internal/view"
	"darksite/processing/chandra"
	"darksite/processing/scaling"
	"darksite/processing/warm"
)

// drawDifference draws what became of the pixels since the map that the
// comparison was made with, at its temperature and by its law; nil where that
// map is not at hand.
func drawDifference(read *images, i int, now []float32) ([]byte, error) {
	c := read.calibrations[i]
	if c.Comparison == nil || c.Comparison.Pixels.Since == nil {
		return nil, nil
	}
	since := c.Comparison.Pixels.Since
	for k := range i {
		if read.calibrations[k].Artifact.ID != since.Before.ID {
			continue
		}
		before, err := read.of(k)
		if err != nil {
			return nil, err
		}
		nowTo, beforeTo, err := toCommon(since.Law, since.CommonTemp, c.Comparison.Pixels.Now.Temp, since.Before.Temp)
		if err != nil {
			return nil, err
		}
		if c.Artifact.Geometry != read.calibrations[k].Artifact.Geometry {
			return nil, fmt.Errorf("the map before, of %s, is of another CCD", since.Before.ID)
		}
		change := make([]float32, len(now))
		nowAt, beforeAt := tabled(nowTo), tabled(beforeTo)
		for p := range change {
			change[p] = float32(nowAt.rate(now[p]) - beforeAt.rate(before[p]))
		}
		return imagery.DifferencePNG(c.Artifact.Geometry, change)
	}
	return nil, nil
}

// table is a scaling with its results for the whole numbers that nearly all
// pixels of a classic map have.
type table struct {
	scaling.Scaling
	whole []float64
}

func tabled(s scaling.Scaling) table {
	t := table{s, make([]float64, 1<<13)}
	for v := range t.whole {
		t.whole[v] = s.Rate(float64(v))
	}
	return t
}

func (t table) rate(v float32) float64 {
	if i := int(v); v >= 0 && v < 1<<13 && float32(i) == v {
		return t.whole[i]
	}
	return t.Rate(float64(v))
}

// toCommon are the scalings of two maps to the temperature at which they were
// compared; without one they stay as they are.
func toCommon(name string, common, now, before *chandra.Celsius) (nowTo, beforeTo scaling.Scaling, err error) {
	if common == nil || now == nil || before == nil {
		same, err := scaling.Uniform.Between(0, 0)
		return same, same, err
	}
	for _, law := range warm.Laws() {
		if law.Name() != name {
			continue
		}
		if nowTo, err = law.Between(*now, *common); err != nil {
			return nowTo, beforeTo, err
		}
		beforeTo, err = law.Between(*before, *common)
		return nowTo, beforeTo, err
	}
	return nowTo, beforeTo, fmt.Errorf("there is no temperature law %q; build again to compare anew", view.Plain(name))
}

// putBars adds the palettes to the assets.
func (s *source) putBars() error {
	for name, draw := range map[string]func() ([]byte, error){
		colourBarFile: imagery.ColourBarPNG, differenceBarFile: imagery.DifferenceBarPNG,
	} {
		bar, err := draw()
		if err != nil {
			return fmt.Errorf("site: %s: %w", name, err)
		}
		s.static[path.Join(Section, "assets", name)] = bar
	}
	return nil
}
