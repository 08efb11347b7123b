package term

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// capture runs f on a Printer that is no terminal.
func capture(o Options, f func(*Printer)) (out, err string) {
	var a, b bytes.Buffer
	o.Out, o.Err = &a, &b
	f(New(o))
	return a.String(), b.String()
}

func TestModes(t *testing.T) {
	say := func(p *Printer) {
		p.Printf("%d rows", 20480)
		p.Table([]Column{{Title: "id"}}, [][]string{{"2015355"}})
		p.Verbosef("reading %s", "x")
		p.Hintf("next: %s", "darksite build")
		p.Warnf("replica %d is late", 3)
		p.Errorf("no telemetry")
		if err := p.Document(map[string]any{"rows": 20480, "name": "<a&b>"}); err != nil {
			t.Error(err)
		}
	}
	const (
		answer   = "20480 rows\nid\n2015355\n"
		warnings = "darksite: warning: replica 3 is late\ndarksite: error: no telemetry\n"
	)
	for _, c := range []struct {
		mode     Mode
		out, err string
	}{
		{Human, answer, "darksite: hint: next: darksite build\n" + warnings},
		{Quiet, "", warnings},
		{Verbose, answer, "darksite: reading x\ndarksite: hint: next: darksite build\n" + warnings},
		{JSON, "{\n  \"name\": \"<a&b>\",\n  \"rows\": 20480\n}\n",
			`{"level":"warning","message":"replica 3 is late"}` + "\n" + `{"level":"error","message":"no telemetry"}` + "\n"},
	} {
		out, err := capture(Options{Mode: c.mode}, say)
		if out != c.out || err != c.err {
			t.Errorf("mode %d:\nout %q\nerr %q\nwant\nout %q\nerr %q", c.mode, out, err, c.out, c.err)
		}
	}
}

func TestColour(t *testing.T) {
	say := func(p *Printer) { p.Warnf("a\x1b[2Jb") }
	if _, err := capture(Options{Colour: true}, say); err != "darksite: \x1b[33mwarning:\x1b[0m a\\x1b[2Jb\n" {
		t.Errorf("with colour: %q", err)
	}
	if _, err := capture(Options{}, say); err != "darksite: warning: a\\x1b[2Jb\n" {
		t.Errorf("without: %q", err)
	}
}

func TestHostileText(t *testing.T) {
	for in, want := range map[string]string{
		"plain e⁻/s":                 "plain e⁻/s",
		"two\nlines\n\n":             "two\ndarksite: warning: lines",
		"back\rforth":                `back\x0dforth`,
		"bell\a, tab\t, delete\x7f":  `bell\x07, tab , delete\x7f`,
		"right-to-left \u202egz.exe": `right-to-left \u202egz.exe`,
		"C1 \u009b2J":                `C1 \x9b2J`,
		"not UTF-8 \xff\xfe":         `not UTF-8 \xff\xfe`,
		"\u2028":                     `\u2028`,
	} {
		_, err := capture(Options{}, func(p *Printer) { p.Warnf("%s", in) })
		if want := "darksite: warning: " + want + "\n"; err != want {
			t.Errorf("%q: %q, want %q", in, err, want)
		}
	}
	out, _ := capture(Options{}, func(p *Printer) {
		p.Printf("\x1b]0;title\a")
		p.Table([]Column{{Title: "name"}}, [][]string{{"a\nb\x1b[1m"}})
	})
	if want := "\\x1b]0;title\\x07\nname\na b\\x1b[1m\n"; out != want {
		t.Errorf("standard output: %q, want %q", out, want)
	}
}

