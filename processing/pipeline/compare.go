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
	"darksite/processing/quality"
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
func Compare(ctx context.Context, o Options) ([]Compared, error) {
	known := &imageCache{archive: o.Archive}
	return o.eachComparison(ctx, func(p plan) (Compared, comparison.Input, error) { return o.compare(p, known, true) })
}

// Uncompared tells which comparisons [Compare] would make, and why. It makes
// none, so a verdict that will be another one then is taken as it is now.
func Uncompared(ctx context.Context, o Options) ([]Compared, error) {
	all, err := o.eachComparison(ctx, func(p plan) (Compared, comparison.Input, error) {
		c, was := o.compared(&p)
		own, err := o.standing(p.own(), was)
		if c.Why == "" && err == nil {
			c.Why = changedStanding(was, own)
		}
		return c, own, err
	})
	return slices.DeleteFunc(all, func(c Compared) bool { return c.Why == "" && c.Err == nil }), err
}

// ComparedUnder gives the comparisons of all calibrations as they are under the
// rules of the options, by id, and writes nothing. Those that are stored serve
// where their partners are the same.
func ComparedUnder(ctx context.Context, o Options) (map[chandra.ID]*comparison.Comparison, error) {
	known := &imageCache{archive: o.Archive}
	all, err := o.eachComparison(ctx, func(p plan) (Compared, comparison.Input, error) { return o.compare(p, known, false) })
	found := map[chandra.ID]*comparison.Comparison{}
	for _, c := range all {
		if c.Err != nil {
			return nil, c.Err
		}
		found[c.ID] = c.Comparison
	}
	return found, err
}

// plan is what a comparison is made of.
type plan struct {
	id         chandra.ID
	provenance comparison.Provenance // Inputs[0], the calibration's own, has no standing yet
	err        error                 // what it is made of cannot be read
}

func (p plan) own() comparison.Input { return p.provenance.Inputs[0] }

// group are the calibration and its partners.
func (p plan) group() (ids []chandra.ID) {
	for _, in := range p.provenance.Inputs {
		ids = append(ids, in.ID)
	}
	return ids
}

// eachComparison goes through the archive by time: each calibration with those
// before it on which others may rest, latest first. Whether others may rest on a
// calibration follows from its verdict, and that from its own files and from its
// comparison, which is with earlier ones only: so each is known when it is asked
// for. Do gives the comparison of a plan and the standing of the calibration.
func (o *Options) eachComparison(ctx context.Context, do func(plan) (Compared, comparison.Input, error)) ([]Compared, error) {
	ids, err := artifact.List(o.Archive)
	if err != nil {
		return nil, err
	}
	rules := o.rules().Source()
	var out []Compared
	var before []comparison.Input
	for _, id := range ids {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		p := plan{id: id, provenance: comparison.Provenance{
			Tool: "darksite", Version: o.Version, Settings: o.Comparison.Words(), Rules: comparison.Rules(rules), PassedOver: []comparison.Input{},
		}}
		own := comparison.Input{ID: id}
		if own.Manifest, err = comparison.ManifestOf(o.Archive, id); err != nil {
			p.err = fmt.Errorf("comparison of %s: %w", id, err)
		}
		p.provenance.Inputs = []comparison.Input{own}
		for _, earlier := range slices.Backward(before) {
			if len(p.provenance.Partners()) == comparison.Earlier {
				break
			}
			if earlier.Usable {
				p.provenance.Inputs = append(p.provenance.Inputs, earlier)
			} else {
				p.provenance.PassedOver = append(p.provenance.PassedOver, earlier)
			}
		}
		c, own, err := do(p)
		if err != nil {
			return out, err
		}
		out, before = append(out, c), append(before, own)
	}
	return out, nil
}

func (o *Options) rules() *quality.Rules {
	if o.Rules == nil {
		return quality.DefaultRules()
	}
	return o.Rules
}

// compared is the comparison of a plan as it is, and why one has to be made; was is
// the one that is stored, which may be another, or nil.
func (o *Options) compared(p *plan) (c Compared, was *comparison.Comparison) {
	c.ID, c.Err = p.id, p.err
	if c.Err != nil {
		return c, nil
	}
	was, err := comparison.Load(o.Comparisons, p.id)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		c.Why = "there is none"
	case err != nil:
		c.Why = "it is damaged"
	case was.Schema != comparison.Schema:
		c.Why = "it has an older layout, " + was.Schema
	case was.Provenance.Version != p.provenance.Version:
		c.Why = "made by version " + was.Provenance.Version
	case !maps.Equal(was.Provenance.Settings, p.provenance.Settings):
		c.Why = "the settings changed"
	case was.Provenance.Rules != p.provenance.Rules:
		c.Why = fmt.Sprintf("its partners were chosen by the rules %q of %s, with other limits", was.Provenance.Rules.Name, was.Provenance.Rules.Date)
	case changedPartners(was.Provenance, p.provenance) != "":
		c.Why = changedPartners(was.Provenance, p.provenance)
	case !comparison.Complete(o.Comparisons, p.id):
		c.Why = "a file of it is missing"
	default:
		c.Comparison = was
	}
	return c, was
}

// changedPartners says what is not the same in the calibrations that a comparison
// was made of, without the standing of its own; "" when all is.
func changedPartners(was, now comparison.Provenance) string {
	all := func(p comparison.Provenance) []comparison.Input {
		own := p.Inputs[0]
		own.Verdict, own.Usable, own.Why = "", false, ""
		return slices.Concat([]comparison.Input{own}, p.Partners(), p.PassedOver)
	}
	before := map[chandra.ID]comparison.Input{}
	for _, in := range all(was) {
		before[in.ID] = in
	}
	for _, in := range all(now) {
		if b, ok := before[in.ID]; ok && b.Manifest == in.Manifest && b != in {
			return fmt.Sprintf("%s is %s now, and was %s", in.ID, standingText(in), standingText(b))
		}
	}
	if !slices.Equal(all(was), all(now)) {
		return "the calibrations that it is made of changed"
	}
	return ""
}

