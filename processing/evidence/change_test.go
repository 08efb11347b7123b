package evidence

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"darksite/processing/artifact"
	"darksite/processing/darkmap"
)

func path(s site, in string) string { return filepath.Join(s.Data, string(id), in) }

const (
	first  = "2016_125_VC2_Replica1_SFDU_31087.gz"
	second = "2016_125_VC2_Replica2_SFDU_31088.gz"
)

// Without a replica's file, or with another in its place, what the other files
// and the archive tell is still told.
func TestInputsThatAreGoneOrChanged(t *testing.T) {
	s := golden(t, darkmap.Classic)
	if err := os.Remove(path(s, first)); err != nil {
		t.Fatal(err)
	}
	k := open(t, s)
	a := ask(t, k, "-505,-500")
	if len(a.Problems) != 0 || len(a.Notes) != 1 || !strings.Contains(a.Notes[0], "not all telemetry") {
		t.Errorf("problems %q, notes %q", a.Problems, a.Notes)
	}
	p := a.Pixel
	if p.Value == nil || p.Recomputed != nil || p.Agrees != nil || p.Formula != "" || *p.Short.Coverage == 0 {
		t.Errorf("pixel %+v", p)
	}
	for _, e := range []*Exposure{&p.Short, &p.Long} {
		if got := e.Samples[0]; got.State != NotAtHand || !strings.Contains(got.Reason, path(s, first)) {
			t.Errorf("the first replica's sample is %+v", got)
		}
		if got := e.Samples[2]; got.State == NotAtHand {
			t.Errorf("the third replica's sample is %+v", got)
		}
	}
	if a := ask(t, k, "N>100"); len(a.Problems) != 0 || a.Inputs[0].State != Absent || a.Inputs[1].State != Unchanged {
		t.Errorf("problems %q, inputs %+v", a.Problems, a.Inputs)
	}
	if n := ask(t, k, "replica 1 rows").Number; n.Stored == nil || n.Recomputed != nil {
		t.Errorf("rows %+v", n)
	}

	content, err := os.ReadFile(path(s, second))
	if err != nil {
		t.Fatal(err)
	}
	write(t, path(s, first), content) // of another size
	changed := bytes.Clone(content)
	changed[4] ^= 1 // the time in the gzip header: the telemetry is the same
	write(t, path(s, second), changed)
	a = ask(t, open(t, s), "-505,-500")
	if len(a.Problems) != 2 || !strings.Contains(a.Problems[0], "it has") || !strings.Contains(a.Problems[1], "its SHA-256 is") {
		t.Errorf("problems %q", a.Problems)
	}
	if a.Inputs[1].State != Changed || a.Pixel.Short.Samples[1].State != NotAtHand {
		t.Errorf("inputs %+v, sample %+v", a.Inputs[1], a.Pixel.Short.Samples[1])
	}

	// A directory in the place of a file cannot be read, and waits for nobody.
	if err := errors.Join(os.Remove(path(s, first)), os.Mkdir(path(s, first), 0o755)); err != nil {
		t.Fatal(err)
	}
	if a := ask(t, open(t, s), "mean"); a.Inputs[0].State != Unreadable || len(a.Problems) != 2 {
		t.Errorf("inputs %+v, problems %q", a.Inputs[0], a.Problems)
	}
}

// A number in calibration.json that the image does not give is said to be wrong.
func TestContradictionsAreLoud(t *testing.T) {
	s := golden(t, darkmap.Classic)
	file := filepath.Join(s.Archive, string(id), artifact.CalibrationFile)
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before := *ask(t, open(t, s), "mean").Number.Stored
	for _, c := range []struct{ from, to, question, want string }{
		{`"mean_e_per_s":`, `"mean_e_per_s":1`, "mean", "mean_e_per_s is 1"},
		{`"rows_received":`, `"rows_received":9`, "replica 1 rows", "replica 1 rows is 9"},
		{`"ccd_temp_c":-13.25`, `"ccd_temp_c":-13.5`, "ccd_temp", "ccd_temp_c is -13.5"},
	} {
		edited := strings.Replace(string(content), c.from, c.to, 1)
		if edited == string(content) {
			t.Fatalf("%s is not in calibration.json", c.from)
		}
		write(t, file, []byte(edited))
		a := ask(t, open(t, s), c.question)
		all := strings.Join(a.Problems, "\n")
		if !strings.Contains(all, c.want) || !strings.Contains(all, "is not the file that MANIFEST lists") || *a.Number.Agrees {
			t.Errorf("%s: problems %q", c.question, a.Problems)
		}
	}
	write(t, file, content)
	if a := ask(t, open(t, s), "mean"); len(a.Problems) != 0 || *a.Number.Stored != before {
		t.Errorf("after all: %q", a.Problems)
	}

	// A pixel that is not what the telemetry gives: the checksum finds it.
	image := filepath.Join(s.Archive, string(id), artifact.ImageFile)
	if content, err = os.ReadFile(image); err != nil {
		t.Fatal(err)
	}
	content[len(content)-100000] ^= 1
	write(t, image, content)
	if _, err := Open(t.Context(), id, s.Options); err == nil || !strings.Contains(err.Error(), "DATASUM") {
		t.Errorf("a flipped bit in the image gives %v", err)
	}
}

