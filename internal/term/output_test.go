package term

import (
	"bytes"
	"errors"
	"io/fs"
	"strings"
	"syscall"
	"testing"
)

// limited takes some bytes, then fails.
type limited struct {
	left int
	got  bytes.Buffer
}

func (l *limited) Write(b []byte) (int, error) {
	if len(b) > l.left {
		n, _ := l.got.Write(b[:l.left])
		l.left = 0
		return n, &fs.PathError{Op: "write", Path: "/dev/stdout", Err: syscall.ENOSPC}
	}
	l.left -= len(b)
	return l.got.Write(b)
}

func TestCase24LostOutputFails(t *testing.T) {
	const lost = "standard output: no space left on device; what was printed is not complete\n"
	ways := map[string]func(*Printer) error{
		"lines":    func(p *Printer) error { p.Printf("12345"); p.Printf("67890"); p.Printf("."); return nil },
		"table":    func(p *Printer) error { p.Table([]Column{{Title: "id"}}, [][]string{{"2015355"}}); return nil },
		"text":     func(p *Printer) error { _, err := p.Out().Write([]byte("123456789")); return err },
		"no error": func(p *Printer) error { p.Out().Write([]byte("123456789")); return nil },
	}
	for name, print := range ways {
		out, complaints := &limited{left: 7}, &bytes.Buffer{}
		p := New(Options{Out: out, Err: complaints})
		if code := p.Fail(print(p)); code != Failure || complaints.String() != "darksite: error: "+lost {
			t.Errorf("%s: exit code %d and %q", name, code, complaints)
		}
		if out.got.Len() != 7 {
			t.Errorf("%s: %q was written after the failure", name, out.got.String())
		}
	}
	// In JSON the document counts.
	out, complaints := &limited{left: 7}, &bytes.Buffer{}
	p := New(Options{Out: out, Err: complaints, Mode: JSON})
	err := p.Document(map[string]int{"rows": 20480})
	if code := p.Fail(err); err == nil || code != Failure || strings.Count(complaints.String(), "\n") != 1 {
		t.Errorf("a document: %v, exit code %d and %q", err, code, complaints)
	}
	// An error of the command keeps its code, and both are reported.
	out, complaints = &limited{}, &bytes.Buffer{}
	p = New(Options{Out: out, Err: complaints})
	p.Printf("x")
	code := p.Fail(&ExitError{Code: Incomplete, Err: errors.New("a replica is missing")})
	if want := "darksite: error: " + lost + "darksite: error: a replica is missing\n"; code != Incomplete || complaints.String() != want {
		t.Errorf("two errors: exit code %d and %q", code, complaints)
	}
	// What was written whole is no error.
	out, complaints = &limited{left: 100}, &bytes.Buffer{}
	p = New(Options{Out: out, Err: complaints})
	p.Printf("x")
	if code := p.Fail(nil); code != OK || complaints.Len() > 0 {
		t.Errorf("whole output: exit code %d and %q", code, complaints)
	}
}
