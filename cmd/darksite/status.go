package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"darksite/internal/procedure"
	"darksite/internal/site"
	"darksite/internal/term"
	"darksite/internal/workspace"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/inputs"
	"darksite/processing/kadi"
	"darksite/processing/pipeline"
	"darksite/processing/quality"
	"darksite/processing/timeline"
)

var statusVerb = verb{
	name:  "status",
	args:  "[ID]",
	short: "show the procedure as a live checklist",
	long: `For one calibration, lists each step of the procedure: its state (done, next, waiting or
later), its inputs, and the command that runs it. Without an id, prints a line for each
calibration known to the data directory, the archive or kadi: its next step and its verdict
with the reason, worst first. Nothing is written.`,
	examples: []string{"darksite status", "darksite status 2016125"},
	words:    calibrations,
	setup:    func(*pflag.FlagSet) func(context.Context, *env, []string) error { return runStatus },
}

// journalFile records the steps done, one JSON object a line.
const journalFile = ".darksite/journal.jsonl"

func journalPath(c *workspace.Workspace) string { return filepath.Join(c.Dir, journalFile) }

func runStatus(ctx context.Context, e *env, args []string) error {
	c, err := e.site()
	if err != nil {
		return err
	}
	ids, err := e.ids(args, "status")
	if err != nil {
		return err
	}
	if len(ids) > 1 {
		return usageError(errors.New("name one calibration, or none for all"), "status")
	}
	if err := warnUnmatched(e, c); err != nil {
		return err
	}
	switch {
	case len(ids) == 0:
		return statusAll(ctx, e, c)
	}
	e.warnStrays(c)
	steps, err := checklist(c, ids[0])
	if wrong := faults(c); err != nil && wrong != nil {
		return wrong // with the line of the setting
	} else if err != nil {
		return err
	}
	rules, unread := c.Rules("")
	printChecklist(e, ids[0], verdictOf(c, ids[0], rules).Reason, steps)
	if err := e.Document(struct {
		ID    chandra.ID       `json:"id"`
		Steps []procedure.Step `json:"steps"`
	}{ids[0], steps}); err != nil {
		return err
	}
	return cmp.Or(faults(c), unread)
}

func printChecklist(e *env, id chandra.ID, summary string, steps []procedure.Step) {
	var rows [][]string
	for _, s := range steps {
		last := ""
		if s.Last != nil {
			last = fmt.Sprintf("%s %s in %.1f s", s.Last.Time, s.Last.Result, s.Last.Seconds)
		}
		rows = append(rows, []string{string(s.State), string(s.Name), s.Title, s.Detail, last})
	}
	e.Printf("%s", strings.TrimSpace(string(id)+"  "+summary))
	e.Table([]term.Column{{Title: "state"}, {Title: "step"}, {Title: "what"}, {Title: "found"}, {Title: "last run"}}, rows)
	if next := procedure.Current(steps); next != nil {
		e.Printf("%s: `%s`, or all that is left: `darksite run %s`", next.State, next.Command, id)
	} else {
		e.Printf("all done")
	}
}

// standing is the line of a calibration.
type standing struct {
	ID      chandra.ID      `json:"id"`
	State   procedure.State `json:"state"`
	Step    procedure.Name  `json:"step,omitempty"`
	Why     string          `json:"detail"`
	Verdict quality.State   `json:"verdict,omitempty"` // "" before there is a map
	Summary string          `json:"summary,omitempty"`

	judged quality.Verdict
}

// statusAll is a line for each calibration.
func statusAll(ctx context.Context, e *env, c *workspace.Workspace) error {
	e.warnStrays(c)
	ids, err := knownIDs(c)
	if err != nil {
		return err
	}
	rules, unread := c.Rules("")
	lines := []standing{}
	for _, id := range ids {
		if err := ctx.Err(); err != nil {
			return err
		}
		lines = append(lines, standingOf(c, id, rules))
	}
	if len(ids) == 0 {
		e.Printf("no calibration is known yet: %s", firstCalibration)
	} else {
		printStandings(e, lines)
	}
	if err := e.Document(lines); err != nil {
		return err
	}
	return cmp.Or(faults(c), unread)
}

