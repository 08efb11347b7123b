package evidence

import (
	"cmp"
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path/filepath"
	"slices"
	"strconv"

	"darksite/processing/artifact"
	"darksite/processing/ccd"
	"darksite/processing/chandra"
	"darksite/processing/darkmap"
	"darksite/processing/telemetry"
)

// Places in a calibration record (telemetry.md, section 5).
const (
	biasAt    = 2
	integAt   = 4
	pixelsAt  = telemetry.RecordHeaderSize
	fieldSize = 2 // bytes
	pixelSize = 4 // of the map, BITPIX -32
)

// place is a pixel as the telemetry knows it.
type place struct {
	row      int
	quadrant ccd.Quadrant
	halfRow  int
	sample   int // of its records
}

// placeOf inverts [ccd.Geometry.PlaceOf].
func placeOf(g ccd.Geometry, row, col int) place {
	q := g.QuadrantAt(row, col)
	p := g.PlaceOf(q.ColNeg(), int16(row))
	return place{row, q, g.HalfRow(q.ColNeg(), int16(row)), (col - g.FirstColumn - p.X0) * p.Step}
}

// pixel answers for one pixel of the map.
func (k *inquiry) pixel(ctx context.Context, row, col int) error {
	g := k.calibration.Geometry
	index := g.Index(row, col)
	p := placeOf(g, row, col)
	out := &Pixel{
		Row: row, Col: col, ImageY: row - g.FirstRow, ImageX: col - g.FirstColumn,
		Quadrant: p.quadrant.Letter(), ColNeg: p.quadrant.ColNeg(), Sample: p.sample, Offset: k.image.dataAt + pixelSize*int64(index),
	}
	v := k.image.pixels[index]
	if end := out.Offset + pixelSize; end <= int64(len(k.image.content)) {
		out.Hex = hex.EncodeToString(k.image.content[out.Offset:end])
	}
	if out.Hex == "" || !same(v, math.Float32frombits(binary.BigEndian.Uint32(k.image.content[out.Offset:]))) {
		return fmt.Errorf("%s: pixel %d is not a 32-bit float at byte %d: darksite writes maps with BITPIX -32 and without scaling; process the calibration again", k.image.path, index, out.Offset)
	}
	if v == v {
		out.Value = &v
	}
	k.answer.Pixel = out
	exposures := [2]*Exposure{darkmap.Short: &out.Short, darkmap.Long: &out.Long}
	k.readCoverage()
	for i, counts := range k.covered {
		if counts != nil {
			exposures[i].Coverage = new(int(counts[index]))
		}
	}
	if err := k.decode(ctx, 0); err != nil {
		return err
	}
	stack, settings, err := k.stack()
	if err != nil {
		return err
	}
	whole := len(k.calibration.Replicas) > 0
	for i, e := range exposures {
		e.Samples = []Sample{}
		for n := range k.calibration.Replicas {
			s := k.sample(stack, settings, n, darkmap.Integration(i), p)
			whole = whole && (s.State == Used || s.State == Lost)
			e.Samples = append(e.Samples, s)
		}
		e.Samples = append(e.Samples, k.notReceived()...)
	}
	if whole = whole && stack != nil; !whole {
		k.notef("the value cannot be worked out again: not all telemetry that it rests on is at hand")
		return nil
	}
	k.recompute(out, exposures, stack, settings, p)
	return nil
}

// same compares two values of a map; missing is the same as missing.
func same(a, b float32) bool { return a == b || a != a && b != b }

// readCoverage reads how many samples there are behind each pixel, once.
func (c *Case) readCoverage() {
	if c.covered != nil {
		return
	}
	short, long, err := artifact.LoadCoverage(c.calibration.Geometry, c.Archive, c.calibration.ID)
	c.covered = &[2][]uint8{darkmap.Short: short, darkmap.Long: long}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		c.notef("%s: %v", artifact.CoverageFile, reason(err))
	case err != nil:
		c.problemf("%v", err)
	}
}

// stack places the rows of the files at hand, as if the others were empty; it is
// nil without any.
func (k *inquiry) stack() (*darkmap.Stack, darkmap.Settings, error) {
	if !slices.ContainsFunc(k.files, func(f *telemetry.File) bool { return f != nil }) {
		return nil, darkmap.Settings{}, nil
	}
	settings, err := k.settings()
	if err != nil {
		return nil, settings, err
	}
	all := make([]*telemetry.File, len(k.files))
	for i, f := range k.files {
		if all[i] = f; f == nil {
			all[i] = new(telemetry.File)
		}
	}
	stack, err := darkmap.NewStack(telemetry.CCD, all, settings)
	if err != nil {
		return nil, settings, fmt.Errorf("%s: %w", filepath.Join(k.dir, artifact.CalibrationFile), err)
	}
	return stack, settings, nil
}

