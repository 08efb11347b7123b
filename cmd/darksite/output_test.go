package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"darksite/internal/shared"
	"darksite/internal/term"
)

// Cases.md, 24: whatever a verb prints, a standard output that does not take it
// ends in exit code 1 with one sentence.
func TestCase24EveryVerbNoticesLostOutput(t *testing.T) {
	shared.Slow(t)
	t.Parallel()
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err)
	}
	defer full.Close()
	work := t.TempDir()
	must := func(args ...string) {
		t.Helper()
		if out, err := program(t, args...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", args, err, out)
		}
	}
	site, demo, mica := filepath.Join(work, "site"), filepath.Join(work, "demo"), filepath.Join(work, "mica", "aca_dark")
	for _, dir := range []string{site, demo, mica} {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(demo, "site.toml"), []byte(demoConfig), 0o666); err != nil {
		t.Fatal(err)
	}
	page := filepath.Join(work, "index.html")
	if err := os.WriteFile(page, []byte("<h2>Dark current calibrations</h2>\n<ul>\n<li><a href=\"dark_cal/2009_oct/index.html\">2009 Oct</a></li>\n<li><a href=\"dark_cal/2010_jan/index.html\">2010 Jan</a></li>\n</ul>\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	series := filepath.Join(work, "series.csv") // the days of the demo, which then simulates nothing
	if err := os.WriteFile(series, []byte("id\n2015355\n2016125\n2017010\n2018100\n2019006\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	must("simulate", "--series", series, "--out", filepath.Join(demo, "data"), "--rows", "24", "-q")
	must("simulate", "2016125", "--out", filepath.Join(site, "data"), "--rows", "24", "-q")
	must("simulate", "2016200", "--out", filepath.Join(work, "drop"), "--rows", "24", "-q")
	must("-C", site, "build", "-q")
	telemetry := filepath.Join(site, "data", "2016125", "2016_125_VC2_Replica1_SFDU_31087.gz")

	// One entry for each verb; a new verb needs its own.
	commands := map[string][][]string{
		"demo":       {{"demo", "--dir", demo, "--no-serve"}},
		"run":        {{"run", "2016125", "--until", "info"}},
		"status":     {{"status"}, {"status", "2016125"}},
		"check":      {{"check", "2016125"}},
		"fetch":      {{"fetch", "2016200", "--from", filepath.Join(work, "drop")}},
		"info":       {{"info", "2016125", "--time", "2016:125:01:00:00.000"}},
		"process":    {{"process", "2016125"}},
		"import":     {{"import", filepath.Join(demo, "archive", "aca_dark")}},
		"archive":    {{"archive", "2016125", "--to", mica}},
		"build":      {{"build"}, {"build", "--explain"}, {"build", "--dry-run"}},
		"adopt":      {{"adopt", page}},
		"serve":      {}, // all that it says is about the run, on standard error
		"publish":    {{"publish", "--no-build", filepath.Join(work, "www")}, {"publish", "--list", filepath.Join(work, "www")}},
		"twiki":      {{"twiki", "2016125"}},
		"history":    {{"history"}, {"history", "--csv"}},
		"score":      {{"score"}, {"score", "--print-rules"}},
		"sign":       {{"sign", "2016125", "--decision", "note", "--by", "N", "--reason", "R", "--replace"}},
		"verify":     {{"verify"}},
		"why":        {{"why", "2016125", "mean"}},
		"decode":     {{"decode", telemetry}},
		"simulate":   {{"simulate", "2016300", "--out", filepath.Join(work, "more"), "--rows", "24"}},
		"init":       {{"init", filepath.Join(work, "new")}},
		"config":     {{"config"}},
		"version":    {{"version"}, {"version", "--licenses"}},
		"man":        {{"man", filepath.Join(work, "man")}},
		"completion": {{"completion", "bash"}},
		"help":       {{"help"}, {"--help"}, {"help", "process"}, {"process", "--help"}},
	}
	for _, v := range verbs() {
		if commands[v.name] == nil {
			t.Errorf("%s has no command line here", v.name)
		}
	}
	for _, v := range append(verbs(), verb{name: "help"}) {
		for i, args := range commands[v.name] {
			t.Run(fmt.Sprintf("%s %d", v.name, i+1), func(t *testing.T) {
				for _, way := range []struct {
					name, flag string
					out        *os.File
				}{{"full", "--json", full}, {"closed", "-v", closedPipe(t)}} {
					if v.name == "init" {
						os.RemoveAll(filepath.Join(work, "new"))
					}
					if v.name == "simulate" {
						os.RemoveAll(filepath.Join(work, "more"))
					}
					c := program(t, append([]string{way.flag, "-C", site}, args...)...)
					var complaints bytes.Buffer
					c.Stdout, c.Stderr = way.out, &complaints
					c.Run()
					code, told := c.ProcessState.ExitCode(), strings.Count(complaints.String(), "standard output: ")
					if code == term.QualityFailed && (v.name == "check" || v.name == "archive") {
						continue // the telemetry of a few rows has a fault of its own
					}
					if code != term.Failure || told != 1 {
						t.Errorf("%s, %s: exit code %d, told of %d times\n%s", way.name, way.flag, code, told, complaints.String())
					}
				}
			})
		}
	}
	// A reader that went away does not keep the work from being done.
	if _, err := os.Stat(filepath.Join(work, "more", "2016300", "info.csv")); err != nil {
		t.Error(err)
	}
}

// closedPipe is a pipe that nobody reads.
func closedPipe(t *testing.T) *os.File {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	t.Cleanup(func() { w.Close() })
	return w
}
