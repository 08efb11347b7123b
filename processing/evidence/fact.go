package evidence

import (
	"context"
	"fmt"
	"os"
	"slices"

	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/darkmap"
	"darksite/processing/inputs"
	"darksite/processing/quantity"
	"darksite/processing/telemetry"
)

// rowsFact is the fact that has readouts below it.
const rowsFact = "rows"

// fact is a number of calibration.json that is no statistic of the map.
type fact struct {
	name, unit string
	aliases    []string
	definition string
	key        string // in calibration.json, below the replica or the whole
	sums       bool   // the calibration has the sum over its replicas

	ofReplica func(*artifact.Replica) int64
	ofFile    func(*telemetry.File) int64
	ofStack   func(*darkmap.Stack, int) int64 // of the replica with an index
	ofFacts   func(*artifact.Facts) *float64
	ofInfo    func(*inputs.Info) *float64
}

func findFact(all []fact, name string) (fact, bool) {
	for _, f := range all {
		if f.name == name || slices.Contains(f.aliases, name) {
			return f, true
		}
	}
	return fact{}, false
}

// replicaFacts are known of each replica.
var replicaFacts = []fact{
	{name: rowsFact, unit: "rows", key: "rows_received", sums: true,
		definition: "calibration records that became rows of the map: a whole record, a row of the CCD, one of the two integration times, the first with its number",
		ofReplica:  func(r *artifact.Replica) int64 { return int64(r.RowsReceived) }},
	{name: "rows rejected", unit: "rows", aliases: []string{"rejected"}, key: "rows_rejected",
		definition: "whole records that cannot be rows: an impossible row number or more than one damaged sync byte",
		ofReplica:  func(r *artifact.Replica) int64 { return int64(r.RowsRejected) },
		ofFile:     func(f *telemetry.File) int64 { return int64(f.RowsRejected) }},
	{name: "rows repeated", unit: "rows", aliases: []string{"repeated"}, key: "rows_repeated",
		definition: "rows whose integration time, column sign and row number came before, under another counter",
		ofReplica:  func(r *artifact.Replica) int64 { return int64(r.RowsRepeated) },
		ofFile:     func(f *telemetry.File) int64 { return int64(f.RowsRepeated) }},
	{name: "rows other", unit: "rows", aliases: []string{"rows of another integration"}, key: "rows_other",
		definition: "rows whose integration time is neither of the two; they are in no map",
		ofReplica:  func(r *artifact.Replica) int64 { return int64(r.RowsOther) },
		ofStack:    func(s *darkmap.Stack, n int) int64 { return int64(s.OtherIntegration[n]) }},
	{name: "bytes", unit: "bytes", aliases: []string{"size"}, key: "bytes",
		definition: "the size of the telemetry, inflated",
		ofReplica:  func(r *artifact.Replica) int64 { return r.Bytes },
		ofFile:     func(f *telemetry.File) int64 { return f.Bytes }},
	{name: "sfdus", unit: "SFDUs", key: "sfdus",
		definition: "stretches of the file that are a whole SFDU with one minor frame",
		ofReplica:  func(r *artifact.Replica) int64 { return int64(r.SFDUs) },
		ofFile:     func(f *telemetry.File) int64 { return int64(f.SFDUs) }},
	{name: "segments", unit: "segments", key: "segments",
		definition: "runs of data frames whose counters rise by one",
		ofReplica:  func(r *artifact.Replica) int64 { return int64(r.Segments) },
		ofFile:     func(f *telemetry.File) int64 { return int64(f.Segments) }},
	frames("data", "frames of VC2 that hold pixels: more than three of their bytes are not fill", func(c *telemetry.FrameCounts) int { return c.Data }),
	frames("fill", "frames of VC2 that hold nothing: at most three of their bytes are not AA", func(c *telemetry.FrameCounts) int { return c.Fill }),
	frames("other", "frames of other virtual channels", func(c *telemetry.FrameCounts) int { return c.Other }),
	frames("repeated", "frames whose counter was there already, and those that differ under one counter", func(c *telemetry.FrameCounts) int { return c.Repeated }),
	frames("damaged", "stretches of bytes that hold no whole SFDU", func(c *telemetry.FrameCounts) int { return c.Damaged }),
	ledger("rows", "bytes of the records that became rows, 1040 for each", func(l *telemetry.Ledger) int64 { return l.Rows }),
	ledger("framing", "bytes of headers, markers and last bytes around the payload of data frames", func(l *telemetry.Ledger) int64 { return l.Framing }),
	ledger("fill", "bytes of fill frames, less what a row used of them", func(l *telemetry.Ledger) int64 { return l.Fill }),
	ledger("empty", "bytes of empty records within data frames", func(l *telemetry.Ledger) int64 { return l.Empty }),
	ledger("cut", "bytes of records whose other part was not received", func(l *telemetry.Ledger) int64 { return l.Cut }),
	ledger("rejected", "bytes of whole records that cannot be rows", func(l *telemetry.Ledger) int64 { return l.Rejected }),
	ledger("repeated", "bytes of frames whose counter was there already, or whose copies differ", func(l *telemetry.Ledger) int64 { return l.Repeated }),
	ledger("other", "bytes of frames of other virtual channels", func(l *telemetry.Ledger) int64 { return l.Other }),
	ledger("damaged", "bytes that are not part of a whole SFDU", func(l *telemetry.Ledger) int64 { return l.Damaged }),
	ledger("surplus", "bytes behind each SFDU that are as many throughout the file", func(l *telemetry.Ledger) int64 { return l.Surplus }),
	ledger("trailing", "bytes of an incomplete SFDU at the end", func(l *telemetry.Ledger) int64 { return l.Trailing }),
}

