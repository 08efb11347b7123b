package site

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"darksite/processing/artifact"
	"darksite/processing/ccd"
	"darksite/processing/quantity"
)

// The programs on the page about the API do what the page says: Python with astropy,
// and the command line.
func TestProgramsOfTheAPIPage(t *testing.T) {
	const python = "/usr/bin/python3" // Debian's, which has astropy
	for _, c := range []*exec.Cmd{exec.Command(python, "-c", "import astropy"), exec.Command("curl", "--version")} {
		if err := c.Run(); err != nil && os.Getenv("CI") != "" {
			t.Fatalf("%s: %v; ./test installs it", c, err)
		} else if err != nil {
			t.Skipf("%s: %v", c, err)
		}
	}
	in, _ := apiSite(t)
	for i, c := range in.Calibrations {
		exact, err := json.Marshal(c.Artifact)
		if err != nil {
			t.Fatal(err)
		}
		image, err := c.Image()
		if err != nil {
			t.Fatal(err)
		}
		files, err := artifact.Encode(c.Artifact, &artifact.Images{
			Dark: image, Coverage: [2][]uint8{make([]uint8, len(image)), make([]uint8, len(image))}, Noise: make([]float32, len(image)),
		})
		if err != nil {
			t.Fatal(err)
		}
		others := slices.DeleteFunc(slices.Clone(c.Downloads), func(d Download) bool { return d.Name == artifact.ImageFile })
		in.Calibrations[i].Downloads = append(others, DownloadOf(artifact.CalibrationFile, exact), DownloadOf(artifact.ImageFile, files[artifact.ImageFile]))
	}
	in.Settings.BaseURL = "https://example.org/x/"
	tree := build(t, in)
	dir := t.TempDir()
	write(t, tree, dir)
	programs := map[string]string{}
	for _, block := range all(parse(t, tree, "dark_cal/api/index.html"), "main pre code") {
		language := attr(block, "class")
		for d := range block.Descendants() {
			if d.FirstChild == nil {
				programs[language] += strings.ReplaceAll(d.Data, "https://example.org/x/", "file://"+filepath.ToSlash(dir)+"/")
			}
		}
		programs[language] += "\n"
	}
	program := programs["language-python"]
	if !strings.Contains(program, "base = \"file://") {
		t.Fatalf("not the site's own address in\n%s", program)
	}
	out, err := exec.Command("sh", "-e", "-c", programs["language-sh"]).CombinedOutput()
	if err != nil || !strings.HasPrefix(string(out), "id,date,") || strings.Count(string(out), "\n") != 5 {
		t.Errorf("%v, %q from\n%s", err, out, programs["language-sh"])
	}
	// The latest has no facts; then one that has all.
	for _, id := range []string{"", "2015355"} {
		p := program
		if id != "" {
			p = strings.Replace(p, "latest = rows[0]", `latest = [r for r in rows if r["id"] == "`+id+`"][0]`, 1)
		}
		c := exec.Command(python, "-c", p)
		c.Env = append(os.Environ(), "PYTHONIOENCODING=utf-8")
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s\n%s", err, out, p)
		}
		if id == "" {
			continue
		}
		s := in.Calibrations[0].Artifact
		n, _ := s.Statistics.Over(100)
		mean, _ := json.Marshal(s.Statistics.Value(quantity.Mean))
		number, _ := json.Marshal(n)
		for _, want := range []string{string(mean), "'n_gt_100': " + string(number), "\n" + string(number) + "\n", "'2009:279', '2000:326'", "Map rests on a whole calibration", "1 4096 of 4096", "\n(1024, 1024) " + string(number) + "\n"} {
			if !strings.Contains(string(out), want) {
				t.Errorf("%q is not in\n%s", want, out)
			}
		}
	}
}

// Whatever the texts are, the files are well-formed and hold no markup.
func TestHostileTextsInTheAPI(t *testing.T) {
	for _, text := range hostile {
		c := sampleOn(ccd.ACA, "2015355", 3, 1)
		poisonAll(&c, text)
		in := inputs(c)
		in.Settings.Title, in.Settings.HomeTitle = text, text
		tree, err := drawAndBuild(in) // it may warn of what a note wants
		if err != nil {
			t.Fatal(err)
		}
		readFeed(t, tree)
		for _, p := range tree.Paths() {
			data, err := tree.ReadFile(p)
			if err != nil {
				t.Fatal(err)
			}
			if filepath.Dir(p) != APIDir && p != FeedFile && p != SearchIndexFile {
				continue
			}
			if filepath.Ext(p) == ".json" {
				if !json.Valid(data) {
					t.Errorf("%.40q: %s is not JSON", text, p)
				}
			}
			// The columns of tables hold no free text but the source of a temperature.
			if filepath.Ext(p) == ".json" || filepath.Ext(p) == ".js" {
				if i := strings.IndexAny(string(data), "<>&\u2028\u2029"); i >= 0 {
					t.Errorf("%.40q: %s has %q at byte %d", text, p, data[i], i)
				}
			}
			if strings.ContainsAny(string(data), "\x00\x1b\r") {
				t.Errorf("%.40q: %s has control characters", text, p)
			}
		}
	}
}
