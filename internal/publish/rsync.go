package publish

import (
	"cmp"
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

// rsyncPlace is a directory of another machine, over ssh or at a daemon. Only what
// all versions of rsync do below a module's root is asked for: no basis files, which
// a daemon without chroot may refuse to open (3.4.3), and no missing arguments.
type rsyncPlace struct {
	fetch.Remote
	readers Readers
	modes   map[string]fs.FileMode // of what was listed
}

// NewRsync is the target of "host:/path" or "rsync://host/module/path" whose files
// some can read; "" is [ReadersAll].
func NewRsync(to string, readers Readers) (*Remote, error) {
	r, err := fetch.ParseRemote(to)
	if err != nil {
		return nil, err
	}
	return &Remote{&rsyncPlace{Remote: r, readers: cmp.Or(readers, ReadersAll)}}, nil
}

// tellsCase: the disk there may be any.
func (r *rsyncPlace) tellsCase() bool { return false }

func (r *rsyncPlace) list(ctx context.Context) ([]string, error) {
	list, err := r.List(ctx, Section)
	r.modes = map[string]fs.FileMode{}
	var paths []string
	for _, e := range list {
		r.modes[e.Path] = e.Mode
		if !e.Dir {
			paths = append(paths, e.Path)
		}
	}
	return below(paths), err
}

// unread are the files in a tree that readers cannot read there, or cannot come to.
func (r *rsyncPlace) unread(files []File) (paths []string) {
	file, dir := r.readers.perms()
	bad := map[string]bool{}
	for _, f := range files {
		mode, there := r.modes[f.Path]
		unread := there && mode&file&0o444 != file&0o444
		for d := path.Dir(f.Path); d != "."; d = path.Dir(d) {
			if mode, there := r.modes[d]; there && mode&dir != dir && !bad[d] {
				bad[d], unread = true, true
			}
		}
		if _, there := r.modes[f.Path]; unread && there {
			paths = append(paths, f.Path)
		}
	}
	return paths
}

// dirMode is what a directory there should have: what it has and what readers need.
func (r *rsyncPlace) dirMode(p string) fs.FileMode {
	_, want := r.readers.perms()
	if mode, there := r.modes[p]; there {
		return mode | want
	}
	if p == "." {
		return want
	}
	return want | sharedBits(r.dirMode(path.Dir(p)), false)
}

// scratchDir makes a directory that is gone when its user is done.
func scratchDir() (string, func(), error) {
	dir, err := os.MkdirTemp("", "darksite-publish-")
	return dir, func() { os.RemoveAll(dir) }, err
}

// onlyThese is the argument that keeps rsync to some paths below a place and to the
// directories above them, as a file of rules in dir. (--files-from would do, but a
// daemon of rsync 3.4.3 and later without chroot does not find its files when the
// place lies below the root of its module.) No path of ours holds an end of line.
func onlyThese(dir string, paths []string) (string, error) {
	above := map[string]bool{".": true}
	var rules []string
	for _, p := range paths {
		for _, d := range newDirs(p, above) {
			rules = append(rules, "+ /"+escapeRule(d)+"/")
		}
		rules = append(rules, "+ /"+escapeRule(p))
	}
	name := filepath.Join(dir, "rules")
	return "--filter=merge " + name, os.WriteFile(name, []byte(strings.Join(append(rules, "- *"), "\n")+"\n"), 0o600)
}

// escapeRule writes a path as a pattern of rsync that matches nothing else. No path
// of ours has a backslash.
func escapeRule(p string) string {
	return strings.NewReplacer("*", `\*`, "?", `\?`, "[", `\[`).Replace(p)
}

func (r *rsyncPlace) get(ctx context.Context, paths []string) (map[string][]byte, error) {
	dir, done, err := scratchDir()
	if err != nil {
		return nil, err
	}
	defer done()
	only, err := onlyThese(dir, paths)
	if err != nil {
		return nil, err
	}
	to := filepath.Join(dir, "files")
	if err := os.Mkdir(to, 0o700); err != nil {
		return nil, err
	}
	if _, err := r.Run(ctx, "-r", fmt.Sprintf("--max-size=%d", maxMember), only, "--", r.Arg(""), to+"/"); err != nil {
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

// send copies the files to a directory, whole and checked and with their rights, and
// sends that: rsync gives each its name when all of it is there.
func (r *rsyncPlace) send(ctx context.Context, tree Tree, files []File) error {
	dir, done, err := scratchDir()
	if err != nil {
		return err
	}
	defer done()
	perm, _ := r.readers.perms()
	dirs := map[string]bool{".": true}
	var made []string
	for _, f := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		b, err := content(tree, f)
		if err != nil {
			return err
		}
		made = append(made, newDirs(f.Path, dirs)...)
		name := filepath.Join(dir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(name, b, 0o600); err != nil {
			return err
		}
		if err := os.Chmod(name, cmp.Or(perm, 0o666)); err != nil {
			return err
		}
	}
	rights := "--perms"
	if perm == 0 {
		rights = "--no-perms" // new ones as the umask there has it
	}
	for _, d := range made {
		mode := cmp.Or(r.dirMode(d), 0o777)
		if perm == 0 {
			mode = 0o777
		}
		if err := os.Chmod(filepath.Join(dir, filepath.FromSlash(d)), mode); err != nil {
			return err
		}
	}
	_, err = r.Run(ctx, "-r", rights, "--checksum", "--whole-file", "--", dir+"/"+Section, r.Arg(""))
	for _, d := range made {
		r.modes[d] = r.dirMode(d)
	}
	return err
}

// remove takes files away, and their directories where nothing is left.
func (r *rsyncPlace) remove(ctx context.Context, paths []string) error {
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

// drop removes what is named there: rsync deletes what a directory here does not
// have, and leaves what its rules exclude, which is all else. The directories above
// must be here.
func (r *rsyncPlace) drop(ctx context.Context, paths []string) error {
	dir, done, err := scratchDir()
	if err != nil {
		return err
	}
	defer done()
	only, err := onlyThese(dir, paths)
	if err != nil {
		return err
	}
	nothing := filepath.Join(dir, "nothing")
	gone, above := map[string]bool{}, map[string]bool{".": true}
	for _, p := range paths {
		gone[p] = true
	}
	for _, p := range paths {
		for _, d := range newDirs(p, above) {
			if gone[d] {
				continue
			}
			if err := os.MkdirAll(filepath.Join(nothing, filepath.FromSlash(d)), 0o755); err != nil {
				return err
			}
		}
	}
	// No rights and times: the directories are only there to be looked into.
	_, err = r.Run(ctx, "-r", "--no-perms", "--omit-dir-times", "--delete", only, "--", nothing+"/", r.Arg(""))
	return err
}

// empty are the directories of files that were removed in which no file is left,
// the deepest first.
func (r *rsyncPlace) empty(ctx context.Context, removed []string) (dirs []string, err error) {
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
