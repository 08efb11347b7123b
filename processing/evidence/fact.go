package evidence

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/darkmap"
	"darksite/processing/inputs"
	"darksite/processing/quantity"
	"darksite/processing/telemetry"
)

// fact is a number of calibration.json that is no statistic of the map.
type fact struct {
	name, unit string
	key        string // in calibration.json, below the replica or the facts
	definition string
	aliases    []string
}

func findFact(all []fact, name string) (fact, bool) {
	for _, f := range all {
		if f.name == name || slices.Contains(f.aliases, name) {
			return f, true
		}
	}
	return fact{}, false
}

// rowsFact is the fact that has readouts below it.
const rowsFact = "rows"

// replicaFacts are known of each replica.
var replicaFacts = []fact{
	{rowsFact, "rows", "rows_received", "calibration records that became rows of the map: a whole record, a row of the CCD, one of the two integration times, the first with its number", nil},
	{"rows rejected", "rows", "rows_rejected", "whole records that cannot be rows: an impossible row number or more than one damaged sync byte", []string{"rejected"}},
	{"rows repeated", "rows", "rows_repeated", "rows whose integration time, column sign and row number came before, under another counter", []string{"repeated"}},
	{"rows other", "rows", "rows_other", "rows whose integration time is neither of the two; they are in no map", []string{"rows of another integration"}},
	{"bytes", "bytes", "bytes", "the size of the telemetry, inflated", []string{"size"}},
	{"sfdus", "SFDUs", "sfdus", "stretches of the file that are a whole SFDU with one minor frame", nil},
	{"segments", "segments", "segments", "runs of data frames whose counters rise by one", nil},
	{"data frames", "frames", "frames/data", "frames of VC2 that hold pixels: more than three of their bytes are not fill", nil},
	{"fill frames", "frames", "frames/fill", "frames of VC2 that hold nothing: at most three of their bytes are not AA", nil},
	{"other frames", "frames", "frames/other", "frames of other virtual channels", nil},
	{"repeated frames", "frames", "frames/repeated", "frames whose counter was there already, and those that differ under one counter", nil},
	{"damaged frames", "frames", "frames/damaged", "stretches of bytes that hold no whole SFDU", nil},
	{"ledger rows", "bytes", "ledger/rows", "bytes of the records that became rows, 1040 for each", nil},
	{"ledger framing", "bytes", "ledger/framing", "bytes of headers, markers and last bytes around the payload of data frames", nil},
	{"ledger fill", "bytes", "ledger/fill", "bytes of fill frames, less what a row used of them", nil},
	{"ledger empty", "bytes", "ledger/empty", "bytes of empty records within data frames", nil},
	{"ledger cut", "bytes", "ledger/cut", "bytes of records whose other part was not received", nil},
	{"ledger rejected", "bytes", "ledger/rejected", "bytes of whole records that cannot be rows", nil},
	{"ledger repeated", "bytes", "ledger/repeated", "bytes of frames whose counter was there already, or whose copies differ", nil},
	{"ledger other", "bytes", "ledger/other", "bytes of frames of other virtual channels", nil},
	{"ledger damaged", "bytes", "ledger/damaged", "bytes that are not part of a whole SFDU", nil},
	{"ledger surplus", "bytes", "ledger/surplus", "bytes behind each SFDU that are as many throughout the file", nil},
	{"ledger trailing", "bytes", "ledger/trailing", "bytes of an incomplete SFDU at the end", nil},
}

// sums tells whether the calibration has the sum over its replicas.
func (f fact) sums() bool { return f.name == rowsFact || strings.HasPrefix(f.name, "ledger ") }

// of is the fact in what calibration.json has of a replica, or the rows of those of
// its readouts that are asked for.
func (f fact) of(r *artifact.Replica, q Question) (v float64) {
	if q.integration != "" {
		for _, o := range r.Readouts {
			if q.holds(o) {
				v += float64(o.Rows)
			}
		}
		return v
	}
	content, _ := json.Marshal(r) // read from JSON
	for key := range strings.SplitSeq(f.key, "/") {
		members := map[string]json.RawMessage{}
		_ = json.Unmarshal(content, &members)
		content = members[key]
	}
	if err := json.Unmarshal(content, &v); err != nil {
		panic(fmt.Sprintf("evidence: a replica has no %s: %v", f.key, err))
	}
	return v
}

// facts come from outside the telemetry.
var facts = []fact{
	{string(quantity.CCDTemp), string(quantity.Celsius), "ccd_temp_c", "the temperature of the CCD, as it was given", []string{"t_ccd", "temperature", "temp"}},
	{"ra", "deg", "ra_deg", "the right ascension of the dark field, as it was given", nil},
	{"dec", "deg", "dec_deg", "the declination of the dark field, as it was given", nil},
}

