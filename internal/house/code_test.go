package house

import (
	"io/fs"
	"path"
	"slices"
	"strings"
)

// timely may look at the clock and the environment. All else is build code:
// the same inputs give the same bytes, and the time comes as a parameter.
var timely = []string{"cmd", "internal/term", "internal/serve", "internal/publish", "internal/fetch", "internal/twiki", "internal/notify", "internal/lock"}

// impure are the names of the standard library that depend on when, where and
// by whom the program is run.
var impure = map[string][]string{
	"time": {"Now", "Since", "Until", "After", "AfterFunc", "Tick", "NewTicker", "NewTimer", "Sleep", "Local", "LoadLocation"},
	"os": {"Getenv", "LookupEnv", "Environ", "ExpandEnv", "Hostname", "Getuid", "Geteuid", "Getgid",
		"UserHomeDir", "UserCacheDir", "UserConfigDir"},
}

// seeded are the names of math/rand/v2 that need a seed.
var seeded = []string{"New", "NewPCG", "NewChaCha8", "NewZipf", "Rand", "PCG", "ChaCha8", "Zipf", "Source"}

// rulePure: build code reads no clock, no environment and no unseeded chance.
func rulePure(m *module) (found []string) {
	for _, p := range m.sorted() {
		if below(p.dir, timely...) || support(p.dir) {
			continue
		}
		for _, f := range p.files {
			if f.test {
				continue
			}
			for _, i := range f.imports() {
				if i == "math/rand" || i == "crypto/rand" {
					found = append(found, finding(f.path, "imports %s: build code takes math/rand/v2 with a seed", i))
				}
			}
			f.selectors(func(i, name string) {
				if slices.Contains(impure[i], name) || i == "math/rand/v2" && !slices.Contains(seeded, name) {
					found = append(found, finding(f.path, "uses %s.%s: build code depends on its inputs alone", i, name))
				}
			})
		}
	}
	return found
}

// ruleNames: a package is one noun.
func ruleNames(m *module) (found []string) {
	vague := []string{"util", "utils", "common", "helper", "helpers", "misc", "base", "lib", "tools", "types"}
	for _, p := range m.sorted() {
		if slices.Contains(vague, p.name) || slices.Contains(vague, path.Base(p.dir)) {
			found = append(found, finding(p.dir, "the name says nothing of what goes in and what comes out"))
		}
	}
	return found
}

// ruleDoc: every package says in doc.go what it takes and returns. Commands,
// the root package and those for tests say it in any file.
func ruleDoc(m *module) (found []string) {
	for _, p := range m.sorted() {
		documented := false
		for _, f := range p.files {
			anywhere := p.name == "main" || p.dir == "." || support(p.dir)
			if f.test || f.ast.Doc == nil || !anywhere && path.Base(f.path) != "doc.go" {
				continue
			}
			documented = p.name == "main" || strings.HasPrefix(f.ast.Doc.Text(), "Package "+p.name+" ")
			if documented {
				break
			}
		}
		if !documented {
			found = append(found, finding(p.dir, "no doc.go with a comment that begins \"Package %s \"", p.name))
		}
	}
	return found
}

// maxLines is when a file is certainly more than one thing.
const maxLines = 600

// ruleLength: no file is too long to be read.
func ruleLength(m *module) (found []string) {
	for _, p := range m.sorted() {
		for _, f := range p.files {
			if f.lines > maxLines {
				found = append(found, finding(f.path, "%d lines, want at most %d: split it by what it does", f.lines, maxLines))
			}
		}
	}
	return found
}

// machinePaths are directories that exist on one machine only. They are put
// together here so that this file does not hold them.
var machinePaths = []string{"/" + "work/", "/" + "farm/", "/" + "root/"}

// rulePaths: nothing that is committed names a directory of one machine.
func rulePaths(m *module) (found []string) {
	for _, p := range m.texts {
		content, err := fs.ReadFile(m.fsys, p)
		if err != nil {
			return append(found, finding(p, "%v", err))
		}
		n := 0
		for line := range strings.Lines(string(content)) {
			n++
			for _, machine := range machinePaths {
				if strings.Contains(line, machine) {
					found = append(found, finding(p, "line %d names %s, a directory of one machine", n, machine))
				}
			}
		}
	}
	return found
}
