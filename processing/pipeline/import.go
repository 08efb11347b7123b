package pipeline

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"darksite/internal/ground/phrase"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/darkmap"
	"darksite/processing/inputs"
	"darksite/processing/l0"
	"darksite/processing/mica"
	"darksite/processing/telemetry"
	"darksite/processing/zodi"
)

// ErrKept says that the archive holds a calibration that an import would
// replace.
var ErrKept = errors.New("the archive has it already")

// ImportMap takes the map of a directory into the archive: image.fits with
// properties.json as mica left them, or imd.fits with info.csv or info.fits. The
// pixels stay as they are. Nothing that the archive holds is replaced by
// something else unless replace says so.
func ImportMap(ctx context.Context, dir string, o Options, replace bool) (*Result, error) {
	found, err := mica.Read(dir)
	if err != nil {
		return nil, err
	}
	if found.ID == "" {
		return nil, fmt.Errorf("%s: neither the directory's name nor a properties.json says which calibration it is of: name the directory YYYYDOY", dir)
	}
	if err := o.mayReplace(found.ID, dir, replace, artifact.FromMap); err != nil {
		return nil, err
	}
	r := &Result{Dir: filepath.Join(o.Archive, string(found.ID)), Warnings: found.Warnings}
	var impossible []artifact.Impossible
	for _, v := range found.Impossible {
		impossible = append(impossible, artifact.Impossible(v))
	}
	c, images := artifact.FromImage(found.Geometry, found.ID, found.Image, replicasOf(found.Properties), impossible...)
	c.Simulated = found.Simulated
	c.Contradictions = append(c.Contradictions, found.Contradictions...)
	c.Provenance = artifact.Provenance{Tool: "darksite", Version: o.Version, Settings: map[string]string{"import": string(artifact.FromMap)}}
	for i, f := range found.Files {
		c.Provenance.Inputs = append(c.Provenance.Inputs, artifact.Input{Role: []string{"map", "properties"}[min(i, 1)], Name: f.Name, Bytes: f.Bytes, SHA256: f.SHA256})
	}
	if p := found.Properties; p != nil {
		takeProperties(c, p)
	} else if err := o.takeInfo(dir, c, r); err != nil {
		return nil, err
	}
	if err := o.sameSource(c, replace); err != nil {
		return nil, err
	}
	return r, o.store(ctx, c, images, r)
}

