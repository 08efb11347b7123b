package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"darksite/internal/ground/phrase"
	"darksite/internal/term"
	"darksite/internal/workspace"
	"darksite/processing/chandra"
	"darksite/processing/inputs"
	"darksite/processing/mica"
	"darksite/processing/pipeline"
	"darksite/processing/published"
)

var importVerb = verb{
	name:  "import",
	args:  "PATH... [--from map|l0] [--replace] [--pages]",
	short: "import existing maps, published numbers and old report pages",
	long: `Imports existing results. A PATH is
  a directory YYYYDOY with image.fits and properties.json (mica's archive, old or new form),
    or with imd.fits and info.csv or info.fits (an old data directory);
  a directory YYYYDOY with the old decoder's *-L0.fits tables: the map is made from them;
  a directory that holds such directories, or aca_dark/ with them;
  a CSV of published statistics: its calibrations join the tables and trends without a map.

With --pages a PATH is an old report directory, such as 2000_nov/ or 2009_oct/, or a
directory of them. They are kept byte for byte in legacy/, at their old addresses; the
statistics in their tables join the published numbers.

Pixels and numbers are not altered. Sources that contradict each other are listed, kept in
calibration.json, and never repaired. A map made from telemetry is replaced only with
--replace.`,
	examples: []string{
		"darksite import /data/aca/archive/aca_dark",
		"darksite import published.csv",
		"darksite import --pages ../ASPECT/dark_cal",
	},
	values: map[string][]string{"from": {"map", "l0"}},
	setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
		var o importing
		fs.StringVar(&o.from, "from", "", "from a directory that has both, import `KIND` map or l0 (default map)")
		fs.BoolVar(&o.replace, "replace", false, "replace what the archive has from another source")
		fs.BoolVar(&o.old, "pages", false, "import old report pages unchanged")
		return o.run
	},
}

type importing struct {
	from    string
	replace bool
	old     bool // pages

	document imported
	failed   int
	kept     []importFailure // of those: there is something else already
}

// imported is the JSON document of an import.
type imported struct {
	Calibrations []importedMap     `json:"calibrations"`
	Published    []importedNumbers `json:"published"`
	Reports      []importedReport  `json:"reports"` // old pages
	Failed       []importFailure   `json:"failed"`
}

type importedMap struct {
	ID             chandra.ID `json:"id"`
	From           string     `json:"from"` // path
	Origin         string     `json:"origin"`
	Changed        bool       `json:"changed"`
	Contradictions []string   `json:"contradictions"`
	Warnings       []string   `json:"warnings"`
}

type importedNumbers struct {
	ID             chandra.ID `json:"id"`
	Changed        bool       `json:"changed"`
	Contradictions []string   `json:"contradictions"`
	Differences    []string   `json:"differences"` // from the archive's map
}

type importFailure struct {
	Path  string `json:"path"`
	Error string `json:"error"`
}

