package legacy

import (
	"slices"
	"strings"
)

// ReportLinks are the report directories that a page leads to, wherever its links
// stand, as they are written there, sorted, each once whatever its letter case.
func ReportLinks(page []byte) ([]string, error) {
	d, err := parse(page)
	if err != nil {
		return nil, err
	}
	var list []string
	seen := map[string]bool{}
	for _, a := range all(d.root, anchors) {
		dir, _ := DirectoryOf(strings.TrimSpace(value(a, "href")))
		if key := strings.ToLower(dir); dir != "" && !seen[key] {
			seen[key] = true
			list = append(list, dir)
		}
	}
	slices.Sort(list)
	return list, nil
}

// Unrecorded is a file or directory among the old reports that are kept, which is
// none of them.
type Unrecorded struct {
	Name  string
	Meant string // the report directory that its name may be a slip of, or ""
}

// Strangers are those of the names of what lies among the old reports that are kept that are shown
// nowhere: they have no record, which [Keep] makes.
func Strangers(records []Record, names []string) (list []Unrecorded) {
	known := map[string]bool{ManifestFile: true}
	for _, k := range records {
		known[k.Name], known[k.Name+".json"] = true, true
	}
	for _, name := range names {
		if !known[name] && !strings.HasPrefix(name, ".") && !strings.HasSuffix(name, "~") {
			list = append(list, Unrecorded{name, meant(strings.TrimSuffix(name, ".json"))})
		}
	}
	return list
}
