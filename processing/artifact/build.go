package artifact

import (
	"fmt"
	"sync"

	"darksite/internal/ground/phrase"
	"darksite/processing/ccd"
	"darksite/processing/chandra"
	"darksite/processing/darkmap"
	"darksite/processing/quantity"
	"darksite/processing/stars"
	"darksite/processing/stats"
	"darksite/processing/telemetry"
)

// Source is one replica's telemetry as the pipeline found it.
type Source struct {
	Number int // replica number of the file name
	File   *telemetry.File
}

// Images are what a calibration keeps for each pixel.
type Images struct {
	Dark []float32 // e-/s, NaN where there is no value
	// Coverage counts the samples behind each pixel, short and long, and Noise
	// is their scatter (darkmap.Stack.Noise); nil for a map that another
	// program made.
	Coverage [2][]uint8
	Noise    []float32
}

// New describes a calibration from its decoded replicas (in the order in which
// they are in the stack), their stack and its map. Facts and provenance are the
// caller's, who calls [Calibration.Correct] when they are known.
func New(id chandra.ID, sources []Source, stack *darkmap.Stack, m *darkmap.Map) (*Calibration, *Images) {
	images := &Images{Dark: m.Image, Coverage: m.Coverage}
	c := &Calibration{Schema: Schema, ID: id, Date: id.Colon(), Origin: FromTelemetry, Geometry: stack.Geometry, Contradictions: []string{}}
	c.Map = Map{
		Method:     string(m.Method),
		GainEPerDN: m.GainEPerDN,
		ShortS:     m.Seconds[darkmap.Short],
		LongS:      m.Seconds[darkmap.Long],
		Replicas:   m.Replicas,
		// How many make a whole calibration since 2020 is an agreement; that more
		// came is no fault.
		Planned:      max(m.Settings.Replicas, m.Replicas),
		SamplesShort: m.Samples(darkmap.Short),
		SamplesLong:  m.Samples(darkmap.Long),
	}
	c.Replicas = make([]Replica, len(sources))
	var wg sync.WaitGroup
	wg.Go(func() { c.describeImage(images.Dark) })
	wg.Go(func() {
		images.Noise = stack.Noise()
		c.Noise = summarizeNoise(c.Geometry, images.Noise)
	})
	for i, s := range sources {
		c.Simulated = c.Simulated || s.File.Simulated
		c.Ledger.Add(s.File.Ledger)
		wg.Go(func() { c.Replicas[i] = DescribeReplica(i, s, stack) })
	}
	wg.Wait()
	for _, s := range sources {
		c.claimReception(s.Number, s.File)
	}
	c.Map.Exposures = c.exposures()
	c.Map.Reasons = reasons(c)
	c.Map.Degraded = len(c.Map.Reasons) > 0
	return c, images
}

// exposures counts the integrations of replicas of which any row came.
func (c *Calibration) exposures() (n int) {
	for _, r := range c.Replicas {
		seen := map[string]bool{}
		for _, o := range r.Readouts {
			if o.Rows > 0 {
				seen[o.Integration] = true
			}
		}
		n += len(seen)
	}
	return n
}

// describeImage fills in what the map alone tells.
func (c *Calibration) describeImage(image []float32) {
	quadrants := stats.Quadrants(c.Geometry, image)
	for i, q := range ccd.Quadrants() {
		c.Quadrants = append(c.Quadrants, Quadrant{q.Letter(), quantity.Measure(quadrants[i]), quadrants[i]})
	}
	c.Histogram = stats.Merge(quadrants[:]...)
	c.Statistics = quantity.Measure(c.Histogram)
	c.Stars = stars.Find(c.Geometry, image, c.Histogram)
	c.Map.Units = "e-/s"
	c.Map.Orientation = c.Geometry.Orientation()
	c.Map.Pixels = c.Statistics.Pixels()
	c.Map.Missing = len(image) - c.Statistics.Pixels()
}

