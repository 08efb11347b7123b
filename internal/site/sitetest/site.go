package sitetest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"darksite/internal/ground/workers"
	"darksite/internal/shared"
)

// Site is a site directory with its pages.
type Site struct {
	Dir    string // holds site.toml, archive/, content/
	Public string // holds dark_cal/

	program string
}

// BasePath is the path under which the site believes to be published.
const BasePath = "/mta/ASPECT/"

// map of a calibration that is imported: the form of its directory and its
// temperature, degrees Celsius.
type imported struct {
	id   string
	form string
	ccd  string
	seed string // of the CCD
}

var maps = []imported{
	{"2007006", classic, "-19.9", "1"},
	{"2009050", old, "-19.2", "1"},
	{"2010288", old, "-19.0", "1"},
	{"2010301", old, "-18.9", "1"},
	{"2012115", classic, "-17.0", "1"},
	{"2013191", old, "-16.2", "1"},
	{"2014220", classic, "-15.4", "1"},
	{"2015090", modern, "-14.9", "1"},
	{"2017185", modern, "-12.1", "2"}, // not the CCD of the others
}

// sent are the calibrations that are made from telemetry.
var sent = map[string][]string{
	"2015355": {"--t-ccd", "-14.6"},
	"2016125": {"--t-ccd", "-13.4", "--rows", "24"},
	"2016278": {"--t-ccd", "-13.1", "--damage", "rows 100-130 of replica 3 lost; replica 5 missing"},
}

// Calibrations is how many the site holds with a map.
const Calibrations = 12

// Make makes the site in a temporary directory of the test. Without the
// reference material the test is skipped, see [shared.Path].
func Make(t testing.TB) *Site {
	t.Helper()
	s, err := makeIn(t.TempDir(), shared.Path(t, "data", "published_dark_stats.csv"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// makeIn makes the site in a directory. One that is there is only built again.
func makeIn(dir, published string) (*Site, error) {
	_, err := os.Stat(filepath.Join(dir, "site", "public", "dark_cal", "index.html"))
	kept := err == nil
	if !kept {
		// What a run left that was stopped.
		if err := os.RemoveAll(filepath.Join(dir, "site")); err != nil {
			return nil, err
		}
	}
	s, err := New(dir, settings)
	if err != nil {
		return nil, err
	}
	for name, text := range files {
		if err := s.Put(name, text); err != nil {
			return nil, err
		}
	}
	if kept {
		return s, s.Run("build")
	}
	from := filepath.Join(dir, "from")
	var work []func() error
	for id, args := range sent {
		work = append(work, func() error {
			return s.Run(append([]string{"simulate", id, "--out", filepath.Join(s.Dir, "data")}, args...)...)
		})
	}
	for _, m := range maps {
		work = append(work, func() error { return s.take(m, from) })
	}
	if err := workers.Each(len(work), func(i int) error { return work[i]() }); err != nil {
		return nil, err
	}
	for _, args := range [][]string{{"import", from}, {"import", published}, {"build"}} {
		if err := s.Run(args...); err != nil {
			return nil, err
		}
	}
	return s, os.RemoveAll(from)
}

// New makes an empty site with settings, and the program.
func New(dir, settings string) (*Site, error) {
	s := &Site{Dir: filepath.Join(dir, "site"), Public: filepath.Join(dir, "site", "public"), program: filepath.Join(dir, "darksite")}
	build := exec.Command("go", "build", "-o", s.program, "darksite/cmd/darksite")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build: %w\n%s", err, out)
	}
	return s, s.Put("site.toml", settings)
}

// Put writes a file of the site directory.
func (s *Site) Put(name, text string) error {
	path := filepath.Join(s.Dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o666)
}

// Run runs the program in the site directory.
func (s *Site) Run(args ...string) error {
	cmd := exec.Command(s.program, append([]string{"-C", s.Dir, "-q"}, args...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("darksite %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return nil
}

// take puts the map of a calibration below a directory, in one of the forms
// that import reads. The map is the truth behind a simulation of one row.
func (s *Site) take(m imported, below string) error {
	scratch := filepath.Join(filepath.Dir(s.Dir), "scratch"+m.id)
	err := s.Run("simulate", m.id, "--out", scratch, "--rows", "1", "--replicas", "1", "--t-ccd", m.ccd, "--seed", m.seed)
	if err != nil {
		return err
	}
	dir := filepath.Join(below, m.id)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	image, facts := "image.fits", map[string]string{classic: classicProperties, modern: modernProperties}[m.form]
	if m.form == old {
		image = "imd.fits"
		err = os.Rename(filepath.Join(scratch, m.id, "info.csv"), filepath.Join(dir, "info.csv"))
	} else {
		err = os.WriteFile(filepath.Join(dir, "properties.json"), []byte(fill(facts, m)), 0o666)
	}
	return errors.Join(err, os.Rename(filepath.Join(scratch, m.id, "truth", "dark.fits"), filepath.Join(dir, image)), os.RemoveAll(scratch))
}

// fill puts the facts of a calibration into a text.
func fill(text string, m imported) string {
	return strings.NewReplacer("YYYYDOY", m.id, "YYYY", m.id[:4], "DOY", m.id[4:], "TCCD", m.ccd).Replace(text)
}
