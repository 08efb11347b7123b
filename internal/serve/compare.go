package serve

import (
	"bytes"
	"io"
	"path"
	"slices"
	"strings"
)

// difference is what a reader has to do to see a new tree.
type difference int

const (
	nothing difference = iota
	styles             // fetch the style sheets again
	all                // load the page again
)

// compare tells how a tree looks beside the one before. Only what browsers
// show is read: a download that has changed is sent to whoever asks for it
// next. What is most likely to differ is looked at first.
func compare(before, after Site) (difference, error) {
	if before.Tree == nil || before.Base != after.Base || before.Index != after.Index {
		return all, nil
	}
	old, names := before.Tree.Paths(), after.Tree.Paths()
	if !slices.Equal(old, names) {
		return all, nil
	}
	found := nothing
	for _, kinds := range [][]string{{".css"}, {".html"}, {".js", ".svg"}, {".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".ico"}} {
		for _, name := range names {
			kind := path.Ext(name)
			if !slices.Contains(kinds, kind) {
				continue
			}
			same, err := equal(before.Tree, after.Tree, name)
			if err != nil {
				return all, err
			}
			switch {
			case same:
			case kind == ".css":
				found = styles
			default:
				return all, nil
			}
		}
	}
	return found, nil
}

// equal compares a file of two trees. In HTML, the query behind the name of a
// style sheet does not count: it is there to make browsers fetch a new one.
func equal(a, b Tree, name string) (bool, error) {
	m, _ := a.Size(name)
	n, _ := b.Size(name)
	if m != n {
		return false, nil
	}
	before, err := a.Open(name)
	if err != nil {
		return false, err
	}
	defer before.Close()
	after, err := b.Open(name)
	if err != nil {
		return false, err
	}
	defer after.Close()
	if path.Ext(name) != ".html" {
		return equalReaders(before, after)
	}
	p, err := io.ReadAll(before)
	if err != nil {
		return false, err
	}
	q, err := io.ReadAll(after)
	return equalPages(p, q), err
}

func equalReaders(a, b io.Reader) (bool, error) {
	var p, q [32 << 10]byte
	for {
		m, errA := io.ReadFull(a, p[:])
		n, errB := io.ReadFull(b, q[:])
		if !bytes.Equal(p[:m], q[:n]) {
			return false, nil
		}
		for _, err := range []error{errA, errB} {
			if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
				return false, err
			}
		}
		if errA != nil || errB != nil {
			return true, nil
		}
	}
}

func equalPages(a, b []byte) bool {
	mark := []byte(".css?")
	for {
		i := bytes.Index(a, mark)
		if i < 0 {
			return bytes.Equal(a, b)
		}
		end := i + len(mark)
		if len(b) < end || !bytes.Equal(a[:end], b[:end]) {
			return false
		}
		a, b = afterQuery(a[end:]), afterQuery(b[end:])
	}
}

// afterQuery is what follows the query of an address in an attribute.
func afterQuery(text []byte) []byte {
	if i := bytes.IndexAny(text, "\"' >"); i >= 0 {
		return text[i:]
	}
	return nil
}

// temporary tells whether a name is one that editors and programs give to a
// file while they write it, or keep beside it.
func temporary(name string) bool {
	if strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") || name == "4913" { // vim asks with it whether it may write
		return true
	}
	if strings.HasPrefix(name, "#") && strings.HasSuffix(name, "#") || strings.HasPrefix(name, "___jb_") {
		return true
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".swp", ".swx", ".swo", ".tmp", ".temp", ".part", ".partial", ".crdownload", ".kate-swp", ".bak":
		return true
	}
	return false
}
