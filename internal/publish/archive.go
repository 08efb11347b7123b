package publish

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/google/renameio/v2"
)

// Archive is a file that holds the tree, .tar.gz or .zip. The same tree gives
// the same bytes.
type Archive struct{ path string }

// NewArchive is the target of an archive file; the end of its name tells the
// format.
func NewArchive(path string) (*Archive, error) {
	if !strings.HasSuffix(path, ".tar.gz") && !strings.HasSuffix(path, ".zip") {
		return nil, fmt.Errorf("%s: want a name that ends in .tar.gz or .zip", path)
	}
	return &Archive{path}, nil
}

// String is the file's path.
func (a *Archive) String() string { return a.path }

// Plan tells what Publish would do.
func (a *Archive) Plan(ctx context.Context, tree Tree, o Options) (*Changes, error) {
	p, l, err := a.plan(tree, o)
	if err == nil {
		err = l.numbers(ctx, tree, p)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", a.path, err)
	}
	return &p.Changes, nil
}

func (a *Archive) plan(tree Tree, o Options) (*plan, *listed, error) {
	l := &listed{read: a.read}
	old, err := a.read(context.Background(), []string{ManifestFile})
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil && !o.Adopt:
		return nil, nil, fmt.Errorf("%w: it is there and cannot be read (%v): move it away, or --adopt replaces it", ErrForeign, err)
	case old[ManifestFile] == nil && !o.Adopt:
		return nil, nil, fmt.Errorf("%w: the file is there and holds no %s: move it away, or --adopt replaces it", ErrForeign, ManifestFile)
	case err == nil && old[ManifestFile] != nil:
		if l.files, err = parseManifest(old[ManifestFile]); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", ManifestFile, err)
		}
		l.files = append(l.files, fileOf(ManifestFile, old[ManifestFile]))
	}
	p, err := l.compare(tree, o)
	return p, l, err
}

// Publish writes the file in one step, unless it holds the tree already.
func (a *Archive) Publish(ctx context.Context, tree Tree, o Options) (*Changes, error) {
	fail := func(err error) (*Changes, error) { return nil, fmt.Errorf("%s: %w", a.path, err) }
	p, _, err := a.plan(tree, o)
	if err != nil {
		return fail(err)
	}
	if p.Nothing() {
		return &p.Changes, nil
	}
	f, err := renameio.NewPendingFile(a.path, renameio.WithPermissions(filePerm), renameio.IgnoreUmask())
	if err != nil {
		return fail(err)
	}
	defer f.Cleanup()
	write := writeTar
	if strings.HasSuffix(a.path, ".zip") {
		write = writeZip
	}
	done := 0
	err = write(f, p.files, func(file File) ([]byte, error) {
		if o.Progress != nil {
			o.Progress(done, len(p.files))
		}
		done++
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if file.Path == ManifestFile {
			return p.manifest, nil
		}
		return content(tree, file)
	})
	if err == nil {
		err = f.CloseAtomicallyReplace()
	}
	if err != nil {
		return fail(err)
	}
	if o.Progress != nil {
		o.Progress(done, len(p.files))
	}
	return &p.Changes, nil
}

// epoch is the time of all files in archives: the first that zip knows.
var epoch = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

func writeTar(w io.Writer, files []File, content func(File) ([]byte, error)) error {
	z := gzip.NewWriter(w)
	t := tar.NewWriter(z)
	dirs := map[string]bool{".": true}
	for _, f := range files {
		for _, d := range newDirs(f.Path, dirs) {
			h := &tar.Header{Typeflag: tar.TypeDir, Name: d + "/", Mode: dirPerm, ModTime: epoch, Format: tar.FormatPAX}
			if err := t.WriteHeader(h); err != nil {
				return err
			}
		}
		b, err := content(f)
		if err != nil {
			return err
		}
		h := &tar.Header{Typeflag: tar.TypeReg, Name: f.Path, Size: int64(len(b)), Mode: filePerm, ModTime: epoch, Format: tar.FormatPAX}
		if err := t.WriteHeader(h); err != nil {
			return err
		}
		if _, err := t.Write(b); err != nil {
			return err
		}
	}
	return errors.Join(t.Close(), z.Close())
}

// newDirs are the directories of a path that are not known yet, the outer ones
// first. Archives name them, so that who unpacks them gets their rights.
func newDirs(p string, known map[string]bool) (dirs []string) {
	for d := path.Dir(p); !known[d]; d = path.Dir(d) {
		known[d] = true
		dirs = append(dirs, d)
	}
	slices.Reverse(dirs)
	return dirs
}

func writeZip(w io.Writer, files []File, content func(File) ([]byte, error)) error {
	z := zip.NewWriter(w)
	dirs := map[string]bool{".": true}
	for _, f := range files {
		for _, d := range newDirs(f.Path, dirs) {
			h := &zip.FileHeader{Name: d + "/", Modified: epoch}
			h.SetMode(fs.ModeDir | dirPerm)
			if _, err := z.CreateHeader(h); err != nil {
				return err
			}
		}
		b, err := content(f)
		if err != nil {
			return err
		}
		h := &zip.FileHeader{Name: f.Path, Method: zip.Deflate, Modified: epoch}
		h.SetMode(filePerm)
		out, err := z.CreateHeader(h)
		if err != nil {
			return err
		}
		if _, err := out.Write(b); err != nil {
			return err
		}
	}
	return z.Close()
}

// maxMember bounds what is read of a file in an archive.
const maxMember = 64 << 20

// read gives files of the archive; of one that is not there it is an error.
func (a *Archive) read(_ context.Context, paths []string) (map[string][]byte, error) {
	f, err := os.Open(a.path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, errors.Join(err, errors.New("it is no plain file"))
	}
	found := map[string][]byte{}
	take := func(name string, r io.Reader) error {
		if !slices.Contains(paths, path.Clean(name)) {
			return nil
		}
		b, err := io.ReadAll(io.LimitReader(r, maxMember+1))
		if err == nil && len(b) > maxMember {
			err = fmt.Errorf("%s: more than %d bytes", name, maxMember)
		}
		found[path.Clean(name)] = b
		return err
	}
	if strings.HasSuffix(a.path, ".zip") {
		info, err := f.Stat()
		if err != nil {
			return nil, err
		}
		z, err := zip.NewReader(f, info.Size())
		if err != nil {
			return nil, err
		}
		for _, member := range z.File {
			r, err := member.Open()
			if err == nil {
				err = errors.Join(take(member.Name, r), r.Close())
			}
			if err != nil {
				return nil, err
			}
		}
		return found, nil
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	t := tar.NewReader(z)
	for len(found) < len(paths) {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return found, nil
		} else if err != nil {
			return nil, err
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		if err := take(h.Name, t); err != nil {
			return nil, err
		}
	}
	return found, nil
}
