package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/spf13/pflag"

	"darksite"
	"darksite/internal/config"
	"darksite/internal/ground/workers"
	"darksite/internal/legacy"
	"darksite/internal/site"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/comparison"
	"darksite/processing/history"
	"darksite/processing/pipeline"
	"darksite/processing/pixels"
	"darksite/processing/quality"
	"darksite/processing/scaling"
)

var buildVerb = verb{
	name:  "build",
	args:  "[--explain] [--dry-run] [--verify-inputs]",
	short: "process what is new, then make the pages in public/",
	long: `Processes each calibration in data/ that the archive lacks or whose telemetry, info.csv or
settings changed, then makes public/dark_cal/ from the archive alone: the index, a page for
each calibration, and their downloads. Files that did not change are not written again;
files in public/ that darksite did not make are not touched. content/, layouts/ and static/
in the site directory replace the built-in ones file by file.

What a build needs again is known by the hashes of what it was made of; .darksite/cache
remembers them, and can be deleted at any time. --explain tells of each step why it was
done, --dry-run what would be done and why, writing nothing. --verify-inputs reads every
file, also those whose size and times did not change.`,
	examples: []string{"darksite build", "darksite build --dry-run", "darksite build --explain"},
	alone:    true,
	setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
		var o building
		fs.BoolVar(&o.explain, "explain", false, "tell of each step why it was done")
		fs.BoolVar(&o.dry, "dry-run", false, "tell what would be done and why, and write nothing")
		fs.BoolVar(&o.verify, "verify-inputs", false, "read every file, whatever its size and times say")
		return o.run
	},
}

// building is how to build.
type building struct{ explain, dry, verify bool }

// addressFile remembers which report directory belongs to which calibration.
const addressFile = "addresses.json"

// built is the JSON document of a build.
type built struct {
	Public       string       `json:"public"`
	Index        string       `json:"index"`
	Calibrations int          `json:"calibrations"`
	Processed    []processed  `json:"processed"`
	Failed       []chandra.ID `json:"failed"`
	NotCompared  []chandra.ID `json:"not_compared"`
	Added        int          `json:"added"`
	Changed      int          `json:"changed"`
	Removed      int          `json:"removed"`
	Unchanged    int          `json:"unchanged"`
	Warnings     []string     `json:"warnings"`
	Steps        []step       `json:"steps"`     // that were done, and why
	MainPage     *mainPage    `json:"main_page"` // null when site.toml names none

	// partial tells that telemetry was left alone, so that the next build must
	// look at it.
	partial bool
}

func (o *building) run(ctx context.Context, e *env, _ []string) error {
	if o.dry {
		return o.runDry(ctx, e)
	}
	c, unlock, err := e.locked()
	if err != nil {
		return err
	}
	defer unlock()
	b, err := o.build(ctx, e, &c)
	if err != nil {
		return err
	}
	if o.explain {
		printSteps(e, b.Steps)
	}
	what := fmt.Sprintf("%s %s added, %s changed, %s removed, %s unchanged",
		num(b.Added), plural(b.Added, "file", "files"), num(b.Changed), num(b.Removed), num(b.Unchanged))
	if len(b.Steps) == 0 {
		what = "nothing has changed"
	}
	e.Printf("%s: %s %s; %s", within(c.Dir, b.Index), num(b.Calibrations), plural(b.Calibrations, "calibration", "calibrations"), what)
	if err := e.Document(b); err != nil {
		return err
	}
	if len(b.Failed) > 0 {
		return fmt.Errorf("%d %s could not be processed; the pages show what the archive holds",
			len(b.Failed), plural(len(b.Failed), "calibration", "calibrations"))
	}
	return notCompared(b.NotCompared)
}

// build processes what is stale and makes the pages.
func build(ctx context.Context, e *env, c *config.Config) (*built, error) {
	return new(building).build(ctx, e, c)
}

