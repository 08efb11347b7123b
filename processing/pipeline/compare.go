package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
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
	Why        string                 // it was made, or is to be; "" when it was there already
	Err        error
}

// Compare brings the comparisons of all calibrations of the archive up to date:
// those that are missing, or were made of other calibrations, by other rules or
// by another version. One that fails does not keep the others from theirs.
// Made is told of each that is made, and may be nil.
func Compare(ctx context.Context, o Options, made func(Compared)) ([]Compared, error) {
	known := &imageCache{archive: o.Archive}
	return o.eachComparison(ctx, func(group []chandra.ID) Compared {
		c := o.compare(group, known)
		if made != nil && (c.Changed || c.Err != nil) {
			made(c)
		}
		return c
	})
}

// Uncompared tells which comparisons [Compare] would make, and why. It makes
// none.
func Uncompared(ctx context.Context, o Options) ([]Compared, error) {
	all, err := o.eachComparison(ctx, func(group []chandra.ID) Compared {
		c, _ := o.compared(group)
		return c
	})
	return slices.DeleteFunc(all, func(c Compared) bool { return c.Why == "" && c.Err == nil }), err
}

// eachComparison goes through the archive: each calibration with those before
// it, latest first.
func (o *Options) eachComparison(ctx context.Context, do func(group []chandra.ID) Compared) ([]Compared, error) {
	ids, err := artifact.List(o.Archive)
	if err != nil {
		return nil, err
	}
	var out []Compared
	for i := range ids {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		group := slices.Clone(ids[max(0, i-comparison.Earlier) : i+1])
		slices.Reverse(group)
		out = append(out, do(group))
	}
	return out, nil
}

// compared is the comparison of the first of a group with the others as it is,
// and what one that is made now is made of.
func (o *Options) compared(group []chandra.ID) (c Compared, p comparison.Provenance) {
	c.ID = group[0]
	p = comparison.Provenance{Tool: "darksite", Version: o.Version, Settings: o.Comparison.Words()}
	for _, id := range group {
		sum, err := comparison.ManifestOf(o.Archive, id)
		if err != nil {
			c.Err = fmt.Errorf("comparison of %s: %w", group[0], err)
			return c, p
		}
		p.Inputs = append(p.Inputs, comparison.Input{ID: id, Manifest: sum})
	}
	was, err := comparison.Load(o.Comparisons, group[0])
	switch {
	case errors.Is(err, fs.ErrNotExist):
		c.Why = "there is none"
	case err != nil:
		c.Why = "it is damaged"
	case was.Provenance.Version != p.Version:
		c.Why = "made by version " + was.Provenance.Version
	case !maps.Equal(was.Provenance.Settings, p.Settings):
		c.Why = "the settings changed"
	case !slices.Equal(was.Provenance.Inputs, p.Inputs):
		c.Why = "the calibrations that it is made of changed"
	case !comparison.Complete(o.Comparisons, group[0]):
		c.Why = "a file of it is missing"
	default:
		c.Comparison = was
	}
	return c, p
}

// compare makes the comparison of the first of a group with the others, unless
// it is there already.
func (o *Options) compare(group []chandra.ID, images *imageCache) Compared {
	c, p := o.compared(group)
	if c.Err != nil || c.Why == "" {
		return c
	}
	var found []pixels.Map
	for _, id := range group {
		m, err := images.load(id)
		if err != nil {
			c.Err = fmt.Errorf("comparison of %s: %w", group[0], err)
			return c
		}
		found = append(found, m)
	}
	made, err := comparison.New(found[0], found[1:], o.Comparison)
	if err != nil {
		c.Err = err
		return c
	}
	made.Provenance = p
	files, err := comparison.Encode(made)
	if err != nil {
		c.Err = err
		return c
	}
	if _, c.Err = artifact.Save(o.Comparisons, group[0], files); c.Err == nil {
		c.Comparison, c.Changed = made, true
	}
	return c
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
