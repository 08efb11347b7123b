package synth

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"

	"darksite/internal/shared"
	"darksite/processing/chandra"
	"darksite/processing/telemetry"
)

func calibrate(t testing.TB, id chandra.ID, o Options, text string) *Calibration {
	t.Helper()
	c, err := Calibrate(t.Context(), id, o, damage(t, text), nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// inflate reads as much of a file as there is.
func inflate(t testing.TB, b []byte) ([]byte, error) {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	if z.Name != "" || z.ModTime.Unix() != 0 || z.Comment != telemetry.SimulatedComment {
		t.Errorf("the gzip header is %+v, want a comment alone", z.Header)
	}
	return io.ReadAll(z)
}

func TestCalibrationIsTheSameOnAnyNumberOfProcessors(t *testing.T) {
	const text = "drop 3 frames; flip 2 record syncs; gzip truncated in replica 4; replica 2 missing; star left in"
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	one := calibrate(t, "2016125", Tiny(), text)
	runtime.GOMAXPROCS(4)
	if four := calibrate(t, "2016125", Tiny(), text); !reflect.DeepEqual(one, four) {
		t.Error("one and four processors gave different calibrations")
	}
}

func TestFilesDecodeToWhatArrived(t *testing.T) {
	c := calibrate(t, "2016125", Tiny(), "drop 3 frames of replica 1; gzip truncated in replica 4; replica 2 missing; truncate replica 5")
	names := []string{"2016_125_VC2_Replica1_SFDU_31087.gz", "2016_125_VC2_Replica2_SFDU_31088.gz",
		"2016_125_VC2_Replica3_SFDU_31089.gz", "2016_125_VC2_Replica4_SFDU_31090.gz", "2016_125_VC2_Replica5_SFDU_31091.gz"}
	for i, f := range c.Files {
		if f.Name != names[i] {
			t.Errorf("file %s, want %s", f.Name, names[i])
		}
		lost := 0
		for _, a := range f.Arrivals {
			if a == Lost {
				lost++
			}
		}
		if f.Missing != (i == 1) || f.Missing && (f.Gzip != nil || lost != 192) {
			t.Errorf("%s: missing %v, %d bytes, %d rows lost", f.Name, f.Missing, len(f.Gzip), lost)
		}
		if f.Missing {
			continue
		}
		b, err := inflate(t, f.Gzip)
		if i == 3 {
			if !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("%s: a cut file gives %v", f.Name, err)
			}
		} else if err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
		if int64(len(b)) != f.Bytes {
			t.Errorf("%s: %d bytes, want %d", f.Name, len(b), f.Bytes)
		}
		if i != 2 && lost == 0 {
			t.Errorf("%s: no row is lost", f.Name)
		}
		compare(t, f.Name, &Received{Bytes: b, Rows: f.Rows, Arrivals: f.Arrivals})
	}
}

// medianAt is the middle value of a pixel over the files, bias subtracted.
func medianAt(t *testing.T, c *Calibration, units uint16, row, col int) int {
	t.Helper()
	var values []int
	for _, f := range c.Files {
		b, err := inflate(t, f.Gzip)
		if err != nil {
			t.Fatal(err)
		}
		file, err := telemetry.Decode(bytes.NewReader(b), f.Name)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range file.Rows {
			place := telemetry.CCD.PlaceOf(r.ColNeg, r.Row)
			j := (col - telemetry.CCD.FirstColumn - place.X0) * place.Step
			if int(r.Row) == row && j >= 0 && j < telemetry.RecordPixels && r.IntegUnits == units {
				values = append(values, int(r.DN[j])-int(r.Bias))
			}
		}
	}
	if len(values) == 0 {
		t.Fatalf("no sample of row %d, column %d", row, col)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

func TestStarLeftInOutlastsTheMedian(t *testing.T) {
	shared.Slow(t)
	with, without := calibrate(t, "2016125", Tiny(), "star left in"), calibrate(t, "2016125", Tiny(), "")
	if len(with.Faults) != 1 || with.Faults[0].Row == nil || with.Faults[0].Col == nil {
		t.Fatalf("the star's place is not reported: %+v", with.Faults)
	}
	row, col := *with.Faults[0].Row, *with.Faults[0].Col
	a, b := medianAt(t, with, 625, row, col), medianAt(t, without, 625, row, col)
	// Magnitude 8.5: 28000 e-/s, a fifth of it on the central pixel, in 10 s
	// and 5 e- a DN.
	if a-b < 5000 {
		t.Errorf("row %d, column %d: median %d DN with the star, %d without", row, col, a, b)
	}
}

func TestWrongIntegrationIsInTheRecordsAndThePixels(t *testing.T) {
	shared.Slow(t)
	right, wrong := calibrate(t, "2016125", Tiny(), ""), calibrate(t, "2016125", Tiny(), "wrong integration in replica 4")
	sum := func(f File, long int) (units uint16, signal int) {
		for _, r := range f.Rows[long*96 : long*96+96] {
			units, signal = r.IntegUnits, signal+int(r.DNSum)-512*int(r.Bias)
		}
		return units, signal
	}
	for i := range right.Files {
		u, s := sum(right.Files[i], 1)
		v, w := sum(wrong.Files[i], 1)
		if i != 3 {
			if u != v || s != w {
				t.Errorf("replica %d has changed", i+1)
			}
			continue
		}
		if v != 500 || w >= s || w < s*6/10 {
			t.Errorf("replica 4: %d units and %d DN, with 625 units %d DN", v, w, s)
		}
	}
	if len(wrong.Faults) != 1 || wrong.Faults[0].Replica != 4 {
		t.Errorf("faults %+v", wrong.Faults)
	}
}

func TestCalibrateRefuses(t *testing.T) {
	o := Tiny()
	o.Replicas = 2
	if _, err := Calibrate(t.Context(), "2016125", o, damage(t, "replica 3 missing"), nil); err == nil ||
		!strings.Contains(err.Error(), "has 2 replicas") {
		t.Errorf("damage of a third of two replicas: %v", err)
	}
	if _, err := Calibrate(t.Context(), "2016125", o, damage(t, "gzip truncated at 99999999 bytes"), nil); err == nil ||
		!strings.Contains(err.Error(), "compressed file has") {
		t.Errorf("a place beyond the compressed file: %v", err)
	}
	done, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Calibrate(done, "2016125", o, nil, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled context: %v", err)
	}
}

func TestWrite(t *testing.T) {
	o := Tiny()
	o.RA, o.Dec, o.TCCD = 152.376116, 46.885555, -13.456
	c := calibrate(t, "2016125", o, "replica 2 missing; drop 2 frames of replica 1")
	root := t.TempDir()
	dir := filepath.Join(root, "data", "2016125")
	if err := Write(dir, c); err != nil {
		t.Fatal(err)
	}
	var names []string
	err := filepath.Walk(root, func(path string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			name, _ := filepath.Rel(root, path)
			names = append(names, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"data/2016125/2016_125_VC2_Replica1_SFDU_31087.gz",
		"data/2016125/2016_125_VC2_Replica3_SFDU_31089.gz",
		"data/2016125/2016_125_VC2_Replica4_SFDU_31090.gz",
		"data/2016125/2016_125_VC2_Replica5_SFDU_31091.gz",
		"data/2016125/info.csv",
		"data/2016125/truth/2016_125_VC2_Replica1_SFDU_31087.sent.csv",
		"data/2016125/truth/2016_125_VC2_Replica2_SFDU_31088.sent.csv",
		"data/2016125/truth/2016_125_VC2_Replica3_SFDU_31089.sent.csv",
		"data/2016125/truth/2016_125_VC2_Replica4_SFDU_31090.sent.csv",
		"data/2016125/truth/2016_125_VC2_Replica5_SFDU_31091.sent.csv",
		"data/2016125/truth/manifest.json",
	}
	if !slices.Equal(names, want) {
		t.Errorf("files\n%s\nwant\n%s", strings.Join(names, "\n"), strings.Join(want, "\n"))
	}
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	if got, want := string(read("info.csv")), "datestart,temp,ra,dec\n2016:125:02:00:00.000,-13.46,152.376,46.886\n"; got != want {
		t.Errorf("info.csv %q, want %q", got, want)
	}
	if !bytes.Equal(read(c.Files[0].Name), c.Files[0].Gzip) {
		t.Error("the telemetry differs from the calibration's")
	}
	rows, err := csv.NewReader(bytes.NewReader(read("truth/2016_125_VC2_Replica1_SFDU_31087.sent.csv"))).ReadAll()
	if err != nil || len(rows) != 193 || rows[0][13] != "arrived" {
		t.Fatalf("%d lines of truth, %v", len(rows), err)
	}
	arrived := map[string]int{}
	for _, row := range rows[1:] {
		arrived[row[13]]++
	}
	var m struct {
		Damage string
		Files  []struct {
			Missing  bool
			RowsSent int            `json:"rows_sent"`
			Rows     map[string]int `json:"rows_arrived"`
			Faults   []struct {
				Fault   string
				SFDU    *int
				Counter *int64
			}
		}
	}
	if err := json.Unmarshal(read("truth/manifest.json"), &m); err != nil {
		t.Fatal(err)
	}
	f := m.Files[0]
	if m.Damage != "replica 2 missing; drop 2 frames of replica 1" || len(m.Files) != 5 || !m.Files[1].Missing ||
		f.RowsSent != 192 || f.Rows["lost"] != arrived["lost"] || f.Rows["whole"] != arrived["whole"] || arrived["lost"] == 0 ||
		len(f.Faults) != 2 || f.Faults[0].SFDU == nil || f.Faults[0].Counter == nil || f.Faults[0].Fault != "drop 2 frames of replica 1" {
		t.Errorf("manifest %+v, rows arrived %v", m, arrived)
	}
}

func TestWriteLeavesNoTrace(t *testing.T) {
	o := Tiny()
	o.Replicas = 1
	c := calibrate(t, "2016125", o, "")
	root := t.TempDir()
	full := filepath.Join(root, "full")
	if err := os.Mkdir(full, 0o755); err != nil {
		t.Fatal(err)
	}
	kept := filepath.Join(full, "notes.txt")
	if err := os.WriteFile(kept, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Write(full, c); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("a directory with files: %v", err)
	}
	if err := Write(kept, c); err == nil {
		t.Error("a file was taken for a directory")
	}
	if b, err := os.ReadFile(kept); err != nil || string(b) != "mine" {
		t.Errorf("the file that was there: %q, %v", b, err)
	}
	empty := filepath.Join(root, "empty")
	if err := os.Mkdir(empty, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := Write(empty, c); err != nil {
		t.Errorf("an empty directory: %v", err)
	}
	entries, err := os.ReadDir(root)
	if err != nil || len(entries) != 2 {
		t.Errorf("%v, %v beside the directories", entries, err)
	}
}

func BenchmarkCalibrate(b *testing.B) {
	for b.Loop() {
		if _, err := Calibrate(b.Context(), "2016125", Defaults(), nil, nil); err != nil {
			b.Fatal(err)
		}
	}
}