func (o *building) build(ctx context.Context, e *env, c *config.Config) (b *built, err error) {
	strays := e.warnStrays(c)
	defer func() {
		if b != nil {
			b.Warnings = append(b.Warnings, strays...)
		}
	}()
	m, err := openMemory(c, o.verify, false)
	if err != nil {
		return nil, err
	}
	b = newBuilt(c)
	before, err := m.inputs(ctx, c)
	if err != nil {
		return nil, err
	}
	why := m.changed(c, before)
	if why == "" {
		b.Calibrations, b.Unchanged = m.last.Calibrations, max(0, len(m.last.Outputs)-1) // the manifest is none
		for _, w := range m.last.Warnings {
			e.Warnf("%s", w)
			b.Warnings = append(b.Warnings, w)
		}
		return b, m.Save()
	}
	if err := processStale(ctx, e, c, m, b); err != nil {
		return nil, err
	}
	return b, pages(ctx, e, c, m, b, before, why)
}

func newBuilt(c *config.Config) *built {
	return &built{Public: c.PublicDir(), Index: filepath.Join(c.PublicDir(), site.Section, "index.html"),
		Processed: []processed{}, Failed: []chandra.ID{}, NotCompared: []chandra.ID{}, Warnings: []string{}, Steps: []step{}}
}

// pages makes the pages of what the archive holds. before are the inputs as the
// build found them, why says what makes it necessary.
func pages(ctx context.Context, e *env, c *config.Config, m *memory, b *built, before map[string]string, why string) error {
	_, apart, err := compareAll(ctx, e, c, b)
	if err != nil {
		return err
	}
	b.NotCompared = append(b.NotCompared, apart...)
	// What is written to archive and comparisons from here on is not ours.
	read, err := m.inputs(ctx, c)
	if err != nil {
		return err
	}
	b.partial = b.partial || difference(c, given(c, before), given(c, read)) != ""
	// Symbolic links must not lead out of the site directory.
	root, err := os.OpenRoot(c.Dir)
	if err != nil {
		return err
	}
	defer root.Close()
	inputs, err := siteInputs(c, root.FS(), m.sum)
	if err != nil {
		return err
	}
	if err := m.find(c, &inputs); err != nil {
		return err
	}
	b.Calibrations = len(inputs.Calibrations)
	if c.Site.BaseURL == "" {
		e.Verbosef("no sitemap: it needs base_url below [site] in site.toml")
	}
	tree, err := site.Build(inputs)
	if err != nil {
		return err
	}
	for _, w := range slices.Concat(tree.Remarks, tree.Warnings) {
		e.Warnf("%s", w)
		b.Warnings = append(b.Warnings, w)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(tree.Redrawn)) {
		b.Steps = append(b.Steps, step{"pictures", string(id), tree.Redrawn[id]})
	}
	for _, id := range slices.Sorted(maps.Keys(tree.Rerendered)) {
		b.Steps = append(b.Steps, step{"page", string(id), tree.Rerendered[id]})
	}
	b.Steps = append(b.Steps, step{"pages", "", why})
	changes, err := tree.WriteKnowing(c.PublicDir(), m.Book)
	b.Added, b.Changed, b.Removed, b.Unchanged = len(changes.Added), len(changes.Changed), len(changes.Removed), changes.Unchanged
	if err != nil {
		return err
	}
	if b.MainPage, err = keepMainPage(e, c, inputs); err != nil {
		return err
	}
	return m.keep(ctx, c, b, read, tree)
}

// processStale brings the archive up to date with data/. A calibration that
// cannot be processed is reported and does not keep the others from their
// pages.
func processStale(ctx context.Context, e *env, c *config.Config, m *memory, b *built) error {
	ids, err := idsIn(c.DataDir())
	if err != nil {
		return err
	}
	for _, id := range ids {
		err := processIfStale(ctx, e, c, m.sum, b, id)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			e.Errorf("%s: %v", id, err)
			b.Failed = append(b.Failed, id)
		}
	}
	return nil
}

