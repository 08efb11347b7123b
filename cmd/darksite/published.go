package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"darksite/internal/lock"

	"darksite/internal/workspace"

	"darksite/internal/procedure"
	"darksite/internal/publish"
)

// publishedFile records what was last published to each target.
const publishedFile = ".darksite/published.json"

func readPublished(c *workspace.Workspace) (map[string]string, error) {
	last := map[string]string{}
	content, err := os.ReadFile(filepath.Join(c.Dir, publishedFile))
	if errors.Is(err, fs.ErrNotExist) {
		return last, nil
	} else if err != nil {
		return nil, err
	}
	if json.Unmarshal(content, &last) != nil {
		return map[string]string{}, nil // only a hint for status
	}
	return last, nil
}

// rememberPublished records the digest of what was published to a target. In a
// read-only site directory status does without.
func rememberPublished(c *workspace.Workspace, at place, digest string) error {
	last, err := readPublished(c)
	if err != nil || last[at.target.String()] == digest {
		return err
	}
	last[at.target.String()] = digest
	path := filepath.Join(c.Dir, publishedFile)
	if err = os.MkdirAll(filepath.Dir(path), 0o777); err == nil {
		err = writeFile(path, func(w io.Writer) error {
			e := json.NewEncoder(w)
			e.SetIndent("", " ")
			return e.Encode(last)
		})
	}
	if lock.Refused(err) {
		return nil
	}
	return err
}

// observePublish compares the default target with the build: a directory itself,
// another target by what was last sent to it.
func observePublish(c *workspace.Workspace, built bool) procedure.Observed {
	if c.Publish.Default == "" {
		return procedure.Observed{Skipped: true, Detail: "no [publish] default is set"}
	}
	at, err := findPlace(c, "")
	if err != nil {
		return procedure.Observed{Detail: err.Error()}
	}
	o := procedure.Observed{Detail: at.target.String()}
	var live []publish.File
	digest := ""
	if d, ok := at.target.(*publish.Directory); ok {
		begun := false
		live, begun, err = d.Live()
		if begun {
			o.Detail += ": a switch was not finished"
			return o
		}
	} else {
		var last map[string]string
		last, err = readPublished(c)
		digest = last[at.target.String()]
	}
	if err != nil {
		o.Detail += ": " + err.Error()
		return o
	}
	tree, err := publish.OpenBuilt(c.PublicDir())
	if err != nil {
		return o // there is no build yet
	}
	defer tree.Close()
	switch {
	case digest == "" && live == nil:
		o.Detail += ": nothing is published"
	case live == nil && digest != publish.Digest(tree.Files()), live != nil && !publish.Holds(live, tree.Files()):
		o.Detail += ": an earlier state"
	default:
		o.Done = built
	}
	return o
}

// verifyPublished reads a directory target back.
func verifyPublished(ctx context.Context, e *env, name string) error {
	c, err := e.config()
	if err != nil {
		return err
	}
	at, err := findPlace(c, name)
	if err != nil {
		return err
	}
	d, ok := at.target.(*publish.Directory)
	if !ok {
		return usageError(fmt.Errorf("%s is not a directory: copy it to one and verify that, or run sha256sum -c MANIFEST there", at.target), "verify")
	}
	v, err := d.Verify(ctx)
	if err != nil {
		return err
	}
	for _, p := range v.Problems {
		e.Printf("%s", p)
	}
	if len(v.Problems) == 0 {
		release := ""
		if v.Release > 0 {
			release = fmt.Sprintf(", release %d", v.Release)
		}
		e.Printf("%s: %s files as published%s; %s files of others in dark_cal/", d, num(v.Files), release, num(v.Foreign))
	}
	err = e.Document(struct {
		Target string `json:"target"`
		*publish.Verified
	}{d.String(), v})
	if err == nil && len(v.Problems) > 0 {
		return withHint(fmt.Errorf("%s: %d %s", d, len(v.Problems), plural(len(v.Problems), "problem", "problems")),
			"`darksite publish` restores files that differ, and keeps the changed ones")
	}
	return err
}
