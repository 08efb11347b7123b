package evidence

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"

	"darksite/processing/artifact"
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
)

// pixel answers for one pixel of the map.
func (k *inquiry) pixel(ctx context.Context, row, col int) error {
	p := placeOf(row, col)
	index := p.index()
	out := &Pixel{
		Row: row, Col: col, ImageY: index / chandra.CCDSize, ImageX: index % chandra.CCDSize,
		Quadrant: p.quadrant().Letter(), ColNeg: p.colneg, Sample: p.sample, Offset: k.image.offset(index),
	}
	out.Hex = hex.EncodeToString(k.image.content[out.Offset : out.Offset+pixelSize])
	if v := k.image.pixels[index]; v == v {
		out.Value = &v
	}
	k.answer.Pixel = out
	covered := k.covers(index)
	out.Short.Coverage, out.Long.Coverage = covered[darkmap.Short], covered[darkmap.Long]

	if err := k.decode(ctx, 0); err != nil {
		return err
	}
	stack, settings, err := k.stack()
	if err != nil {
		return err
	}
	exposures := [2]*Exposure{darkmap.Short: &out.Short, darkmap.Long: &out.Long}
	whole := len(k.calibration.Replicas) > 0
	for _, i := range darkmap.Integrations {
		e := exposures[i]
		e.Samples = []Sample{}
		for n := range k.calibration.Replicas {
			s := k.sample(stack, settings, n, i, p)
			whole = whole && (s.State == Used || s.State == Lost)
			e.Samples = append(e.Samples, s)
		}
		e.Samples = append(e.Samples, k.notReceived()...)
	}
	if err := k.reread(ctx, exposures[:]...); err != nil {
		return err
	}
	if !whole {
		k.notef("the value cannot be worked out again: not all telemetry that it rests on is at hand")
		return nil
	}
	k.recompute(out, settings)
	return nil
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
	stack, err := darkmap.NewStack(all, settings)
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
	row := stack.Row(n, i, p.halfRow())
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
		DN:       Field{Value: dn, At: row.SpansOf(pixelsAt+fieldSize*p.sample, fieldSize)},
		Bias:     Field{Value: bias, At: row.SpansOf(biasAt, fieldSize)},
		SignalDN: dn - bias,
		Integ:    Field{Value: int(row.IntegUnits), At: row.SpansOf(integAt, fieldSize)},
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

// notReceived are the replicas of which no file came.
func (k *inquiry) notReceived() (out []Sample) {
	for number := 1; number <= k.calibration.Map.Planned; number++ {
		if !slices.ContainsFunc(k.calibration.Replicas, func(r artifact.Replica) bool { return r.Number == number }) {
			out = append(out, Sample{Replica: number, State: NoFile, Reason: "no file of this replica was received"})
		}
	}
	return out
}

// recompute works the value out again from the samples.
func (k *inquiry) recompute(p *Pixel, s darkmap.Settings) {
	for i, e := range [2]*Exposure{darkmap.Short: &p.Short, darkmap.Long: &p.Long} {
		used := 0
		for _, sample := range e.Samples {
			if sample.State == Used {
				used++
			}
		}
		if e.Coverage != nil && *e.Coverage != used {
			k.problemf("%s counts %d samples of the %s integration for this pixel, the telemetry has %d", artifact.CoverageFile, *e.Coverage, darkmap.Integration(i), used)
		}
		e.median(s.Method)
	}
	value := float32(math.NaN())
	if p.Short.MedianDN != nil && p.Long.MedianDN != nil {
		p.Short.Seconds, p.Long.Seconds = &s.ShortS, &s.LongS
		if s.Method == darkmap.Measured {
			p.Short.Seconds, p.Long.Seconds = p.Short.meanSeconds(), p.Long.meanSeconds()
		}
		scale := s.GainEPerDN / (*p.Long.Seconds - *p.Short.Seconds)
		value = float32((*p.Long.MedianDN - *p.Short.MedianDN) * scale)
		p.Recomputed = &value
		p.Formula = fmt.Sprintf("(%s - %s) DN x %s e-/DN / (%s - %s) s", text(*p.Long.MedianDN), text(*p.Short.MedianDN),
			text(s.GainEPerDN), text(*p.Long.Seconds), text(*p.Short.Seconds))
	}
	stored := float32(math.NaN())
	if p.Value != nil {
		stored = *p.Value
	}
	agrees := same(value, stored)
	p.Agrees = &agrees
	if !agrees {
		k.problemf("the telemetry gives %v e-/s for this pixel, %s has %v", value, artifact.ImageFile, stored)
	}
}

// median chooses the middle of the samples and marks them.
func (e *Exposure) median(method darkmap.Method) {
	var rows []*SampleRow
	for _, s := range e.Samples {
		if s.Row != nil {
			rows = append(rows, s.Row)
		}
	}
	if len(rows) == 0 {
		return
	}
	slices.SortStableFunc(rows, func(a, b *SampleRow) int { return cmp.Compare(a.signal(), b.signal()) })
	lower, upper := rows[(len(rows)-1)/2], rows[len(rows)/2]
	upper.Middle = true
	dn := upper.signal()
	switch {
	case len(rows) == 1:
		e.Rule = "the only sample"
	case len(rows)%2 == 1:
		e.Rule = "the middle one"
	case method == darkmap.Classic:
		e.Rule = "the upper of the two middle ones"
	default:
		e.Rule = "the mean of the two middle ones"
		lower.Middle = true
		dn = (lower.signal() + upper.signal()) / 2
	}
	e.MedianDN = &dn
}

// signal is what goes into the median, DN.
func (r *SampleRow) signal() float64 {
	if r.Factor == 0 {
		return float64(r.SignalDN)
	}
	return float64(darkmap.Scaled(int32(r.SignalDN), r.Factor)) / darkmap.Fine
}

// meanSeconds is the mean integration time of the samples.
func (e *Exposure) meanSeconds() *float64 {
	units, n := 0, 0
	for _, s := range e.Samples {
		if s.Row != nil {
			units += s.Row.Integ.Value
			n++
		}
	}
	seconds := float64(units) / float64(n) * telemetry.IntegUnit
	return &seconds
}

func text(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

func counterAsSent(r *telemetry.Row) int64 {
	return (r.Counter%telemetry.CounterModulus + telemetry.CounterModulus) % telemetry.CounterModulus
}
