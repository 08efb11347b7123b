package site

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	plaintext "darksite/internal/ground/text"
	"darksite/internal/view"
)

// Overlay and default files are texts and pictures; a larger one is a mistake.
const maxSourceFile = 32 << 20 // bytes

// contentTypes may stand in content/: pages, and plain files that a browser
// does not run. SVG and HTML can hold scripts, so they belong in static/.
var contentTypes = []string{".md", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".csv", ".tsv", ".json", ".txt", ".pdf", ".fits"}

// source is what a site is built from besides the calibrations.
type source struct {
	pages    map[string][]byte // content/... and layouts/..., for Hugo
	static   map[string][]byte // paths of the published tree
	own      map[string]bool   // which pages are the user's
	made     map[string]bool   // which pages are made from the archive
	warnings []string
	// ownTemplates tells that the user replaced or added some.
	ownTemplates bool
}

// readSource merges the defaults and the overlay, file by file.
func readSource(defaults, overlay fs.FS) (*source, error) {
	s := &source{pages: map[string][]byte{}, static: map[string][]byte{}, own: map[string]bool{}, made: map[string]bool{}}
	if defaults == nil {
		return nil, errors.New("site: no defaults; pass darksite.Defaults")
	}
	for n, layer := range []fs.FS{defaults, overlay} {
		if layer == nil {
			continue
		}
		for _, dir := range []string{"content", "layouts", "static"} {
			if err := s.read(layer, dir, n == 1); err != nil {
				return nil, err
			}
		}
	}
	return s, nil
}

func (s *source) read(layer fs.FS, dir string, own bool) error {
	if _, err := fs.Stat(layer, dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return fs.WalkDir(layer, dir, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case hidden(name) && entry.IsDir():
			return fs.SkipDir
		case hidden(name) || entry.IsDir():
			return nil
		case strings.HasPrefix(name+"/", signOffs), strings.HasPrefix(name+"/", notes):
			return nil // read by whoever asks for verdicts and notes
		case !entry.Type().IsRegular():
			s.warn("%s is not a regular file and is left out", name)
			return nil
		case dir == "content" && !s.allowedContent(name):
			return nil
		case dir == "static" && !strings.HasPrefix(name, "static/"+Section+"/"):
			s.warn("%s is left out: only static/%s/ is published", name, Section)
			return nil
		}
		if info, err := entry.Info(); err != nil {
			return err
		} else if info.Size() > maxSourceFile {
			return fmt.Errorf("site: %s has %d bytes, at most %d are accepted", name, info.Size(), maxSourceFile)
		}
		data, err := fs.ReadFile(layer, name)
		if err != nil {
			return err
		}
		switch {
		case dir == "static":
			s.static[strings.TrimPrefix(name, "static/")] = data
			return nil
		case dir == "layouts":
			template, err := plaintext.Parse(data, name, maxSourceFile)
			if err != nil {
				return fmt.Errorf("site: %w", err)
			}
			data, s.ownTemplates = []byte(template), s.ownTemplates || own
		case isPage(name):
			if data, err = s.proseOf(name, data, own); err != nil || data == nil {
				return err
			}
		}
		s.pages[name] = data
		s.own[name] = s.own[name] || own
		return nil
	})
}

// signOffs and notes are where people say what they think of a calibration.
const (
	signOffs = "content/signoff/"
	notes    = view.Notes
)

// allowedContent says whether a file may be part of content/. Content is
// untrusted: no templates (_content.gotmpl), no markup that is published as it
// stands.
func (s *source) allowedContent(name string) bool {
	switch {
	case strings.HasPrefix(name, signOffs), strings.HasPrefix(name, notes):
		return false // read by whoever asks for verdicts and notes
	case !strings.HasPrefix(name, "content/"+Section+"/"):
		s.warn("%s is left out: only content/%s/ is published, with notes in %s and sign-offs in %s", name, Section, notes, signOffs)
	case !slices.Contains(contentTypes, strings.ToLower(path.Ext(name))):
		s.warn("%s is left out: content may hold %s", name, strings.Join(contentTypes, " "))
	default:
		return true
	}
	return false
}

// put adds a generated file, which goes before one of the user's; see
// [source.collision].
func (s *source) put(name string, data []byte) {
	s.pages[name], s.made[name] = data, true
}

func (s *source) warn(format string, args ...any) {
	s.warnings = append(s.warnings, fmt.Sprintf(format, args...))
}

// templates are what pages of calibrations may take from the source: templates,
// and of the prose what stands at its head, such as titles, for the navigation.
func (s *source) templates() map[string]string {
	found := map[string]string{}
	for name, data := range s.pages {
		if strings.HasPrefix(name, "layouts/") {
			found[name] = string(data)
		} else {
			found[name] = frontMatter(data)
		}
	}
	return found
}

// frontMatter is the head of a page between its marks; all of a page whose head
// has none.
func frontMatter(page []byte) string {
	for _, mark := range []string{"---\n", "+++\n"} {
		if rest, ok := bytes.CutPrefix(page, []byte(mark)); ok {
			if head, _, ok := bytes.Cut(rest, []byte("\n"+mark)); ok {
				return string(head)
			}
		}
	}
	return string(page)
}

// prose is a hash of all that stands in content/.
func (s *source) prose() string {
	found := map[string][]byte{}
	for name, data := range s.pages {
		if strings.HasPrefix(name, "content/") {
			found[name] = data
		}
	}
	return hashed(found)
}

// hidden files are editors' and systems' own.
func hidden(name string) bool {
	base := path.Base(name)
	return strings.HasPrefix(base, ".") || strings.HasSuffix(base, "~")
}
