package legacy

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"darksite/processing/chandra"
	"darksite/processing/published"
)

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		at := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(at), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

func TestScan(t *testing.T) {
	outside, dir := t.TempDir(), filepath.Join(t.TempDir(), "dark_cal")
	write(t, outside, map[string]string{"secret.html": "<title>secret</title>", "d/x": "x"})
	report := columnsPage("ACA Dark Current Calibration 2000-Nov-20", []string{"2000-Nov-20"}, []map[string]string{{"mean_eps": "22.2"}})
	write(t, dir, map[string]string{
		"2000_nov/report.html":    report,
		"2000_nov/hist.gif":       "GIF89a\x00\xff",
		"2000_nov/more/zoom.html": "<title>not read</title>",
		"2009_OCT/index.html":     "<TITLE>October</TITLE><H1>ACA 2009:279</H1>",
		"2009_OCT/other.HTM":      "<h1>Other</h1>",
		"2009_OCT/.htaccess":      "deny",
		"2009_OCT/a\nb.txt":       "x", "2009_OCT/aux.gif": "x", "2009_OCT/a\xff": "x", "2009_OCT/a\\b": "x", "2009_OCT/Index.html": "y",
		"2009_oct_2/readme.txt": "no page",
		"2010_dec/index.html":   "<title>ACA 2011-Mar-05</title>",
		"2010_foo/index.html":   "not a month", "other/index.html": "not a report", "index.html": "the index",
		"2011_jan":            "not a directory",
		"2012_jul/index.html": "<title>no day</title>\x00",
	})
	for name, to := range map[string]string{
		"2009_nov": "2009_OCT", "2009_dec": outside, "2008_jan": "other",
		"2009_OCT/in.gif": "../2000_nov/hist.gif", "2009_OCT/out.html": filepath.Join(outside, "secret.html"),
		"2009_OCT/up": "../2000_nov", "2009_OCT/gone": "nowhere",
	} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "2009_OCT", "pipe.html"), 0o666); err != nil {
		t.Fatal(err)
	}
	s, err := Scan(dir, Options{Known: []chandra.ID{"2000326", "2009279", "2010351", "2012198"}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range s.Reports {
		got = append(got, fmt.Sprintf("%s %s %s %s %q", r.Name, r.Month, r.ID, r.Main, r.Title))
		for _, f := range r.Files {
			content, err := os.ReadFile(filepath.Join(dir, f.Path))
			if err != nil {
				t.Fatal(err)
			}
			if f.Bytes != int64(len(content)) || f.SHA256 != fmt.Sprintf("%x", sha256.Sum256(content)) {
				t.Errorf("%+v is not what the file is", f)
			}
			var copied bytes.Buffer
			if err := Copy(&copied, dir, f); err != nil || !bytes.Equal(copied.Bytes(), content) {
				t.Errorf("%s: copied as %q, %v", f.Path, copied.Bytes(), err)
			}
			got = append(got, " "+f.Path)
		}
		for _, d := range r.Doubts {
			got = append(got, " ? "+d)
		}
	}
	for _, a := range s.Aliases {
		got = append(got, a.Name+" -> "+a.To)
	}
	got = append(got, s.Doubts...)
	want := []string{
		`2000_nov 2000_nov 2000326 2000_nov/report.html "ACA Dark Current Calibration 2000-Nov-20"`,
		" 2000_nov/hist.gif", " 2000_nov/more/zoom.html", " 2000_nov/report.html",
		" ? 2000_nov/report.html: the page says 2000-Nov-20, which is 2000:325; the calibration of that time is 2000:326, 2000-Nov-21",
		`2009_OCT 2009_oct 2009279 2009_OCT/index.html "October"`,
		" 2009_OCT/Index.html", " 2009_OCT/in.gif", " 2009_OCT/index.html", " 2009_OCT/other.HTM",
		` ? "2009_OCT/.htaccess" is hidden, and is not taken`,
		` ? "2009_OCT/a b.txt" is named with what cannot be printed, and is not taken`,
		` ? "2009_OCT/a\\b" is named with one of \ : * ? " < > |, which some systems cannot have, and is not taken`,
		` ? "2009_OCT/aux.gif" is named as a device of some systems, and is not taken`,
		` ? "2009_OCT/aÿ" is named with what cannot be printed, and is not taken`,
		" ? 2009_OCT/gone is a link that leads nowhere or out of the section, and is not taken: copy the file there",
		" ? 2009_OCT/Index.html and 2009_OCT/index.html differ in case alone: on some systems and servers they are one",
		" ? 2009_OCT/out.html is a link that leads nowhere or out of the section, and is not taken: copy the file there",
		" ? 2009_OCT/pipe.html is not a plain file, and is not taken",
		" ? 2009_OCT/up is a link to a directory, and is not taken",
		`2009_oct_2 2009_oct   ""`, " 2009_oct_2/readme.txt", " ? 2009_oct_2 has no page",
		`2010_dec 2010_dec 2010351 2010_dec/index.html "ACA 2011-Mar-05"`, " 2010_dec/index.html",
		" ? 2010_dec/index.html: the page says 2011-Mar-05, the directory is 2010_dec",
		" ? 2010_dec/index.html names no day that fits; the only known calibration of that month is 2010:351",
		`2012_jul 2012_jul 2012198 2012_jul/index.html ""`, " 2012_jul/index.html",
		" ? 2012_jul/index.html: the page is not text in an encoding that holds ASCII (UTF-16, or a binary file): save it as UTF-8; the page is kept and not read",
		" ? 2012_jul/index.html names no day that fits; the only known calibration of that month is 2012:198",
		"2009_nov -> 2009_OCT",
		"2008_jan is a link to something else than a report beside it, and is not taken: copy what it leads to",
		"2009_dec is a link to something else than a report beside it, and is not taken: copy what it leads to",
		"2011_jan is not a directory, and is not taken",
	}
	if d := gocmp(want, got); d != "" {
		t.Error(d)
	}
	var tables []*published.Table
	for _, r := range s.Reports {
		for _, p := range r.Pages {
			if len(p.Table.Rows) > 0 {
				tables = append(tables, p.Table)
			}
		}
	}
	if len(tables) != 1 || tables[0].File.Name != "2000_nov/report.html" || tables[0].Rows[0].Source != "dark_cal/2000_nov/report.html" {
		t.Errorf("tables %+v", tables)
	}
	// A file that is not the one that was listed is not copied in silence.
	f := s.Reports[0].Files[0]
	for _, content := range []string{"GIF89a\x00\xfe", "GIF89a\x00\xff.", ""} {
		write(t, dir, map[string]string{f.Path: content})
		if err := Copy(&bytes.Buffer{}, dir, f); err == nil || !strings.Contains(err.Error(), "has changed") {
			t.Errorf("%q is copied: %v", content, err)
		}
	}
	if err := Copy(&bytes.Buffer{}, dir, File{Path: "../secret"}); err == nil {
		t.Error("a path out of the directory is copied")
	}
}

func TestScanBounds(t *testing.T) {
	deep := t.TempDir()
	write(t, deep, map[string]string{"2000_nov/" + strings.Repeat("d/", maxNesting+1) + "x": ""})
	large := t.TempDir()
	write(t, large, map[string]string{"2000_nov/x.gif": ""})
	if err := os.Truncate(filepath.Join(large, "2000_nov", "x.gif"), maxFileBytes+1); err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]string{deep: "nested deeper than 8", large: "2000_nov/x.gif: more than 268435456 bytes", filepath.Join(deep, "none"): "none"} {
		if s, err := Scan(dir, Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v, %v, want %q", s, err, want)
		}
	}
}
