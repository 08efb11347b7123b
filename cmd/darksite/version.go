package main

import (
	"context"
	"runtime"
	"runtime/debug"

	"github.com/spf13/pflag"
)

// version of the program. It is part of every artifact's provenance.
const version = "0.2.0"

var versionVerb = verb{
	name:     "version",
	short:    "print the version, and those of what it is built on",
	long:     "Prints the version of darksite; with -v or --json also those of the libraries that\nmake its pages and files.",
	examples: []string{"darksite version", "darksite version --verbose"},
	words:    noWords,
	setup:    func(*pflag.FlagSet) func(context.Context, *env, []string) error { return runVersion },
}

// shown are the libraries whose version matters to what is written.
var shown = []string{
	"github.com/gohugoio/hugo", "github.com/yuin/goldmark", "github.com/go-echarts/go-echarts/v2",
	"gonum.org/v1/gonum", "github.com/astrogo/fitsio", "github.com/BurntSushi/toml", "github.com/klauspost/compress",
}

func runVersion(_ context.Context, e *env, args []string) error {
	if err := noArguments(args, "version"); err != nil {
		return err
	}
	libraries := map[string]string{}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			libraries[m.Path] = m.Version
		}
	}
	document := struct {
		Version   string            `json:"version"`
		Go        string            `json:"go"`
		Platform  string            `json:"platform"`
		Libraries map[string]string `json:"libraries"`
	}{version, runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH, map[string]string{}}
	e.Printf("darksite %s", version)
	e.Verbosef("built with %s for %s", document.Go, document.Platform)
	for _, path := range shown {
		document.Libraries[path] = libraries[path]
		e.Verbosef("%s %s", path, libraries[path])
	}
	return e.Document(document)
}
