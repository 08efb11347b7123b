package site

import (
	"bytes"
	"errors"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"darksite/processing/artifact"
	"darksite/processing/chandra"
)

// equal compares two trees byte for byte.
func equal(t *testing.T, what string, a, b *Tree) {
	t.Helper()
	if got, want := strings.Join(b.Paths(), "\n"), strings.Join(a.Paths(), "\n"); got != want {
		t.Errorf("%s: the files differ:\n%s\nand\n%s", what, want, got)
		return
	}
	for _, p := range a.Paths() {
		one, err1 := a.ReadFile(p)
		two, err2 := b.ReadFile(p)
		if err1 != nil || err2 != nil || !bytes.Equal(one, two) {
			t.Errorf("%s: %s differs (%v, %v)", what, p, err1, err2)
		}
	}
}

func TestSameInputsGiveSameBytes(t *testing.T) {
	calibrations := []Calibration{sample("2015355", 3, 1), sample("2010288", 1, 0.7), sample("2010301", 2, 0.7), sample("2016125", 4, 1)}
	first := build(t, inputs(calibrations...))
	equal(t, "again", first, build(t, inputs(calibrations...)))

	reversed := []Calibration{calibrations[3], calibrations[2], calibrations[1], calibrations[0]}
	equal(t, "another order of inputs", first, build(t, inputs(reversed...)))

	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	equal(t, "one processor", first, build(t, inputs(calibrations...)))
	runtime.GOMAXPROCS(16)
	equal(t, "sixteen processors", first, build(t, inputs(calibrations...)))

	defer func(l *time.Location) { time.Local = l }(time.Local)
	for _, zone := range []string{"Pacific/Kiritimati", "America/Adak", "Asia/Kolkata"} {
		location, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		time.Local = location
		t.Setenv("TZ", zone)
		equal(t, zone, first, build(t, inputs(calibrations...)))
	}
	// Hugo leaves the environment alone when it sees a test's arguments.
	defer func(args []string) { os.Args = args }(os.Args)
	os.Args = []string{"darksite", "build"}
	t.Setenv("HUGO_TITLE", "from the environment")
	t.Setenv("HUGO_PARAMS_TITLE", "from the environment")
	t.Setenv("LC_ALL", "de_DE.UTF-8")
	t.Setenv("PATH", "")
	equal(t, "another environment", first, build(t, inputs(calibrations...)))
}

// What is built must not depend on the day of the build.
func TestFutureCalibrationIsBuilt(t *testing.T) {
	tree := build(t, inputs(sample("2999001", 3, 1)))
	if _, ok := tree.Size("dark_cal/2999_jan/index.html"); !ok {
		t.Error("the page is missing")
	}
	in := inputs()
	in.Overlay = fstest.MapFS{"content/dark_cal/note.md": {Data: []byte("---\ntitle: x\ndate: 2999-01-01\nexpiryDate: 1999-01-01\n---\nText.\n")}}
	tree, err := drawAndBuild(in)
	if err != nil {
		t.Fatal(err)
	}
	if len(tree.Warnings) != 1 || !strings.Contains(tree.Warnings[0], "expirydate") {
		t.Errorf("warnings %q", tree.Warnings)
	}
	if _, ok := tree.Size("dark_cal/note/index.html"); !ok {
		t.Error("a page that is dated in the future is missing")
	}
}

func TestBuildsAtOnceDoNotMix(t *testing.T) {
	in := inputs(sample("2015355", 3, 1))
	want := build(t, in)
	var builds sync.WaitGroup
	got := make([]*Tree, 4)
	for i := range got {
		builds.Go(func() { got[i], _ = drawAndBuild(in) })
	}
	builds.Wait()
	for _, tree := range got {
		if tree == nil {
			t.Fatal("a build failed")
		}
		equal(t, "at the same time", want, tree)
	}
}

// Nothing may be written anywhere while building.
func TestBuildTouchesNoDisk(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, name := range []string{"TMPDIR", "HOME", "XDG_CACHE_HOME", "HUGO_CACHEDIR"} {
		t.Setenv(name, dir)
	}
	build(t, inputs(sample("2015355", 3, 1)))
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 0 {
		t.Errorf("the build left %v (%v)", entries, err)
	}
}