func (o *importing) run(ctx context.Context, e *env, args []string) error {
	switch {
	case len(args) == 0:
		return usageError(errors.New("name what to import"), "import")
	case o.from != "" && o.from != "map" && o.from != "l0":
		return usageError(fmt.Errorf("--from %q: want map or l0", o.from), "import")
	case o.old && (o.from != "" || o.replace):
		return usageError(errors.New("--pages excludes --from and --replace: old pages are never replaced"), "import")
	}
	c, unlock, err := e.begun()
	if err != nil {
		return err
	}
	defer unlock()
	o.document = imported{[]importedMap{}, []importedNumbers{}, []importedReport{}, []importFailure{}}
	if o.old {
		if err := o.pages(ctx, e, c, args); err != nil {
			return err
		}
		args = nil
	}
	var tables []*published.Table
	var dirs []string
	for _, path := range args {
		found, table, err := lookAt(e, path)
		switch {
		case err != nil:
			o.fail(e, path, err)
		case table != nil:
			tables = append(tables, table)
		default:
			dirs = append(dirs, found...)
		}
	}
	if err := o.directories(ctx, e, c, dirs); err != nil {
		return err
	}
	if err := o.numbers(e, c, tables); err != nil {
		return err
	}
	o.tellKept(e)
	if len(o.document.Calibrations) > 0 {
		_, apart, err := compareAll(ctx, e, c)
		if err != nil {
			return err
		}
		for _, id := range apart {
			o.document.Failed = append(o.document.Failed, importFailure{string(id), "not compared with those before"})
			o.failed++
		}
	}
	if len(o.document.Calibrations)+len(o.document.Published)+len(o.document.Reports) > 0 {
		e.Hintf("`darksite history` lists them, `darksite build` builds the pages")
	}
	if err := e.Document(o.document); err != nil {
		return err
	}
	if o.failed > 0 {
		others := ""
		if d := o.document; len(d.Calibrations)+len(d.Published)+len(d.Reports) > 0 {
			others = "; the others were"
		}
		return fmt.Errorf("%d could not be imported%s", o.failed, others)
	}
	return nil
}

func (o *importing) fail(e *env, path string, err error) {
	kept := errors.Is(err, pipeline.ErrKept)
	if kept {
		err = fmt.Errorf("%w: --replace would replace it", err)
	}
	one := importFailure{path, err.Error()}
	o.document.Failed = append(o.document.Failed, one)
	o.failed++
	if kept {
		o.kept = append(o.kept, one)
	} else {
		e.Errorf("%s: %v", path, err)
	}
}

// tellKept names what is kept as it was, each where there are a few.
func (o *importing) tellKept(e *env) {
	const few = 3
	if len(o.kept) > few {
		var names []string
		for _, one := range o.kept {
			names = append(names, one.Path)
		}
		e.Errorf("%d are kept, for they are there already from elsewhere: %s; --replace would replace them, and tables that are named in one command are joined",
			len(o.kept), phrase.List(names, few))
		return
	}
	for _, one := range o.kept {
		e.Errorf("%s: %s", one.Path, one.Error)
	}
}

// lookAt finds the directories of calibrations, or the table, at a path.
func lookAt(e *env, path string) (dirs []string, table *published.Table, err error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, nil, err
	}
	switch name := filepath.Base(path); {
	case st.IsDir():
		dirs, err = calibrationsIn(e, path)
		return dirs, nil, err
	case strings.EqualFold(filepath.Ext(name), ".csv") && name != inputs.InfoFile:
		f, err := os.Open(path)
		if err != nil {
			return nil, nil, err
		}
		defer f.Close()
		table, err = published.Read(f, path)
		if err != nil {
			return nil, nil, err
		}
		for _, w := range table.Warnings {
			e.Warnf("%s", w)
		}
		return nil, table, nil
	}
	return nil, nil, errors.New("neither a directory nor a CSV of statistics: name the directory that the file is in")
}

// calibrationsIn is the directory itself when it holds files of a calibration,
// else the directories in it that are named after one.
func calibrationsIn(e *env, dir string) ([]string, error) {
	if kindOf(dir) != "" {
		return []string{dir}, nil
	}
	for _, root := range []string{dir, filepath.Join(dir, "aca_dark")} {
		ids, warnings, err := mica.List(root)
		if err != nil || len(ids) == 0 {
			continue
		}
		for _, w := range warnings {
			e.Warnf("%s", w)
		}
		var dirs []string
		for _, id := range ids {
			dirs = append(dirs, filepath.Join(root, string(id)))
		}
		return dirs, nil
	}
	if like := likeTables(dir); like != nil {
		return nil, fmt.Errorf("no table of rows has a known name: it holds %s, and a table is named after its telemetry, for example %s (.gz or not): rename them",
			phrase.List(like, 3), inputs.L0Example)
	}
	return nil, errors.New("no calibration in it: want image.fits, imd.fits or *-L0.fits, or directories YYYYDOY that hold them")
}