// processIfStale processes one calibration if it has to be. One whose telemetry
// is still to come is left out with a warning.
func processIfStale(ctx context.Context, e *env, c *config.Config, sum sums, b *built, id chandra.ID) error {
	options := pipelineOptions(c)
	options.Sum = sum
	stale, why, err := pipeline.Stale(id, options)
	if err != nil || !stale {
		return err
	}
	e.Verbosef("%s: %s", id, why)
	r, err := processOne(ctx, e, c, id)
	switch {
	case errors.Is(err, pipeline.ErrIncomplete):
		e.Warnf("%s is left out: %v", id, err)
		b.Warnings = append(b.Warnings, err.Error())
		return nil
	case err != nil:
		return err
	}
	b.Processed = append(b.Processed, documentOf(r))
	b.Steps = append(b.Steps, step{"archive", string(id), why})
	return nil
}

// siteInputs gathers what the pages are made of: the archive, and nothing of
// the telemetry.
func siteInputs(c *config.Config, overlay fs.FS, sum sums) (site.Inputs, error) {
	return siteInputsOf(c, overlay, func(c *config.Config, id chandra.ID, rules *quality.Rules) (site.Calibration, error) {
		return siteCalibration(c, id, rules, sum)
	})
}

// sums gives the hash of a file as hexadecimal.
type sums func(path string) (string, error)

// siteInputsOf is siteInputs with a way to come by a calibration.
func siteInputsOf(c *config.Config, overlay fs.FS, one func(*config.Config, chandra.ID, *quality.Rules) (site.Calibration, error)) (site.Inputs, error) {
	in := site.Inputs{
		Settings: site.Settings{
			Title: c.Site.Title, BaseURL: c.Site.BaseURL, HomeTitle: c.Site.Organization,
			At:          history.At{CCDTemp: chandra.Celsius(c.Pages.CommonTempC), Law: scaling.PerPixel},
			CadenceDays: int(c.Pages.CadenceDays),
		},
		Defaults: darksite.Defaults,
		Overlay:  overlay,
	}
	ids, err := artifact.List(c.ArchiveDir())
	if err != nil {
		return in, err
	}
	rules, err := rulesOf(c, "")
	if err != nil {
		return in, err
	}
	in.Calibrations = make([]site.Calibration, len(ids))
	if err := workers.Each(len(ids), func(i int) (err error) {
		in.Calibrations[i], err = one(c, ids[i], rules)
		return err
	}); err != nil {
		return in, err
	}
	old, err := legacy.Load(legacyPath(c))
	if err != nil {
		return in, err
	}
	in.Legacy = oldReports(c, old)
	if in.Published, err = pipeline.Published(c.PublishedDir()); err != nil {
		return in, err
	}
	if in.Unmatched, err = unmatched(c); err != nil {
		return in, err
	}
	in.Addresses, in.Moved, err = addresses(c, ids, old)
	return in, err
}

// siteCalibration is what the pages need of one calibration.
func siteCalibration(c *config.Config, id chandra.ID, rules *quality.Rules, sum sums) (site.Calibration, error) {
	cal, err := artifact.Load(c.ArchiveDir(), id)
	if err != nil {
		return site.Calibration{}, err
	}
	judged, err := judge(c, cal, rules)
	if err != nil {
		return site.Calibration{}, err
	}
	in := site.Calibration{
		Artifact: cal, Verdict: &judged.Verdict, SignOff: judged.SignOff, Unread: judged.Unread, Comparison: judged.comparison,
		Image: func() ([]float32, error) { return artifact.LoadImage(c.ArchiveDir(), id) },
	}
	if cal.Origin != artifact.FromMap {
		in.Coverage = func() (short, long []uint8, err error) {
			if short, long, ok := cal.Map.EvenCoverage(); ok {
				return short, long, nil
			}
			return artifact.LoadCoverage(c.ArchiveDir(), id)
		}
	}
	if in.Comparison != nil {
		in.Pixels = func() ([]pixels.Pixel, error) { return comparison.LoadPixels(c.ComparisonsDir(), id) }
	}
	said, err := noteOf(c, id)
	if err != nil {
		return in, err
	}
	in.Note, in.NoteWarnings = said.Markdown, said.Warnings
	if in.Downloads, err = downloads(c, cal, sum); err != nil {
		return in, err
	}
	for _, d := range in.Downloads {
		switch d.Name {
		case artifact.CalibrationFile:
			in.Hashes.Calibration = d.SHA256
		case artifact.ImageFile:
			in.Hashes.Map = d.SHA256
		case artifact.CoverageFile:
			in.Hashes.Coverage = d.SHA256
		case comparison.ComparisonFile:
			in.Hashes.Comparison = d.SHA256
		case comparison.PixelsCSV:
			in.Hashes.Pixels = d.SHA256
		}
	}
	return in, nil
}