// sample says what replica n has for a pixel.
func (k *inquiry) sample(stack *darkmap.Stack, settings darkmap.Settings, n int, i darkmap.Integration, p place) Sample {
	r, f := &k.calibration.Replicas[n], k.files[n]
	s := Sample{Replica: r.Number, File: r.File}
	missing, known := missingRange(r, i, p)
	if f == nil {
		s.State, s.Reason = NotAtHand, k.whyNotAtHand(r)
		if known && missing != nil {
			s.State, s.Reason = Lost, lostRows(i, p, missing)
		}
		return s
	}
	row := stack.Row(n, i, p.halfRow)
	if known && (row == nil) != (missing != nil) {
		k.problemf("%s: the row of %s integration is there or not otherwise than calibration.json says", r.File, i)
	}
	if row == nil {
		s.State, s.Reason = Lost, whyLost(f, settings, i, p, missing)
		return s
	}
	s.State = Used
	dn, bias := int(row.DN[p.sample]), int(row.Bias)
	s.Row = &SampleRow{
		DN:       field(row, pixelsAt+fieldSize*p.sample, dn),
		Bias:     field(row, biasAt, bias),
		SignalDN: dn - bias,
		Integ:    field(row, integAt, int(row.IntegUnits)),
		IntegS:   row.IntegSeconds(),
		Counter:  counterAsSent(row),
		Received: chandra.FormatDate(row.ERT.Time()),
		Record:   row.Spans(),
	}
	if settings.Factors != nil {
		s.Row.Factor = settings.Factors[n]
	}
	return s
}

// field is a number of a row's record, at a byte of it.
func field(r *telemetry.Row, at, value int) Field {
	return Field{Value: value, At: r.SpansOf(at, fieldSize), Hex: fmt.Sprintf("%04x", value)}
}

// notReceived are the replicas of which no file came.
func (k *inquiry) notReceived() (out []Sample) {
	for number := 1; number <= k.calibration.Map.Planned; number++ {
		if !slices.ContainsFunc(k.calibration.Replicas, func(r artifact.Replica) bool { return r.Number == number }) {
			out = append(out, Sample{Replica: number, State: NoFile, Reason: "no file of this replica was received"})
		}
	}
	return out
}

// recompute makes the map again and shows what its value of the pixel follows from.
func (k *inquiry) recompute(p *Pixel, exposures [2]*Exposure, stack *darkmap.Stack, s darkmap.Settings, at place) {
	if k.made == nil {
		var err error
		if k.made, err = darkmap.Combine(stack); err != nil {
			k.notef("the value cannot be worked out again: %v", err)
			return
		}
	}
	for i, e := range exposures {
		integration := darkmap.Integration(i)
		rows := e.rows()
		if e.Coverage != nil && *e.Coverage != len(rows) {
			k.problemf("%s counts %d samples of the %s integration for this pixel, the telemetry has %d", artifact.CoverageFile, *e.Coverage, integration, len(rows))
		}
		if dn, seconds, ok := stack.Median(integration, at.halfRow, at.sample); ok {
			e.MedianDN, e.Seconds = &dn, &seconds
			e.Rule = mark(rows, s.Method)
		}
	}
	value := k.made.Image[k.made.Geometry.Index(p.Row, p.Col)]
	if value == value {
		p.Recomputed = &value
		p.Formula = fmt.Sprintf("(%s - %s) DN x %s e-/DN / (%s - %s) s", text(*p.Long.MedianDN), text(*p.Short.MedianDN),
			text(s.GainEPerDN), text(*p.Long.Seconds), text(*p.Short.Seconds))
	} else {
		p.Long.Seconds, p.Short.Seconds = nil, nil
	}
	stored := float32(math.NaN())
	if p.Value != nil {
		stored = *p.Value
	}
	p.Agrees = new(same(value, stored))
	if !*p.Agrees {
		k.problemf("the telemetry gives %v e-/s for this pixel, %s has %v", value, artifact.ImageFile, stored)
	}
}

// rows are the samples that are there.
func (e *Exposure) rows() (rows []*SampleRow) {
	for _, s := range e.Samples {
		if s.Row != nil {
			rows = append(rows, s.Row)
		}
	}
	return rows
}

// mark marks the samples that the median rests on and says how they are chosen.
func mark(rows []*SampleRow, method darkmap.Method) (rule string) {
	slices.SortStableFunc(rows, func(a, b *SampleRow) int { return cmp.Compare(a.signal(), b.signal()) })
	rows[len(rows)/2].Middle = true
	switch {
	case len(rows) == 1:
		return "the only sample"
	case len(rows)%2 == 1:
		return "the middle one"
	case method == darkmap.Classic:
		return "the upper of the two middle ones"
	}
	rows[len(rows)/2-1].Middle = true
	return "the mean of the two middle ones"
}

// signal is what goes into the median, DN.
func (r *SampleRow) signal() float64 {
	if r.Factor == 0 {
		return float64(r.SignalDN)
	}
	return float64(darkmap.Scaled(int32(r.SignalDN), r.Factor)) / darkmap.Fine
}

func text(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

func counterAsSent(r *telemetry.Row) int64 {
	return (r.Counter%telemetry.CounterModulus + telemetry.CounterModulus) % telemetry.CounterModulus
}
