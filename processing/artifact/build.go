package artifact

import (
	"fmt"
	"strconv"

	"darksite/processing/chandra"
	"darksite/processing/darkmap"
	"darksite/processing/stats"
	"darksite/processing/telemetry"
)

// orientation is said in every calibration.json.
const orientation = "image[row + 512][column + 512], ACA rows and columns from -512 to 511; NAXIS1 is the column"

// Source is one replica's telemetry as the pipeline found it.
type Source struct {
	Number int // replica number of the file name
	File   *telemetry.File
}

// New describes a calibration from its decoded replicas (in the order in which
// they are in the stack), their stack and its map. Facts and provenance are the
// caller's.
func New(id chandra.ID, sources []Source, stack *darkmap.Stack, m *darkmap.Map) *Calibration {
	c := &Calibration{Schema: Schema, ID: id, Date: id.Colon()}
	for i, s := range sources {
		c.Replicas = append(c.Replicas, describeReplica(i, s, stack))
		c.Ledger.Add(s.File.Ledger)
	}
	quadrants := stats.Quadrants(m.Image)
	for i, q := range chandra.Quadrants() {
		c.Quadrants = append(c.Quadrants, Quadrant{q.Letter(), stats.Summarize(quadrants[i]), quadrants[i]})
	}
	c.Histogram = stats.Merge(quadrants[:]...)
	c.Statistics = stats.Summarize(c.Histogram)
	c.Map = Map{
		Method:       string(m.Method),
		Units:        "e-/s",
		GainEPerDN:   m.GainEPerDN,
		ShortS:       m.Seconds[darkmap.Short],
		LongS:        m.Seconds[darkmap.Long],
		Orientation:  orientation,
		Replicas:     m.Replicas,
		Planned:      m.Settings.Replicas,
		Pixels:       c.Statistics.Pixels,
		Missing:      len(m.Image) - c.Statistics.Pixels,
		SamplesShort: m.Samples(darkmap.Short),
		SamplesLong:  m.Samples(darkmap.Long),
	}
	c.Map.Reasons = reasons(c)
	c.Map.Degraded = len(c.Map.Reasons) > 0
	return c
}

func describeReplica(at int, s Source, stack *darkmap.Stack) Replica {
	f := s.File
	r := Replica{
		Number:       s.Number,
		File:         f.Name,
		Bytes:        f.Bytes,
		SFDUs:        f.SFDUs,
		Frames:       f.Frames,
		Segments:     f.Segments,
		RowsExpected: chandra.ReplicaRows,
		RowsRejected: f.RowsRejected,
		RowsRepeated: f.RowsRepeated,
		RowsStrange:  stack.Strange[at],
		Ledger:       f.Ledger,
		Notes:        f.Notes,
	}
	if n := len(f.Rows); n > 0 {
		r.ReceivedFirst = chandra.FormatDate(f.Rows[0].ERT.Time())
		r.ReceivedLast = chandra.FormatDate(f.Rows[n-1].ERT.Time())
	}
	for _, i := range darkmap.Integrations {
		for _, q := range chandra.Quadrants() {
			readout := describeReadout(at, i, q, stack)
			r.RowsReceived += readout.Rows
			r.Readouts = append(r.Readouts, readout)
		}
	}
	return r
}

func describeReadout(at int, i darkmap.Integration, q chandra.Quadrant, stack *darkmap.Stack) Readout {
	out := Readout{Integration: i.String(), Quadrant: q.Letter(), Rows: chandra.QuadrantRows}
	for _, g := range stack.Missing(at, i, q) {
		out.Missing = append(out.Missing, RowRange{int(g.First), int(g.Last)})
		out.Rows -= int(g.Last-g.First) + 1
	}
	first, last := q.Rows()
	for r := first; r <= last; r++ {
		if row := stack.Row(at, i, chandra.HalfRow(q.ColNeg(), r)); row != nil {
			out.IntegUnits = int(row.IntegUnits)
			break
		}
	}
	return out
}

// reasons says in sentences why a map rests on less than a whole calibration.
func reasons(c *Calibration) []string {
	out := []string{}
	if c.Map.Replicas < c.Map.Planned {
		out = append(out, fmt.Sprintf("%d of %d replicas were received", c.Map.Replicas, c.Map.Planned))
	}
	missing, strange := 0, 0
	for _, r := range c.Replicas {
		missing += r.RowsExpected - r.RowsReceived
		strange += r.RowsStrange
	}
	if missing > 0 {
		out = append(out, fmt.Sprintf("%s of %s rows of the replicas at hand are missing", grouped(missing), grouped(len(c.Replicas)*chandra.ReplicaRows)))
	}
	if strange > 0 {
		out = append(out, fmt.Sprintf("%s rows have another integration time and were not used", grouped(strange)))
	}
	if c.Map.Missing > 0 {
		out = append(out, fmt.Sprintf("%s pixels have no value", grouped(c.Map.Missing)))
	}
	return out
}

// grouped writes a count with a comma between groups of three digits.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