func frames(class, definition string, of func(*telemetry.FrameCounts) int) fact {
	return fact{name: class + " frames", unit: "frames", definition: definition, key: "frames/" + class,
		ofReplica: func(r *artifact.Replica) int64 { return int64(of(&r.Frames)) },
		ofFile:    func(f *telemetry.File) int64 { return int64(of(&f.Frames)) }}
}

func ledger(class, definition string, of func(*telemetry.Ledger) int64) fact {
	return fact{name: "ledger " + class, unit: "bytes", definition: definition, key: "ledger/" + class, sums: true,
		ofReplica: func(r *artifact.Replica) int64 { return of(&r.Ledger) },
		ofFile:    func(f *telemetry.File) int64 { return of(&f.Ledger) }}
}

// facts come from outside the telemetry.
var facts = []fact{
	{name: string(quantity.CCDTemp), unit: string(quantity.Celsius), aliases: []string{"ccd_temp", "t_ccd", "temperature", "temp"}, key: "ccd_temp_c",
		definition: "the temperature of the CCD, as it was given",
		ofFacts:    func(f *artifact.Facts) *float64 { return f.CCDTemp },
		ofInfo:     func(i *inputs.Info) *float64 { return i.CCDTemp }},
	{name: "ra", unit: "deg", key: "ra_deg",
		definition: "the right ascension of the dark field, as it was given",
		ofFacts:    func(f *artifact.Facts) *float64 { return f.RA },
		ofInfo:     func(i *inputs.Info) *float64 { return i.RA }},
	{name: "dec", unit: "deg", key: "dec_deg",
		definition: "the declination of the dark field, as it was given",
		ofFacts:    func(f *artifact.Facts) *float64 { return f.Dec },
		ofInfo:     func(i *inputs.Info) *float64 { return i.Dec }},
}

