package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"darksite/internal/shared"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"darksite": func() { setClock(); os.Exit(run(os.Args[1:])) },
	})
}

// TestScripts plays the command lines of testdata, one file a topic. With -short it
// leaves out those of single cases, which try an odd input each.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	if testing.Short() {
		files = slices.DeleteFunc(files, func(file string) bool {
			name := filepath.Base(file)
			return strings.HasPrefix(name, "case") || strings.HasPrefix(name, "downstream")
		})
	}
	testscript.Run(t, testscript.Params{
		Files: files,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":   exits,
			"shared":  func(ts *testscript.TestScript, _ bool, args []string) { copyShared(t, ts, args) },
			"columns": columns,
			"page":    getPage,
			"says":    says,
			"bytes":   writeBytes,

			"mailserver": func(ts *testscript.TestScript, _ bool, args []string) { mailServer(t, ts, args) },
			"mails":      mails,
			"operations": func(ts *testscript.TestScript, _ bool, args []string) { operations(t, ts, args) },
			"kadi":       func(ts *testscript.TestScript, _ bool, args []string) { kadiDatabase(t, ts, args) },
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

// exits CODE PROGRAM ARG... runs a program that must end with an exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARG...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var failed *exec.ExitError
		if !errors.As(err, &failed) {
			ts.Fatalf("%v", err)
		}
		got = failed.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// bytes FILE TEXT writes a file, with escapes as in Go for bytes that no script can
// hold.
func writeBytes(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: bytes FILE TEXT")
	}
	content, err := strconv.Unquote(`"` + strings.ReplaceAll(args[1], `"`, `\"`) + `"`)
	ts.Check(err)
	file := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(filepath.Dir(file), 0o777))
	ts.Check(os.WriteFile(file, []byte(content), 0o666))
}

// copyShared FROM TO copies a file of the reference material, or the files of a
// directory of it.
func copyShared(t *testing.T, ts *testscript.TestScript, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: shared FROM TO")
	}
	from, to := shared.Path(t, strings.Split(args[0], "/")...), ts.MkAbs(args[1])
	files := []string{from}
	if st, err := os.Stat(from); err == nil && st.IsDir() {
		files, err = filepath.Glob(filepath.Join(from, "*_VC2_*"))
		ts.Check(err)
		ts.Check(os.MkdirAll(to, 0o777))
	}
	for _, f := range files {
		content, err := os.ReadFile(f)
		ts.Check(err)
		target := to
		if len(files) > 1 {
			target = filepath.Join(to, filepath.Base(f))
		}
		ts.Check(os.WriteFile(target, content, 0o666))
	}
}

// columns NAMES FROM TO keeps the named columns of a CSV without quotes.
func columns(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: columns NAMES FROM TO")
	}
	var keep []int
	var out strings.Builder
	for i, line := range strings.Split(strings.TrimSpace(ts.ReadFile(args[1])), "\n") {
		cells := strings.Split(strings.TrimSpace(line), ",")
		if i == 0 {
			for _, name := range strings.Split(args[0], ",") {
				for k, c := range cells {
					if c == name {
						keep = append(keep, k)
					}
				}
			}
		}
		for n, k := range keep {
			if n > 0 {
				out.WriteByte(',')
			}
			out.WriteString(cells[k])
		}
		fmt.Fprintln(&out)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(out.String()), 0o666))
}
