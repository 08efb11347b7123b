package house

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// modulePath is the module's name in go.mod.
const modulePath = "darksite"

// module is the source of the project.
type module struct {
	fsys fs.FS
	// packages by directory, "." for the root.
	packages map[string]*pkg
	// texts are all files that people wrote, by path.
	texts []string
}

type pkg struct {
	dir, name string
	files     []*file
}

type file struct {
	path  string
	test  bool
	ast   *ast.File
	lines int
}

// textual are the endings of files that people write.
var textual = []string{"", ".go", ".md", ".toml", ".sh", ".html", ".css", ".js", ".mjs", ".txt", ".txtar", ".yml", ".yaml", ".mod"}

// load reads a module. It leaves out what is made or fetched: hidden
// directories other than .ci, testdata of the Go fuzzer, and the product.
func load(fsys fs.FS) (*module, error) {
	m := &module{fsys: fsys, packages: map[string]*pkg{}}
	made := []string{"public", "archive", "data", "node_modules"}
	return m, fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			hidden := strings.HasPrefix(name, ".") && name != "." && name != ".ci"
			if hidden || slices.Contains(made, p) || name == "node_modules" || strings.HasSuffix(p, "testdata/fuzz") {
				return fs.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() || strings.HasPrefix(name, ".") {
			return nil
		}
		if slices.Contains(textual, path.Ext(name)) && !strings.HasSuffix(name, ".min.js") {
			m.texts = append(m.texts, p)
		}
		if path.Ext(name) == ".go" && !strings.Contains("/"+p, "/testdata/") {
			return m.add(p)
		}
		return nil
	})
}

// add parses a Go file. One that cannot be parsed is for the compiler to
// report.
func (m *module) add(p string) error {
	content, err := fs.ReadFile(m.fsys, p)
	if err != nil {
		return err
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), p, content, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil
	}
	dir := path.Dir(p)
	q := m.packages[dir]
	if q == nil {
		q = &pkg{dir: dir}
		m.packages[dir] = q
	}
	f := &file{path: p, test: strings.HasSuffix(p, "_test.go"), ast: parsed, lines: strings.Count(string(content), "\n")}
	if !f.test || q.name == "" {
		q.name = strings.TrimSuffix(parsed.Name.Name, "_test")
	}
	q.files = append(q.files, f)
	return nil
}

// sorted are the packages in the order of their directories.
func (m *module) sorted() []*pkg {
	var list []*pkg
	for _, p := range m.packages {
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b *pkg) int { return strings.Compare(a.dir, b.dir) })
	return list
}

// imports are the import paths of a file.
func (f *file) imports() []string {
	var list []string
	for _, s := range f.ast.Imports {
		if p, err := strconv.Unquote(s.Path.Value); err == nil {
			list = append(list, p)
		}
	}
	return list
}

// ours is the directory of an import path within the module.
func ours(importPath string) (dir string, ok bool) {
	if importPath == modulePath {
		return ".", true
	}
	return strings.CutPrefix(importPath, modulePath+"/")
}

// below tells whether dir is one of the directories or inside one.
func below(dir string, of ...string) bool {
	for _, o := range of {
		if dir == o || strings.HasPrefix(dir, o+"/") {
			return true
		}
	}
	return false
}

// support tells whether a package is there for tests only: by name, or because
// it is called after the package it lies in, as fits/fitstest.
func support(dir string) bool {
	return below(dir, "internal/shared", "internal/browser", "internal/house") ||
		path.Dir(dir) != "." && path.Base(dir) == path.Base(path.Dir(dir))+"test"
}

// selectors calls f for every use pkg.Name of an imported package.
func (f *file) selectors(use func(importPath, name string)) {
	names := map[string]string{}
	for _, s := range f.ast.Imports {
		p, _ := strconv.Unquote(s.Path.Value)
		name := path.Base(p)
		if len(name) > 1 && name[0] == 'v' && strings.Trim(name[1:], "0123456789") == "" {
			name = path.Base(path.Dir(p)) // math/rand/v2
		}
		if s.Name != nil {
			name = s.Name.Name
		}
		names[name] = p
	}
	ast.Inspect(f.ast, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && names[x.Name] != "" {
				use(names[x.Name], s.Sel.Name)
			}
		}
		return true
	})
}

func finding(where, format string, args ...any) string {
	return where + ": " + fmt.Sprintf(format, args...)
}
