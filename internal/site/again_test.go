package site

import (
	"slices"
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

// A build that knows the last one comes to what a clean one comes to, whatever has
// changed since.
func TestAgain(t *testing.T) {
	overlay := func(name, text string) func(*Inputs) {
		return func(in *Inputs) { in.Overlay = fstest.MapFS{name: {Data: []byte(text)}} }
	}
	before := hashedInputs()
	last := build(t, before)
	for _, test := range []struct {
		name     string
		change   func(*Inputs)
		rendered int // reports
	}{
		{"a note", func(in *Inputs) { in.Calibrations[2].Note = "A *note*.\n" }, 1},
		{"prose", overlay("content/dark_cal/glossary.md", "---\ntitle: Glossary\nweight: 30\n---\nText and a [link](2016_may).\n"), 0},
		{"a template", overlay("layouts/_partials/footer.html", `<footer>{{ range site.RegularPages }}{{ .Title }} {{ with .Params.id }}{{ (site.Params.view.Card .).Address }}{{ end }}{{ end }}</footer>`), 3},
		{"a new page", overlay("content/dark_cal/new.md", "---\ntitle: New\n---\nText.\n"), 3}, // the navigation has it
		{"another temperature", func(in *Inputs) { in.Settings.At = history.At{CCDTemp: -19, Law: scaling.PerPixel} }, 3},
		{"nothing", func(*Inputs) {}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			in := before
			in.Calibrations = slices.Clone(before.Calibrations)
			test.change(&in)
			clean, again := build(t, in), build(t, after(last, in))
			holds(t, again, clean)
			holds(t, clean, again)
			if n := len(again.Rerendered); n != test.rendered {
				t.Errorf("%d reports were rendered, want %d: %v", n, test.rendered, again.Rerendered)
			}
		})
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
		drawAndBuild(in)
	}()
	in.Rendered = nil
	build(t, in)
}
