package synth

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"reflect"
	"sync"
	"testing"
	"time"

	"darksite/processing/chandra"
	"darksite/processing/telemetry"
)

// darks saves making the same dark map for each test.
var darks sync.Map

func scene(t testing.TB, id chandra.ID, o Options) *Scene {
	t.Helper()
	o, err := o.complete(id)
	if err != nil {
		t.Fatal(err)
	}
	key := fmt.Sprint(id, o.Seed, o.TCCD)
	dark, ok := darks.Load(key)
	if !ok {
		made, err := DarkMap(o.Seed, id.Date(), o.TCCD)
		if err != nil {
			t.Fatal(err)
		}
		dark, _ = darks.LoadOrStore(key, made)
	}
	return newScene(id, o, dark.([]float32))
}

func replica(t testing.TB, id chandra.ID, o Options, n int) *Telemetry {
	t.Helper()
	r, err := scene(t, id, o).Replica(n)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// records reads undamaged telemetry in another way than it was written: it
// finds by the markers whether the first frame opens a pair, joins the payloads
// and cuts at the given phase.
func records(t *testing.T, b []byte, phase int) (list [][]byte) {
	t.Helper()
	opens := 0
	for parity := range 2 {
		right := true
		for i := 0; i*1134 < len(b); i++ {
			body := b[i*1134+104+10:][:1019]
			right = right && (i%2 == parity && body[0] == 0xcd || i%2 != parity && body[1018] == 0xab)
		}
		if right {
			opens += 1 + parity
		}
	}
	if opens != 1 && opens != 2 {
		t.Fatal("the markers do not tell which frames open a pair")
	}
	var stream []byte
	for i := 0; i*1134 < len(b); i++ {
		body := b[i*1134+104+10:][:1019]
		if i%2 == opens-1 {
			stream = append(stream, body[1:]...)
		} else {
			stream = append(stream, body[:1018]...)
		}
	}
	for at := phase; at+1040 <= len(stream); at += 1040 {
		list = append(list, stream[at:at+1040])
	}
	return list
}

// The structure of the one known file (telemetry.md, section 9).
func TestFullReplicaHasTheStructureOfTheRealFile(t *testing.T) {
	s := scene(t, "2016125", Defaults())
	r, err := s.Replica(2)
	if err != nil {
		t.Fatal(err)
	}
	if r.SFDUs != 33273 || len(r.Bytes) != 33273*1134 {
		t.Errorf("%d SFDUs in %d bytes, want 33273", r.SFDUs, len(r.Bytes))
	}
	if n := len(r.DataFrames); n < 4240 || n > 4261 {
		t.Errorf("%d data frames, want 4240 to 4261", n)
	}
	if len(r.Strips) != 72 || len(r.Rows) != 4096 {
		t.Errorf("%d segments and %d rows, want 72 and 4096", len(r.Strips), len(r.Rows))
	}
	if n := r.Strips[0].Last - r.Strips[0].First + 1; n != 62 && n != 63 {
		t.Errorf("%d frames in the first segment, want 62 or 63", n)
	}
	if r.Rows[0].Counter != 34757 {
		t.Errorf("first counter %d, want 34757", r.Rows[0].Counter)
	}
	if s.Options.EmptyRecords != [2]int{263, 527} {
		t.Errorf("empty records %v, want 263 and 527", s.Options.EmptyRecords)
	}
	// 618 s for the file.
	last := frameERT(s.Options.Received, r.SFDUs-1).Time()
	if d := last.Sub(s.Options.Received).Seconds(); math.Abs(d-618) > 0.5 {
		t.Errorf("the file takes %.1f s, want 618", d)
	}
	checkRecords(t, r)
}

func TestTinyReplicasInAllShapes(t *testing.T) {
	for name, change := range map[string]func(*Options){
		"tiny":          func(*Options) {},
		"even":          func(o *Options) { o.EvenOpens = true },
		"interrupted":   func(o *Options) { o.Interrupts = 5 },
		"one row":       func(o *Options) { o.RowsPerQuadrant, o.StripRows = 1, 1 },
		"counter wraps": func(o *Options) { o.FirstCounter = 1<<24 - 50 },
		"starts at 0":   func(o *Options) { o.FirstCounter = 0 },
		"day ends":      func(o *Options) { o.Received = time.Date(2016, 5, 4, 23, 59, 57, 0, time.UTC) },
		"other times":   func(o *Options) { o.IntegUnits, o.EmptyRecords = [2]uint16{106, 1000}, [2]int{1, 0} },
		"long file":     func(o *Options) { o.SFDUs = 700 },
	} {
		t.Run(name, func(t *testing.T) {
			o := Tiny()
			change(&o)
			for n := 1; n <= 2; n++ {
				checkRecords(t, replica(t, "2016125", o, n))
			}
		})
	}
}

// checkRecords reads a replica back and compares it with its truth.
func checkRecords(t *testing.T, r *Telemetry) {
	t.Helper()
	phase := r.Rows[0].streamAt % 1040
	next := 0
	for slot, b := range records(t, r.Bytes, phase) {
		if !bytes.HasPrefix(b, []byte{0xff, 0}) || b[14] != 0xaa || b[15] != 0xaa {
			t.Fatalf("slot %d: no sync: % x", slot, b[:16])
		}
		row := int16(binary.BigEndian.Uint16(b[6:])<<5) >> 5
		if row == telemetry.EmptyRow {
			if bytes.Count(b[2:], []byte{0xaa}) != 1038 {
				t.Fatalf("slot %d: an empty record holds something", slot)
			}
			continue
		}
		if next == len(r.Rows) {
			t.Fatalf("slot %d: a row after the last", slot)
		}
		want := r.Rows[next]
		next++
		at := phase + slot*1040
		sum := uint32(0)
		for j := 16; j < 1040; j += 2 {
			sum += uint32(binary.BigEndian.Uint16(b[j:]))
		}
		got := want
		got.Bias, got.IntegUnits = binary.BigEndian.Uint16(b[2:]), binary.BigEndian.Uint16(b[4:])
		got.CalType, got.Replica, got.ColNeg, got.Row = b[6]>>7, b[6]>>4&7, b[6]>>3&1, row
		got.SciHeader, got.Clock = binary.BigEndian.Uint16(b[8:]), binary.BigEndian.Uint32(b[10:])
		got.DNSum, got.DNCRC = sum, crc32.ChecksumIEEE(b[16:])
		got.FirstSFDU, got.LastSFDU, got.PayloadOffset, got.streamAt = at/1018, (at+1039)/1018, at%1018, at
		if got != want {
			t.Fatalf("slot %d: read %+v, truth %+v", slot, got, want)
		}
		sfdu := r.Bytes[want.FirstSFDU*1134:]
		if c := int64(sfdu[110])<<16 | int64(sfdu[111])<<8 | int64(sfdu[112]); c != want.Counter%(1<<24) {
			t.Fatalf("slot %d: counter %d, truth %d", slot, c, want.Counter)
		}
		if ert := (chandra.ERT{Day: binary.BigEndian.Uint16(sfdu[42:]), Milli: binary.BigEndian.Uint32(sfdu[44:]),
			Micro: binary.BigEndian.Uint16(sfdu[48:])}); ert != want.ERT || ert.Milli >= 86400_000 {
			t.Fatalf("slot %d: ERT %+v, truth %+v", slot, ert, want.ERT)
		}
	}
	if next != len(r.Rows) {
		t.Fatalf("%d rows in the file, truth %d", next, len(r.Rows))
	}
	seen := map[[3]int]bool{}
	for _, row := range r.Rows {
		key := [3]int{int(row.IntegUnits), int(row.ColNeg), int(row.Row)}
		if seen[key] {
			t.Fatalf("row %v is sent twice", key)
		}
		seen[key] = true
	}
}

func TestSameOptionsSameBytes(t *testing.T) {
	o := Tiny()
	a, b := replica(t, "2016125", o, 3), replica(t, "2016125", o, 3)
	if !reflect.DeepEqual(a, b) {
		t.Error("the same options gave two results")
	}
	o.Seed++
	if bytes.Equal(a.Bytes, replica(t, "2016125", o, 3).Bytes) {
		t.Error("another seed gave the same bytes")
	}
}

// The bytes are part of what users may record; this sum holds on all
// processors and Go releases.
func TestBytesDoNotDrift(t *testing.T) {
	const want = 0x284704b4
	if got := crc32.ChecksumIEEE(replica(t, "2016125", Tiny(), 1).Bytes); got != want {
		t.Errorf("CRC-32 %08x, want %08x", got, want)
	}
}

// A replica must show the dark current when it is reduced as the old recipe
// says: the difference of the integrations, with the gain.
func TestDifferenceOfIntegrationsIsTheDarkCurrent(t *testing.T) {
	o := Tiny()
	o.Stars, o.CosmicRays, o.Zodi = 0, 0, 3
	o.RowsPerQuadrant = 100
	s := scene(t, "2016125", o)
	r, err := s.Replica(1)
	if err != nil {
		t.Fatal(err)
	}
	short := map[[2]int][]byte{}
	n, sum, worst := 0, 0.0, 0.0
	recs := map[int][]byte{}
	for slot, b := range records(t, r.Bytes, r.Rows[0].streamAt%1040) {
		recs[slot*1040+r.Rows[0].streamAt%1040] = b
	}
	for _, row := range r.Rows {
		b, key := recs[row.streamAt], [2]int{int(row.ColNeg), int(row.Row)}
		if row.IntegUnits == 312 {
			short[key] = b
			continue
		}
		place := telemetry.CCD.PlaceOf(row.ColNeg, row.Row)
		for j := range 512 {
			dn := func(b []byte) float64 {
				return float64(binary.BigEndian.Uint16(b[16+2*j:])) - float64(binary.BigEndian.Uint16(b[2:]))
			}
			dark := float64(s.Dark[place.Y*1024+place.X0+place.Step*j]) + 3
			got := (dn(b) - dn(short[key])) * gain / (10.0 - 4.992)
			// Shot noise of both integrations with their readout, read noise,
			// and the digits.
			sigma := math.Sqrt(dark*(10+4.992+2*8)+2*49+2*gain*gain/12) / (10.0 - 4.992)
			sum += (got - dark) / sigma
			worst = max(worst, math.Abs(got-dark)/sigma)
			n++
		}
	}
	if n != 4*100*512 {
		t.Fatalf("%d pixels", n)
	}
	if mean := sum / float64(n); math.Abs(mean) > 4/math.Sqrt(float64(n)) {
		t.Errorf("the difference is off by %.4f standard deviations on average", mean)
	}
	if worst < 3.5 || worst > 6.5 {
		t.Errorf("the worst of %d pixels is off by %.1f standard deviations", n, worst)
	}
}

func TestStarsMoveBy24Pixels(t *testing.T) {
	s := scene(t, "2016125", Tiny())
	for n := 2; n <= MaxReplicas; n++ {
		a, b := star{10, 20, 1}.shifted(1), star{10, 20, 1}.shifted(n)
		// 120 arcsec at 4.9955 arcsec a pixel.
		if d := math.Hypot(a.row-b.row, a.col-b.col); math.Abs(d-24.02) > 0.01 {
			t.Errorf("replica %d: stars move by %.2f pixels, want 24.02", n, d)
		}
	}
	// No light is lost: a star in the middle leaves its rate on the pixels.
	rates := make([]float32, pixels)
	star{0.3, -0.4, 5000}.shine(rates)
	sum := 0.0
	for _, v := range rates {
		sum += float64(v)
	}
	if math.Abs(sum-5000) > 1 {
		t.Errorf("a star of 5000 e-/s gives %.1f", sum)
	}
	// With five replicas the median of the sky is the sky without stars, but
	// where stars of different replicas fall together.
	var sky [MaxReplicas][]float32
	for n := range sky {
		sky[n] = s.rates(n + 1)
	}
	hit, left := 0, 0
	for p := range pixels {
		bright := 0
		for n := range sky {
			if sky[n][p]-s.Dark[p]-steps(s.Options.Zodi) > 20 {
				bright++
			}
		}
		if bright > 0 {
			hit++
		}
		if bright >= 3 {
			left++
		}
	}
	if hit < 500 || left > hit/200 {
		t.Errorf("stars touch %d pixels, %d of them in three replicas or more", hit, left)
	}
}

func TestOptionsAreChecked(t *testing.T) {
	for name, change := range map[string]func(*Options){
		"temperature": func(o *Options) { o.TCCD = math.NaN() },
		"replicas":    func(o *Options) { o.Replicas = 6 },
		"rows":        func(o *Options) { o.RowsPerQuadrant = 513 },
		"strip":       func(o *Options) { o.StripRows = 0 },
		"integration": func(o *Options) { o.IntegUnits[1] = 0 },
		"empty":       func(o *Options) { o.EmptyRecords[0] = -1 },
		"interrupts":  func(o *Options) { o.Interrupts = -1 },
		"SFDUs":       func(o *Options) { o.SFDUs = -1 },
		"counter":     func(o *Options) { o.FirstCounter = 1 << 24 },
		"phase":       func(o *Options) { o.Phase = new(1040) },
		"attitude":    func(o *Options) { o.Dec = 91 },
		"zodi":        func(o *Options) { o.Zodi = math.Inf(1) },
		"stars":       func(o *Options) { o.Stars = -1 },
		"cosmic rays": func(o *Options) { o.CosmicRays = -1 },
		"noise":       func(o *Options) { o.ReadNoise = math.NaN() },
		"received":    func(o *Options) { o.Received = time.Date(1957, 1, 1, 0, 0, 0, 0, time.UTC) },
	} {
		o := Tiny()
		change(&o)
		if _, err := NewScene("2016125", o); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := NewScene("2016400", Tiny()); err == nil {
		t.Error("a day that does not exist was accepted")
	}
	if _, err := scene(t, "2016125", Tiny()).Replica(6); err == nil {
		t.Error("a sixth replica was made")
	}
}

func BenchmarkReplica(b *testing.B) {
	s := scene(b, "2016125", Defaults())
	b.SetBytes(33273 * 1134)
	for b.Loop() {
		if _, err := s.Replica(1); err != nil {
			b.Fatal(err)
		}
	}
}
