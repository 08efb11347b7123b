package house

import (
	"maps"
	"slices"
	"strings"
)

// layers is the direction of the data: a package may reach, directly or through
// others, only packages with a smaller number. A package
// that is not listed lies between; then what it leads to decides.
var layers = map[string]int{
	"processing/ccd":         0,
	"processing/chandra":     0,
	"processing/fits":        0,
	"processing/sqlite":      0,
	"processing/angle":       1,
	"processing/era":         1,
	"processing/zodi":        1,
	"processing/telemetry":   1,
	"processing/inputs":      2,
	"processing/timeline":    2,
	"processing/kadi":        2,
	"processing/temperature": 3,
	"processing/starcheck":   2,
	"processing/l0":          2,
	"processing/mica":        2,
	"processing/darkmap":     2,
	"processing/stats":       3,
	"processing/scaling":     4,
	"processing/model":       5,
	"processing/filling":     5,
	"processing/pixels":      5,
	"processing/published":   8,
	"processing/stars":       4,
	"processing/warm":        6,
	"processing/quantity":    7,
	"processing/artifact":    8,
	"processing/comparison":  9,
	"processing/history":     9,
	"processing/quality":     10,
	"processing/vocabulary":  11,
	"processing/pipeline":    11,
	"processing/evidence":    11,
	"internal/chart":         12,
	"internal/imagery":       12,
	"internal/legacy":        12,
	"internal/note":          12,
	"internal/view":          13,
	"internal/feeds":         14,
	"internal/site":          15,
	"internal/workspace":     16,
	"cmd/darksite":           17,
}

// libraries are imported by their owners only, so that a change of one touches
// one place and the other test binaries stay small.
var libraries = map[string][]string{
	"github.com/gohugoio/hugo":     {"internal/hugo"},
	modulePath + "/internal/hugo":  {"internal/site"},
	"github.com/spf13/cobra":       {"cmd/darksite"},
	"github.com/spf13/pflag":       {"cmd/darksite"},
	"github.com/spf13/afero":       {"internal/hugo"},
	"github.com/go-echarts/":       {"internal/chart"},
	"gonum.org/v1/plot":            {"internal/chart", "internal/imagery"},
	"github.com/astrogo/fitsio":    {"processing/fits"},
	"github.com/BurntSushi/toml":   {"internal/ground/settings"},
	"github.com/goccy/go-yaml":     {"internal/note"},
	"github.com/yuin/goldmark":     {"internal/twiki", "internal/note"},
	"golang.org/x/term":            {"internal/term"},
	"modernc.org/sqlite":           {"processing/sqlite"},
	"github.com/fsnotify/fsnotify": {"internal/serve"},
	"github.com/minio/minio-go":    {"internal/publish"},
	"github.com/chromedp/":         {"internal/browser"},
	"github.com/wneessen/go-mail":  {"internal/notify"},
}

// outward are the packages of the standard library that run programs or use
// the network, and edges those of ours that may.
var (
	outward = []string{"os/exec", "net", "net/http", "net/rpc", "net/smtp", "net/textproto", "plugin", "C"}
	edges   = []string{"cmd", "internal/serve", "internal/publish", "internal/fetch", "internal/twiki", "internal/notify"}
)

// Models of pages are values: whoever makes them is given what is on a disk.
var (
	modelMakers = []string{"internal/view", "internal/feeds"}
	disk        = []string{"os", "io/fs", "io/ioutil", "path/filepath", "embed"}
)

// ground holds the leaf packages that everybody may import.
const ground = "internal/ground"

// Pages are made from artifacts. These hold a ledger, whose type and units are
// all that pages need of the telemetry.
var (
	pageMakers = []string{"internal/site", "internal/view", "internal/feeds", "internal/hugo", "internal/chart", "internal/imagery"}
	behindWall = []string{"processing/darkmap", "processing/l0", "processing/inputs", "processing/synth", "processing/pipeline"}
	rawNames   = []string{"Decode", "DecodeFile", "File", "Row", "Readout", "WriteRows"}
)

// ruleLayers: the data flow one way.
func ruleLayers(m *module) (found []string) {
	next := map[string][]string{}
	for _, p := range m.packages {
		for _, f := range p.files {
			for _, i := range f.imports() {
				if dir, ok := ours(i); ok && !f.test {
					next[p.dir] = append(next[p.dir], dir)
				}
			}
		}
	}
	for _, from := range slices.Sorted(maps.Keys(layers)) {
		via := map[string]string{} // how each package was reached
		queue := []string{from}
		for len(queue) > 0 {
			at := queue[0]
			queue = queue[1:]
			for _, to := range next[at] {
				if _, known := via[to]; known || to == from {
					continue
				}
				via[to] = at
				queue = append(queue, to)
			}
		}
		for _, to := range slices.Sorted(maps.Keys(via)) {
			rank, listed := layers[to]
			if !listed || rank < layers[from] {
				continue
			}
			way := to
			for at := via[to]; at != from; at = via[at] {
				way = at + " -> " + way
			}
			found = append(found, finding(from, "reaches back to %s (%s -> %s)", to, from, way))
		}
	}
	return found
}

// ruleImports: who may import what, file by file.
func ruleImports(m *module) (found []string) {
	for _, p := range m.sorted() {
		for _, f := range p.files {
			for _, i := range f.imports() {
				if complaint := complain(p.dir, f.test, i); complaint != "" {
					found = append(found, finding(f.path, "imports %s: %s", i, complaint))
				}
			}
			if f.test || !below(p.dir, pageMakers...) {
				continue
			}
			f.selectors(func(i, name string) {
				if i == modulePath+"/processing/telemetry" && slices.Contains(rawNames, name) {
					found = append(found, finding(f.path, "uses telemetry.%s: pages are made from artifacts, not telemetry", name))
				}
			})
		}
	}
	return found
}

func complain(from string, test bool, path string) string {
	for library, owners := range libraries {
		if strings.HasPrefix(path, library) && !below(from, owners...) {
			return "only " + strings.Join(owners, " and ") + " may"
		}
	}
	if slices.Contains(outward, path) && !test && !support(from) && !below(from, edges...) {
		return "programs and the network are for " + strings.Join(edges, ", ")
	}
	if slices.Contains(disk, path) && !test && below(from, modelMakers...) {
		return "models of pages come from values, not from a disk"
	}
	to, ok := ours(path)
	switch {
	case !ok:
		return ""
	case below(to, "cmd"):
		return "nothing imports a command"
	case support(to) && !test && !support(from):
		return "it is for tests"
	case below(from, ground) && !below(to, ground):
		return "the ground floor stands on nothing of ours"
	case below(to, ground):
		return ""
	case below(from, "processing") && (to == "." || below(to, "internal")) && !((test || support(from)) && support(to)):
		return "processing knows nothing of what is made of it"
	case test:
		return ""
	case below(from, "internal") && to == ".":
		return "the embedded files come as a parameter"
	case below(from, modelMakers...) && below(to, "internal/site"):
		return "models of pages know nothing of the tree"
	case below(from, pageMakers...) && below(to, behindWall...):
		return "pages are made from artifacts"
	case below(to, "processing/synth") && !below(from, "cmd", "processing/synth"):
		return "simulated data do not belong in the product"
	}
	return ""
}
