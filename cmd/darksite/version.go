package main

import (
	"context"
	_ "embed"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/pflag"
)

// version of the program. It is part of every artifact's provenance.
const version = "0.2.0"

// licenses are those of everything linked in; `go test -run TestLicenses -update`
// writes them.
//
//go:embed licenses.txt
var licenses string

var versionVerb = verb{
	name:  "version",
	args:  "[--licenses]",
	short: "print the version, the libraries' versions, or the licences",
	long: `Prints the version of darksite and the commit that it was built from; with -v or --json also
the versions of the libraries that write its pages and files. --licenses prints the licences
of everything linked into the program.`,
	examples: []string{"darksite version", "darksite version --verbose", "darksite version --licenses"},
	alone:    true,
	setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
		all := fs.Bool("licenses", false, "print the licences of everything linked in")
		return func(_ context.Context, e *env, _ []string) error { return runVersion(e, *all) }
	},
}

// shown are the libraries whose version affects the output.
var shown = []string{
	"github.com/gohugoio/hugo", "github.com/yuin/goldmark", "github.com/go-echarts/go-echarts/v2",
	"gonum.org/v1/gonum", "github.com/astrogo/fitsio", "github.com/BurntSushi/toml", "github.com/klauspost/compress",
}

func runVersion(e *env, all bool) error {
	if all {
		_, err := io.WriteString(e.Out(), licenses)
		return err
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	libraries := map[string]string{}
	for _, m := range info.Deps {
		libraries[m.Path] = m.Version
	}
	document := struct {
		Version   string            `json:"version"`
		Commit    string            `json:"commit"` // "" where the build did not know it
		Go        string            `json:"go"`
		Platform  string            `json:"platform"`
		Libraries map[string]string `json:"libraries"`
	}{version, commit(info.Settings), runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH, map[string]string{}}
	if document.Commit == "" {
		e.Printf("darksite %s", version)
	} else {
		e.Printf("darksite %s (commit %s)", version, document.Commit)
	}
	e.Verbosef("built with %s for %s", document.Go, document.Platform)
	for _, path := range shown {
		document.Libraries[path] = libraries[path]
		e.Verbosef("%s %s", path, libraries[path])
	}
	return e.Document(document)
}

// commit is the commit that the program was built from, "" if unknown.
func commit(settings []debug.BuildSetting) (revision string) {
	changed := ""
	for _, s := range settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = " with changes"
		}
	}
	if revision == "" {
		return ""
	}
	return revision[:min(12, len(revision))] + changed
}