// readAddresses reads the address book; there may be none yet.
func readAddresses(path string) (site.Addresses, error) {
	content, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return site.Addresses{}, err
	}
	book, err := site.ParseAddresses(content)
	if err != nil {
		return book, fmt.Errorf("%s: %w", path, err)
	}
	return book, nil
}

// shownInPublic tells whether the pages that were built last show an old report at
// its address, and no calibration.
func shownInPublic(c *config.Config, k *legacy.Record) bool {
	written, err := site.Written(c.PublicDir())
	at := func(p string) bool { return slices.Contains(written, path.Join(site.Section, p)) }
	return err == nil && k.Main != "" && at(k.Main) && !at(path.Join(k.Name, artifact.CalibrationFile))
}

// addresses reads the address book and enters calibrations that it lacks. Old
// reports keep their addresses.
func addresses(c *config.Config, ids []chandra.ID, old []legacy.Record) (book site.Addresses, moved []chandra.ID, err error) {
	path := filepath.Join(c.Dir, addressFile)
	if book, err = readAddresses(path); err != nil {
		return book, nil, err
	}
	for _, claim := range book.Claims(old) {
		if !shownInPublic(c, &claim.Report) {
			return book, nil, fmt.Errorf("%s is the address of calibration %s in %s, and the old report legacy/%s has a page or a file of its own there: no public address moves by itself; "+
				"write %q for %s in %s if the old report shall have it, else move legacy/%s and legacy/%s.json away", claim.Address, claim.ID, addressFile, claim.Report.Name,
				book.Free(claim.ID, old), claim.ID, addressFile, claim.Report.Name, claim.Report.Name)
		}
	}
	added, moved := book.AssignBeside(ids, c.Pages.MonthCase == config.MonthUpper, old)
	if len(added)+len(moved) > 0 {
		err = writeFile(path, func(w io.Writer) error { _, err := w.Write(book.Marshal()); return err })
	}
	return book, moved, err
}

// downloads are the files of a calibration that its page offers. A map that
// another program made has no coverage, and a comparison may not have been made.
func downloads(c *config.Config, cal *artifact.Calibration, sum sums) ([]site.Download, error) {
	var out []site.Download
	offer := func(dir string, optional bool, names ...string) error {
		for _, name := range names {
			file := filepath.Join(string(cal.ID), name)
			st, err := os.Stat(filepath.Join(dir, file))
			if optional && errors.Is(err, fs.ErrNotExist) {
				continue
			} else if err != nil {
				return err
			}
			hash, err := sum(filepath.Join(dir, file))
			if err != nil {
				return err
			}
			// A symbolic link that leads out of the archive is not published.
			out = append(out, site.Download{Name: name, Size: st.Size(), SHA256: hash, Open: func() (io.ReadCloser, error) { return os.OpenInRoot(dir, file) }})
		}
		return nil
	}
	err := errors.Join(
		offer(c.ArchiveDir(), false, artifact.ImageFile),
		offer(c.ArchiveDir(), true, artifact.CoverageFile),
		offer(c.ArchiveDir(), false, artifact.PropertiesFile, artifact.CalibrationFile),
		offer(c.ComparisonsDir(), true, comparison.Files()...))
	return out, err
}
