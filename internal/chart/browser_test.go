//go:build browser

package chart

import (
	"os"
	"path/filepath"
	"testing"
)

// The policy of the package comment.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:"

const assets = "../../static/dark_cal/assets"

// site writes a page with the given figures and returns its directory.
// DARKSITE_LOOK names a directory that keeps the screenshots.
func site(t *testing.T, figures ...Figure) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"echarts.min.js", "charts.js", "charts.css"} {
		b, err := os.ReadFile(filepath.Join(assets, name))
		if err != nil {
			t.Fatal(err)
		}
		write(t, dir, name, b)
	}
	write(t, dir, "page.css", []byte(`
body { margin: 16px; font: 17px/1.55 system-ui, sans-serif; background: #fbfbf9; color: #1a1f2b; }
@media (prefers-color-scheme: dark) { body { background: #11141a; color: #e8eaf0; } }
`))
	head := `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>charts</title>` +
		`<meta name="viewport" content="width=device-width, initial-scale=1">` +
		`<meta http-equiv="Content-Security-Policy" content="` + policy + `">` +
		`<link rel="stylesheet" href="charts.css"><link rel="stylesheet" href="page.css">`
	body := "</head><body>"
	for _, f := range figures {
		body += string(f.HTML())
	}
	body += "</body></html>\n"
	write(t, dir, "live.html", []byte(head+`<script defer src="echarts.min.js"></script><script defer src="charts.js"></script>`+body))
	write(t, dir, "static.html", []byte(head+body))
	return dir
}

func write(t *testing.T, dir, name string, b []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
		t.Fatal(err)
	}
}

func look(t *testing.T, name string, png []byte) {
	if dir := os.Getenv("DARKSITE_LOOK"); dir != "" {
		write(t, dir, name, png)
	}
}

const drawn = `document.querySelector('.chart-live').dataset.chartState === 'drawn'`

func TestLook(t *testing.T) {
	f, err := Histogram("histogram", sampleSeries())
	if err != nil {
		t.Fatal(err)
	}
	dir := site(t, f)
	b := newBrowser(t)
	for _, scheme := range []string{"light", "dark"} {
		b.open("file://"+dir+"/live.html", scheme, 1280, 520)
		b.wait(drawn)
		b.settle()
		look(t, "live-1280-"+scheme+".png", b.screenshot())
		b.size(390, 380)
		b.settle()
		look(t, "live-390-"+scheme+".png", b.screenshot())
		b.open("file://"+dir+"/static.html", scheme, 1280, 520)
		look(t, "static-1280-"+scheme+".png", b.screenshot())
		b.size(390, 380)
		b.settle()
		look(t, "static-390-"+scheme+".png", b.screenshot())
	}
	t.Log(b.complaints(), b.requests)
}
