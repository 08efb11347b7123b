package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"darksite/internal/legacy"
	"darksite/internal/site"
	"darksite/internal/workspace"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/pipeline"
	"darksite/processing/published"
)

// importedReport is the result for an old report directory.
type importedReport struct {
	Name    string     `json:"name"`
	ID      chandra.ID `json:"id"` // "" when it cannot be told
	Main    string     `json:"main"`
	Files   int        `json:"files"`
	Numbers int        `json:"numbers"` // calibrations in its tables
	Changed bool       `json:"changed"`
	Doubts  []string   `json:"doubts"`
}

// pages imports the old report directories of each path.
func (o *importing) pages(ctx context.Context, e *env, c *workspace.Workspace, paths []string) error {
	known, err := haveNumbers(c)
	if err != nil {
		return err
	}
	var tables []*published.Table
	for _, path := range paths {
		found, err := o.pagesOf(ctx, e, c, path, known)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			o.fail(e, path, err)
		}
		tables = append(tables, found...)
	}
	if len(tables) == 0 {
		return nil
	}
	all, err := pipeline.AddPublished(tables, c.PublishedDir(), c.PipelineOptions())
	if err != nil {
		return err
	}
	o.statistics(e, c, all)
	return nil
}

// pagesOf imports one directory: a report, or one that holds reports.
func (o *importing) pagesOf(ctx context.Context, e *env, c *workspace.Workspace, path string, known []chandra.ID) ([]*published.Table, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	options := legacy.Options{Known: known, Address: addressOfSection(c), Generated: site.Generated}
	if name := filepath.Base(abs); legacy.IsDirectory(name) {
		abs, options.Only = filepath.Dir(abs), name
	}
	s, err := legacy.Scan(abs, options)
	if err != nil {
		return nil, err
	}
	for _, d := range s.Doubts {
		e.Warnf("%s: %s", path, d)
	}
	if n := len(s.Ours); n > 0 {
		e.Warnf("%s: %d %s, %s first, %s made by darksite, not old %s, and not imported", path, n, plural(n, "directory", "directories"), s.Ours[0],
			plural(n, "was", "were"), plural(n, "report", "reports"))
		if len(s.Reports) == 0 {
			return nil, nil
		}
	}
	if len(s.Reports) == 0 {
		return nil, fmt.Errorf("no report directory in it: want some named YYYY_mon, such as 2009_oct")
	}
	var tables []*published.Table
	for i := range s.Reports {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		r := &s.Reports[i]
		record := s.RecordOf(r)
		if err := o.unclaimed(c, record); err != nil {
			o.fail(e, filepath.Join(abs, r.Name), err)
			continue
		}
		changed, err := legacy.Keep(c.LegacyDir(), abs, record)
		if err != nil {
			o.fail(e, filepath.Join(abs, r.Name), err)
			continue
		}
		o.reportPages(e, record, changed)
		for _, p := range r.Pages {
			if len(p.Table.Rows) > 0 {
				tables = append(tables, p.Table)
			}
		}
	}
	return tables, nil
}

// unclaimed refuses a new report whose page would take the address of a
// calibration: addresses are public, and none moves by itself.
func (o *importing) unclaimed(c *workspace.Workspace, k *legacy.Record) error {
	old, err := legacy.Load(c.LegacyDir())
	if err != nil || slices.ContainsFunc(old, func(r legacy.Record) bool { return r.Name == k.Name }) {
		return err
	}
	book, err := c.Addresses()
	if err != nil {
		return err
	}
	for _, claim := range book.Claims([]legacy.Record{*k}) {
		return fmt.Errorf("%s is the address of calibration %s, where the old report has a page or file too: public addresses never move by themselves; "+
			"to give it to the old report, write %q for %s in %s, and import again", claim.Address, claim.ID, book.Free(claim.ID, append(old, *k)), claim.ID, workspace.AddressFile)
	}
	return nil
}

func (o *importing) reportPages(e *env, k *legacy.Record, changed bool) {
	what := "date unknown"
	if k.ID != "" {
		what = "of " + k.ID.Colon()
	}
	state := ""
	if !changed {
		state = ", unchanged"
	}
	e.Printf("%s  %s: %d %s, statistics of %d %s%s", k.Name, what, len(k.Files), plural(len(k.Files), "file", "files"),
		k.Numbers, plural(k.Numbers, "calibration", "calibrations"), state)
	for _, d := range k.Doubts {
		e.Warnf("%s", d)
	}
	o.document.Reports = append(o.document.Reports, importedReport{k.Name, k.ID, k.Main, len(k.Files), k.Numbers, changed, k.Doubts})
}

// haveNumbers are the calibrations in the archive or with published numbers.
func haveNumbers(c *workspace.Workspace) ([]chandra.ID, error) {
	ids, err := artifact.List(c.ArchiveDir())
	if err != nil {
		return nil, err
	}
	records, err := pipeline.Published(c.PublishedDir())
	if err != nil {
		return nil, err
	}
	for _, r := range records {
		ids = append(ids, r.ID)
	}
	return ids, nil
}

// addressOfSection stands before the paths in sources.
func addressOfSection(c *workspace.Workspace) string {
	if c.Site.BaseURL == "" {
		return ""
	}
	return strings.TrimRight(c.Site.BaseURL, "/") + "/" + site.Section + "/"
}
