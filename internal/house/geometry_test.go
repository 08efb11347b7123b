package house

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// sized may write the size of a CCD as a number, and acaOwn name the ACA: what is of
// that CCD alone, and files of before, which do not tell theirs.
var (
	sized  = []string{"processing/ccd", "processing/telemetry", "processing/angle"}
	acaOwn = []string{"processing/ccd", "processing/telemetry", "processing/mica", "processing/model", "processing/quantity",
		"processing/pixels/badpixels.go", "processing/pixels/column.go",
		"processing/artifact/read.go", "processing/artifact/correct.go", "processing/comparison/comparison.go", "internal/view/frame.go"}
	// otherSizes are the same numbers of something else.
	otherSizes = map[string]string{
		"processing/starcheck/html.go":  "bytes of a page",
		"processing/pixels/csv.go":      "bytes of a line",
		"processing/synth/draw.go":      "steps of a rate",
		"internal/legacy/link.go":       "bytes of an address",
		"internal/legacy/statistics.go": "rows of a table",
	}
)

// ruleGeometry: the size of a CCD is asked of its geometry, and is not the ACA's
// where another may come.
func ruleGeometry(m *module) (found []string) {
	for _, p := range m.sorted() {
		if support(p.dir) {
			continue
		}
		for _, f := range p.files {
			if f.test {
				continue
			}
			if !below(p.dir, sized...) && otherSizes[f.path] == "" {
				ast.Inspect(f.ast, func(n ast.Node) bool {
					if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.INT &&
						slices.Contains([]string{"511", "512", "1023", "1024", "1048576"}, strings.ReplaceAll(l.Value, "_", "")) {
						found = append(found, finding(f.path, "has the number %s: the size of a CCD is that of its ccd.Geometry", l.Value))
					}
					return true
				})
			}
			f.selectors(func(i, name string) {
				if i == modulePath+"/processing/ccd" && name == "ACA" && !below(p.dir, acaOwn...) && !slices.Contains(acaOwn, f.path) {
					found = append(found, finding(f.path, "names the ACA: take the geometry of the map, or of telemetry.CCD"))
				}
			})
		}
	}
	return found
}
