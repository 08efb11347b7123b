package house

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

var rules = map[string]func(*module) []string{
	"layers": ruleLayers, "imports": ruleImports, "pure": rulePure, "names": ruleNames,
	"doc": ruleDoc, "length": ruleLength, "paths": rulePaths, "shell": ruleShell, "geometry": ruleGeometry,
}

func TestHouse(t *testing.T) {
	m, err := load(os.DirFS(filepath.Join("..", "..")))
	if err != nil {
		t.Fatal(err)
	}
	// A walk that finds nothing would find nothing wrong.
	for _, dir := range []string{"processing/chandra", "processing/telemetry", "internal/house", "internal/config"} {
		if m.packages[dir] == nil {
			t.Errorf("package %s was not found", dir)
		}
	}
	for name, rule := range rules {
		t.Run(name, func(t *testing.T) {
			for _, f := range rule(m) {
				t.Error(f)
			}
		})
	}
}

// TestRules tries each rule on a small module that breaks it. A sample lists
// the findings in its comment, one a line, after "findings:".
func TestRules(t *testing.T) {
	samples, err := filepath.Glob(filepath.Join("testdata", "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	tried := map[string]bool{"length": true, "paths": true} // by the tests below
	for _, sample := range samples {
		name := filepath.Base(sample[:len(sample)-len(".txtar")])
		rule := rules[name]
		if rule == nil {
			t.Errorf("%s: no rule has this name", sample)
			continue
		}
		tried[name] = true
		t.Run(name, func(t *testing.T) {
			a, err := txtar.ParseFile(sample)
			if err != nil {
				t.Fatal(err)
			}
			fsys := fstest.MapFS{}
			for _, f := range a.Files {
				fsys[f.Name] = &fstest.MapFile{Data: f.Data}
			}
			m, err := load(fsys)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(findings(a.Comment), rule(m)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
	for name := range rules {
		if !tried[name] {
			t.Errorf("rule %s has no sample", name)
		}
	}
}

// findings are the lines of a sample's comment after "findings:".
func findings(comment []byte) (list []string) {
	_, after, _ := strings.Cut(string(comment), "findings:\n")
	for line := range strings.Lines(after) {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return list
}

func TestRuleLength(t *testing.T) {
	for lines, want := range map[int]int{maxLines: 0, maxLines + 1: 1} {
		text := "package long\n" + strings.Repeat("//\n", lines-1)
		m, err := load(fstest.MapFS{"long/long_test.go": {Data: []byte(text)}})
		if err != nil {
			t.Fatal(err)
		}
		if got := ruleLength(m); len(got) != want {
			t.Errorf("%d lines: %q, want %d findings", lines, got, want)
		}
	}
}

func TestRulePaths(t *testing.T) {
	for _, machine := range machinePaths {
		text := []byte("a\nsee " + machine + "main\n")
		m, err := load(fstest.MapFS{
			"README.md": {Data: text}, "test": {Data: text}, "cmd/x/testdata/a.txtar": {Data: text}, ".ci/run": {Data: text},
			"static/echarts.min.js": {Data: text}, "data/2015355/notes.txt": {Data: text}, ".git/config": {Data: text},
		})
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for _, p := range []string{".ci/run", "README.md", "cmd/x/testdata/a.txtar", "test"} {
			want = append(want, p+": line 2 names "+machine+", a directory of one machine")
		}
		if diff := cmp.Diff(want, rulePaths(m)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", machine, diff)
		}
	}
}
