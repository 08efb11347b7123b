package main

import (
	"fmt"
	"strconv"

	"darksite/processing/artifact"
	"darksite/processing/evidence"
	"darksite/processing/stats"
	"darksite/processing/telemetry"
)

// number prints a statistic or a fact.
func (r reason) number(n *evidence.Number) {
	headline := "not known"
	switch {
	case n.Stored != nil:
		headline = amount(*n.Stored, n.Unit)
	case n.Agrees != nil:
		headline = "none"
	}
	r.Printf("%s  %s: %s", r.ID, n.Name, headline)
	r.Printf("")
	r.say("is", "%s", n.Definition)
	if n.StoredAt != "" {
		r.say("stored", "%s, by %s of %s", headline, n.StoredAt, artifact.CalibrationFile)
	}
	if n.Agrees != nil {
		again, verdict := "none", "the same"
		if n.Recomputed != nil {
			again = amount(*n.Recomputed, n.Unit)
		}
		if !*n.Agrees {
			verdict = "NOT THE SAME"
		}
		r.say("again", "%s, worked out from %s: %s", again, n.From, verdict)
	}
	r.count(n.Count)
	r.rank(n.Rank)
	r.sum(n.Sum)
	r.fit(n.Fit, n.Recomputed != nil)
	r.readouts(n.Readouts)
	label := "pixels"
	for _, p := range n.Pixels {
		r.Printf("%-*s%-34s# %s, %s", labelWidth, label, fmt.Sprintf("darksite why %s %d,%d", r.ID, p.Row, p.Col), rate(&p.Value), p.Why)
		label = ""
	}
}

func (r reason) count(c *evidence.Count) {
	if c == nil {
		return
	}
	switch {
	case c.Threshold == nil && c.Lowest == nil:
		r.say("count", "%s pixels have a value", num(c.Counted))
		return
	case c.Threshold == nil:
		r.say("count", "%s of the %s pixels that have a value have this one", num(c.Counted), num(c.Pixels))
		return
	}
	r.say("count", "%s of the %s pixels that have a value lie above %s e-/s", num(c.Counted), num(c.Pixels), strconv.FormatFloat(*c.Threshold, 'f', -1, 64))
	if c.Lowest != nil {
		r.say("", "the lowest counted: %s, %s %s", rate(&c.Lowest.Value), num(c.Lowest.Pixels), plural(c.Lowest.Pixels, "pixel", "pixels"))
	}
	if c.Next != nil {
		r.say("", "the highest not counted: %s, %s %s", rate(&c.Next.Value), num(c.Next.Pixels), plural(c.Next.Pixels, "pixel", "pixels"))
	}
}

func (r reason) rank(k *stats.Rank) {
	if k == nil {
		return
	}
	share := strconv.FormatFloat(k.Share, 'f', -1, 64)
	r.say("rank", "of %s pixels in rising order, from 0: (%s - 1) x %s = %s", num(k.Pixels), num(k.Pixels), share, strconv.FormatFloat(k.Rank, 'f', -1, 64))
	for _, at := range []stats.Ranked{k.Below, k.Above} {
		r.say("", "rank %s has %s, as have ranks %s to %s", num(at.Rank), rate(&at.Value), num(at.First), num(at.Last))
	}
}

func (r reason) sum(s *evidence.Sum) {
	if s == nil {
		return
	}
	of := "all pixels that have a value"
	if s.Low != nil {
		of = fmt.Sprintf("pixels from %s to %s e-/s", strconv.FormatFloat(*s.Low, 'f', -1, 64), strconv.FormatFloat(*s.High, 'f', -1, 64))
	}
	r.say("sum", "of %s: %s e-/s over %s pixels", of, strconv.FormatFloat(s.Sum, 'f', -1, 64), num(s.Pixels))
}

func (r reason) fit(f *evidence.Fit, found bool) {
	if f == nil {
		return
	}
	r.say("bins", "of 1 e-/s about the %s, and the parabola through them", f.About)
	r.Printf("  %14s  %12s  %12s", "middle [e-/s]", "pixels", "parabola")
	for _, b := range f.Bins {
		x := b.Middle - f.Centre
		r.Printf("  %14s  %12s  %12.1f", strconv.FormatFloat(b.Middle, 'f', -1, 64), strconv.FormatFloat(b.Pixels, 'f', -1, 64), f.Constant+x*(f.Slope+x*f.Curvature))
	}
	r.say("vertex", "%s + %.6g / (2 x %.6g)", strconv.FormatFloat(f.Centre, 'f', -1, 64), f.Slope, -f.Curvature)
	if !found {
		r.say("", "which is not a maximum within 5 e-/s of that, so there is no peak")
	}
}

// readouts lists what each has and lacks, and where its rows stand.
func (r reason) readouts(all []evidence.Readout) {
	if len(all) == 0 {
		return
	}
	const most = 16 // two replicas
	r.say("readouts", "with counter and record (offset + length) of the first and last row received")
	for i, o := range all {
		if i == most {
			r.say("", "... and %d more (--json lists all)", len(all)-most)
			break
		}
		r.say("", "replica %d, %s, %s: %d of %d rows%s", o.Replica, o.Integration, o.Quadrant, o.Rows, telemetry.CCD.QuadrantRows(), missing(o.Missing))
		for _, row := range []*evidence.PlaceOfRow{o.First, o.Last} {
			if row != nil {
				r.Printf("%-*s  row %4d  counter %8d  record %s", labelWidth, "", row.Row, row.Counter, spans(row.Record))
			}
		}
	}
}
