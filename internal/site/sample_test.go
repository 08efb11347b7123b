package site

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"sync"
	"testing"

	"darksite"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/quantity"
	"darksite/processing/stats"
	"darksite/processing/telemetry"
)

// sampleImage is a map with the shape of a real one: a peak near 7 e-/s, a
// long tail, whole numbers, a bad column and some pixels without a value.
func sampleImage(seed uint64, warmth float64, missing int) []float32 {
	r := rand.New(rand.NewPCG(seed, 1))
	image := make([]float32, chandra.CCDSize*chandra.CCDSize)
	for i := range image {
		v := 6.5*warmth + 1.8*r.NormFloat64()
		if r.Float64() < 0.3*warmth {
			v += 18 * warmth * math.Exp(1.25*r.NormFloat64())
		}
		image[i] = float32(math.Round(v))
	}
	for row := -245; row <= 0; row++ {
		image[(row+512)*chandra.CCDSize+454+512] = 900
	}
	for i := range missing {
		image[i] = float32(math.NaN())
	}
	return image
}

type sampleKey struct {
	seed    uint64
	warmth  float64
	missing int
}

var sampleImages sync.Map // sampleKey to []float32

// cachedImage draws each image once: tests use the same few again and again.
func cachedImage(seed uint64, warmth float64, missing int) []float32 {
	key := sampleKey{seed, warmth, missing}
	if image, ok := sampleImages.Load(key); ok {
		return image.([]float32)
	}
	image, _ := sampleImages.LoadOrStore(key, sampleImage(seed, warmth, missing))
	return image.([]float32)
}

// sample is a whole calibration with the given id.
func sample(id chandra.ID, seed uint64, warmth float64) Calibration {
	image := cachedImage(seed, warmth, 0)
	h := stats.NewHistogram(image)
	a := &artifact.Calibration{
		Schema: artifact.Schema, ID: id, Date: id.Colon(), Origin: artifact.FromTelemetry,
		Facts: artifact.Facts{
			DateStart: id.Colon() + ":17:36:47.000", RA: new(227.136341), Dec: new(16.976002), CCDTemp: new(-13.59), CCDTempSource: "info.csv", Source: "info.csv",
		},
		Map: artifact.Map{
			Method: "classic", Units: "e-/s", GainEPerDN: 5, ShortS: 5, LongS: 10,
			Orientation: "image[row + 512][column + 512], row and column from -512 to 511",
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
			RowsReceived: 4096, RowsExpected: 4096,
			Received: true, Start: id.Colon() + ":17:36:47.120", Stop: id.Colon() + ":17:44:01.530", TimeSource: artifact.TimeReceived, Ledger: ledger,
		}
		for _, integration := range []string{"short", "long"} {
			for _, q := range chandra.Quadrants() {
				r.Readouts = append(r.Readouts, artifact.Readout{Integration: integration, IntegUnits: 313, Quadrant: q.Letter(), Rows: 512})
			}
		}
		a.Replicas = append(a.Replicas, r)
		a.Ledger.Add(ledger)
		a.Provenance.Inputs = append(a.Provenance.Inputs, artifact.Input{
			Role: "vc2", Name: file, Bytes: 2851234, SHA256: fmt.Sprintf("%064x", seed*100+uint64(n)),
		})
	}
	return Calibration{
		Artifact: a,
		Image:    func() ([]float32, error) { return image, nil },
		Downloads: []Download{
			DownloadOf(artifact.ImageFile, []byte("SIMPLE  = stands for an image of "+string(id))),
			DownloadOf(artifact.PropertiesFile, []byte(`{"id": "`+string(id)+`"}`)),
		},
	}
}

// lose takes rows of one readout (0 to 7: short A to D, long A to D) away from
// the record of a replica (0 to 4).
func lose(c Calibration, replica, readout int, ranges ...artifact.RowRange) {
	a := c.Artifact
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

// inputs are those of a build with the given calibrations.
func inputs(calibrations ...Calibration) Inputs {
	var book Addresses
	var ids []chandra.ID
	for _, c := range calibrations {
		ids = append(ids, c.Artifact.ID)
	}
	book.assign(ids, false, map[string]bool{})
	return Inputs{Calibrations: calibrations, Addresses: book, Defaults: darksite.Defaults}
}

// build makes a tree and fails the test when that fails or warns.
func build(t *testing.T, in Inputs) *Tree {
	t.Helper()
	tree, err := Build(in)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range tree.Warnings {
		t.Errorf("warning: %s", w)
	}
	return tree
}

// DownloadOf is a download whose content is in memory.
func DownloadOf(name string, content []byte) Download {
	return Download{
		Name: name,
		Size: int64(len(content)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil },
	}
}
