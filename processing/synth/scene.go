package synth

import (
	"fmt"
	"math"

	"darksite/processing/chandra"
	"darksite/processing/telemetry"
)

const (
	// gain is e- per DN, nominal (processing.md, section 4.1).
	gain = 5.0
	// readoutSeconds is the time to read a quadrant, in which its pixels gather
	// charge until their turn comes (processing.md, section 4.1).
	readoutSeconds = 8.0

	// biasLevel is the typical bias in DN; each quadrant has its own within
	// about quadrantBias, each row its own within about rowBias. The level is
	// that of the golden files; no flight value is public.
	biasLevel    = 1098
	quadrantBias = 20.0
	rowBias      = 1.5
	maxDN        = 65535
)

// Scene is one calibration's CCD and sky, from which each replica's telemetry
// follows. It is safe for concurrent use.
type Scene struct {
	// ID and Options are what it was made of, with nothing left open but the
	// record phase.
	ID      chandra.ID
	Options Options
	// Dark is the true dark current in e-/s, indexed as [DarkMap] says. It
	// must not be changed.
	Dark []float32

	day   uint64 // days since 1970-01-01, a part of the names of streams
	stars []star
	left  []star // stars that stay on their pixels in all replicas
	bias  [4]int // by ccd.Quadrant, DN
	// units replaces the integrations of a replica, by number, when not zero.
	units [MaxReplicas + 1][2]uint16
}

// NewScene prepares the calibration of a day. It fails when an option is out
// of its range.
func NewScene(id chandra.ID, opt Options) (*Scene, error) {
	opt, err := opt.complete(id)
	if err != nil {
		return nil, err
	}
	dark, err := DarkMap(opt.Seed, id.Date(), opt.TCCD)
	if err != nil {
		return nil, fmt.Errorf("simulation of %s: %w", id, err)
	}
	return newScene(id, opt, dark), nil
}

// newScene takes complete options and the dark map that goes with them.
func newScene(id chandra.ID, opt Options, dark []float32) *Scene {
	s := &Scene{ID: id, Options: opt, Dark: dark, day: uint64(id.Date().Unix() / 86400)}
	s.stars = field(newSource(opt.Seed, tagField, s.day), opt.Stars)
	draw := newSource(opt.Seed, tagBias)
	for q := range s.bias {
		s.bias[q] = biasLevel + int(math.Floor(quadrantBias*draw.normal(normalHalf())))
	}
	return s
}

// expect applies the faults that lie in the exposure, not in the telemetry,
// and says where.
func (s *Scene) expect(damage Damage) []Applied {
	var applied []Applied
	for i, f := range damage {
		switch f.Kind {
		case StarLeftIn:
			draw := newSource(s.Options.Seed, tagFault, tagLeftStar, uint64(i))
			// Within the rows that are read, at the outer edge.
			depth := min(s.Options.RowsPerQuadrant, telemetry.CCD.QuadrantRows())
			row := telemetry.CCD.FirstRow + draw.below(depth)
			if draw.below(2) == 1 {
				row = -1 - row
			}
			col := telemetry.CCD.FirstColumn + draw.below(telemetry.CCD.Columns)
			s.left = append(s.left, star{float64(row) + 0.5, float64(col) + 0.5, starRate(leftStarMag)})
			applied = append(applied, Applied{Fault: f, Row: new(row), Col: new(col), Mag: new(leftStarMag)})
		case WrongIntegration:
			for n := 1; n <= s.Options.Replicas; n++ {
				if f.strikes(n) {
					s.units[n] = f.Units
					applied = append(applied, Applied{Fault: f, Replica: n, Units: &f.Units})
				}
			}
		}
	}
	return applied
}

// exposure is one integration of one replica.
type exposure struct {
	scene   *Scene
	replica int
	long    int       // 0 short, 1 long
	units   uint16    // of 0.016 s
	rates   []float32 // dark current, zodiacal light and stars, e-/s
	charges []float32 // cosmic rays, e-
}

// rates is what reaches the pixels in a replica, in e-/s.
func (s *Scene) rates(replica int) []float32 {
	rates := make([]float32, pixels)
	zodi := steps(s.Options.Zodi)
	for p, d := range s.Dark {
		rates[p] = d + zodi
	}
	for _, star := range s.stars {
		star.shifted(replica).shine(rates)
	}
	for _, star := range s.left {
		star.shine(rates)
	}
	return rates
}

// expose makes one of a replica's two integrations; charges is its scratch
// space of one image.
func (s *Scene) expose(replica, long int, rates, charges []float32) exposure {
	units := s.Options.IntegUnits[long]
	if u := s.units[replica][long]; u != 0 {
		units = u
	}
	clear(charges)
	seconds := float64(units)*telemetry.IntegUnit + readoutSeconds/2
	cosmicRays(charges, newSource(s.Options.Seed, tagCosmic, s.day, uint64(replica), uint64(long)),
		s.Options.CosmicRays, seconds)
	return exposure{s, replica, long, units, rates, charges}
}

// read digitises a half row that is the nth to be read of its quadrant. It
// sets the 512 samples in dn, in the order they are sent, and returns the bias
// in DN, which they include.
func (e *exposure) read(dn []uint16, colneg uint8, row int16, nth int) (bias uint16) {
	half := normalHalf()
	var draw source
	draw.name(e.scene.Options.Seed, tagRow, e.scene.day, uint64(e.replica), uint64(e.long),
		uint64(telemetry.CCD.HalfRow(colneg, row)))
	level := e.scene.bias[telemetry.CCD.QuadrantOf(colneg, row)] + int(math.Floor(float64(rowBias*draw.normal(half))+0.5))
	seconds := float64(e.units)*telemetry.IntegUnit + float64(nth+1)*(readoutSeconds/float64(telemetry.CCD.QuadrantRows()))
	place := telemetry.CCD.PlaceOf(colneg, row)
	p := place.Y*telemetry.CCD.Columns + place.X0
	noise := e.scene.Options.ReadNoise * e.scene.Options.ReadNoise
	for j := range dn {
		// The conversions keep the compiler from fusing a product and a sum,
		// which rounds differently where the processor can.
		electrons := float64(float64(e.rates[p])*seconds) + float64(e.charges[p])
		spread := math.Sqrt(electrons + float64(noise))
		signal := (electrons + float64(spread*draw.normal(half))) / gain
		dn[j] = uint16(min(max(level+int(math.Floor(signal+0.5)), 0), maxDN))
		p += place.Step
	}
	return uint16(level)
}

func (s *Scene) checkReplica(n int) error {
	if n < 1 || n > s.Options.Replicas {
		return fmt.Errorf("simulation of %s: replica %d: it has replicas 1 to %d", s.ID, n, s.Options.Replicas)
	}
	return nil
}
