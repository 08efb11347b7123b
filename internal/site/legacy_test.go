package site

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"darksite/internal/legacy"
	"darksite/processing/chandra"

	"github.com/google/go-cmp/cmp"
)

// oldReportOf is a report with the given files, the first of which people open.
func oldReportOf(name string, id chandra.ID, files ...string) OldReport {
	contents := map[string]string{}
	r := OldReport{Record: legacy.Record{Schema: legacy.RecordSchema, Name: name, ID: id, Title: "Report of " + name}}
	for _, f := range files {
		p := name + "/" + f
		contents[p] = "<p onclick='x'>old " + p + " \xff\r\n<script>1</script>"
		r.Files = append(r.Files, legacy.File{Path: p, Bytes: int64(len(contents[p])), SHA256: fmt.Sprintf("%x", sha256.Sum256([]byte(contents[p])))})
	}
	if len(files) > 0 {
		r.Main = r.Files[0].Path
	}
	r.Open = func(f legacy.File) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(contents[f.Path])), nil
	}
	return r
}

func TestAssignBeside(t *testing.T) {
	old := []legacy.Record{
		oldReportOf("2000_NOV", "2000325", "report.html").Record, oldReportOf("2009_oct", "2009279", "index.html").Record,
		oldReportOf("2010_oct", "2010301", "report.html").Record, oldReportOf("2011_jan", "2011018", "report.html", "Map.png").Record,
	}
	old[1].Aliases = []string{"2009_oct_2"}
	var book Addresses
	ids := []chandra.ID{"2010288", "2010301", "2009279", "2000326", "2011018", "2015355"}
	if _, moved := book.AssignBeside(ids, false, old); len(moved) != 0 {
		t.Errorf("moved %v", moved)
	}
	want := map[chandra.ID]string{
		"2000326": "2000_NOV",   // shares the directory, in its case, though the report is dated a day before
		"2009279": "2009_oct_3", // an index page stands there, an alias beside it
		"2010288": "2010_oct_2", // it is that of another calibration
		"2010301": "2010_oct",
		"2011018": "2011_jan_2", // it has a file that the page has too
		"2015355": "2015_dec",
	}
	if d := cmp.Diff(want, directories(book, ids...)); d != "" {
		t.Error(d)
	}
	// 1,000 rebuilds later all addresses are the same.
	for range 1000 {
		if added, moved := book.AssignBeside(ids, false, old); len(added)+len(moved) != 0 {
			t.Fatalf("a second time: added %v, moved %v", added, moved)
		}
	}
	// Who had the address of an old report gives it up, nobody else moves.
	book = Addresses{}
	book.assign(ids, false, map[string]bool{})
	added, moved := book.AssignBeside(ids, false, old)
	if d := cmp.Diff([]chandra.ID{"2009279", "2010288", "2011018"}, moved); d != "" {
		t.Error(d)
	}
	if len(added) != 3 {
		t.Errorf("added %v", added)
	}
	if dir, _ := book.Of("2000326"); dir != "2000_nov" {
		t.Errorf("2000326 moved to %s", dir)
	}
}

