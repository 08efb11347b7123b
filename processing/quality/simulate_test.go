package quality

import (
	"math"
	"math/rand/v2"
	"sync"
	"testing"

	"darksite/processing/artifact"
	"darksite/processing/ccd"
	"darksite/processing/chandra"
	"darksite/processing/comparison"
	"darksite/processing/darkmap"
	"darksite/processing/pixels"
	"darksite/processing/synth"
	"darksite/processing/telemetry"
)

// sky is a simulated calibration: the simulator's CCD, exposed here without the
// detour over telemetry, which takes a second a calibration.
type sky struct {
	id       chandra.ID
	temp     float64 // C, of the CCD
	told     float64 // C, that info.csv has
	dark     []float32
	ra, dec  float64
	noise    uint64 // seed of everything but the CCD
	replicas int
	stars    int
	// edit may change what a replica holds before the map is made.
	edit func(replica int, f *telemetry.File)
	// rates may change what reaches the pixels of a replica, e-/s.
	rates func(replica int, rates []float32)
	// temps of the replicas, C; nil for what telemetry alone knows.
	temps []float64
}

var size = ccd.ACA.Pixels()

var ccds = struct {
	sync.Mutex
	maps map[[3]any][]float32
}{maps: map[[3]any][]float32{}}

// darkOf is the dark current of a CCD on a day; the few of a test are kept.
func darkOf(t testing.TB, seed uint64, id chandra.ID, temp float64) []float32 {
	t.Helper()
	ccds.Lock()
	defer ccds.Unlock()
	key := [3]any{seed, id, temp}
	if m, ok := ccds.maps[key]; ok {
		return m
	}
	m, err := synth.DarkMap(seed, id.Date(), temp)
	if err != nil {
		t.Fatal(err)
	}
	ccds.maps[key] = m
	return m
}

// newSky is a whole calibration of five replicas, at the pole of the ecliptic,
// where the zodiacal light is faint all year.
func newSky(t testing.TB, seed uint64, id chandra.ID, temp float64) sky {
	t.Helper()
	return sky{id: id, temp: temp, told: temp, dark: darkOf(t, seed, id, temp), ra: 270, dec: 66.56,
		noise: seed<<20 + uint64(id.Date().Unix()/86400), replicas: 5, stars: 60}
}

// gauss is a table of normal variates that readings draw a stretch of; a
// variate for each of ten million readings would take ten times as long.
var gauss = sync.OnceValue(func() []float32 {
	rng := rand.New(rand.NewPCG(1, 2))
	table := make([]float32, 1<<20+ccd.ACA.RecordPixels())
	for i := range table {
		table[i] = float32(rng.NormFloat64())
	}
	return table
})

var pointings = [5][2]float64{{0, 0}, {-60, 103.92}, {103.92, 60}, {60, -103.92}, {-103.92, -60}} // arcsec

const (
	gain       = 5.0
	readNoiseE = 7.0
	readoutS   = 8.0
	background = 1.5 // e-/s
)

// files exposes the replicas.
func (s *sky) files() []*telemetry.File {
	rng := rand.New(rand.NewPCG(s.noise, 7))
	type star struct{ y, x, rate float64 }
	stars := make([]star, s.stars)
	for i := range stars {
		mag := 6.5 + 5*math.Sqrt(rng.Float64())
		stars[i] = star{rng.Float64() * float64(ccd.ACA.Columns), rng.Float64() * float64(ccd.ACA.Columns), 5263 * math.Pow(10, (10.32-mag)/2.5)}
	}
	var bias [4]int
	for q := range bias {
		bias[q] = 1098 + int(20*rng.NormFloat64())
	}
	files := make([]*telemetry.File, s.replicas)
	var wait sync.WaitGroup
	for n := range files {
		seed := rng.Uint64()
		wait.Go(func() {
			rng := rand.New(rand.NewPCG(seed, 3))
			rates := make([]float32, size)
			drift := float32(1 + 0.005*rng.NormFloat64()) // 0.05 C
			for i, d := range s.dark {
				rates[i] = d*drift + background
			}
			p := pointings[n%5]
			for _, st := range stars {
				shine(rates, st.y+p[0]/4.9955, st.x-p[1]/4.9955, st.rate)
			}
			if s.rates != nil {
				s.rates(n+1, rates)
			}
			files[n] = expose(rng, n+1, rates, bias)
			if s.edit != nil {
				s.edit(n+1, files[n])
			}
		})
	}
	wait.Wait()
	return files
}