// fact answers for a fact from outside the telemetry.
func (k *inquiry) fact(q Question) error {
	f, _ := findFact(facts, q.name)
	given := &k.calibration.Facts
	out := &Number{Name: q.String(), Definition: f.definition, Unit: f.unit, Stored: f.ofFacts(given), StoredAt: "/facts/" + f.key}
	k.answer.Number = out
	if f.key == "ccd_temp_c" {
		if done, err := k.replicasTemp(out); done || err != nil {
			return err
		}
	}
	n := slices.IndexFunc(k.inputs, func(in Input) bool { return in.Name == given.Source && in.Role == roleFacts })
	if n < 0 {
		k.notef("%s cannot be read again: its source is %q", f.name, given.Source)
		return nil
	}
	in := &k.inputs[n]
	if in.State != Unchanged {
		return nil
	}
	file, err := os.Open(in.Path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := inputs.ReadInfo(file, in.Path)
	if err != nil {
		return err
	}
	out.Recomputed, out.From = f.ofInfo(&info), in.Name
	k.compare(out)
	return nil
}

// replicasTemp works the temperature out again from replicas.csv, when it is from
// there: the mean of those of the replicas at hand.
func (k *inquiry) replicasTemp(out *Number) (done bool, err error) {
	n := slices.IndexFunc(k.inputs, func(in Input) bool { return in.Role == roleReplicas })
	if n < 0 || k.calibration.Facts.CCDTempSource == chandra.TypedTemp {
		return false, nil
	}
	in := &k.inputs[n]
	if in.State != Unchanged {
		return false, nil
	}
	file, err := os.Open(in.Path)
	if err != nil {
		return false, err
	}
	defer file.Close()
	replicas, _, err := inputs.ReadReplicas(file, in.Path)
	if err != nil {
		return false, err
	}
	replicas = slices.DeleteFunc(replicas, func(r inputs.ReplicaFacts) bool {
		return !slices.ContainsFunc(k.calibration.Replicas, func(had artifact.Replica) bool { return had.Number == r.Number })
	})
	mean, source := inputs.MeanTemp(replicas)
	if mean == nil {
		return false, nil
	}
	out.Definition = fmt.Sprintf("the mean temperature of the CCD at %d replicas (%s)", len(replicas), source)
	out.Recomputed, out.From = mean, in.Name
	k.compare(out)
	return true, nil
}

// replicaFact answers for a fact of one replica, or for its sum over all.
func (k *inquiry) replicaFact(ctx context.Context, q Question) error {
	f, _ := findFact(replicaFacts, q.name)
	out := &Number{Name: q.String(), Quadrant: q.quadrant, Replica: q.replica, Definition: f.definition, Unit: f.unit}
	k.answer.Number = out
	replicas := k.calibration.Replicas
	at := slices.IndexFunc(replicas, func(r artifact.Replica) bool { return r.Number == q.replica && r.File != "" })
	if q.replica != 0 && at < 0 {
		k.notef("no file of replica %d was received, so there is nothing that could be counted", q.replica)
		return nil
	}
	if q.replica == 0 && len(replicas) == 0 {
		k.notef("calibration.json describes no replica")
		return nil
	}
	if err := k.decode(ctx, q.replica); err != nil {
		return err
	}
	out.StoredAt = "/replicas/*/" + f.key
	if q.replica != 0 {
		out.StoredAt = fmt.Sprintf("/replicas/%d/%s", at, f.key)
	}
	if f.name == rowsFact {
		return k.rows(q, out)
	}
	stack, _, err := k.stack()
	if err != nil {
		return err
	}
	stored, now, whole := int64(0), int64(0), true
	for i := range replicas {
		if q.replica != 0 && i != at {
			continue
		}
		stored += f.ofReplica(&replicas[i])
		switch whole = whole && k.files[i] != nil; {
		case whole && f.ofStack != nil:
			now += f.ofStack(stack, i)
		case whole:
			now += f.ofFile(k.files[i])
		}
	}
	out.Stored = new(float64(stored))
	k.recount(out, whole, float64(now))
	return nil
}

// recount enters what the telemetry gives now, if all of it is at hand.
func (k *inquiry) recount(out *Number, whole bool, now float64) {
	if !whole {
		k.notef("the number cannot be counted again: not all telemetry that it rests on is at hand")
		return
	}
	out.Recomputed, out.From = &now, "the telemetry"
	k.compare(out)
}
