package site

import (
	"bytes"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"darksite/internal/legacy"
	"darksite/processing/chandra"
)

// OldReport is a report directory of before, published as it is.
type OldReport struct {
	legacy.Record
	// Open gives the content of one of its files; see [Download].
	Open func(legacy.File) (io.ReadCloser, error)
}

// oldReport is what templates see of an old report: site.Params.legacy, the
// newest first.
type oldReport struct {
	Name    string     `json:"name"` // directory under dark_cal/
	Main    string     `json:"main"` // address of its page under dark_cal/, "" when it has none
	Title   string     `json:"title"`
	Day     string     `json:"day"`   // "2000 November 21", or "2000 November" when only the month is known
	Short   string     `json:"short"` // "2000 Nov 21"
	ID      chandra.ID `json:"id"`    // "" when it is not known
	Date    string     `json:"doy"`   // "2000:326"
	Files   string     `json:"files"` // "12 files"
	Size    string     `json:"size"`
	Address string     `json:"address"` // of the generated page of the calibration, or ""
}

// indexNames are the pages that servers show for a directory.
var indexNames = []string{"index.html", "index.htm"}

// pageNames are what the page of a calibration has in its directory.
func pageNames() []string {
	names := append(slices.Clone(indexNames), thumbFile)
	for name := range whatFiles {
		names = append(names, name)
	}
	return names
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
func addLegacy(tree *Tree, in *Inputs, settings Settings) error {
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
			page := redirectPage(dir, r.Main, plain(r.Title), settings)
			if err := tree.add(path.Join(Section, dir, "index.html"), file{data: page, size: int64(len(page)), redirect: true}); err != nil {
				return err
			}
		}
	}
	return nil
}

// legacyParams is the list of old reports as templates see it.
func legacyParams(in *Inputs) []oldReport {
	list := []oldReport{}
	for _, r := range in.Legacy {
		bytes := int64(0)
		for _, f := range r.Files {
			bytes += f.Bytes
		}
		o := oldReport{Name: r.Name, Main: escapePath(r.Main), Title: plain(r.Title), ID: r.ID, Files: plural(len(r.Files), "file"), Size: size(bytes)}
		o.Day, o.Short = monthText(r.Name)
		if r.ID != "" {
			o.Day, o.Short, o.Date = r.ID.Date().Format("2006 January 2"), r.ID.Date().Format("2006 Jan 2"), r.ID.Colon()
			for _, c := range in.Calibrations {
				if isOf(&r.Record, c.Artifact.ID) {
					o.Address, _ = in.Addresses.Of(c.Artifact.ID)
				}
			}
		}
		list = append(list, o)
	}
	slices.SortStableFunc(list, func(a, b oldReport) int { return strings.Compare(sortKey(b), sortKey(a)) })
	return list
}

// sortKey rises with time: the day, else the month of the directory.
func sortKey(o oldReport) string {
	if o.ID != "" {
		return o.ID.Date().Format("2006-01-02 ") + o.Name
	}
	return monthOfName(o.Name).Format("2006-01-00 ") + o.Name
}

// redirectPage leads from an old address to the page that has its content now,
// for readers with and without scripts: it needs none.
func redirectPage(from, to, title string, settings Settings) []byte {
	var b bytes.Buffer
	data := struct{ From, To, Canonical, Title, Site string }{From: from, To: "../" + escapePath(to), Title: title, Site: plain(settings.Title)}
	if base := settings.baseURL(); base != "" {
		data.Canonical = base + Section + "/" + escapePath(to)
	} else {
		data.Canonical = data.To
	}
	if err := redirect.Execute(&b, data); err != nil {
		panic(err) // a template of ours, and texts
	}
	return b.Bytes()
}
