// Package artifacttest takes a CCD, an id and a map and returns the artifact of a whole
// calibration of five replicas, for tests.
package artifacttest

import (
	"fmt"
	"math"
	"math/rand/v2"

	"darksite/processing/artifact"
	"darksite/processing/ccd"
	"darksite/processing/chandra"
	"darksite/processing/quantity"
	"darksite/processing/stats"
	"darksite/processing/telemetry"
)

// Image is a map with the shape of a real one: a peak near 7 e-/s, a
// long tail, whole numbers, the ACA's bad column and some pixels without a value.
func Image(g ccd.Geometry, seed uint64, warmth float64, missing int) []float32 {
	r := rand.New(rand.NewPCG(seed, 1))
	image := make([]float32, g.Pixels())
	for i := range image {
		v := 6.5*warmth + 1.8*r.NormFloat64()
		if r.Float64() < 0.3*warmth {
			v += 18 * warmth * math.Exp(1.25*r.NormFloat64())
		}
		image[i] = float32(math.Round(v))
	}
	for row := -245; row <= 0 && g.Contains(row, 454); row++ {
		image[g.Index(row, 454)] = 900
	}
	for i := range missing {
		image[i] = float32(math.NaN())
	}
	return image
}

// New is a calibration with such a map.
func New(g ccd.Geometry, id chandra.ID, image []float32, seed uint64) *artifact.Calibration {
	h := stats.NewHistogram(image)
	a := &artifact.Calibration{
		Schema: artifact.Schema, ID: id, Date: id.Colon(), Origin: artifact.FromTelemetry, Geometry: g,
		Facts: artifact.Facts{
			DateStart: id.Colon() + ":17:36:47.000", RA: new(227.136341), Dec: new(16.976002), CCDTemp: new(-13.59), CCDTempSource: "info.csv", Source: "info.csv",
		},
		Map: artifact.Map{
			Method: "classic", Units: "e-/s", GainEPerDN: 5, ShortS: 5, LongS: 10,
			Orientation: g.Orientation(),
			Replicas:    5, Planned: 5, Pixels: len(image), SamplesShort: []int{0, 0, 0, 0, 0, len(image)}, SamplesLong: []int{0, 0, 0, 0, 0, len(image)},
		},
		Statistics: quantity.Measure(h), Histogram: h,
		Provenance: artifact.Provenance{Tool: "darksite", Version: "0.1.0", Settings: map[string]string{"method": "classic", "median": "upper"}},
	}
	for n := 1; n <= 5; n++ {
		file := fmt.Sprintf("%s_%s_VC2_Replica%d_SFDU_%d.gz", string(id)[:4], string(id)[4:], n, 31086+n)
		ledger := telemetry.Ledger{Rows: 4096 * 1040, Framing: 600000, Fill: 32876000}
		r := artifact.Replica{
			Number: n, File: file, Bytes: ledger.Total(), SFDUs: 33273, Segments: 72,
			Frames:       telemetry.FrameCounts{Data: 4258, Fill: 29015},
			RowsReceived: a.ReplicaRows(), RowsExpected: a.ReplicaRows(),
			Received: true, Start: id.Colon() + ":17:36:47.120", Stop: id.Colon() + ":17:44:01.530", TimeSource: artifact.TimeReceived, Ledger: ledger,
		}
		for _, integration := range []string{"short", "long"} {
			for _, q := range ccd.Quadrants() {
				r.Readouts = append(r.Readouts, artifact.Readout{Integration: integration, IntegUnits: 313, Quadrant: q.Letter(), Rows: g.QuadrantRows()})
			}
		}
		a.Replicas = append(a.Replicas, r)
		a.Ledger.Add(ledger)
		a.Provenance.Inputs = append(a.Provenance.Inputs, artifact.Input{
			Role: "vc2", Name: file, Bytes: 2851234, SHA256: fmt.Sprintf("%064x", seed*100+uint64(n)),
		})
	}
	return a
}

// Lose takes rows of one readout (0 to 7: short A to D, long A to D) away from the
// record of a replica (0 to 4).
func Lose(a *artifact.Calibration, replica, readout int, ranges ...artifact.RowRange) {
	r := &a.Replicas[replica]
	o := &r.Readouts[readout]
	o.Missing = append(o.Missing, ranges...)
	for _, m := range ranges {
		n := m[1] - m[0] + 1
		o.Rows -= n
		r.RowsReceived -= n
	}
	a.Map.Degraded = true
	a.Map.Reasons = append(a.Map.Reasons, fmt.Sprintf("Replica %d lacks rows of quadrant %s", r.Number, o.Quadrant))
}