func TestOverlayReplacesFileByFile(t *testing.T) {
	in := inputs(sample("2015355", 3, 1))
	in.Overlay = fstest.MapFS{
		"content/dark_cal/method.md":      {Data: []byte("---\ntitle: Our way\nlinkTitle: Method\n---\nSee [the index](/dark_cal) and [help](help.md#ask).\n\n## Orientation\n")},
		"content/dark_cal/help.md":        {Data: []byte("---\ntitle: Help\n---\n## Ask\n")},
		"layouts/_partials/footer.html":   {Data: []byte("<footer>ours</footer>")},
		"static/dark_cal/assets/icon.svg": {Data: []byte("<svg/>")},
		"static/dark_cal/assets/logo.png": {Data: []byte("png")},
	}
	tree, err := drawAndBuild(in)
	if err != nil {
		t.Fatal(err)
	}
	if len(tree.Warnings) != 0 {
		t.Errorf("warnings %q", tree.Warnings)
	}
	page := parse(t, tree, "dark_cal/method/index.html")
	if got := text(one(t, page, "h1")); got != "Our way" {
		t.Errorf("title %q", got)
	}
	if got := text(one(t, page, "footer")); got != "ours" {
		t.Errorf("footer %q", got)
	}
	links := all(page, "article p a")
	if len(links) != 2 || attr(links[0], "href") != "../index.html" || attr(links[1], "href") != "../help/index.html#ask" {
		t.Errorf("links %v", texts(links))
	}
	if icon, _ := tree.ReadFile("dark_cal/assets/icon.svg"); string(icon) != "<svg/>" {
		t.Errorf("icon %q", icon)
	}
	if got := texts(all(page, "nav.pages li")); !slices.Contains(got, "Help") || !slices.Contains(got, "Method") {
		t.Errorf("pages %q", got)
	}
	if _, ok := tree.Size("dark_cal/assets/logo.png"); !ok {
		t.Error("a new static file is missing")
	}
}

func TestBuildErrorsNameTheirPlace(t *testing.T) {
	note := func(text string) fstest.MapFS {
		return fstest.MapFS{"content/dark_cal/note.md": {Data: []byte("---\ntitle: x\n---\n\n" + text + "\n")}}
	}
	for _, c := range []struct {
		name  string
		files fstest.MapFS
		want  []string
	}{
		{"template that does not parse", fstest.MapFS{"layouts/page.html": {Data: []byte("{{ define \"main\" }}\n{{ if }}\n{{ end }}")}}, []string{"page.html:2"}},
		{"template that fails", fstest.MapFS{"layouts/page.html": {Data: []byte("{{ define \"main\" }}\n{{ .NoSuchThing }}{{ end }}")}}, []string{"layouts/page.html:2:3", "NoSuchThing"}},
		{"front matter", fstest.MapFS{"content/dark_cal/note.md": {Data: []byte("---\ntitle: [\n---\n")}}, []string{"note.md:"}},
		{"shortcode", fstest.MapFS{"content/dark_cal/note.md": {Data: []byte("---\ntitle: x\n---\n\n{{< nosuch >}}\n")}}, []string{"note.md:5:"}},
		{"shortcode of another host", fstest.MapFS{"content/dark_cal/note.md": {Data: []byte("---\ntitle: x\n---\n{{< gist a b >}}\n")}}, []string{"note.md:4:", "gist"}},
		{"environment", fstest.MapFS{"layouts/page.html": {Data: []byte(`{{ define "main" }}{{ os.Getenv "HOME" }}{{ end }}`)}}, []string{"HOME"}},
		{"network", fstest.MapFS{"layouts/page.html": {Data: []byte(`{{ define "main" }}{{ with try (resources.GetRemote "http://127.0.0.1:9/") }}{{ with .Err }}{{ errorf "%s" . }}{{ end }}{{ end }}{{ end }}`)}}, []string{"security.http"}},
		{"two pages, one address", fstest.MapFS{"content/dark_cal/note.md": {Data: []byte("---\ntitle: x\nurl: /dark_cal/method/\n---\n")}}, []string{"dark_cal/method/index.html"}},
		{"link that leads nowhere", note("[gone](nowhere.md)"), []string{`dark_cal/note/index.html:`, `<a href="nowhere.md">`, "dark_cal/note/nowhere.md: no such file", "content/dark_cal/note.md:5:"}},
		{"place that is not in the page", note("[gone](method.md#gone)"), []string{`<a href="../method/index.html#gone">`, "dark_cal/method/index.html", `"gone"`}},
		{"style in a template", fstest.MapFS{"layouts/_partials/footer.html": {Data: []byte(`<footer style="color:red">x</footer>`)}}, []string{"dark_cal/index.html:", `<footer style="color:red">`, "policy"}},
		{"picture of another host", fstest.MapFS{"layouts/_partials/footer.html": {Data: []byte(`<img src="https://example.org/a.png" alt="">`)}}, []string{"dark_cal/index.html:", "https://example.org/a.png", "another host"}},
		{"font of another host", fstest.MapFS{"static/dark_cal/assets/style.css": {Data: []byte("\n@font-face { src: url(//example.org/a.woff2) }")}}, []string{"dark_cal/assets/style.css:2:", "another host"}},
		{"page in the place of a file", fstest.MapFS{"content/dark_cal/note.md": {Data: []byte("---\ntitle: x\nurl: /dark_cal/assets/style.css\n---\n")}}, []string{"dark_cal/assets/style.css"}},
	} {
		in := inputs()
		in.Overlay = c.files
		tree, err := drawAndBuild(in)
		if err == nil {
			t.Errorf("%s: no error; warnings %q", c.name, tree.Warnings)
			continue
		}
		if strings.Contains(err.Error(), "/site/") {
			t.Errorf("%s: the error names a place that the user does not have: %v", c.name, err)
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: the error does not name %q: %v", c.name, want, err)
			}
		}
	}
}

