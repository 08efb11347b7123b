package main

import (
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"darksite/internal/config"
	"darksite/internal/ground/phrase"
	"darksite/internal/legacy"
	"darksite/internal/publish"
	"darksite/internal/site"
	"darksite/internal/workspace"
)

// tellLost warns of old reports that a replaced list links to and the new pages do
// not.
func tellLost(e *env, at place, c *publish.Changes, tree publish.Tree) {
	shown := map[string]bool{}
	for _, f := range tree.Files() {
		parts := strings.Split(f.Path, "/")
		shown[strings.ToLower(parts[min(1, len(parts)-1)])] = true
	}
	for _, name := range slices.Sorted(maps.Keys(c.Replaced)) {
		dirs, err := legacy.ReportLinks(c.Replaced[name])
		if err != nil {
			e.Warnf("%s, which is replaced, cannot be read: %v: check whether it links to old reports", name, err)
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
		e.Warnf("%s, which is replaced, links to %d %s that the new pages lack: %s: import %s with `darksite import --pages %s`, and publish again",
			name, len(dirs), plural(len(dirs), "report", "reports"), strings.Join(dirs, ", "), plural(len(dirs), "it", "them"), from)
	}
}

// readersAddress is where readers see what lies beside the section, with a slash at
// its end: as site.toml says, else that of the target that is published to; "" when
// it is not known.
func readersAddress(c *workspace.Workspace) string {
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