// ImportL0 makes a map of the tables of rows that the old decoder left in a
// directory, one for each replica.
func ImportL0(ctx context.Context, dir string, o Options, replace bool) (*Result, error) {
	tables, left, err := l0Files(dir)
	if err != nil {
		return nil, err
	}
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	id, err := chandra.ParseID(filepath.Base(absolute))
	if err != nil {
		return nil, fmt.Errorf("%s: %w: name the directory after its calibration", dir, err)
	}
	if err := o.mayReplace(id, dir, replace, artifact.FromL0); err != nil {
		return nil, err
	}
	r := &Result{Dir: filepath.Join(o.Archive, string(id)), Warnings: left}
	p := artifact.Provenance{Tool: "darksite", Version: o.Version, Settings: o.settings(id)}
	p.Settings["import"] = string(artifact.FromL0)
	delete(p.Settings, artifact.TemperaturesSetting) // of telemetry only
	var files []*telemetry.File
	var sources []artifact.Source
	for _, t := range tables {
		content, err := os.ReadFile(filepath.Join(dir, t.name))
		if err != nil {
			return nil, err
		}
		d, err := l0.Decode(bytes.NewReader(content), filepath.Join(dir, t.name))
		if err != nil {
			return nil, err
		}
		d.File.Name = t.name
		for _, note := range d.File.Notes {
			r.Warnings = append(r.Warnings, t.name+": "+note)
		}
		files = append(files, d.File)
		sources = append(sources, artifact.Source{Number: t.replica, File: d.File})
		p.Inputs = append(p.Inputs, artifact.Input{Role: "l0", Name: t.name, Bytes: int64(len(content)), SHA256: fmt.Sprintf("%x", sha256.Sum256(content))})
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	m, stack, err := combine(files, o.settingsOf(id))
	if errors.Is(err, darkmap.ErrNoRows) {
		return nil, fmt.Errorf("%w: %s: %w in %d table(s)", ErrIncomplete, dir, err, len(files))
	} else if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	c, images := artifact.New(id, sources, stack, m)
	c.Origin, c.Provenance = artifact.FromL0, p
	c.Times.ApartDays = o.Eras.Of(id).ApartDays
	if err := o.takeInfo(dir, c, r); err != nil {
		return nil, err
	}
	if err := o.sameSource(c, replace); err != nil {
		return nil, err
	}
	return r, o.store(ctx, c, images, r)
}

// store completes a calibration and writes it.
func (o *Options) store(ctx context.Context, c *artifact.Calibration, images *artifact.Images, r *Result) error {
	if err := c.Correct(); err != nil {
		return err
	}
	encoded, err := artifact.Encode(c, images)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	r.Calibration = c
	r.Changed, err = artifact.Save(o.Archive, c.ID, encoded)
	return err
}

// mayReplace refuses to import a directory into itself, and to put an import in
// the place of what came in another way.
func (o *Options) mayReplace(id chandra.ID, from string, replace bool, origin artifact.Origin) error {
	target := filepath.Join(o.Archive, string(id))
	there, err := os.Stat(target)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	if source, err := os.Stat(from); err == nil && os.SameFile(source, there) {
		return fmt.Errorf("%s is the archive's own directory: an import would write over what it reads; set paths.archive to another place, or import a copy", from)
	}
	if replace {
		return nil
	}
	was, err := artifact.Load(o.Archive, id)
	if err == nil && was.Origin == origin {
		return nil // sameSource looks whether it is the same thing
	}
	how := "and darksite did not make it"
	if err == nil {
		how = "made from " + string(was.Origin)
	}
	return fmt.Errorf("calibration %s: %w, %s", id, ErrKept, how)
}

// sameSource refuses an import in the place of an earlier one of the same kind
// that was made of other pixels. Facts may have been corrected since.
func (o *Options) sameSource(c *artifact.Calibration, replace bool) error {
	was, err := artifact.Load(o.Archive, c.ID)
	if replace || errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	pixels := func(c *artifact.Calibration) (sums []string) {
		for _, in := range c.Provenance.Inputs {
			if in.Role == "map" || in.Role == "l0" {
				sums = append(sums, in.SHA256)
			}
		}
		return sums
	}
	if !slices.Equal(pixels(was), pixels(c)) {
		return fmt.Errorf("calibration %s: %w, made from another %s", c.ID, ErrKept, c.Origin)
	}
	return nil
}

// takeInfo takes the facts of info.csv or info.fits, where they are.
func (o *Options) takeInfo(dir string, c *artifact.Calibration, r *Result) error {
	found, err := inputs.Scan(dir, o.Eras)
	if err != nil {
		return err
	}
	if c.Origin == artifact.FromMap {
		// What lies beside a map and was not used for it is no concern.
		found.VC2, found.Warnings, found.Replicas = nil, nil, ""
	}
	r.Warnings = append(r.Warnings, found.Warnings...)
	return readInfo(&found, c, r)
}

// takeProperties takes the facts of a properties.json.
func takeProperties(c *artifact.Calibration, p *mica.Properties) {
	f := &c.Facts
	f.Source, f.TimeSource = mica.PropertiesFile, artifact.TimeEvent
	if f.Start, f.Stop = p.Span(); f.Start == "" && f.Stop == "" {
		f.TimeSource = ""
	}
	f.RA, f.Dec = p.RADeg, p.DecDeg
	if p.Images != nil {
		c.Map.Exposures = *p.Images
	}
	if t := p.Temperature(); t != nil {
		v := float64(*t)
		f.CCDTemp, f.CCDTempSource = &v, mica.PropertiesFile
		var how []string
		for _, r := range p.Replicas {
			if r.Source != "" && !slices.Contains(how, r.Source) {
				how = append(how, r.Source)
			}
		}
		switch {
		case p.TempSource != "":
			f.CCDTempSource = p.TempSource
		case how != nil:
			f.CCDTempSource = strings.Join(how, " and ")
		}
	}
	if p.ElDeg != nil && p.EbDeg != nil && p.SunElDeg != nil && p.LL0Deg != nil && p.ZodiB != nil {
		c.Zodi = &artifact.Zodi{
			Background: zodi.Background{El: *p.ElDeg, Eb: *p.EbDeg, SunEl: *p.SunElDeg, LL0: *p.LL0Deg, ZodiB: *p.ZodiB, EPerS: *p.ZodiB * zodi.EPerSecPerUnit},
			Source:     mica.PropertiesFile,
		}
		if at, err := zodi.At(c.ID.Date(), 0, 0); err == nil {
			c.Zodi.Closed = at.Closed // a matter of the day
		}
	}
}

// replicasOf are the replicas that a properties.json lists; those that it does
// not say were lost count as received.
func replicasOf(p *mica.Properties) []artifact.Replica {
	if p == nil {
		return nil
	}
	var out []artifact.Replica
	for _, r := range p.Replicas {
		one := artifact.Replica{Number: r.Count, Received: r.Downlink == nil || *r.Downlink, Start: r.Start, Stop: r.Stop}
		if r.Start != "" {
			one.TimeSource = artifact.TimeEvent
		}
		if r.CCDTemp != nil {
			v := float64(*r.CCDTemp)
			one.CCDTemp, one.CCDTempSource = &v, r.Source
		}
		out = append(out, one)
	}
	return out
}

// l0File is one table of rows.
type l0File struct {
	name    string
	replica int
}

// l0Files lists the tables of a directory by replica, and names in sentences
// what seems to be one and is left out.
func l0Files(dir string) (tables []l0File, left []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range entries {
		name, ok := inputs.L0Name(e.Name())
		if !ok {
			if inputs.LikeL0(e.Name()) {
				left = append(left, fmt.Sprintf("%s is left out: its name is not that of a table of rows (%s, .gz or not)", e.Name(), inputs.L0Example))
			}
			continue
		}
		for _, t := range tables {
			if t.replica == name.Replica {
				return nil, nil, fmt.Errorf("%s: replica %d has two tables, %s and %s: keep one of them", dir, t.replica, t.name, e.Name())
			}
		}
		tables = append(tables, l0File{e.Name(), name.Replica})
	}
	if len(tables) == 0 {
		return nil, left, fmt.Errorf("%w: %s", ErrIncomplete, phrase.List(append([]string{fmt.Sprintf("%s holds no table of rows (%s, for example)", dir, inputs.L0Example)}, left...), 4))
	}
	slices.SortFunc(tables, func(a, b l0File) int { return a.replica - b.replica })
	return tables, left, nil
}
