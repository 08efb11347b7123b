package legacy

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"

	"darksite/internal/filename"
)

// walker reads files below a root, and counts them.
type walker struct {
	root  *os.Root
	count int
	bytes int64
}

// list reads a directory by name, as far as it may be large.
func list(root *os.Root, dir string) ([]fs.DirEntry, error) {
	d, err := root.Open(dir)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	entries, err := d.ReadDir(maxFiles + 1)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if len(entries) > maxFiles {
		return nil, fmt.Errorf("%s: more than %d files: check that it is the right directory", dir, maxFiles)
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	return entries, nil
}

// badName says why a file name cannot be part of a site; "" when it can.
func badName(name string) string {
	if strings.HasPrefix(name, ".") {
		return "hidden"
	}
	return filename.Problem(name)
}

// files lists a directory and those below it.
func (w *walker) files(dir string) (files []File, doubts []string, err error) {
	doubtf := func(format string, args ...any) { doubts = append(doubts, fmt.Sprintf(format, args...)) }
	lower := map[string]string{}
	var visit func(string, int) error
	visit = func(at string, depth int) error {
		entries, err := list(w.root, at)
		if err != nil {
			return err
		}
		for _, e := range entries {
			name := path.Join(at, e.Name())
			if why := badName(e.Name()); why != "" {
				doubtf("%s is %s, and is not taken", short(name), why)
				continue
			}
			info, err := w.root.Lstat(name)
			linked := err == nil && info.Mode().Type() == fs.ModeSymlink
			if linked {
				info, err = w.root.Stat(name) // refused when it leads out
			}
			switch {
			case err != nil && linked:
				doubtf("%s is a link that leads nowhere or out of the section, and is not taken: copy the file there", name)
				continue
			case err != nil:
				return err
			case info.IsDir() && linked:
				doubtf("%s is a link to a directory, and is not taken", name)
				continue
			case info.IsDir() && depth == maxNesting:
				return fmt.Errorf("%s: directories are nested deeper than %d: check that it is the right directory", name, maxNesting)
			case info.IsDir():
				if err := visit(name, depth+1); err != nil {
					return err
				}
				continue
			case !info.Mode().IsRegular():
				doubtf("%s is not a plain file, and is not taken", name)
				continue
			}
			if w.count++; w.count > maxFiles {
				return fmt.Errorf("%s: more than %d files: check that it is the right directory", name, maxFiles)
			}
			f, err := w.sum(name)
			if err != nil {
				return err
			}
			if w.bytes += f.Bytes; w.bytes > maxBytes {
				return fmt.Errorf("%s: more than %d bytes in all: check that it is the right directory", name, int64(maxBytes))
			}
			if other, taken := lower[strings.ToLower(name)]; taken {
				doubtf("%s and %s differ in case alone: on some systems and servers they are one", other, name)
			}
			lower[strings.ToLower(name)] = name
			files = append(files, f)
		}
		return nil
	}
	err = visit(dir, 0)
	slices.SortFunc(files, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	return files, doubts, err
}

// open does not wait for what is no file any more.
func open(root *os.Root, name string) (*os.File, error) {
	f, err := root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		f.Close()
		return nil, cmp.Or(err, fmt.Errorf("%s: not a plain file", name))
	}
	return f, nil
}

// sum reads a file through.
func (w *walker) sum(name string) (File, error) {
	f, err := open(w.root, name)
	if err != nil {
		return File{}, err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, io.LimitReader(f, maxFileBytes+1))
	if err != nil {
		return File{}, fmt.Errorf("%s: byte %d: %w", name, n, err)
	}
	if n > maxFileBytes {
		return File{}, fmt.Errorf("%s: more than %d bytes: move it away, or link to it where it is", name, maxFileBytes)
	}
	return File{name, n, fmt.Sprintf("%x", h.Sum(nil))}, nil
}

// content is a page that was listed, if it is not too large to be one.
func (w *walker) content(name string, files []File) ([]byte, error) {
	at, _ := slices.BinarySearchFunc(files, name, func(f File, n string) int { return cmp.Compare(f.Path, n) })
	if files[at].Bytes > MaxPage {
		return nil, fmt.Errorf("%s: %d bytes, want at most %d of a page", name, files[at].Bytes, MaxPage)
	}
	var b bytes.Buffer
	err := copyFile(&b, w.root, files[at])
	return b.Bytes(), err
}

// Copy writes a file of a scanned directory, byte by byte as it was. A file
// that has changed since is an error, and what was written is to be thrown away.
func Copy(to io.Writer, dir string, f File) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	return copyFile(to, root, f)
}

func copyFile(to io.Writer, root *os.Root, f File) error {
	from, err := openChecked(root, f, f.Path+": the file has changed while it was read: scan the directory again")
	if err != nil {
		return err
	}
	defer from.Close()
	_, err = io.Copy(to, from)
	return err
}
