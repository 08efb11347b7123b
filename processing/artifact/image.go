package artifact

import (
	"bytes"

	"darksite/processing/ccd"
	"darksite/processing/chandra"
)

// FromImage describes a calibration of which only the map is at hand, made by
// another program, with what is known of its replicas. The image is in e-/s, NaN
// also where its file held something impossible. Facts and provenance are the caller's, who calls
// [Calibration.Correct] when they are known.
func FromImage(g ccd.Geometry, id chandra.ID, image []float32, replicas []Replica, impossible ...Impossible) (*Calibration, *Images) {
	c := &Calibration{Schema: Schema, ID: id, Date: id.Colon(), Origin: FromMap, Geometry: g, Replicas: replicas, Contradictions: []string{}}
	if replicas == nil {
		c.Replicas = []Replica{}
	}
	c.Map.SamplesShort, c.Map.SamplesLong = []int{}, []int{}
	for i := range c.Replicas {
		r := &c.Replicas[i]
		r.Readouts = []Readout{}
		if r.Received {
			c.Map.Replicas++
		}
	}
	c.Map.Planned, c.Map.Impossible = len(replicas), impossible
	c.describeImage(image)
	c.Map.Reasons = reasons(c)
	c.Map.Degraded = len(c.Map.Reasons) > 0
	return c, &Images{Dark: image}
}

// EvenCoverage are the samples that each pixel rests on when all rest on as
// many; ok is false where they do not, and coverage.fits tells.
func (c *Calibration) EvenCoverage() (short, long []uint8, ok bool) {
	even := func(pixels []int) []uint8 {
		for n, p := range pixels {
			if p == c.Geometry.Pixels() && n < 256 {
				return bytes.Repeat([]byte{uint8(n)}, p)
			}
		}
		return nil
	}
	short, long = even(c.Map.SamplesShort), even(c.Map.SamplesLong)
	return short, long, short != nil && long != nil
}