// P8: old addresses resolve, with the bytes that they had.
func TestOldReportsArePublishedAsTheyAre(t *testing.T) {
	first, second := sample("2000326", 1, 0.7), sample("2009279", 2, 0.7)
	in := inputs(first, second)
	in.Legacy = []OldReport{
		oldReportOf("2000_nov", "2000326", "report.html", "hist.gif"), oldReportOf("2009_oct", "2009279", "index.html", "sub/a.PNG"),
		oldReportOf("2002_dec", "2002345", "report.htm"), oldReportOf("2003_jul", ""),
	}
	in.Legacy[2].Aliases = []string{"2002_dec_b"}
	var records []legacy.Record
	for _, r := range in.Legacy {
		records = append(records, r.Record)
	}
	in.Addresses = Addresses{}
	in.Addresses.AssignBeside([]chandra.ID{"2000326", "2009279"}, false, records)
	tree := build(t, in)
	for _, r := range in.Legacy {
		for _, f := range r.Files {
			content, err := tree.WithTwins().ReadFile("dark_cal/" + f.Path)
			if err != nil || fmt.Sprintf("%x", sha256.Sum256(content)) != f.SHA256 || !tree.Kept("dark_cal/"+f.Path) {
				t.Errorf("%s: %v, kept %v", f.Path, err, tree.Kept("dark_cal/"+f.Path))
			}
		}
	}
	for p, title := range map[string]string{"2000_nov": "2000 November 20", "2009_oct_2": "2009 October 6"} {
		page := parse(t, tree, "dark_cal/"+p+"/index.html")
		if got := text(one(t, page, "h1")); !strings.HasPrefix(got, title[:8]) {
			t.Errorf("%s: %q", p, got)
		}
	}
	for _, dir := range []string{"2002_dec", "2002_dec_b"} {
		p := "dark_cal/" + dir + "/index.html"
		page := parse(t, tree, p)
		link := one(t, page, "main a")
		checkReference(t, tree, p, attr(link, "href"), false)
		checkReference(t, tree, p, attr(all(page, "link[rel]")[0], "href"), false)
		if n := len(all(page, "script")); n != 0 || text(link) != "Report of 2002_dec" {
			t.Errorf("%s: %d scripts, %q", dir, n, text(link))
		}
		if attr(all(page, "meta[content]")[0], "content") == "" && tree.Kept(p) {
			t.Errorf("%s", p)
		}
	}
	block, _ := tree.ReadFile(BlockFile)
	for _, want := range []string{`"dark_cal/2000_nov/index.html"`, `"dark_cal/2009_oct_2/index.html"`, `"dark_cal/2009_oct/index.html"`, `"dark_cal/2002_dec/report.htm"`} {
		if bytes.Count(block, []byte(want)) != 1 {
			t.Errorf("%s is not once in the list:\n%s", want, block)
		}
	}
}

// Titles of old pages, and names of files, do no harm.
func TestHostileOldReports(t *testing.T) {
	make := func(text string) *Tree {
		in := inputs()
		r := oldReportOf("2002_dec", "2002345", "report '&#%;.html")
		r.Title = text
		in.Legacy = []OldReport{r}
		in.Settings.Title = text
		return build(t, in)
	}
	want := make("harmless")
	for _, s := range hostile {
		tree := make(s)
		for _, p := range tree.Paths() {
			if strings.HasSuffix(p, ".html") && !tree.Kept(p) {
				if d := cmp.Diff(shape(parse(t, want, p)), shape(parse(t, tree, p))); d != "" {
					t.Errorf("%.40q: %s:\n%s", s, p, d)
				}
			}
		}
		one, two := shape(parse(t, want, BlockFile)), shape(parse(t, tree, BlockFile))
		if d := cmp.Diff(one, two); d != "" {
			t.Errorf("%.40q: the list:\n%s", s, d)
		}
	}
}

// Addresses with the month in the other case lead on, where a disk tells them
// apart.
func TestOtherCaseLeadsOn(t *testing.T) {
	in := inputs(sample("2015355", 3, 1), sample("2010301", 2, 0.7))
	in.Addresses = Addresses{byID: map[chandra.ID]string{"2015355": "2015_dec", "2010301": "2010_OCT_2"}}
	in.Legacy = []OldReport{oldReportOf("2000_NOV", "2000326", "report.html"), oldReportOf("2002_dec", "", "index.html")}
	tree := build(t, in)
	twins := tree.WithTwins()
	for from, to := range map[string]string{
		"2015_DEC": "../2015_dec/index.html", "2010_oct_2": "../2010_OCT_2/index.html", "2000_nov": "../2000_NOV/report.html", "2002_DEC": "../2002_dec/index.html",
	} {
		p := "dark_cal/" + from + "/index.html"
		if _, there := tree.Size(p); there {
			t.Errorf("%s is in the tree itself", p)
		}
		page := parse(t, twins, p)
		if got := attr(one(t, page, "main a"), "href"); got != to {
			t.Errorf("%s leads to %q, want %q", from, got, to)
		}
		checkReference(t, twins, p, to, false)
	}
	if _, there := tree.Size(TwinsFile); !there {
		t.Error("the twins are not in the tree")
	}
	dir := t.TempDir()
	write(t, tree, dir)
	for _, p := range []string{"dark_cal/2015_DEC", "dark_cal/2000_nov"} {
		if _, err := os.Stat(filepath.Join(dir, p)); err == nil {
			t.Errorf("%s was written", p)
		}
	}
}
