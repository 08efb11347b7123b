package publish

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"darksite/internal/fetch"
)

// rsyncPlace is a directory of another machine, over ssh or at a daemon.
type rsyncPlace struct{ fetch.Remote }

// NewRsync is the target of "host:/path" or "rsync://host/module/path".
func NewRsync(to string) (*Remote, error) {
	r, err := fetch.ParseRemote(to)
	if err != nil {
		return nil, err
	}
	return &Remote{rsyncPlace{r}}, nil
}

func (r rsyncPlace) list(ctx context.Context) ([]string, error) {
	paths, err := r.List(ctx, Section)
	return below(paths), err
}

// scratchDir makes a directory that is gone when its user is done.
func scratchDir() (string, func(), error) {
	dir, err := os.MkdirTemp("", "darksite-publish-")
	return dir, func() { os.RemoveAll(dir) }, err
}

// listFile writes paths for --files-from. No path of ours holds an end of line.
func listFile(dir string, paths []string) (string, error) {
	name := filepath.Join(dir, "list")
	return name, os.WriteFile(name, []byte(strings.Join(paths, "\n")+"\n"), 0o600)
}

func (r rsyncPlace) get(ctx context.Context, paths []string) (map[string][]byte, error) {
	dir, done, err := scratchDir()
	if err != nil {
		return nil, err
	}
	defer done()
	list, err := listFile(dir, paths)
	if err != nil {
		return nil, err
	}
	to := filepath.Join(dir, "files")
	if err := os.Mkdir(to, 0o700); err != nil {
		return nil, err
	}
	if _, err := r.Run(ctx, "--ignore-missing-args", fmt.Sprintf("--max-size=%d", maxMember), "--files-from="+list, "--", r.Arg(""), to+"/"); err != nil {
		return nil, err
	}
	found := map[string][]byte{}
	for _, p := range paths {
		content, err := os.ReadFile(filepath.Join(to, filepath.FromSlash(p)))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		} else if err != nil {
			return nil, err
		}
		found[p] = content
	}
	return found, nil
}

// send copies the files to a directory, whole and checked, and sends that: rsync
// gives each its name when all of it is there.
func (r rsyncPlace) send(ctx context.Context, tree Tree, files []File) error {
	dir, done, err := scratchDir()
	if err != nil {
		return err
	}
	defer done()
	for _, f := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		b, err := content(tree, f)
		if err != nil {
			return err
		}
		name := filepath.Join(dir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, b, 0o644); err != nil {
			return err
		}
	}
	_, err = r.Run(ctx, "-r", "--perms", "--chmod=D755,F644", "--checksum", "--", dir+"/"+Section, r.Arg(""))
	return err
}

// remove takes files away, and their directories where nothing is left.
func (r rsyncPlace) remove(ctx context.Context, paths []string) error {
	if len(paths) == 0 {
		return nil
	}
	if err := r.drop(ctx, paths); err != nil {
		return err
	}
	dirs, err := r.empty(ctx, paths)
	if err != nil || len(dirs) == 0 {
		return err
	}
	return r.drop(ctx, dirs)
}

// drop removes what the list names there: rsync does so with what is missing
// here. The directories above must not be.
func (r rsyncPlace) drop(ctx context.Context, paths []string) error {
	dir, done, err := scratchDir()
	if err != nil {
		return err
	}
	defer done()
	list, err := listFile(dir, paths)
	if err != nil {
		return err
	}
	nothing := filepath.Join(dir, "nothing")
	for _, p := range paths {
		if err := os.MkdirAll(filepath.Join(nothing, filepath.FromSlash(path.Dir(p))), 0o755); err != nil {
			return err
		}
	}
	for _, p := range paths { // of directories one may lie above another
		if err := os.RemoveAll(filepath.Join(nothing, filepath.FromSlash(p))); err != nil {
			return err
		}
	}
	_, err = r.Run(ctx, "-r", "--delete-missing-args", "--files-from="+list, "--", nothing+"/", r.Arg(""))
	return err
}

// empty are the directories of files that were removed in which no file is left,
// the deepest first.
func (r rsyncPlace) empty(ctx context.Context, removed []string) (dirs []string, err error) {
	left, err := r.list(ctx)
	if err != nil {
		return nil, err
	}
	used := map[string]bool{".": true, Section: true}
	for _, p := range left {
		for d := path.Dir(p); !used[d]; d = path.Dir(d) {
			used[d] = true
		}
	}
	for _, p := range removed {
		for d := path.Dir(p); !used[d]; d = path.Dir(d) {
			used[d] = true
			dirs = append(dirs, d)
		}
	}
	slices.SortFunc(dirs, func(a, b string) int { return strings.Compare(b, a) })
	return dirs, nil
}