// summarizeNoise is nil where no pixel has an estimate.
func summarizeNoise(g ccd.Geometry, noise []float32) *Noise {
	quadrants := stats.Quadrants(g, noise)
	all := stats.Merge(quadrants[:]...)
	if all.Pixels() == 0 {
		return nil
	}
	n := &Noise{ReplicaEPerS: all.Median()}
	for i, q := range quadrants {
		if q.Pixels() > 0 {
			median := q.Median()
			n.Quadrants[i] = &median
		}
	}
	return n
}

// DescribeReplica describes the replica with an index in the stack.
func DescribeReplica(at int, s Source, stack *darkmap.Stack) Replica {
	f := s.File
	r := Replica{
		Number:       s.Number,
		Received:     true,
		File:         f.Name,
		Bytes:        f.Bytes,
		SFDUs:        f.SFDUs,
		Frames:       f.Frames,
		Segments:     f.Segments,
		RowsExpected: len(darkmap.Integrations) * stack.Geometry.HalfRows(),
		RowsRejected: f.RowsRejected,
		RowsRepeated: f.RowsRepeated,
		RowsOther:    stack.OtherIntegration[at],
		Ledger:       f.Ledger,
		Notes:        f.Notes,
	}
	if received := f.Received(); len(received) > 0 {
		last := received[len(received)-1]
		r.Start, r.Stop, r.TimeSource = chandra.FormatDate(received[0].First), chandra.FormatDate(last.Last), TimeReceived
	}
	for _, i := range darkmap.Integrations {
		for _, q := range ccd.Quadrants() {
			readout := describeReadout(at, i, q, stack)
			r.RowsReceived += readout.Rows
			r.Readouts = append(r.Readouts, readout)
		}
	}
	return r
}

func describeReadout(at int, i darkmap.Integration, q ccd.Quadrant, stack *darkmap.Stack) Readout {
	out := Readout{Integration: i.String(), Quadrant: q.Letter(), Rows: stack.Geometry.QuadrantRows()}
	for _, g := range stack.Missing(at, i, q) {
		out.Missing = append(out.Missing, RowRange{int(g.First), int(g.Last)})
		out.Rows -= int(g.Last-g.First) + 1
	}
	if out.Rows == 0 {
		return out
	}
	level := stack.Level(at, i, q)
	out.MedianDN, out.MeanDN = &level.MedianDN, &level.MeanDN
	out.AlwaysSet, out.AlwaysClear = level.AlwaysSet, level.AlwaysClear
	first, last := stack.Geometry.RowsOf(q)
	for r := first; r <= last; r++ {
		if row := stack.Row(at, i, stack.Geometry.HalfRow(q.ColNeg(), r)); row != nil {
			out.IntegUnits = int(row.IntegUnits)
			break
		}
	}
	return out
}

// ReplicaRows is the number of rows of a whole replica, of both integrations.
func (c *Calibration) ReplicaRows() int { return len(darkmap.Integrations) * c.Geometry.HalfRows() }

// reasons says in sentences why a map rests on less than a whole calibration.
func reasons(c *Calibration) []string {
	out := []string{}
	if c.Map.Replicas < c.Map.Planned {
		out = append(out, fmt.Sprintf("%d of %d replicas were received", c.Map.Replicas, c.Map.Planned))
	}
	missing, other := 0, 0
	for _, r := range c.Replicas {
		missing += r.RowsExpected - r.RowsReceived
		other += r.RowsOther
	}
	if missing > 0 {
		out = append(out, fmt.Sprintf("%s of %s rows of the replicas at hand are missing", phrase.Count(missing), phrase.Count(len(c.Replicas)*c.ReplicaRows())))
	}
	if other > 0 {
		out = append(out, fmt.Sprintf("%s rows have another integration time and were not used", phrase.Count(other)))
	}
	if c.Map.Missing > 0 {
		out = append(out, fmt.Sprintf("%s pixels have no value", phrase.Count(c.Map.Missing)))
	}
	for _, v := range c.Map.Impossible {
		value := v.Value + " e-/s"
		if v.Value == "others" {
			value = "other values"
		}
		out = append(out, fmt.Sprintf("%s of them (%s) held %s in the file, no dark current", phrase.Count(v.Pixels), v.Where, value))
	}
	return out
}