// shine adds a star's image.
func shine(rates []float32, y, x, rate float64) {
	const sigma, reach = 0.85, 5
	for j := int(y) - reach; j <= int(y)+reach; j++ {
		for i := int(x) - reach; i <= int(x)+reach; i++ {
			if j >= 0 && i >= 0 && j < ccd.ACA.Columns && i < ccd.ACA.Columns {
				d2 := (float64(j)+0.5-y)*(float64(j)+0.5-y) + (float64(i)+0.5-x)*(float64(i)+0.5-x)
				rates[j*ccd.ACA.Columns+i] += float32(rate * math.Exp(-d2/2/sigma/sigma) / (2 * math.Pi * sigma * sigma))
			}
		}
	}
}

// expose reads both integrations of a replica.
func expose(rng *rand.Rand, number int, rates []float32, bias [4]int) *telemetry.File {
	table := gauss()
	f := &telemetry.File{Name: "simulated", Bytes: 37_731_582, SFDUs: 33273, Rows: make([]telemetry.Row, 0, 2*ccd.ACA.HalfRows())}
	buffer := make([]uint16, 2*ccd.ACA.HalfRows()*ccd.ACA.RecordPixels())
	hits := make([]float32, size)
	for _, units := range []uint16{312, 625} {
		// Cosmic rays, thirty a second, as electrons.
		clear(hits)
		for range int(30 * float64(units) * integUnit) {
			hits[rng.IntN(size)] = float32(2000 * rng.ExpFloat64())
		}
		for _, q := range ccd.Quadrants() {
			first, last := ccd.ACA.RowsOf(q)
			for r := first; r <= last; r++ {
				nth := int(r - first)
				if first == 0 {
					nth = int(last - r)
				}
				level := bias[q] + int(math.Round(1.5*rng.NormFloat64()))
				row := telemetry.Row{Bias: uint16(level), IntegUnits: units, Replica: uint8(number), ColNeg: q.ColNeg(), Row: r, DN: buffer[:ccd.ACA.RecordPixels():ccd.ACA.RecordPixels()]}
				buffer = buffer[ccd.ACA.RecordPixels():]
				seconds := float32(float64(units)*integUnit + float64(nth+1)*readoutS/float64(ccd.ACA.QuadrantRows()))
				noise := table[rng.IntN(1<<20):][:ccd.ACA.RecordPixels()]
				place := ccd.ACA.PlaceOf(row.ColNeg, r)
				p := place.Y*ccd.ACA.Columns + place.X0
				for j := range row.DN {
					e := rates[p]*seconds + hits[p]
					e += noise[j] * float32(math.Sqrt(float64(e+readNoiseE*readNoiseE)))
					row.DN[j] = uint16(min(max(float32(level)+e/gain+0.5, 0), 65535))
					p += place.Step
				}
				f.Rows = append(f.Rows, row)
			}
		}
	}
	return f
}

// observed is a calibration as the archive would hold it.
type observed struct {
	calibration *artifact.Calibration
	image       pixels.Map
}

// archive makes the map and its description, of the replicas that are not nil.
func (s *sky) archive(t testing.TB, files []*telemetry.File) observed {
	t.Helper()
	var sources []artifact.Source
	var whole []*telemetry.File
	for i, f := range files {
		if f != nil {
			sources = append(sources, artifact.Source{Number: i + 1, File: f})
			whole = append(whole, f)
		}
	}
	stack, err := darkmap.NewStack(ccd.ACA, whole, darkmap.DefaultSettings())
	if err != nil {
		t.Fatal(err)
	}
	m, err := darkmap.Combine(stack)
	if err != nil {
		t.Fatal(err)
	}
	c, images := artifact.New(s.id, sources, stack, m)
	c.Facts.CCDTemp, c.Facts.CCDTempSource, c.Facts.RA, c.Facts.Dec = &s.told, chandra.HDR3, &s.ra, &s.dec
	for i := range c.Replicas {
		if s.temps != nil {
			temp := s.temps[c.Replicas[i].Number-1]
			c.Replicas[i].CCDTemp = &temp
		}
	}
	if err := c.Correct(); err != nil {
		t.Fatal(err)
	}
	told := chandra.Celsius(s.told)
	return observed{c, pixels.Map{Geometry: ccd.ACA, ID: s.id, Image: images.Dark, Temp: &told, Time: s.id.Date()}}
}

func (s *sky) observe(t testing.TB) observed {
	t.Helper()
	return s.archive(t, s.files())
}

// subject is a calibration with the one before it, which may be nil.
func subject(t testing.TB, now observed, before *observed) Subject {
	t.Helper()
	var earlier []pixels.Map
	if before != nil {
		earlier = []pixels.Map{before.image}
	}
	m, err := comparison.New(now.image, earlier, comparison.DefaultSettings())
	if err != nil {
		t.Fatal(err)
	}
	m.Provenance.Inputs = []comparison.Input{{ID: now.calibration.ID}}
	return Subject{now.calibration, m}
}
