package site

import (
	"bytes"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"darksite/internal/legacy"
	"darksite/internal/view"
	"darksite/processing/chandra"
)

// OldReport is a report directory of before, published as it is.
type OldReport struct {
	legacy.Record
	// Open gives the content of one of its files; see [Download].
	Open func(legacy.File) (io.ReadCloser, error)
}

// indexNames are the pages that servers show for a directory.
var indexNames = []string{"index.html", "index.htm"}

// pageNames are what the page of a calibration has in its directory.
func pageNames() []string {
	return slices.Concat(indexNames, []string{thumbFile}, view.DownloadNames())
}

// shares tells whether the page of a calibration can live in the directory of
// an old report: both are of it, and no file of the one stands in the way of
// one of the other.
func shares(k *legacy.Record, id chandra.ID) bool {
	return isOf(k, id) && !slices.ContainsFunc(pageNames(), k.Has)
}

// isOf tells whether a report is of a calibration. Reports are dated by the day
// of the command or by local time, ids by UTC, so they may differ by a day.
func isOf(k *legacy.Record, id chandra.ID) bool {
	return k.ID == id || k.ID != "" && !k.ID.Date().Before(id.Date().AddDate(0, 0, -1)) && !k.ID.Date().After(id.Date().AddDate(0, 0, 1))
}

// AssignBeside is like [Addresses.Assign] where old reports are published too:
// an address of theirs stays theirs. A calibration shares the directory of its
// old report when that has no index page and no file that its page would have,
// else it gets a directory with a suffix; moved are calibrations that had the
// address and must give it up.
func (a *Addresses) AssignBeside(ids []chandra.ID, upperCase bool, old []legacy.Record) (added, moved []chandra.ID) {
	owner := map[string]*legacy.Record{}
	for i, k := range old {
		owner[strings.ToLower(k.Name)] = &old[i]
		for _, alias := range k.Aliases {
			owner[strings.ToLower(alias)] = &old[i]
		}
	}
	for id, dir := range a.byID {
		// Another name of a report gives way to a calibration that is there.
		if k := owner[strings.ToLower(dir)]; k != nil && strings.EqualFold(k.Name, dir) && !shares(k, id) {
			moved = append(moved, id)
		}
	}
	slices.Sort(moved)
	for _, id := range moved {
		delete(a.byID, id)
	}
	taken := map[string]bool{}
	for name := range owner {
		taken[name] = true
	}
	for _, dir := range a.byID {
		taken[strings.ToLower(dir)] = true
	}
	for _, id := range slices.Sorted(slices.Values(ids)) {
		if _, ok := a.Of(id); ok {
			continue
		}
		for i := range old {
			k := &old[i]
			if addressForm.MatchString(k.Name) && shares(k, id) && !a.uses(k.Name) {
				if a.byID == nil {
					a.byID = map[chandra.ID]string{}
				}
				a.byID[id] = k.Name
				added = append(added, id)
				break
			}
		}
	}
	return append(added, a.assign(ids, upperCase, taken)...), moved
}

// uses tells whether a calibration has an address.
func (a *Addresses) uses(dir string) bool {
	for _, d := range a.byID {
		if strings.EqualFold(d, dir) {
			return true
		}
	}
	return false
}

// addLegacy puts old reports in the tree, and redirect pages where their
// addresses would show nothing.
func addLegacy(tree *Tree, in *Inputs, settings view.Settings) error {
	pages := map[string]bool{} // directories with a generated page, lower case
	for _, c := range in.Calibrations {
		if dir, ok := in.Addresses.Of(c.Artifact.ID); ok {
			pages[strings.ToLower(dir)] = true
		}
	}
	for _, r := range in.Legacy {
		files := slices.Clone(r.Files)
		// Of two that differ in case alone the page that is linked to comes first.
		if i := slices.IndexFunc(files, func(f legacy.File) bool { return f.Path == r.Main }); i > 0 {
			files = slices.Insert(slices.Delete(files, i, i+1), 0, r.Files[i])
		}
		for _, f := range files {
			err := tree.addKept(path.Join(Section, f.Path), file{open: func() (io.ReadCloser, error) { return r.Open(f) }, size: f.Bytes})
			if err != nil {
				return fmt.Errorf("%w; the page of the calibration must move: change its address in the address book", err)
			}
		}
		if r.Main == "" {
			continue
		}
		from := []string{}
		if !pages[strings.ToLower(r.Name)] && !slices.ContainsFunc(indexNames, r.Has) {
			from = append(from, r.Name)
		}
		for _, alias := range r.Aliases {
			if !strings.EqualFold(alias, r.Name) && !pages[strings.ToLower(alias)] {
				from = append(from, alias)
			}
		}
		for _, dir := range from {
			page := redirectPage(dir, r.Main, view.Plain(r.Title), settings)
			if err := tree.add(path.Join(Section, dir, "index.html"), file{data: page, size: int64(len(page)), redirect: true}); err != nil {
				return err
			}
		}
	}
	return nil
}

// oldReports are the old reports as pages show them, the newest first.
func oldReports(in *Inputs) []view.OldReport {
	list := []view.OldReport{}
	for _, r := range in.Legacy {
		bytes := int64(0)
		for _, f := range r.Files {
			bytes += f.Bytes
		}
		o := view.OldReportOf(r.Name, r.ID, r.Title, len(r.Files), bytes)
		o.Main = view.EscapePath(r.Main)
		if r.ID != "" {
			for _, c := range in.Calibrations {
				if isOf(&r.Record, c.Artifact.ID) {
					o.Address, _ = in.Addresses.Of(c.Artifact.ID)
				}
			}
		}
		list = append(list, o)
	}
	view.SortOldReports(list)
	return list
}

// redirectPage leads from an old address to the page that has its content now,
// for readers with and without scripts: it needs none.
func redirectPage(from, to, title string, settings view.Settings) []byte {
	var b bytes.Buffer
	data := struct{ From, To, Canonical, Title, Site string }{From: from, To: "../" + view.EscapePath(to), Title: title, Site: view.Plain(settings.Title)}
	if base := settings.Base(); base != "" {
		data.Canonical = base + Section + "/" + view.EscapePath(to)
	} else {
		data.Canonical = data.To
	}
	if err := redirect.Execute(&b, data); err != nil {
		panic(err) // a template of ours, and texts
	}
	return b.Bytes()
}
