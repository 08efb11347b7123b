package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"darksite"
	"darksite/internal/config"
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
	args:  "",
	short: "process what is new, then make the pages in public/",
	long: `Processes each calibration in data/ that the archive lacks or whose telemetry, info.csv or
settings changed, then makes public/dark_cal/ from the archive alone: the index, a page for
each calibration, and their downloads. Files that did not change are not written again;
files in public/ that darksite did not make are not touched. content/, layouts/ and static/
in the site directory replace the built-in ones file by file.`,
	setup: func(fs *flag.FlagSet) func(context.Context, *env, []string) error { return runBuild },
}

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
	MainPage     *mainPage    `json:"main_page"` // null when site.toml names none
}

func runBuild(ctx context.Context, e *env, args []string) error {
	if err := noArguments(args, "build"); err != nil {
		return err
	}
	c, unlock, err := e.locked()
	if err != nil {
		return err
	}
	defer unlock()
	b, err := build(ctx, e, &c)
	if err != nil {
		return err
	}
	e.Printf("%s: %s %s; %s %s added, %s changed, %s removed, %s unchanged", within(c.Dir, b.Index),
		num(b.Calibrations), plural(b.Calibrations, "calibration", "calibrations"),
		num(b.Added), plural(b.Added, "file", "files"), num(b.Changed), num(b.Removed), num(b.Unchanged))
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
	b := newBuilt(c)
	if err := processStale(ctx, e, c, b); err != nil {
		return nil, err
	}
	return b, pages(ctx, e, c, b)
}

func newBuilt(c *config.Config) *built {
	return &built{Public: c.PublicDir(), Index: filepath.Join(c.PublicDir(), site.Section, "index.html"),
		Processed: []processed{}, Failed: []chandra.ID{}, NotCompared: []chandra.ID{}, Warnings: []string{}}
}

// pages makes the pages of what the archive holds.
func pages(ctx context.Context, e *env, c *config.Config, b *built) error {
	_, apart, err := compareAll(ctx, e, c)
	if err != nil {
		return err
	}
	b.NotCompared = append(b.NotCompared, apart...)
	// Symbolic links must not lead out of the site directory.
	root, err := os.OpenRoot(c.Dir)
	if err != nil {
		return err
	}
	defer root.Close()
	inputs, err := siteInputs(c, root.FS())
	if err != nil {
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
	for _, w := range tree.Warnings {
		e.Warnf("%s", w)
		b.Warnings = append(b.Warnings, w)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	changes, err := tree.Write(c.PublicDir())
	b.Added, b.Changed, b.Removed, b.Unchanged = len(changes.Added), len(changes.Changed), len(changes.Removed), changes.Unchanged
	if err != nil {
		return err
	}
	b.MainPage, err = keepMainPage(e, c, inputs)
	return err
}

// processStale brings the archive up to date with data/. A calibration that
// cannot be processed is reported and does not keep the others from their
// pages.
func processStale(ctx context.Context, e *env, c *config.Config, b *built) error {
	ids, err := idsIn(c.DataDir())
	if err != nil {
		return err
	}
	for _, id := range ids {
		err := processIfStale(ctx, e, c, b, id)
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
func processIfStale(ctx context.Context, e *env, c *config.Config, b *built, id chandra.ID) error {
	stale, why, err := pipeline.Stale(id, pipelineOptions(c))
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
	return nil
}

// siteInputs gathers what the pages are made of: the archive, and nothing of
// the telemetry.
func siteInputs(c *config.Config, overlay fs.FS) (site.Inputs, error) {
	return siteInputsOf(c, overlay, siteCalibration)
}

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
	for _, id := range ids {
		cal, err := one(c, id, rules)
		if err != nil {
			return in, err
		}
		in.Calibrations = append(in.Calibrations, cal)
	}
	old, err := legacy.Load(legacyPath(c))
	if err != nil {
		return in, err
	}
	in.Legacy = oldReports(c, old)
	if in.Published, err = pipeline.Published(c.PublishedDir()); err != nil {
		return in, err
	}
	in.Addresses, in.Moved, err = addresses(c, ids, old)
	return in, err
}

// siteCalibration is what the pages need of one calibration.
func siteCalibration(c *config.Config, id chandra.ID, rules *quality.Rules) (site.Calibration, error) {
	cal, err := artifact.Load(c.ArchiveDir(), id)
	if err != nil {
		return site.Calibration{}, err
	}
	judged, err := judge(c, cal, rules)
	if err != nil {
		return site.Calibration{}, err
	}
	in := site.Calibration{
		Artifact: cal, Verdict: &judged.Verdict, SignOff: judged.SignOff, Comparison: judged.comparison,
		Image: func() ([]float32, error) { return artifact.LoadImage(c.ArchiveDir(), id) },
	}
	if cal.Origin != artifact.FromMap {
		in.Coverage = func() (short, long []uint8, err error) { return artifact.LoadCoverage(c.ArchiveDir(), id) }
	}
	if in.Comparison != nil {
		in.Pixels = func() ([]pixels.Pixel, error) { return comparison.LoadPixels(c.ComparisonsDir(), id) }
	}
	if in.Note, err = noteOf(c, id); err != nil {
		return in, err
	}
	in.Downloads, err = downloads(c, cal)
	return in, err
}

// noteOf reads what an analyst wrote, "" when nobody did.
func noteOf(c *config.Config, id chandra.ID) (string, error) {
	content, err := os.ReadFile(filepath.Join(c.Dir, "content", "notes", string(id)+".md"))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return string(content), err
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

// addresses reads the address book and enters calibrations that it lacks. Old
// reports keep their addresses.
func addresses(c *config.Config, ids []chandra.ID, old []legacy.Record) (book site.Addresses, moved []chandra.ID, err error) {
	path := filepath.Join(c.Dir, addressFile)
	if book, err = readAddresses(path); err != nil {
		return book, nil, err
	}
	added, moved := book.AssignBeside(ids, c.Pages.MonthCase == config.MonthUpper, old)
	if len(added)+len(moved) > 0 {
		err = writeFile(path, func(w io.Writer) error { _, err := w.Write(book.Marshal()); return err })
	}
	return book, moved, err
}

// downloads are the files of a calibration that its page offers. A map that
// another program made has no coverage, and a comparison may not have been made.
func downloads(c *config.Config, cal *artifact.Calibration) ([]site.Download, error) {
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
			// A symbolic link that leads out of the archive is not published.
			out = append(out, site.Download{Name: name, Size: st.Size(), Open: func() (io.ReadCloser, error) { return os.OpenInRoot(dir, file) }})
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
