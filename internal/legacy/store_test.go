package legacy

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"darksite/processing/chandra"

	"github.com/google/go-cmp/cmp"
)

// scanned is a section with two reports, and its directory.
func scanned(t *testing.T) (dir string, s *Section) {
	t.Helper()
	dir = t.TempDir()
	write(t, dir, map[string]string{
		"2000_nov/report.html": "<title>ACA 2000:326</title>", "2000_nov/deep/hist.gif": "GIF\x00\xff\r\n",
		"2009_OCT/index.html": "<title>ACA 2009:279</title>",
	})
	if err := os.Symlink("2000_nov", filepath.Join(dir, "2000_nov_b")); err != nil {
		t.Fatal(err)
	}
	s, err := Scan(dir, Options{Known: []chandra.ID{"2000326", "2009279"}})
	if err != nil || len(s.Reports) != 2 {
		t.Fatalf("%+v, %v", s, err)
	}
	return dir, s
}

func TestKeep(t *testing.T) {
	from, s := scanned(t)
	dir := filepath.Join(t.TempDir(), "legacy")
	var want []Record
	for i := range s.Reports {
		k := s.RecordOf(&s.Reports[i])
		want = append(want, *k)
		for _, first := range []bool{true, false, false} {
			if added, err := Keep(dir, from, k); err != nil || added != first {
				t.Fatalf("added %v, %v, want %v", added, err, first)
			}
		}
	}
	got, err := Load(dir)
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Fatalf("%v\n%s", err, d)
	}
	if got[0].Aliases[0] != "2000_nov_b" || got[0].ID != "2000326" || got[0].Main != "2000_nov/report.html" || !got[0].Has("REPORT.html") || got[0].Has("index.html") {
		t.Errorf("%+v", got[0])
	}
	for _, k := range got {
		for _, f := range k.Files {
			r, err := Open(dir, f)
			if err != nil {
				t.Fatal(err)
			}
			content, err := io.ReadAll(r)
			r.Close()
			was, _ := os.ReadFile(filepath.Join(from, f.Path))
			if err != nil || string(content) != string(was) {
				t.Errorf("%s: %q, %v, want %q", f.Path, content, err, was)
			}
		}
	}
	manifest, _ := os.ReadFile(filepath.Join(dir, ManifestFile))
	if strings.Count(string(manifest), "\n") != 3 || !strings.Contains(string(manifest), "  2000_nov/deep/hist.gif\n") {
		t.Errorf("manifest %q", manifest)
	}
	if _, err := os.Stat(filepath.Join(dir, staging)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("something is left: %v", err)
	}

	if n, problems, err := Verify(dir); n != 2 || problems != nil || err != nil {
		t.Errorf("%d reports, %v, %v", n, problems, err)
	}

	// A stop between the files and the record is made good; other files there
	// are refused and stay.
	record := filepath.Join(dir, "2000_nov.json")
	if err := os.Remove(record); err != nil {
		t.Fatal(err)
	}
	if added, err := Keep(dir, from, &want[0]); err != nil || !added {
		t.Errorf("added %v, %v", added, err)
	}
	os.Remove(record)
	write(t, dir, map[string]string{"2000_nov/report.html": "mine"})
	if _, err := Keep(dir, from, &want[0]); err == nil || !strings.Contains(err.Error(), "2000_nov/report.html: differs") {
		t.Errorf("%v", err)
	}
	if content, _ := os.ReadFile(filepath.Join(dir, "2000_nov", "report.html")); string(content) != "mine" {
		t.Errorf("the file that was there became %q", content)
	}
	// Damage shows where the file ends.
	r, err := Open(dir, want[0].Files[1])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, r); err == nil || !strings.Contains(err.Error(), "not the one that was imported") {
		t.Errorf("%v", err)
	}
	r.Close()
	if n, problems, err := Verify(dir); n != 1 || problems != nil || err != nil {
		t.Errorf("%d reports, %v, %v", n, problems, err)
	}
	write(t, dir, map[string]string{"2009_OCT/index.html": "mine"})
	if _, problems, err := Verify(dir); len(problems) != 1 || err != nil {
		t.Errorf("%v, %v", problems, err)
	}
}

func TestKeepRefuses(t *testing.T) {
	from, s := scanned(t)
	dir := filepath.Join(t.TempDir(), "legacy")
	k := s.RecordOf(&s.Reports[0])
	if _, err := Keep(dir, from, k); err != nil {
		t.Fatal(err)
	}
	more, less, other, upper := *k, *k, *k, *k
	more.Files = append([]File{{"2000_nov/a.html", 1, k.Files[0].SHA256}}, k.Files...)
	less.Files = k.Files[1:]
	other.Files = append([]File{}, k.Files...)
	other.Files[0].Bytes++
	upper.Name, upper.Files, upper.Main = "2000_NOV", []File{}, ""
	for want, k := range map[string]*Record{
		"2000_nov/a.html: is not among": &more, "deep/hist.gif: is kept, and is not there any more": &less,
		"deep/hist.gif: differs": &other, "differs in case alone": &upper,
	} {
		if _, err := Keep(dir, from, k); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	// A file that changes while it is copied leaves nothing behind.
	k = s.RecordOf(&s.Reports[1])
	write(t, from, map[string]string{"2009_OCT/index.html": "new"})
	if _, err := Keep(dir, from, k); err == nil {
		t.Error("a changed file was taken")
	}
	if _, err := os.Stat(filepath.Join(dir, "2009_OCT")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a part is left: %v", err)
	}
}

// The paths of a record become addresses: none may lead elsewhere.
func TestParseRecordRefuses(t *testing.T) {
	sum := strings.Repeat("0", 64)
	record := func(name, main, file string) string {
		return `{"schema":"darksite/old-report/1","name":"` + name + `","main":"` + main + `","files":[{"path":"` + file + `","bytes":1,"sha256":"` + sum + `"}]}`
	}
	if _, err := ParseRecord([]byte(record("2000_nov", "2000_nov/a.html", "2000_nov/a.html"))); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		"", "null", "{}", record("..", "", "../x"), record("2000_nov", "", "2000_nov/../../x"), record("2000_nov", "", "/2000_nov/x"),
		record("2000_nov", "", "2001_nov/x"), record("2000_nov", "", `2000_nov/\\x`), record("2000_nov", "", "2000_nov/.x"), record("2000_nov", "", "2000_nov/a\\nb"),
		record("2000_nov", "2000_nov/b", "2000_nov/a"), record("2000_nov", "", "2000_nov/a") + "x", strings.Replace(record("2000_nov", "", "2000_nov/a"), "main", "mane", 1),
	} {
		if k, err := ParseRecord([]byte(text)); err == nil {
			t.Errorf("%q was read as %+v", text, k)
		}
	}
}

func FuzzParseRecord(f *testing.F) {
	f.Add([]byte(`{"schema":"darksite/old-report/1","name":"2000_nov","main":"2000_nov/a","files":[{"path":"2000_nov/a","bytes":1,"sha256":"` + strings.Repeat("a", 64) + `"}]}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		k, err := ParseRecord(content)
		if err != nil {
			return
		}
		for _, file := range k.Files {
			if !filepath.IsLocal(file.Path) || !strings.HasPrefix(file.Path, k.Name+"/") {
				t.Errorf("path %q", file.Path)
			}
		}
		again, err := k.encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ParseRecord(again); err != nil {
			t.Errorf("%s: %v", again, err)
		}
	})
}