// A map of other telemetry in the archive contradicts its own inputs.
func TestAnotherMapIsFoundOut(t *testing.T) {
	s, other := golden(t, darkmap.Classic), golden(t, darkmap.Measured)
	for _, name := range []string{artifact.ImageFile, artifact.ManifestFile} {
		content, err := os.ReadFile(filepath.Join(other.Archive, string(id), name))
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(s.Archive, string(id), name), content)
	}
	found := 0
	k := open(t, s)
	for _, question := range []string{"-505,-500", "-505,20", "500,11"} {
		a := ask(t, k, question)
		if p := a.Pixel; p.Recomputed != nil && !*p.Agrees && strings.Contains(strings.Join(a.Problems, "\n"), "the telemetry gives") {
			found++
		}
	}
	if found == 0 {
		t.Error("a measured map passed as a classic one")
	}
}

// Rows that came by way of other files are not telemetry: nothing is decoded, and
// what calibration.json knows of lost rows is told.
func TestRowsOfOtherFiles(t *testing.T) {
	k := open(t, golden(t, darkmap.Classic))
	for i := range k.inputs {
		if k.inputs[i].Role == roleTelemetry {
			k.inputs[i].Role = "l0"
		}
	}
	states := map[string]int{}
	for row := -512; row < -488; row++ {
		p := ask(t, k, fmt.Sprintf("%d,3", row)).Pixel
		if p.Value == nil || p.Agrees != nil {
			t.Errorf("pixel %+v", p)
		}
		for _, s := range append(p.Short.Samples, p.Long.Samples...) {
			states[s.State]++
		}
	}
	if states[Used] != 0 || states[NotAtHand] == 0 || states[Lost] == 0 {
		t.Errorf("states of the samples: %v", states)
	}
}

// What a damaged or hostile calibration.json says is bounded before memory is
// given to it.
func TestTooManyReplicas(t *testing.T) {
	s := golden(t, darkmap.Classic)
	file := filepath.Join(s.Archive, string(id), artifact.CalibrationFile)
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	write(t, file, bytes.Replace(content, []byte(`"replicas_planned":5`), []byte(`"replicas_planned":2000000000`), 1))
	if _, err := Open(t.Context(), id, s.Options); err == nil || !strings.Contains(err.Error(), "2000000000 replicas") {
		t.Errorf("two billion replicas give %v", err)
	}
}

// A calibration without any telemetry in its provenance, as one that was
// imported, still tells what it can.
func TestWithoutTelemetry(t *testing.T) {
	s := golden(t, darkmap.Classic)
	k := open(t, s)
	k.calibration.Replicas, k.calibration.Provenance.Inputs = nil, nil
	k.calibration.Map.Method, k.calibration.Provenance.Settings = "", nil
	k.inputs, k.files = nil, nil
	if err := k.checkInputs(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, question := range []string{"-505,-500", "mean", "rows", "replica 1 rows", "ccd_temp"} {
		a := ask(t, k, question)
		if len(a.Problems) != 0 || !strings.Contains(strings.Join(a.Notes, "\n"), "the telemetry is not at hand") {
			t.Errorf("%s: problems %q, notes %q", question, a.Problems, a.Notes)
		}
		if p := a.Pixel; p != nil && (p.Value == nil || p.Agrees != nil) {
			t.Errorf("pixel %+v", p)
		}
	}
}

func TestVersionsAreTold(t *testing.T) {
	s := golden(t, darkmap.Classic)
	s.Version = "another"
	if a := ask(t, open(t, s), "max"); len(a.Notes) != 1 || !strings.Contains(a.Notes[0], "made by version test, this is version another") {
		t.Errorf("notes %q", a.Notes)
	}
}