// fact answers for a fact from outside the telemetry.
func (k *inquiry) fact(q Question) error {
	f, _ := findFact(facts, q.name)
	of := func(temp, ra, dec *float64) *float64 {
		return map[string]*float64{"ccd_temp_c": temp, "ra_deg": ra, "dec_deg": dec}[f.key]
	}
	given := &k.calibration.Facts
	out := &Number{Name: q.String(), Definition: f.definition, Unit: f.unit, Stored: of(given.CCDTemp, given.RA, given.Dec), StoredAt: "/facts/" + f.key}
	k.answer.Number = out

	if f.key == "ccd_temp_c" && given.CCDTempSource != chandra.TypedTemp { // then replicas.csv goes first
		if done, err := k.replicasTemp(out); done || err != nil {
			return err
		}
	}
	n := slices.IndexFunc(k.inputs, func(in Input) bool { return in.Name == given.Source && in.Role == roleFacts })
	if n < 0 {
		k.notef("%s cannot be read again: its source is %q", f.name, given.Source)
		return nil
	}
	in := k.inputs[n]
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
	out.Recomputed, out.From = of(info.CCDTemp, info.RA, info.Dec), in.Name
	k.compare(out)
	return nil
}

// replicasTemp works the temperature out again from replicas.csv, when it is from
// there: the mean of those of the replicas at hand.
func (k *inquiry) replicasTemp(out *Number) (done bool, err error) {
	n := slices.IndexFunc(k.inputs, func(in Input) bool { return in.Role == roleReplicas && in.State == Unchanged })
	if n < 0 {
		return false, nil
	}
	in := k.inputs[n]
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
	stack, _, err := k.stack()
	if err != nil {
		return err
	}
	out.StoredAt = "/replicas/*/" + f.key
	stored, now, whole := 0.0, 0.0, true
	for i := range replicas {
		if q.replica != 0 && i != at {
			continue
		}
		was, again := &replicas[i], (*artifact.Replica)(nil)
		if q.replica != 0 {
			out.StoredAt = fmt.Sprintf("/replicas/%d/%s", i, f.key)
		}
		stored += f.of(was, q)
		if whole = whole && k.files[i] != nil; k.files[i] != nil {
			again = new(artifact.DescribeReplica(i, artifact.Source{Number: was.Number, File: k.files[i]}, stack))
			now += f.of(again, q)
		}
		if f.name == rowsFact {
			k.readouts(q, out, i, again, stack)
		}
	}
	out.Stored = &stored
	if !whole {
		k.notef("the number cannot be counted again: not all telemetry that it rests on is at hand")
		return nil
	}
	out.Recomputed, out.From = &now, "the telemetry"
	k.compare(out)
	return nil
}

// holds tells whether a readout is asked for.
func (q Question) holds(o artifact.Readout) bool {
	return (q.integration == "" || q.integration == o.Integration) && (q.quadrant == "" || q.quadrant == o.Quadrant)
}

// readouts shows those of a replica that are asked for, as they are now where its
// telemetry is at hand.
func (k *inquiry) readouts(q Question, out *Number, n int, again *artifact.Replica, stack *darkmap.Stack) {
	r := &k.calibration.Replicas[n]
	for i, o := range r.Readouts {
		if !q.holds(o) {
			continue
		}
		if q.integration != "" {
			out.StoredAt = fmt.Sprintf("/replicas/%d/readouts/%d/rows", n, i)
			if q.quadrant == "" {
				out.StoredAt = fmt.Sprintf("/replicas/%d/readouts/*/rows", n)
			}
		}
		shown := Readout{Replica: r.Number, Integration: o.Integration, Quadrant: o.Quadrant}
		if now := readoutOf(again, o.Integration, o.Quadrant); now != nil {
			if now.Rows != o.Rows || !slices.Equal(now.Missing, o.Missing) {
				k.problemf("%s: %s integration, quadrant %s: the telemetry has %d rows without %v, calibration.json says %d without %v",
					r.File, o.Integration, o.Quadrant, now.Rows, now.Missing, o.Rows, o.Missing)
			}
			o = *now
			shown.First, shown.Last = ends(stack, n, o)
		}
		shown.Rows, shown.Missing = o.Rows, append([]artifact.RowRange{}, o.Missing...)
		out.Readouts = append(out.Readouts, shown)
	}
}

// readoutOf is one quadrant of one integration, nil where the replica has none.
func readoutOf(r *artifact.Replica, integration, quadrant string) *artifact.Readout {
	if r == nil {
		return nil
	}
	for i := range r.Readouts {
		if o := &r.Readouts[i]; o.Integration == integration && o.Quadrant == quadrant {
			return o
		}
	}
	return nil
}

// ends are the first and the last row of a readout that were received.
func ends(stack *darkmap.Stack, n int, o artifact.Readout) (from, to *PlaceOfRow) {
	var first, last *telemetry.Row
	for h := range stack.Geometry.HalfRows() {
		for _, i := range darkmap.Integrations {
			row := stack.Row(n, i, h)
			if row == nil || i.String() != o.Integration || row.Quadrant().Letter() != o.Quadrant {
				continue
			}
			if first == nil || row.Counter < first.Counter {
				first = row
			}
			if last == nil || row.Counter > last.Counter {
				last = row
			}
		}
	}
	if first == nil {
		return nil, nil
	}
	return placeOfRow(first), placeOfRow(last)
}

func placeOfRow(r *telemetry.Row) *PlaceOfRow {
	return &PlaceOfRow{Row: int(r.Row), Counter: counterAsSent(r), Record: r.Spans()}
}