func TestFail(t *testing.T) {
	inner := &ExitError{Code: Incomplete, Err: errors.New("replica 4 is missing"), Hint: "wait for it"}
	for _, c := range []struct {
		err  error
		code int
		want string
	}{
		{nil, OK, ""},
		{errors.New("broken"), Failure, "darksite: error: broken\n"},
		{inner, Incomplete, "darksite: error: replica 4 is missing\ndarksite: hint: wait for it\n"},
		{fmt.Errorf("2015355: %w", inner), Incomplete,
			"darksite: error: 2015355: replica 4 is missing\ndarksite: hint: wait for it\n"},
		{&ExitError{Code: QualityFailed, Err: inner}, QualityFailed,
			"darksite: error: replica 4 is missing\ndarksite: hint: wait for it\n"},
		{&ExitError{Code: Configuration, Err: errors.New("a: one\nb: two")}, Configuration,
			"darksite: error: a: one\ndarksite: error: b: two\n"},
		{&ExitError{Code: Locked}, Locked, "darksite: error: locked\n"},
		{&ExitError{Code: 77, Err: errors.New("x")}, Failure, "darksite: error: x\n"},
		{&ExitError{Code: OK, Err: errors.New("x")}, Failure, "darksite: error: x\n"},
		{fmt.Errorf("stopped: %w", context.Canceled), Interrupted, "darksite: error: stopped: context canceled\n"},
		{errors.Join(errors.New("a"), &ExitError{Code: UnsafeTarget, Err: errors.New("b")}), UnsafeTarget,
			"darksite: error: a\ndarksite: error: b\n"},
	} {
		for _, mode := range []Mode{Human, Quiet} {
			var code int
			out, got := capture(Options{Mode: mode}, func(p *Printer) { code = p.Fail(c.err) })
			if code != c.code || got != c.want || out != "" {
				t.Errorf("%v: exit %d, %q, out %q; want %d, %q", c.err, code, got, out, c.code, c.want)
			}
		}
	}
}

func TestFailJSON(t *testing.T) {
	_, text := capture(Options{Mode: JSON}, func(p *Printer) {
		p.Fail(&ExitError{Code: Locked, Err: errors.New("held by\nanother"), Hint: "wait"})
	})
	var got map[string]any
	if err := json.Unmarshal([]byte(text), &got); err != nil || strings.Count(text, "\n") != 1 {
		t.Fatalf("%q: %v", text, err)
	}
	want := map[string]any{"level": "error", "message": "held by\nanother", "hint": "wait", "exit_code": 11.0, "exit": "locked"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestExitOfAnotherProgram: the status of a program that was run is not ours.
func TestExitOfAnotherProgram(t *testing.T) {
	err := exec.Command("sh", "-c", "exit 12").Run()
	if err == nil {
		t.Fatal("sh did not exit with 12")
	}
	if got := CodeOf(fmt.Errorf("rsync: %w", err)); got != Failure {
		t.Errorf("exit code %d, want %d", got, Failure)
	}
}

// TestExitCodes holds the codes that scripts rely on (promise A3).
func TestExitCodes(t *testing.T) {
	want := map[int]string{0: "ok", 1: "error", 2: "usage", 3: "incomplete", 4: "quality",
		10: "configuration", 11: "locked", 12: "unsafe", 130: "interrupted"}
	last := -1
	for _, c := range ExitCodes {
		if want[c.Code] != c.Name || c.Meaning == "" {
			t.Errorf("%+v, want the name %q", c, want[c.Code])
		}
		if c.Code <= last {
			t.Errorf("%d does not follow %d", c.Code, last)
		}
		last = c.Code
		if err := error(&ExitError{Code: c.Code, Err: errors.New("x")}); c.Code != OK && CodeOf(err) != c.Code {
			t.Errorf("%s: exit code %d, want %d", c.Name, CodeOf(err), c.Code)
		}
	}
	if len(ExitCodes) != len(want) {
		t.Errorf("%d codes, want %d", len(ExitCodes), len(want))
	}
}

func TestDocumentErrors(t *testing.T) {
	p := New(Options{Out: fullDisk{}, Err: fullDisk{}, Mode: JSON})
	if err := p.Document(1); err == nil || !strings.Contains(err.Error(), "no space") {
		t.Errorf("full disk: %v", err)
	}
	if err := p.Document(func() {}); err == nil {
		t.Error("a function became JSON")
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestDetectWithoutTerminal(t *testing.T) {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	o := Detect(null, null, func(string) string { return "" }, Verbose)
	if o.OutWidth != 0 || o.ErrWidth != 0 || o.Colour || o.Mode != Verbose || o.Now == nil {
		t.Errorf("%+v", o)
	}
}
