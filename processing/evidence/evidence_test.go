package evidence

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"darksite/internal/shared"
	"darksite/processing/chandra"
	"darksite/processing/darkmap"
	"darksite/processing/era"
	"darksite/processing/pipeline"
	"darksite/processing/quantity"
	"darksite/processing/scaling"
	"darksite/processing/synth"
	"darksite/processing/telemetry"
)

const id = chandra.ID("2016125")

// site is a processed calibration.
type site struct {
	Options
	method darkmap.Method
	truth  *synth.Calibration // nil for golden files
}

func process(t testing.TB, data string, method darkmap.Method) site {
	t.Helper()
	s := site{Options: Options{Data: data, Archive: filepath.Join(t.TempDir(), "aca_dark"), Reading: telemetry.DefaultOptions, Version: "test",
		At: quantity.At{CCDTemp: -15, Law: scaling.PerPixel}}, method: method}
	settings := darkmap.DefaultSettings()
	settings.Method = method
	_, err := pipeline.Process(t.Context(), id, pipeline.Options{
		Data: data, Archive: s.Archive, Map: settings, Eras: era.Default(), Reading: s.Reading, Version: "test",
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func golden(t testing.TB, method darkmap.Method) site {
	t.Helper()
	data := t.TempDir()
	paths, _ := filepath.Glob(filepath.Join(shared.Path(t, "golden", "cal5"), "*_VC2_*"))
	if len(paths) == 0 {
		t.Fatal("no telemetry in golden/cal5")
	}
	write(t, filepath.Join(data, string(id), "info.csv"), []byte("datestart,temp,ra,dec\n2016:125:01:02:03.400,-13.25,227.136,16.976\n"))
	for _, p := range paths {
		content, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(data, string(id), filepath.Base(p)), content)
	}
	return process(t, data, method)
}

func simulated(t testing.TB, damage string, seed uint64, method darkmap.Method) site {
	t.Helper()
	faults, err := synth.ParseDamage(damage)
	if err != nil {
		t.Fatal(err)
	}
	o := synth.Tiny()
	o.Seed = seed
	c, err := synth.Calibrate(t.Context(), id, o, faults, nil)
	if err != nil {
		t.Fatal(err)
	}
	data := t.TempDir()
	if err := synth.Write(filepath.Join(data, string(id)), c); err != nil {
		t.Fatal(err)
	}
	s := process(t, data, method)
	s.truth = c
	return s
}

func write(t testing.TB, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

func open(t testing.TB, s site) *Case {
	t.Helper()
	c, err := Open(t.Context(), id, s.Options)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func ask(t testing.TB, c *Case, question string) *Answer {
	t.Helper()
	q, err := Parse(question)
	if err != nil {
		t.Fatal(err)
	}
	a, err := c.Ask(t.Context(), q)
	if err != nil {
		t.Fatalf("%s: %v", question, err)
	}
	return a
}

// inflated reads the telemetry by the standard library alone.
func inflated(t testing.TB, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(path, ".gz") {
		return content
	}
	z, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	if content, err = io.ReadAll(z); err != nil {
		t.Fatal(err)
	}
	return content
}

// TestNumbersLeadToTheirBytes takes the answers at their word: the bytes they
// name, and nothing else, must give the value in the file at the place that
// they name. Lost rows must be lost.
func TestNumbersLeadToTheirBytes(t *testing.T) {
	shared.Slow(t)
	const damage = "drop 3 frames; flip 4 record syncs; swap 2 frames; repeat 2 frames of replica 2; insert 7 bytes at 50030 of replica 3; replica 4 missing"
	for _, c := range []struct {
		name string
		make func(testing.TB) site
	}{
		{"cal5 classic", func(t testing.TB) site { return golden(t, darkmap.Classic) }},
		{"cal5 measured", func(t testing.TB) site { return golden(t, darkmap.Measured) }},
		{"undamaged", func(t testing.TB) site { return simulated(t, "", 3, darkmap.Classic) }},
		{"damaged", func(t testing.TB) site { return simulated(t, damage, 4, darkmap.Classic) }},
		{"damaged, measured", func(t testing.TB) site { return simulated(t, damage, 5, darkmap.Measured) }},
		{"other integration", func(t testing.TB) site {
			return simulated(t, "wrong integration in replica 4; drop 6 frames of replica 1", 6, darkmap.Measured)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := c.make(t)
			k := open(t, s)
			files := map[string][]byte{}
			for _, in := range k.inputs {
				if in.Role == roleTelemetry {
					files[in.Name] = inflated(t, in.Path)
				}
			}
			content, err := os.ReadFile(k.image.path)
			if err != nil {
				t.Fatal(err)
			}
			random := rand.New(rand.NewPCG(1, uint64(len(c.name))))
			seen := map[string]int{}
			for n := range 200 {
				// Tiny calibrations have the outer 24 rows; every tenth pixel is any.
				row := random.IntN(26) - 512
				if random.IntN(2) == 0 {
					row = -1 - row
				}
				if n%10 == 0 {
					row = random.IntN(1024) - 512
				}
				a := ask(t, k, fmt.Sprintf("%d,%d", row, random.IntN(1024)-512))
				for _, p := range a.Problems {
					t.Errorf("%s: %s", a.Question, p)
				}
				checkPixel(t, s, a, files, content, seen)
			}
			if seen["used"] < 200 || seen["value"] < 100 || seen["none"] == 0 {
				t.Errorf("of 200 random pixels: %v", seen)
			}
			if s.truth != nil && len(s.truth.Damage) > 0 && seen["lost"] == 0 {
				t.Error("no pixel met a lost row")
			}
		})
	}
}

func checkPixel(t *testing.T, s site, a *Answer, files map[string][]byte, content []byte, seen map[string]int) {
	t.Helper()
	p := a.Pixel
	value := math.Float32frombits(binary.BigEndian.Uint32(content[p.Offset:]))
	if p.Value == nil != (value != value) || p.Value != nil && *p.Value != value {
		t.Fatalf("%s: value %v, byte %d of the file holds %v", a.Question, p.Value, p.Offset, value)
	}
	medians, seconds := [2]float64{}, [2]float64{}
	for i, e := range []*Exposure{&p.Short, &p.Long} {
		var signals []float64
		units := 0
		for _, sample := range e.Samples {
			checkLost(t, s, a, i, sample)
			if sample.State != Used {
				seen["lost"]++
				continue
			}
			seen["used"]++
			r, file := sample.Row, files[sample.File]
			dn, bias, integ := number(t, file, r.DN), number(t, file, r.Bias), number(t, file, r.Integ)
			signals = append(signals, float64(dn-bias))
			units += integ
			checkRecord(t, a, file, r, p)
		}
		if got := middle(e); len(signals) > 0 && (e.MedianDN == nil || got != *e.MedianDN) {
			t.Errorf("%s: the samples marked give %v DN, the median is %v", a.Question, got, e.MedianDN)
		}
		if len(signals) != *e.Coverage {
			t.Errorf("%s: %d samples, coverage %d", a.Question, len(signals), *e.Coverage)
		}
		if len(signals) == 0 {
			seen["none"]++
			if p.Value != nil {
				t.Errorf("%s: a value without samples", a.Question)
			}
			return
		}
		slices.Sort(signals)
		lower, upper := signals[(len(signals)-1)/2], signals[len(signals)/2]
		medians[i], seconds[i] = upper, float64(5*(i+1))
		if s.method == darkmap.Measured {
			medians[i], seconds[i] = (lower+upper)/2, float64(units)/float64(len(signals))*0.016
		}
	}
	seen["value"]++
	want := (medians[1] - medians[0]) * 5 / (seconds[1] - seconds[0])
	if math.Abs(want-float64(value)) > 1e-6*max(1, math.Abs(want)) {
		t.Errorf("%s: the bytes give %v e-/s, the file has %v", a.Question, want, value)
	}
	if p.Recomputed == nil || *p.Recomputed != value || p.Agrees == nil || !*p.Agrees {
		t.Errorf("%s: recomputed %v, want %v exactly", a.Question, p.Recomputed, value)
	}
}

// middle is the mean of the samples that are marked as those that count.
func middle(e *Exposure) float64 {
	sum, n := 0, 0
	for _, s := range e.Samples {
		if s.Row != nil && s.Row.Middle {
			sum += s.Row.SignalDN
			n++
		}
	}
	return float64(sum) / float64(n)
}

// number reads a field at the place that the answer names.
func number(t *testing.T, file []byte, f Field) int {
	t.Helper()
	var b []byte
	for _, s := range f.At {
		b = append(b, file[s.Offset:s.Offset+int64(s.Bytes)]...)
	}
	if len(b) != 2 || fmt.Sprintf("%x", b) != f.Hex {
		t.Fatalf("field %+v: the file has % x there", f, b)
	}
	n := int(b[0])<<8 | int(b[1])
	if n != f.Value {
		t.Errorf("field %+v: the file has %d there", f, n)
	}
	return n
}

// checkRecord looks whether the record is one of the pixel's row and column.
func checkRecord(t *testing.T, a *Answer, file []byte, r *SampleRow, p *Pixel) {
	t.Helper()
	var record []byte
	for _, s := range r.Record {
		record = append(record, file[s.Offset:s.Offset+int64(s.Bytes)]...)
	}
	if len(record) != 1040 {
		t.Fatalf("%s: the record has %d bytes", a.Question, len(record))
	}
	// The frame that the record begins in has the counter and the time.
	frame := bytes.LastIndex(file[:r.Record[0].Offset], []byte("\x1a\xcf\xfc\x1d"))
	counter := int64(file[frame+6])<<16 | int64(file[frame+7])<<8 | int64(file[frame+8])
	header := file[frame-104:]
	received := time.Date(1958, 1, 1+int(binary.BigEndian.Uint16(header[42:])), 0, 0, 0, 0, time.UTC).
		Add(time.Duration(binary.BigEndian.Uint32(header[44:])) * time.Millisecond)
	if said, err := time.Parse("2006:002:15:04:05.000", r.Received); err != nil || counter != r.Counter || said.Sub(received).Abs() > 2*time.Millisecond {
		t.Errorf("%s: record %d received %s (%v), its frame says %d, %v", a.Question, r.Counter, r.Received, err, counter, received)
	}
	row := int(int16(binary.BigEndian.Uint16(record[6:])<<5) >> 5)
	colneg, sample := record[6]>>3&1, 511-p.Col // columns 511 to 0
	if colneg == 1 {
		sample = p.Col + 512 // columns -512 to -1
	}
	if row != p.Row || sample < 0 || sample > 511 || int(binary.BigEndian.Uint16(record[16+2*sample:])) != r.DN.Value {
		t.Errorf("%s: the record is of row %d, column sign %d, and has no such sample", a.Question, row, colneg)
	}
}

// checkLost compares what is said to be lost with what was not sent or did not
// arrive.
func checkLost(t *testing.T, s site, a *Answer, integration int, sample Sample) {
	t.Helper()
	if sample.State != Used && sample.Reason == "" {
		t.Errorf("%s: replica %d: %s without a reason", a.Question, sample.Replica, sample.State)
	}
	if s.truth == nil {
		return
	}
	file := &s.truth.Files[sample.Replica-1]
	if file.Missing != (sample.State == NoFile) {
		t.Errorf("%s: replica %d: %s, its file is missing: %v", a.Question, sample.Replica, sample.State, file.Missing)
	}
	for i, sent := range file.Rows {
		if int(sent.Row) == a.Pixel.Row && sent.ColNeg == a.Pixel.ColNeg && (sent.IntegUnits > 450) == (integration == 1) {
			// The decoder may also use a row that arrived damaged.
			if arrived := file.Arrivals[i] == synth.Whole; arrived && sample.State != Used && !strings.Contains(sample.Reason, "neither of the two") {
				t.Errorf("%s: replica %d: %s (%s), the row arrived whole", a.Question, sample.Replica, sample.State, sample.Reason)
			} else if file.Arrivals[i] == synth.Lost && sample.State == Used {
				t.Errorf("%s: replica %d: used, the row was lost", a.Question, sample.Replica)
			}
			return
		}
	}
	if sample.State == Used {
		t.Errorf("%s: replica %d: used, the row was never sent", a.Question, sample.Replica)
	}
}