// changedStanding says how the calibration's own standing differs from that of the
// comparison, which its bad pixel list follows; "" when it does not.
func changedStanding(was *comparison.Comparison, own comparison.Input) string {
	if b := was.Provenance.Inputs[0]; b != own {
		return fmt.Sprintf("%s is %s now, and was %s", own.ID, standingText(own), standingText(b))
	}
	return ""
}

func standingText(in comparison.Input) string {
	if in.Why != "" {
		return in.Why
	}
	return "judged " + in.Verdict
}

// standing fills in whether others may rest on a calibration. What the comparison
// recorded serves where it was made of the same by the same rules: only what a
// person said is read again.
func (o *Options) standing(own comparison.Input, m *comparison.Comparison) (comparison.Input, error) {
	verdict := quality.Verdict{ID: own.ID}
	if m != nil && m.Schema == comparison.Schema && m.Provenance.Inputs[0].Manifest == own.Manifest &&
		m.Provenance.Rules == comparison.Rules(o.rules().Source()) && m.Provenance.Version == o.Version && m.Provenance.Inputs[0].Verdict != "" {
		verdict.State = quality.State(m.Provenance.Inputs[0].Verdict)
	} else if c, err := artifact.Load(o.Archive, own.ID); err == nil {
		verdict = quality.Judge(quality.Subject{Calibration: c, Comparison: m}, o.rules())
	} // else what compares with it will say that it cannot be read
	var signed *quality.SignOff
	if o.SignOff != nil {
		var err error
		if signed, err = o.SignOff(own.ID); err != nil {
			return own, err
		}
	}
	s := quality.StandingOf(verdict, signed)
	own.Verdict, own.Usable, own.Why = string(verdict.State), s.Usable, s.Why
	return own, nil
}

// compare makes the comparison of a plan, unless it is there already, and stores it
// if so told. An error that is not in Compared ends it all.
func (o *Options) compare(p plan, images *imageCache, store bool) (Compared, comparison.Input, error) {
	c, was := o.compared(&p)
	if c.Err != nil {
		own, err := o.standing(p.own(), nil)
		return c, own, err
	}
	if c.Why == "" {
		own, err := o.standing(p.own(), was)
		if err != nil {
			return c, own, err
		}
		if c.Why = changedStanding(was, own); c.Why == "" {
			return c, own, nil
		}
	}
	if !store && was != nil && was.Schema == comparison.Schema && samePartners(was.Provenance, p.provenance) {
		// Its numbers are those of a comparison under these rules.
		again := *was
		again.Provenance = p.provenance
		own, err := o.standing(p.own(), &again)
		again.Provenance.Inputs[0] = own
		c.Comparison = &again
		return c, own, err
	}
	c.Comparison = nil
	made, own, err := o.newComparison(p, images)
	if err != nil {
		if errors.Is(err, errStanding) {
			return c, own, err
		}
		c.Err = err
		own, err := o.standing(p.own(), nil)
		return c, own, err
	}
	if !store {
		c.Comparison = made
		return c, own, nil
	}
	files, err := comparison.Encode(made)
	if err == nil {
		_, err = artifact.Save(o.Comparisons, p.id, files)
	}
	if c.Err = err; err == nil {
		c.Comparison, c.Changed = made, true
	}
	return c, own, nil
}

// errStanding is for what keeps a standing from being known.
var errStanding = errors.New("what a person decided cannot be read")

// samePartners tells whether two comparisons are of the same files.
func samePartners(a, b comparison.Provenance) bool {
	return slices.EqualFunc(a.Inputs, b.Inputs, func(x, y comparison.Input) bool { return x.ID == y.ID && x.Manifest == y.Manifest }) &&
		a.Version == b.Version && maps.Equal(a.Settings, b.Settings)
}

// newComparison compares the maps of a plan. A map that nothing may rest on is left out of
// its own bad pixel list too.
func (o *Options) newComparison(p plan, images *imageCache) (*comparison.Comparison, comparison.Input, error) {
	var found []pixels.Map
	for _, id := range p.group() {
		m, err := images.load(id)
		if err != nil {
			return nil, p.own(), fmt.Errorf("comparison of %s: %w", p.id, err)
		}
		found = append(found, m)
	}
	made, err := comparison.New(found[0], found[1:], o.Comparison)
	if err != nil {
		return nil, p.own(), err
	}
	made.Provenance = p.provenance
	own, err := o.standing(p.own(), made)
	if err != nil {
		return nil, own, fmt.Errorf("%w: %w", errStanding, err)
	}
	made.Provenance.Inputs = slices.Clone(p.provenance.Inputs)
	made.Provenance.Inputs[0] = own
	if !own.Usable {
		if err := made.LeaveOut(found[1:], o.Comparison); err != nil {
			return nil, own, err
		}
	}
	return made, own, nil
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
	if len(c.maps) > comparison.Earlier+2 { // with one that is passed over
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
	image, err := artifact.LoadImage(c.Geometry, archive, id)
	if err != nil {
		return pixels.Map{}, err
	}
	m := pixels.Map{ID: id, Geometry: c.Geometry, Image: image, Time: id.Date(), Simulated: c.Simulated, File: filepath.ToSlash(filepath.Join(string(id), artifact.ImageFile))}
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
