package pipeline

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"darksite/internal/shared"
	"darksite/processing/artifact"
	"darksite/processing/ccd"
	"darksite/processing/chandra"
)

// past is what is known of calibrations that mica's tests rest on
// (processing.md, section 2.7): where they looked, or the ecliptic latitude that
// the archive has.
var past = []struct {
	id      chandra.ID
	ra, dec float64
	eb      float64 // instead of ra and dec
	temp    float64
}{
	{id: "2006329", ra: 33.336446, dec: 10.493543, temp: -15.053},
	{id: "2007006", ra: 154.997111, dec: 36.895186, temp: -19.852},
	{id: "2007069", ra: 166.783180, dec: 33.928030, temp: -19.12},
	{id: "2007251", ra: 224.404260, dec: 37.418197, temp: -19.1},
	{id: "2007345", eb: 1.9, temp: -19.0}, // typed by hand
	{id: "2019009", eb: 1.82, temp: -11.5},
	{id: "2019093", eb: -49.53, temp: -11.3},
	{id: "2019155", eb: 20, temp: -11.086}, // the modern form
	{id: "2022069", eb: 5, temp: -7},
	{id: "2022104", eb: 15, temp: -7.5},
	{id: "2022133", eb: 25, temp: -6.9},
}

// equatorial is the attitude at an ecliptic longitude of 100 degrees.
func equatorial(ebDeg float64) (ra, dec float64) {
	const degree = math.Pi / 180
	sinE, cosE := math.Sincos(23.4392911 * degree)
	sinL, cosL := math.Sincos(100 * degree)
	sinB, cosB := math.Sincos(ebDeg * degree)
	dec = math.Asin(cosE*sinB+sinE*cosB*sinL) / degree
	ra = math.Atan2(cosE*cosB*sinL-sinE*sinB, cosB*cosL) / degree
	return math.Mod(ra+360, 360), dec
}

// pastArchive writes calibrations with the facts of past ones.
func pastArchive(t *testing.T, root string) {
	t.Helper()
	rng := rand.New(rand.NewPCG(3, 3))
	dark := make([]float32, ccd.ACA.Pixels())
	for i := range dark {
		dark[i] = float32(math.Round(8 + 6*rng.NormFloat64()))
	}
	for _, p := range past {
		start := p.id.Date().Add(time.Hour + 56*time.Minute + 46817*time.Millisecond)
		ra, dec := p.ra, p.dec
		if ra == 0 {
			ra, dec = equatorial(p.eb)
		}
		temp := p.temp
		facts := artifact.Facts{RA: &ra, Dec: &dec, CCDTemp: &temp, CCDTempSource: "HDR3", Source: "kadi, the second file"}
		var replicas []artifact.Replica
		for n := range 5 {
			begin := start.Add(time.Duration(n) * 43 * time.Minute)
			at := temp + 0.01*float64(n-2)
			replicas = append(replicas, artifact.Replica{
				Number: n + 1, Received: true, CCDTemp: &at, CCDTempSource: "HDR3",
				Start: chandra.FormatDate(begin), Stop: chandra.FormatDate(begin.Add(590 * time.Second)), TimeSource: artifact.TimeEvent,
			})
		}
		c, images := artifact.FromImage(ccd.ACA, p.id, dark, replicas)
		c.Facts, c.Map.Exposures = facts, 10
		c.Provenance = artifact.Provenance{Tool: "darksite", Version: "test", Settings: map[string]string{}, Inputs: []artifact.Input{}}
		if err := c.Correct(); err != nil {
			t.Fatal(err)
		}
		files, err := artifact.Encode(c, images)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := artifact.Save(filepath.Join(root, "aca_dark"), p.id, files); err != nil {
			t.Fatal(err)
		}
		if problems := artifact.Verify(filepath.Join(root, "aca_dark"), p.id); problems != nil {
			t.Fatalf("%s: %q", p.id, problems)
		}
	}
}

// Mica's readers find what their own tests expect in an archive that darksite
// wrote.
func TestMicaReadsTheArchive(t *testing.T) {
	shared.Slow(t)
	root := t.TempDir()
	pastArchive(t, root)
	// What lies about is no calibration.
	for _, name := range []string{".staged-2022133-7", "README", "index2007006"} {
		if err := os.MkdirAll(filepath.Join(root, "aca_dark", name), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	readAsMica(t, "darksite", root)
}

// The reader of that test is right: of properties in the forms that mica and
// its successor wrote it says what theirs says. Darksite's archive may come
// before or after such a one in the search path.
func TestTheReaderReadsMicasOwn(t *testing.T) {
	shared.Slow(t)
	root, old := t.TempDir(), t.TempDir()
	pastArchive(t, root)
	for _, p := range past {
		oldForm(t, filepath.Join(root, "aca_dark"), filepath.Join(old, "aca_dark"), p.id)
	}
	readAsMica(t, "classic", old)
	readAsMica(t, "classic", old+":"+root)
	readAsMica(t, "darksite", root+":"+old)
}

// oldForm writes a calibration as mica did until 2019, or as its successor did.
func oldForm(t *testing.T, from, to string, id chandra.ID) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(from, string(id), artifact.PropertiesFile))
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	if err := json.Unmarshal(content, &all); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if id == "2019155" {
		b.WriteString("{")
		for i, key := range []string{"date", "t_ccd", "n_ccd_img", "ccd_temp", "datestart", "datestop", "filename"} {
			value, err := json.Marshal(all[key])
			if err != nil || all[key] == nil {
				t.Fatalf("%s: %v, %v", key, all[key], err)
			}
			fmt.Fprintf(&b, "%s%q: %s", []string{"", ", "}[min(i, 1)], key, value)
		}
		b.WriteString("}")
	} else {
		for key := range all {
			if !slices.Contains([]string{"ccd_temp", "date", "dec", "dur", "eb", "el", "id", "l_l0", "ra", "start", "stop", "sun_el", "zodib", "replicas"}, key) {
				delete(all, key)
			}
		}
		e := json.NewEncoder(&b)
		e.SetIndent("", "    ")
		if err := e.Encode(all); err != nil {
			t.Fatal(err)
		}
	}
	dir := filepath.Join(to, string(id))
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, artifact.PropertiesFile), b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(filepath.Join(from, string(id), artifact.ImageFile), filepath.Join(dir, artifact.ImageFile)); err != nil {
		t.Fatal(err)
	}
}

func readAsMica(t *testing.T, form, path string) {
	t.Helper()
	out, err := exec.Command(tool(t, "/usr/bin/python3"), filepath.Join("testdata", "mica_reader.py"), form, path).CombinedOutput()
	if err != nil {
		t.Errorf("%s: %v\n%s", form, err, out)
	}
}
