package synth

import (
	"math"

	"darksite/processing/telemetry"
)

const (
	// plateScale is arcsec per pixel (processing.md, section 10).
	plateScale = 4.9955
	// A star of rateMag gives rateAtMag e-/s (processing.md, section 10).
	rateAtMag = 5263.0
	rateMag   = 10.32
	// The stars of the field lie between these magnitudes, a factor of
	// starGrowth more per magnitude.
	brightMag  = 6.5
	faintMag   = 11.5
	starGrowth = 2.2
	// psfSigma is the width of a star image in pixels, a guess for the ACA's
	// defocused image; psfReach is where it is cut off.
	psfSigma = 0.85
	psfReach = 5
	// leftStarMag is the magnitude of a star that is left in.
	leftStarMag = 8.5
)

// pointings are the offsets of the replicas T0 to T4 in arcsec in Y and Z
// (processing.md, section 4.1).
var pointings = [MaxReplicas][2]float64{
	{0, 0}, {-60, 103.92}, {103.92, 60}, {60, -103.92}, {-103.92, -60},
}

// star is a place in edge coordinates of the CCD, -512 to 512, and a rate.
type star struct{ row, col, rate float64 }

func starRate(mag float64) float64 {
	return rateAtMag * math.Pow(10, (rateMag-mag)/2.5)
}

// field draws the stars of a calibration at the central pointing. Some lie
// outside the CCD and come in with other pointings.
func field(s *source, n int) []star {
	const margin = 40 // pixels
	stars := make([]star, n)
	growth := math.Log10(starGrowth)
	faintest := math.Pow(10, growth*(faintMag-brightMag))
	for i := range stars {
		mag := brightMag + math.Log10(1+s.uniform()*(faintest-1))/growth
		place := func(side int) float64 { return (s.uniform() - 0.5) * float64(side+2*margin) }
		stars[i] = star{place(telemetry.CCD.Rows), place(telemetry.CCD.Columns), starRate(mag)}
	}
	return stars
}

// shifted is the star as seen in a replica, 1 to MaxReplicas. Where the
// pointing moves to +Y and +Z, stars move to -Y, which is +row, and to -Z,
// which is -col (processing.md, section 10).
func (s star) shifted(replica int) star {
	d := pointings[replica-1]
	return star{s.row + d[0]/plateScale, s.col - d[1]/plateScale, s.rate}
}

// shine adds a star's image to rates in e-/s, integrated over each pixel.
func (s star) shine(rates []float32) {
	row, col := int(math.Floor(s.row)), int(math.Floor(s.col))
	share := func(place float64, px int) float64 {
		const scale = 1 / (psfSigma * math.Sqrt2)
		return 0.5 * (math.Erf((float64(px+1)-place)*scale) - math.Erf((float64(px)-place)*scale))
	}
	for r := row - psfReach; r <= row+psfReach; r++ {
		for c := col - psfReach; c <= col+psfReach; c++ {
			if telemetry.CCD.Contains(r, c) {
				rates[telemetry.CCD.Index(r, c)] += steps(s.rate * share(s.row, r) * share(s.col, c))
			}
		}
	}
}

const (
	// cosmicCharge is the mean charge that a hit leaves in a pixel, in e-, and
	// cosmicTrack the greatest length of its track in pixels. Both are rough:
	// what matters is that hits are rare and large.
	cosmicCharge = 2000.0
	cosmicTrack  = 6.0
)

// cosmicRays adds the hits of some seconds to charges in e-.
func cosmicRays(charges []float32, s *source, hitsPerSec, seconds float64) {
	for range s.poisson(hitsPerSec * seconds) {
		row, col := s.uniform()*float64(telemetry.CCD.Rows), s.uniform()*float64(telemetry.CCD.Columns)
		angle := s.uniform() * 2 * math.Pi
		length := 1 + int(s.uniform()*cosmicTrack)
		up, right := math.Sin(angle), math.Cos(angle)
		for i := range length {
			r := int(math.Floor(row + float64(i)*up))
			c := int(math.Floor(col + float64(i)*right))
			charge := -cosmicCharge * math.Log(1-s.uniform())
			if r >= 0 && r < telemetry.CCD.Rows && c >= 0 && c < telemetry.CCD.Columns {
				charges[r*telemetry.CCD.Columns+c] += steps(charge)
			}
		}
	}
}
