package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"darksite/internal/config"
	"darksite/internal/ground/phrase"
	"darksite/internal/ground/spelling"
	"darksite/internal/legacy"
	"darksite/internal/publish"
	"darksite/internal/site"
)

// tellLost warns of old reports that a list which is replaced leads to, and the new
// pages do not.
func tellLost(e *env, at place, c *publish.Changes, tree publish.Tree) {
	shown := map[string]bool{}
	for _, f := range tree.Files() {
		parts := strings.Split(f.Path, "/")
		shown[strings.ToLower(parts[min(1, len(parts)-1)])] = true
	}
	for _, name := range slices.Sorted(maps.Keys(c.Replaced)) {
		dirs, err := legacy.ReportLinks(c.Replaced[name])
		if err != nil {
			e.Warnf("%s, which is replaced, cannot be read: %v: see whether it leads to old reports", name, err)
			continue
		}
		dirs = slices.DeleteFunc(dirs, func(dir string) bool { return shown[strings.ToLower(dir)] })
		if len(dirs) == 0 {
			continue
		}
		from := "the directory of the old pages"
		if at.Kind == config.KindDirectory {
			from = phrase.Shell(filepath.Join(at.target.String(), site.Section))
		}
		e.Warnf("%s, which is replaced, leads to %d %s that the new pages do not have: %s: import %s with `darksite import --pages %s`, and publish again",
			name, len(dirs), plural(len(dirs), "report", "reports"), strings.Join(dirs, ", "), plural(len(dirs), "it", "them"), from)
	}
}

// unmatchedReports are sentences about what lies in legacy/ and is shown nowhere.
func unmatchedReports(c *config.Config) (list []string, err error) {
	entries, err := os.ReadDir(legacyPath(c))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	records, err := legacy.Load(legacyPath(c))
	if err != nil {
		return nil, err
	}
	var names, kept []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	for _, k := range records {
		kept = append(kept, k.Name)
	}
	for _, u := range legacy.Strangers(records, names) {
		hint := ""
		if near, ok := spelling.Nearest(cmp.Or(u.Meant, u.Name), kept); ok {
			hint = fmt.Sprintf("; the nearest that is kept is %s", near)
		} else if u.Meant != "" && !strings.EqualFold(u.Meant, u.Name) {
			hint = fmt.Sprintf("; did you mean %s?", u.Meant)
		}
		list = append(list, fmt.Sprintf("%s is shown nowhere: `darksite import --pages` makes the record of an old report%s", path.Join(legacyDir, u.Name), hint))
	}
	return list, nil
}

// readersAddress is where readers see what lies beside the section, with a slash at
// its end: as site.toml says, else that of the target that is published to; "" when
// it is not known.
func readersAddress(c *config.Config) string {
	if c.Site.BaseURL != "" {
		return strings.TrimSuffix(c.Site.BaseURL, "/") + "/"
	}
	known := map[string]bool{}
	for _, t := range c.Targets {
		address := t.Address
		if address == "" && t.Kind == config.KindS3 {
			address = strings.TrimRight(t.Endpoint, "/") + "/" + path.Join(t.Bucket, t.Prefix)
		}
		if address = strings.TrimSuffix(address, "/") + "/"; address == "/" {
			continue
		}
		if t.Name == c.Publish.Default {
			return address
		}
		known[address] = true
	}
	if len(known) != 1 || c.Publish.Default != "" {
		return ""
	}
	for address := range known {
		return address
	}
	return ""
}