func standingOf(c *workspace.Workspace, id chandra.ID, rules *quality.Rules) standing {
	one := standing{ID: id, State: procedure.Done}
	if steps, err := checklist(c, id); err != nil {
		one.State, one.Why = procedure.Unknown, err.Error()
	} else if next := procedure.Current(steps); next != nil {
		one.State, one.Step, one.Why = next.State, next.Name, next.Detail
	}
	one.judged = verdictOf(c, id, rules)
	one.Verdict, one.Summary = one.judged.State, one.judged.Reason
	return one
}

// verdictOf is the verdict on a calibration. It has no state without rules, and for one
// that has no map that can be read, of which its steps tell.
func verdictOf(c *workspace.Workspace, id chandra.ID, rules *quality.Rules) quality.Verdict {
	cal, err := artifact.Load(c.ArchiveDir(), id)
	if err != nil || rules == nil {
		return quality.Verdict{}
	}
	judged, err := c.Judge(cal, rules)
	if err != nil {
		return quality.Verdict{}
	}
	return judged.Verdict
}

// rank is how much a calibration needs somebody, the most first.
func (s standing) rank() int {
	switch {
	case s.State == procedure.Unknown:
		return 0
	case s.Verdict == quality.Bad:
		return 1
	case s.State != procedure.Done:
		return 2
	case s.Verdict == quality.Degraded:
		return 3
	case s.Verdict != quality.Good:
		return 4
	}
	return 5
}

// printStandings are lines, the worst first, and the latest first of those alike.
func printStandings(e *env, lines []standing) {
	sorted := slices.SortedFunc(slices.Values(lines), func(a, b standing) int {
		return cmp.Or(a.rank()-b.rank(), strings.Compare(string(b.ID), string(a.ID)))
	})
	var rows [][]string
	for _, s := range sorted {
		state, verdict, why := string(s.State), s.Verdict.Word(), s.Why
		if s.Step != "" {
			state += " " + string(s.Step)
		}
		if s.Verdict == "" {
			verdict = "none"
		} else if reason := because(s.judged); why == "" || reason == "" {
			why += reason
		} else {
			why += "; " + reason
		}
		rows = append(rows, []string{string(s.ID), state, verdict, why})
	}
	e.Table([]term.Column{{Title: "id"}, {Title: "state"}, {Title: "verdict"}, {Title: "why", Wrap: true}}, rows)
}

// knownIDs are the calibrations of the data directory, the archive and, since
// the first of these, kadi.
func knownIDs(c *workspace.Workspace) ([]chandra.ID, error) {
	known := map[chandra.ID]bool{}
	data, err := workspace.IDsIn(c.DataDir())
	if err != nil {
		return nil, err
	}
	archived, err := artifact.List(c.ArchiveDir())
	if err != nil {
		return nil, err
	}
	for _, id := range append(data, archived...) {
		known[id] = true
	}
	// A database that cannot be read is reported with the faults of the settings.
	due, _ := recent(c)
	for _, k := range due {
		known[k.ID] = true
	}
	return slices.Sorted(maps.Keys(known)), nil
}