// likeTables are the files of a directory that look like tables of rows but have
// other names.
func likeTables(dir string) (names []string) {
	entries, _ := os.ReadDir(dir) // one that cannot be read gives nothing
	for _, entry := range entries {
		if inputs.LikeL0(entry.Name()) {
			names = append(names, phrase.Short(entry.Name()))
		}
	}
	return names
}

// kindOf is what can be imported from a directory: "map", "l0" or "".
func kindOf(dir string) string {
	if mica.FindMap(dir) != "" {
		return "map"
	}
	entries, _ := os.ReadDir(dir) // one that cannot be read gives nothing
	for _, entry := range entries {
		if _, ok := inputs.L0Name(entry.Name()); ok {
			return "l0"
		}
	}
	return ""
}

// directories imports each; a failure does not stop the others.
func (o *importing) directories(ctx context.Context, e *env, c *workspace.Workspace, dirs []string) error {
	var bar *term.Progress
	if len(dirs) > 1 {
		bar = e.Progress("importing", int64(len(dirs)), "calibrations")
		defer bar.Close()
	}
	for _, dir := range dirs {
		kind := o.from
		if kind == "" {
			kind = kindOf(dir)
		}
		do := pipeline.ImportMap
		if kind == "l0" {
			do = pipeline.ImportL0
		}
		r, err := do(ctx, dir, c.PipelineOptions(), o.replace)
		if bar != nil {
			bar.Add(1)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			o.fail(e, dir, err)
			continue
		}
		o.report(e, dir, r)
	}
	return nil
}

func (o *importing) report(e *env, dir string, r *pipeline.Result) {
	k := r.Calibration
	for _, w := range r.Warnings {
		e.Warnf("%s: %s", k.ID, w)
	}
	state := ""
	if !r.Changed {
		state = ", unchanged"
	}
	warm, _ := k.Statistics.Over(100)
	e.Printf("%s  %s from %s: N>100 %s%s", k.ID, map[bool]string{true: "map", false: "map of L0 rows"}[k.Origin == "map"], dir, num(warm), state)
	for _, s := range k.Contradictions {
		e.Warnf("%s: contradiction: %s", k.ID, s)
	}
	o.document.Calibrations = append(o.document.Calibrations, importedMap{
		k.ID, dir, string(k.Origin), r.Changed, k.Contradictions, append([]string{}, r.Warnings...),
	})
}

// numbers imports published statistics.
func (o *importing) numbers(e *env, c *workspace.Workspace, tables []*published.Table) error {
	if len(tables) == 0 {
		return nil
	}
	all, err := pipeline.ImportPublished(tables, c.PublishedDir(), c.PipelineOptions(), o.replace)
	if err != nil {
		return err
	}
	o.statistics(e, c, all)
	return nil
}

// statistics reports the imported published numbers.
func (o *importing) statistics(e *env, c *workspace.Workspace, all []pipeline.ImportedStatistics) {
	changed, failed := 0, 0
	for _, one := range all {
		if one.Err != nil {
			o.fail(e, string(one.Record.ID), one.Err)
			failed++
			continue
		}
		if one.Changed {
			changed++
		}
		for _, s := range one.Record.Contradictions {
			e.Warnf("%s: contradiction: %s", one.Record.ID, s)
		}
		for _, s := range one.Differences {
			e.Warnf("%s", s)
		}
		o.document.Published = append(o.document.Published, importedNumbers{
			one.Record.ID, one.Changed, one.Record.Contradictions, append([]string{}, one.Differences...),
		})
	}
	if n := len(all) - failed; n > 0 || failed == 0 {
		e.Printf("published numbers of %d %s in %s, %d of them new or changed", n, plural(n, "calibration", "calibrations"), c.Rel(c.PublishedDir()), changed)
	}
}
