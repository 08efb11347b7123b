package site

import (
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"darksite/processing/chandra"
	"darksite/processing/history"
	"darksite/processing/scaling"
)

// hashedInputs are inputs whose calibrations have hashes, so that what a build made
// of them is found by the next.
func hashedInputs() Inputs {
	in := inputs(sample("2010288", 3, 1), sample("2015355", 5, 2), sample("2016125", 7, 3))
	in.Program = "a test"
	for i := range in.Calibrations {
		id := string(in.Calibrations[i].Artifact.ID)
		in.Calibrations[i].Hashes = Hashes{Calibration: "c" + id, Map: "m" + id}
	}
	return in
}

// after gives a build what the last one has made.
func after(last *Tree, in Inputs) Inputs {
	in.Last = last
	in.Drawn = func(id chandra.ID) (Pictures, bool) { drawn, ok := last.Pictures[id]; return drawn, ok }
	in.Rendered = func(id chandra.ID) (Rendered, bool) { page, ok := last.Rendered[id]; return page, ok }
	return in
}

// holds fails when a file of the part is not in the whole tree, byte for byte.
func holds(t *testing.T, whole, part *Tree) {
	t.Helper()
	for _, name := range part.Paths() {
		got, err := part.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		want, err := whole.ReadFile(name)
		if err != nil || string(got) != string(want) {
			t.Errorf("%s: %d bytes, the whole tree has %d, %v", name, len(got), len(want), err)
		}
	}
}

// Pages that go ahead of others are those of the whole tree, which is the same
// whatever went ahead and whatever is known of the last build.
func TestAhead(t *testing.T) {
	const oldest, newest, index, glossary = "dark_cal/2010_oct/index.html", "dark_cal/2016_may/index.html", "dark_cal/index.html", "dark_cal/glossary/index.html"
	overlay := func(name, text string) func(*Inputs) {
		return func(in *Inputs) { in.Overlay = fstest.MapFS{name: {Data: []byte(text)}} }
	}
	note := func(in *Inputs) { in.Calibrations[2].Note = "A *note*.\n" }
	footer := overlay("layouts/_partials/footer.html", `<footer>{{ range site.RegularPages }}{{ .Title }} {{ .Params.address }}{{ end }}</footer>`)
	before := hashedInputs()
	last := build(t, before)
	for _, test := range []struct {
		name   string
		change func(*Inputs)
		ask    []string
		shown  []string // those that go ahead, nil when nothing does
	}{
		{"a note and its page", note, []string{newest}, []string{newest}},
		{"a note and its page beside another", note, []string{oldest, newest}, []string{newest}},
		{"a note and another page", note, []string{oldest}, nil},
		{"a note and the index", note, []string{index}, []string{index}},
		{"prose", overlay("content/dark_cal/glossary.md", "---\ntitle: Glossary\nweight: 30\n---\nText and a [link](2016_may).\n"), []string{glossary}, []string{glossary}},
		{"a template", footer, []string{newest}, []string{newest}},
		{"a template and two pages", footer, []string{index, oldest}, []string{index, oldest}},
		{"a new page", overlay("content/dark_cal/new.md", "---\ntitle: New\n---\nText.\n"), []string{"dark_cal/new/index.html"}, []string{"dark_cal/new/index.html"}},
		{"a page whose place in content/ is another", overlay("content/dark_cal/new.md", "---\ntitle: New\nurl: /dark_cal/else/where/\n---\nText.\n"), []string{"dark_cal/else/where/index.html"}, nil},
		{"another temperature", func(in *Inputs) { in.Settings.At = history.At{CCDTemp: -19, Law: scaling.PerPixel} }, []string{newest}, []string{newest}},
		{"a page that is asked for by where another is", overlay("content/dark_cal/glossary.md", "---\ntitle: Glossary\nurl: /dark_cal/gl/\n---\nText.\n"), []string{glossary}, nil},
		{"patterns", note, []string{"dark_cal/*/index.html", "dark_cal/[/index.html", "dark_cal/{help,method}/index.html"}, nil},
		{"a pattern beside a page", note, []string{"dark_cal/[/index.html", newest}, []string{newest}},
		{"a page without a directory", note, []string{"dark_cal/404.html"}, nil},
		{"nothing", note, nil, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			in := before
			in.Calibrations = slices.Clone(before.Calibrations)
			test.change(&in)
			clean := build(t, in)
			in = after(last, in)
			var parts []*Tree
			in.Ahead = &Ahead{Pages: test.ask, Show: func(part *Tree) { parts = append(parts, part) }}
			whole := build(t, in)
			holds(t, whole, clean)
			holds(t, clean, whole)
			if len(parts) != min(1, len(test.shown)) {
				t.Fatalf("shown %d times", len(parts))
			}
			for _, part := range parts {
				holds(t, whole, part)
				for _, name := range test.shown {
					if _, ok := part.Size(name); !ok {
						t.Errorf("%s did not go ahead", name)
					}
				}
				for _, name := range part.Paths() {
					id, report := in.reportAt(name)
					_, due := whole.Rerendered[id]
					if path.Base(name) == indexFile && !slices.Contains(test.shown, name) && (!report || due) {
						t.Errorf("%s went ahead", name)
					}
				}
			}
		})
	}
}

// reportAt is the calibration whose page it is.
func (in *Inputs) reportAt(name string) (chandra.ID, bool) {
	for _, c := range in.Calibrations {
		if dir, _ := in.Addresses.Of(c.Artifact.ID); path.Join(Section, dir, indexFile) == name {
			return c.Artifact.ID, true
		}
	}
	return "", false
}

// What is wrong does not go ahead.
func TestNothingWrongGoesAhead(t *testing.T) {
	before := hashedInputs()
	last := build(t, before)
	for name, text := range map[string]string{
		"content/dark_cal/glossary.md":  "---\ntitle: Glossary\n---\nA [dead link](nowhere.html).\n",
		"layouts/_partials/footer.html": "{{ .No.Such.Thing }}",
		"layouts/_partials/state.html":  "{{ if }}",
		"layouts/_shortcodes/gist.html": "{{ end }}",
	} {
		in := after(last, before)
		in.Overlay = fstest.MapFS{name: {Data: []byte(text)}}
		in.Ahead = &Ahead{
			Pages: []string{"dark_cal/glossary/index.html", "dark_cal/help/index.html", "dark_cal/2016_may/index.html"},
			Show:  func(*Tree) { t.Errorf("%s: shown", name) },
		}
		if _, err := Build(in); err == nil || !strings.Contains(err.Error(), path.Base(strings.TrimSuffix(path.Base(name), path.Ext(name)))) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whatever goes wrong in a build, the next one can begin.
func TestPanicLeavesNothingLocked(t *testing.T) {
	in := hashedInputs()
	in.Rendered = func(chandra.ID) (Rendered, bool) { panic("oh") }
	func() {
		defer func() {
			if p := recover(); p != "oh" {
				t.Errorf("recovered %v", p)
			}
		}()
		Build(in)
	}()
	in.Rendered = nil
	in.Ahead = &Ahead{Pages: []string{"dark_cal/index.html"}, Show: func(*Tree) { panic("oh") }}
	func() {
		defer func() { recover() }()
		Build(in)
	}()
	in.Ahead = nil
	build(t, in)
}