func TestPagesOutsideTheSectionAreLeftOut(t *testing.T) {
	in := inputs()
	in.Overlay = fstest.MapFS{"content/dark_cal/note.md": {Data: []byte("---\ntitle: x\nurl: /../../index.html\n---\n")}}
	tree, err := drawAndBuild(in)
	if err != nil {
		return // refused is as good
	}
	for _, p := range tree.Paths() {
		if !strings.HasPrefix(p, Section+"/") {
			t.Errorf("%s was published", p)
		}
	}
	if len(tree.Warnings) == 0 {
		t.Error("no warning")
	}
}

func TestBuildRefusesBadInputs(t *testing.T) {
	good := func() Inputs { return inputs(sample("2015355", 3, 1)) }
	for name, spoil := range map[string]func(*Inputs){
		"no artifact":      func(in *Inputs) { in.Calibrations[0].Artifact = nil },
		"no image":         func(in *Inputs) { in.Calibrations[0].Image = nil },
		"image that fails": func(in *Inputs) { in.Calibrations[0].Image = func() ([]float32, error) { return nil, errors.New("x") } },
		"small image": func(in *Inputs) {
			in.Calibrations[0].Image = func() ([]float32, error) { return make([]float32, 4), nil }
		},
		"bad id":             func(in *Inputs) { in.Calibrations[0].Artifact.ID = "../../etc" },
		"day that is not":    func(in *Inputs) { in.Calibrations[0].Artifact.ID = "2015366" },
		"twice":              func(in *Inputs) { in.Calibrations = append(in.Calibrations, in.Calibrations[0]) },
		"no address":         func(in *Inputs) { in.Addresses = Addresses{} },
		"no defaults":        func(in *Inputs) { in.Defaults = nil },
		"download elsewhere": func(in *Inputs) { in.Calibrations[0].Downloads = []Download{DownloadOf("../x.fits", nil)} },
		"hidden download":    func(in *Inputs) { in.Calibrations[0].Downloads = []Download{DownloadOf(".x", nil)} },
		"download for page":  func(in *Inputs) { in.Calibrations[0].Downloads = []Download{DownloadOf("index.html", nil)} },
		"download for map":   func(in *Inputs) { in.Calibrations[0].Downloads = []Download{DownloadOf("MAP.png", nil)} },
		"same download twice": func(in *Inputs) {
			in.Calibrations[0].Downloads = []Download{DownloadOf("a.fits", nil), DownloadOf("a.fits", nil)}
		},
	} {
		in := good()
		spoil(&in)
		if _, err := drawAndBuild(in); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

// Downloads are large: they are opened when the tree is written or served, not
// before.
func TestDownloadsAreOpenedLate(t *testing.T) {
	c := sample("2015355", 3, 1)
	opened := 0
	c.Downloads = []Download{{Name: artifact.ImageFile, Size: 4, Open: func() (io.ReadCloser, error) {
		opened++
		return io.NopCloser(strings.NewReader("FITS")), nil
	}}}
	tree := build(t, inputs(c))
	if opened != 0 {
		t.Errorf("opened %d times while building", opened)
	}
	if data, err := tree.ReadFile("dark_cal/2015_dec/image.fits"); err != nil || string(data) != "FITS" {
		t.Errorf("read %q, %v", data, err)
	}
}

func BenchmarkBuild120(b *testing.B) {
	var calibrations []Calibration
	for i := range 120 {
		id := chandra.IDOf(time.Date(2000, 1, 10+80*i, 0, 0, 0, 0, time.UTC))
		calibrations = append(calibrations, sample(id, uint64(i%4), 1))
	}
	in := inputs(calibrations...)
	for b.Loop() {
		if _, err := drawAndBuild(in); err != nil {
			b.Fatal(err)
		}
	}
}
