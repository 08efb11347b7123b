package pipeline

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/comparison"
	"darksite/processing/pixels"
)

// Compared is what became of one comparison.
type Compared struct {
	ID         chandra.ID
	Comparison *comparison.Comparison // nil with an error
	Changed    bool                   // false when it was there already
	Err        error
}

// Compare brings the comparisons of all calibrations of the archive up to date:
// those that are missing, or were made of other calibrations, by other rules or
// by another version. One that fails does not keep the others from theirs.
// Made is told of each that is made, and may be nil.
func Compare(ctx context.Context, o Options, made func(Compared)) ([]Compared, error) {
	ids, err := artifact.List(o.Archive)
	if err != nil {
		return nil, err
	}
	known := &imageCache{archive: o.Archive}
	var out []Compared
	for i, id := range ids {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		group := slices.Clone(ids[max(0, i-comparison.Earlier) : i+1])
		slices.Reverse(group) // latest first
		c := Compared{ID: id}
		c.Comparison, c.Changed, c.Err = o.compare(group, known)
		if made != nil && (c.Changed || c.Err != nil) {
			made(c)
		}
		out = append(out, c)
	}
	return out, nil
}

// compare makes the comparison of the first of a group with the others, unless
// it is there already.
func (o *Options) compare(group []chandra.ID, images *imageCache) (c *comparison.Comparison, changed bool, err error) {
	p := comparison.Provenance{Tool: "darksite", Version: o.Version, Settings: o.Comparison.Words()}
	for _, id := range group {
		sum, err := comparison.ManifestOf(o.Archive, id)
		if err != nil {
			return nil, false, fmt.Errorf("comparison of %s: %w", group[0], err)
		}
		p.Inputs = append(p.Inputs, comparison.Input{ID: id, Manifest: sum})
	}
	if was, err := comparison.Load(o.Comparisons, group[0]); err == nil && was.Provenance.Version == p.Version &&
		maps.Equal(was.Provenance.Settings, p.Settings) && slices.Equal(was.Provenance.Inputs, p.Inputs) &&
		comparison.Complete(o.Comparisons, group[0]) {
		return was, false, nil
	}
	var found []pixels.Map
	for _, id := range group {
		m, err := images.load(id)
		if err != nil {
			return nil, false, fmt.Errorf("comparison of %s: %w", group[0], err)
		}
		found = append(found, m)
	}
	if c, err = comparison.New(found[0], found[1:], o.Comparison); err != nil {
		return nil, false, err
	}
	c.Provenance = p
	files, err := comparison.Encode(c)
	if err != nil {
		return nil, false, err
	}
	_, err = artifact.Save(o.Comparisons, group[0], files)
	return c, err == nil, err
}

// imageCache keeps the maps that the next comparison needs.
type imageCache struct {
	archive string
	maps    []pixels.Map
}

func (c *imageCache) load(id chandra.ID) (pixels.Map, error) {
	for _, m := range c.maps {
		if m.ID == id {
			return m, nil
		}
	}
	m, err := loadMap(c.archive, id)
	if err != nil {
		return m, err
	}
	c.maps = append(c.maps, m)
	if len(c.maps) > comparison.Earlier+1 {
		c.maps = c.maps[1:]
	}
	return m, nil
}

// loadMap reads a map of the archive, and its temperature and time.
func loadMap(archive string, id chandra.ID) (pixels.Map, error) {
	c, err := artifact.Load(archive, id)
	if err != nil {
		return pixels.Map{}, err
	}
	image, err := artifact.LoadImage(archive, id)
	if err != nil {
		return pixels.Map{}, err
	}
	m := pixels.Map{ID: id, Image: image, Time: id.Date(), File: filepath.ToSlash(filepath.Join(string(id), artifact.ImageFile))}
	if t := c.Facts.CCDTemp; t != nil {
		temp := chandra.Celsius(*t)
		m.Temp = &temp
	}
	// A start on another day is a contradiction of an import: maps are in the
	// order of their days.
	if t, err := chandra.ParseDate(c.Facts.Start); err == nil && chandra.IDOf(t) == id {
		m.Time = t
	}
	return m, nil
}