// checklist looks at every step of a calibration, without decoding telemetry.
func checklist(c *workspace.Workspace, id chandra.ID) ([]procedure.Step, error) {
	journal, err := procedure.Read(journalPath(c))
	if err != nil {
		return nil, err
	}
	seen := map[procedure.Name]procedure.Observed{}
	cal, err := artifact.Load(c.ArchiveDir(), id)
	archived := err == nil
	damaged := err
	if errors.Is(err, fs.ErrNotExist) {
		damaged = nil
	}
	if seen[procedure.Replicas], err = observeReplicas(c, id, archived); err != nil {
		return nil, err
	}
	files, err := inputs.Scan(filepath.Join(c.DataDir(), string(id)), c.Calibrations.Eras)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if seen[procedure.Fetch], err = observeFetch(c, id, len(files.VC2), archived); err != nil {
		return nil, err
	}
	stale, why, err := c.Stale(id, nil)
	switch {
	case damaged != nil && !stale:
		return nil, damaged // and no telemetry to process again
	case archived && err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	fresh := archived && !stale
	if seen[procedure.Check], err = observeCheck(c, id, cal, fresh, &files, journal); err != nil {
		return nil, err
	}
	// Kadi's times go into replicas.csv, even if a person wrote info.csv.
	written := files.Info != "" && (files.Replicas != "" || c.Source.Kadi == "")
	// Since 2020 kadi alone has the facts of each replica.
	alone := c.Source.Kadi != "" && c.Calibrations.Eras.Of(id).ApartDays > 1
	if alone && files.Replicas != "" {
		written = replicaRows(files.Path(files.Replicas)) >= len(files.VC2)
	}
	better, temperature := temperatureToCome(c, id)
	seen[procedure.Info] = procedure.Observed{Done: (written || fresh && !alone && (files.Info != "" || cal.Facts.Source != "")) && !better, Detail: files.Info + temperature,
		Skipped: files.Info == "" && c.Source.Starcheck == "" && !alone}
	seen[procedure.Process] = procedure.Observed{Done: fresh, Detail: processDetail(cal, archived || damaged != nil, stale, why)}
	seen[procedure.Archive] = observeMirror(c, id, fresh)
	seen[procedure.Build] = observePages(c, id, fresh)
	seen[procedure.Publish] = observePublish(c, seen[procedure.Build].Done)
	seen[procedure.TWiki] = observeTWiki(c, journal, id)
	return procedure.Checklist(id, seen, journal), nil
}

func observeReplicas(c *workspace.Workspace, id chandra.ID, archived bool) (procedure.Observed, error) {
	if c.Source.Kadi == "" {
		return procedure.Observed{Skipped: true, Detail: "no kadi file is named"}, nil
	}
	// Even with a finished map: an unreadable database is a fault, and more
	// replicas may have arrived.
	k, err := askKadi(c, id)
	if err == nil && archived {
		return procedure.Observed{Done: true}, nil
	}
	if unheardOf(&k) {
		return procedure.Observed{Detail: k.Sentence()}, err
	}
	return procedure.Observed{Done: k.State == kadi.Complete || k.State == kadi.Lost, Waiting: k.State == kadi.Wait, Detail: k.Sentence()}, err
}

// observeCheck: a processed calibration was checked. A check alone leaves a trace in
// the journal, which counts while the files are no younger; a run checks them again.
// Contradictory times stay open until somebody accepts the calibration.
func observeCheck(c *workspace.Workspace, id chandra.ID, cal *artifact.Calibration, fresh bool, files *inputs.Directory, journal []procedure.Entry) (procedure.Observed, error) {
	if !fresh {
		last := procedure.Last(journal, id, procedure.Check)
		passed := last != nil && last.Result == procedure.ResultDone && len(files.VC2) > 0 && !changedSince(files, last.Time)
		return procedure.Observed{Done: passed, Again: passed}, nil
	}
	found := cal.TimeContradictions()
	at := slices.IndexFunc(found, func(t timeline.Contradiction) bool { return t.Weight != timeline.Slip })
	if at < 0 {
		return procedure.Observed{Done: true}, nil
	}
	o := procedure.Observed{Detail: found[at].Sentence}
	signed, _ := c.SignOff(id)
	o.Done = signed != nil && signed.Decision == quality.Accept
	return o, nil
}

// changedSince tells whether a file of telemetry is younger than an entry of the
// journal, whose times are whole seconds.
func changedSince(files *inputs.Directory, date string) bool {
	at, err := time.Parse(time.RFC3339, date)
	return err != nil || slices.ContainsFunc(files.VC2, func(f inputs.VC2File) bool {
		st, err := os.Stat(files.Path(f.File))
		return err != nil || st.ModTime().Truncate(time.Second).After(at)
	})
}

// observeFetch counts files. A map made from some of them does not mean that the
// others will not come: only kadi knows.
func observeFetch(c *workspace.Workspace, id chandra.ID, files int, archived bool) (procedure.Observed, error) {
	planned := c.Calibrations.Eras.Of(id).Replicas
	needed, given := planned, true // given: no one has to accept fewer
	if c.Source.Kadi != "" {
		k, err := askKadi(c, id)
		if err != nil {
			return procedure.Observed{}, err
		}
		planned = max(planned, len(k.Replicas))
		needed = planned
		if k.State == kadi.Lost {
			needed, given = len(k.Replicas), k.Told != nil
		}
	}
	o := procedure.Observed{Done: files > 0 && files >= needed, Detail: fmt.Sprintf("%d of %d files", files, max(planned, files))}
	switch {
	case o.Done && files < planned && !given:
		o.Done = archived
	case o.Done || !archived:
	case files == 0:
		o.Done, o.Detail = true, "the archive's map needs none"
	case c.Source.Telemetry == "":
		o.Done = true // there is no source to fetch from
	}
	return o, nil
}

// replicaRows counts the replicas in replicas.csv, 0 if it cannot be read, which
// its user reports.
func replicaRows(path string) int {
	content, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	rows, _, err := inputs.ReadReplicas(bytes.NewReader(content), path)
	if err != nil {
		return 0
	}
	return len(rows)
}

func processDetail(cal *artifact.Calibration, archived, stale bool, why string) string {
	switch {
	case !archived:
		return ""
	case stale:
		return why
	}
	return fmt.Sprintf("%s, by version %s", cal.Map.ReplicasText(), cal.Provenance.Version)
}

// observeMirror compares manifests, which name all files.
func observeMirror(c *workspace.Workspace, id chandra.ID, fresh bool) procedure.Observed {
	if c.Source.Mirror == "" {
		return procedure.Observed{Skipped: true, Detail: "no mirror is named"}
	}
	there, err := pipeline.Mirrored(c.ArchiveDir(), id, c.Beside(c.Source.Mirror))
	o := procedure.Observed{Done: fresh && there}
	switch {
	case err != nil:
		o.Detail = err.Error()
	case fresh && !there:
		o.Detail = (&archiving{}).hindrance(c, id)
	}
	return o
}

// observePages compares the calibration.json of the page with the archive's.
func observePages(c *workspace.Workspace, id chandra.ID, fresh bool) procedure.Observed {
	content, err := os.ReadFile(filepath.Join(c.Dir, workspace.AddressFile))
	if err != nil || !fresh {
		return procedure.Observed{}
	}
	book, err := site.ParseAddresses(content)
	if err != nil {
		return procedure.Observed{Detail: err.Error()}
	}
	address, ok := book.Of(id)
	if !ok {
		return procedure.Observed{}
	}
	for _, name := range []string{filepath.Join(address, "index.html"), "index.html"} {
		if _, err := os.Stat(filepath.Join(c.PublicDir(), site.Section, name)); err != nil {
			return procedure.Observed{Detail: filepath.Join(site.Section, name) + " is missing"}
		}
	}
	page, err := os.ReadFile(filepath.Join(c.PublicDir(), site.Section, address, artifact.CalibrationFile))
	if err != nil {
		return procedure.Observed{}
	}
	own, err := os.ReadFile(filepath.Join(c.ArchiveDir(), string(id), artifact.CalibrationFile))
	o := procedure.Observed{Done: err == nil && bytes.Equal(page, own), Detail: filepath.Join(site.Section, address)}
	if !o.Done {
		o.Detail += " is older than the map"
	}
	return o
}

// observeTWiki knows a post from the journal alone.
func observeTWiki(c *workspace.Workspace, journal []procedure.Entry, id chandra.ID) procedure.Observed {
	o := procedure.Observed{Skipped: true, Detail: "posted only by `darksite twiki --post`"}
	for _, entry := range journal {
		if entry.ID == id && entry.Step == procedure.TWiki && (entry.Result == procedure.ResultDone || entry.Result == procedure.ResultAlready) {
			o = procedure.Observed{Done: true, Detail: entry.Detail}
		}
	}
	return o
}
