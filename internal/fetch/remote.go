package fetch

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// Remote is a place that the rsync program reaches, for package publish, which
// sends: the addresses of a [Source] that is not on this machine, and the same
// way to run the program.
type Remote struct {
	source Source
	hooks
}

// ParseRemote reads "[user@]host:/path" or "rsync://[user@]host[:port]/module[/path]".
func ParseRemote(text string) (Remote, error) {
	const want = `want "host:/path" or "rsync://host/module/path"`
	if len(text) > maxSource {
		return Remote{}, fmt.Errorf("it has %d characters: want at most %d", len(text), maxSource)
	}
	s, err := parseSource(text, "/")
	if err == nil && s.kind == directory {
		err = errors.New(want)
	}
	if err != nil {
		return Remote{}, fmt.Errorf("%q: %w", secretForm.ReplaceAllString(text, ":...@"), err)
	}
	return Remote{s, hooks{}.complete()}, nil
}

// String is the place as it may be written.
func (r Remote) String() string { return r.source.String() }

// Arg is a path below the place, as an argument of rsync.
func (r Remote) Arg(rel string) string {
	arg := r.source.arg(rel)
	if rel == "" || strings.HasSuffix(rel, "/") {
		arg = strings.TrimRight(arg, "/") + "/"
	}
	return arg
}

// Run runs rsync with the arguments that all its runs have and these.
func (r Remote) Run(ctx context.Context, args ...string) (string, error) {
	out, err := program{name: r.rsync, args: append(r.source.commonArgs(r.ssh), args...)}.run(ctx)
	if f, ok := errors.AsType[*failure](err); ok {
		return out, fmt.Errorf("%s: %w: %s", r.source, f, strings.Replace(f.advice(r.source.kind), "what has been fetched stays, ", "", 1))
	}
	return out, err
}

// Listed is a file or directory of a place.
type Listed struct {
	Path string // "." for the place itself
	Dir  bool
	Mode fs.FileMode
}

// List gives a directory of the place and what is below it, as paths in the place,
// and the place itself.
func (r Remote) List(ctx context.Context, rel string) ([]Listed, error) {
	args := append(r.source.commonArgs(r.ssh), "-r", "--list-only", "--no-human-readable",
		"--include=/"+rel+"/", "--include=/"+rel+"/**", "--exclude=*", "--", r.Arg(""))
	out, err := program{name: r.rsync, args: args}.run(ctx)
	if err != nil {
		if f, ok := errors.AsType[*failure](err); ok {
			return nil, fmt.Errorf("%s: %w: see that the directory is there, and can be written to", r.source, f)
		}
		return nil, err
	}
	entries, err := parseList(out)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.source, err)
	}
	var list []Listed
	for _, e := range entries {
		list = append(list, Listed{e.name, e.kind == 'd', e.mode})
	}
	return list, nil
}
