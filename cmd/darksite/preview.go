package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"darksite/internal/serve"
	"darksite/internal/site"
	"darksite/internal/term"
	"darksite/internal/workspace"
)

// How long changes settle before they are read.
const (
	settleText    = 20 * time.Millisecond  // an editor saves
	settleArchive = 200 * time.Millisecond // directories that appear whole
	settleData    = time.Second            // telemetry that is being copied
)

// roots are what a preview depends on.
func roots(c *workspace.Workspace) (list []serve.Root) {
	for _, s := range c.Sources() {
		root := serve.Root{Path: s.Path, Settle: settleText}
		switch {
		case s.Path == c.DataDir():
			root.Settle = settleData
		case slices.Contains([]string{c.ArchiveDir(), c.ComparisonsDir(), c.PublishedDir(), c.LegacyDir()}, s.Path):
			root.Settle = settleArchive
		}
		list = append(list, root)
	}
	return list
}

// preview makes the site for the server.
type preview struct{ *workspace.Preview }

func newPreview(e *env, c *workspace.Workspace, load func() (*workspace.Workspace, error)) preview {
	return preview{workspace.NewPreview(c, load, e.options(c))}
}

func (p preview) build(ctx context.Context, changed []string) (serve.Site, error) {
	tree, problems, err := p.Make(ctx, changed)
	var busy *term.ExitError
	switch {
	case errors.Is(err, workspace.ErrUnchanged):
		return serve.Site{}, serve.ErrUnchanged
	case errors.As(err, &busy) && busy.Code == term.Locked:
		return serve.Site{}, fmt.Errorf("%w: %v", serve.ErrBusy, err)
	case err != nil:
		return serve.Site{}, err
	}
	c := p.Workspace()
	return serve.Site{
		Tree: tree, Base: servedUnder(c), Index: site.Section + "/", Missing: site.Section + "/404.html",
		Watch: roots(c), Problems: problems,
	}, nil
}

// servedUnder is the path at which the directory that holds the section is
// published.
func servedUnder(c *workspace.Workspace) string {
	u, err := url.Parse(c.Site.BaseURL)
	if err != nil || strings.Trim(u.Path, "/") == "" {
		return "/"
	}
	return "/" + strings.Trim(u.Path, "/") + "/"
}
