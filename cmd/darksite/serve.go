package main

import (
	"context"
	"runtime/debug"

	"github.com/spf13/pflag"

	"darksite/internal/serve"
	"darksite/internal/workspace"
)

var serveVerb = verb{
	name:  "serve",
	args:  "[--open] [--port N] [--host ADDR]",
	short: "preview the pages, and follow every change",
	long: `Builds the pages in memory and shows them in a browser until Ctrl-C; public/ is not touched.
When telemetry, the archive, a note, a template, a style sheet or site.toml changes,
whatever depends on it is rebuilt, as in a build, and open pages reload where they are. On
an error the last good pages stay, with the file and line shown on top. The pages are
visible only on this machine, unless --host says otherwise.`,
	examples: []string{"darksite serve --open", "darksite serve --host 0.0.0.0 --port 8080"},
	alone:    true,
	setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
		var o previewed
		fs.BoolVar(&o.open, "open", false, "open a browser")
		fs.IntVar(&o.port, "port", 8065, "serve on this `PORT`, or the next free one")
		fs.StringVar(&o.host, "host", "", "serve on this `ADDR` instead of this machine only; 0.0.0.0 is every interface")
		return o.run
	},
}

// previewed are the settings of a preview.
type previewed struct {
	open bool
	port int
	host string
}

func (o *previewed) run(ctx context.Context, e *env, _ []string) error {
	if err := checkPort(o.port, "serve"); err != nil {
		return err
	}
	c, err := e.site()
	if err != nil {
		return err
	}
	e.warnStrays(c)
	return o.show(ctx, e, c, e.config)
}

// show serves a site until the context ends. load reads the configuration
// again.
func (o *previewed) show(ctx context.Context, e *env, c *workspace.Workspace, load func() (*workspace.Workspace, error)) error {
	// A long run with two trees in memory: frequent garbage collection costs less
	// than the limit of the other verbs.
	debug.SetGCPercent(100)
	debug.SetMemoryLimit(4 << 30)
	p := newPreview(e, c, load)
	var failed error
	err := serve.Run(ctx, serve.Options{
		Host: o.host, Port: o.port, Build: p.build, Watch: roots(c), Print: e,
		Ready: func(address string) {
			e.Printf("serving %s until Ctrl-C", address)
			failed = e.Document(struct {
				Address string `json:"address"`
			}{address})
			if o.open {
				serve.Open(address, func(err error) { e.Hintf("no browser was opened (%v); open %s", err, address) })
			}
		},
	})
	if err != nil {
		return err
	}
	return failed
}
