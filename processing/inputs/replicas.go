package inputs

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"darksite/internal/ground/table"
	"darksite/processing/chandra"
)

// ReplicasFile is the name of the file with the facts of each replica, in the
// form that the warm pixel script wrote (sot/state_of_aca, warm_pix_corr.py),
// replica,datestart,datestop,ra,dec,pre_temp,post_temp, and with the temperature
// that `darksite info` took from telemetry: temp,temp_source,temp_samples.
const ReplicasFile = "replicas.csv"

// ReplicaFacts is what is known of one replica from outside its telemetry.
type ReplicaFacts struct {
	Number int // from 1
	// Start and Stop are UTC, YYYY:DDD:HH:MM:SS.sss, "" when not known.
	Start, Stop string
	// RA, Dec and Roll of the replica, J2000, degrees.
	RA, Dec, Roll *float64
	// PreTemp and PostTemp are the CCD temperatures before and after it, degrees
	// Celsius: the star camera does not tell while it reads the CCD.
	PreTemp, PostTemp *float64
	// MeanTemp is the mean of telemetry around it, degrees Celsius, of Samples
	// values; TempSource is where they are from.
	MeanTemp   *float64
	TempSource string
	Samples    int
}

// Temp is the temperature at the replica, the mean of telemetry or else of what is
// known before and after, and its source; nil when none is known.
func (r *ReplicaFacts) Temp() (celsius *float64, source string) {
	switch {
	case r.MeanTemp != nil && r.TempSource == "":
		return r.MeanTemp, ReplicasFile
	case r.MeanTemp != nil:
		return r.MeanTemp, r.TempSource
	case r.PreTemp != nil && r.PostTemp != nil:
		mean := (*r.PreTemp + *r.PostTemp) / 2
		return &mean, chandra.HDR3
	case r.PreTemp != nil:
		return r.PreTemp, chandra.HDR3
	case r.PostTemp != nil:
		return r.PostTemp, chandra.HDR3
	}
	return nil, ""
}

// apartTemp is how far the temperatures of one replica may lie apart, degrees
// Celsius. Those before and after it are at most half an hour apart (600 s on both
// sides of at most 590 s), and the replicas of a calibration, hours apart, lie within
// a degree of each other (the rule replica-temperatures); a degree is 11 % of the
// dark current. So more is a slip of a digit, or of another day.
const apartTemp = 1.0

// Contradiction says which temperatures of the replica cannot be true together, ""
// where none contradict.
func (r *ReplicaFacts) Contradiction() string {
	known := []struct {
		celsius *float64
		name    string
	}{{r.PreTemp, "pre_temp"}, {r.PostTemp, "post_temp"}, {r.MeanTemp, "temp"}}
	var said []string
	low, high := math.Inf(1), math.Inf(-1)
	for _, k := range known {
		if k.celsius != nil {
			said = append(said, fmt.Sprintf("%s %.2f C", k.name, *k.celsius))
			low, high = min(low, *k.celsius), max(high, *k.celsius)
		}
	}
	if high-low <= apartTemp {
		return ""
	}
	return fmt.Sprintf("%s has of replica %d %s, %.2f C apart, where temperatures within half an hour of each other lie within %v C: correct the one that is wrong",
		ReplicasFile, r.Number, strings.Join(said, " and "), high-low, apartTemp)
}

// MeanTemp is the temperature of a calibration, the mean of its replicas', and the
// sources; nil when no temperature is known. Where only temperatures before and
// after are known it is the mean of the mean before and the mean after, as the warm
// pixel script took it.
func MeanTemp(replicas []ReplicaFacts) (celsius *float64, source string) {
	var pre, post, own mean
	var sources []string
	means := false
	for i := range replicas {
		r := &replicas[i]
		t, from := r.Temp()
		if t == nil {
			continue
		}
		means = means || r.MeanTemp != nil
		pre.add(r.PreTemp)
		post.add(r.PostTemp)
		own.add(t)
		if !slices.Contains(sources, from) {
			sources = append(sources, from)
		}
	}
	source = strings.Join(sources, " and ")
	switch {
	case own.n == 0:
		return nil, ""
	case means:
		return own.value(), source
	}
	var both mean
	both.add(pre.value())
	both.add(post.value())
	return both.value(), source
}

// mean adds up numbers.
type mean struct {
	sum float64
	n   int
}

func (m *mean) add(v *float64) {
	if v != nil {
		m.sum += *v
		m.n++
	}
}

func (m *mean) value() *float64 {
	if m.n == 0 {
		return nil
	}
	v := m.sum / float64(m.n)
	return &v
}

// The columns of replicas.csv.
const (
	replicaNumber = iota
	replicaStart
	replicaStop
	replicaRA
	replicaDec
	replicaPreTemp
	replicaPostTemp
	replicaTemp
	replicaTempSource
	replicaTempSamples
	replicaRoll
)

// maxReplicaRows is the largest number a replica may have.
const maxReplicaRows = 99

var replicaForm = table.Form{
	Example: "replica,datestart,datestop,ra,dec,pre_temp,post_temp",
	Fields: []table.Field{
		replicaNumber:      {Name: "replica", Aliases: []string{"number", "count"}, Low: 1, High: maxReplicaRows},
		replicaStart:       {Name: "datestart", Aliases: []string{"start", "tstart"}, Units: table.Time},
		replicaStop:        {Name: "datestop", Aliases: []string{"stop", "tstop"}, Units: table.Time},
		replicaRA:          {Name: "ra", Units: table.Degrees, Low: 0, High: 360},
		replicaDec:         {Name: "dec", Units: table.Degrees, Low: -90, High: 90},
		replicaPreTemp:     {Name: "pre_temp", Units: table.Celsius, Low: -40, High: 40},
		replicaPostTemp:    {Name: "post_temp", Units: table.Celsius, Low: -40, High: 40},
		replicaTemp:        {Name: "temp", Aliases: []string{"temperature", "t_ccd", "ccd_temp"}, Units: table.Celsius, Low: -40, High: 40},
		replicaTempSource:  {Name: "temp_source", Aliases: []string{"ccd_temp_source"}},
		replicaTempSamples: {Name: "temp_samples", Aliases: []string{"samples"}, Low: 0, High: 1e9},
		replicaRoll:        {Name: "roll", Units: table.Degrees, Low: -360, High: 360},
	},
	Bytes: infoLimit, Rows: maxReplicaRows,
}

// EncodeReplicas writes replicas.csv. What is not known is empty; the columns of
// the temperature from telemetry, and of the roll, are there when a replica has one.
func EncodeReplicas(replicas []ReplicaFacts) []byte {
	var b bytes.Buffer
	number := func(v *float64, digits int) string {
		if v == nil {
			return ""
		}
		return strconv.FormatFloat(*v, 'f', digits, 64)
	}
	measured := slices.ContainsFunc(replicas, func(r ReplicaFacts) bool { return r.MeanTemp != nil })
	rolled := slices.ContainsFunc(replicas, func(r ReplicaFacts) bool { return r.Roll != nil })
	b.WriteString(replicaForm.Example)
	if measured {
		b.WriteString(",temp,temp_source,temp_samples")
	}
	if rolled {
		b.WriteString(",roll")
	}
	b.WriteByte('\n')
	for _, r := range replicas {
		fmt.Fprintf(&b, "%d,%s,%s,%s,%s,%s,%s", r.Number, r.Start, r.Stop, number(r.RA, 6), number(r.Dec, 6), number(r.PreTemp, 3), number(r.PostTemp, 3))
		switch {
		case measured && r.MeanTemp != nil:
			fmt.Fprintf(&b, ",%s,%s,%d", number(r.MeanTemp, 3), sourceText(r.TempSource), r.Samples)
		case measured:
			b.WriteString(",,,")
		}
		if rolled {
			b.WriteString("," + number(r.Roll, 6))
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// ReadReplicas reads replicas.csv: a header with any of the columns, but replica,
// in any order, and a line for each replica. What is odd and taken is a sentence;
// a value that is there and wrong is an error. The name is for messages.
func ReadReplicas(r io.Reader, name string) (replicas []ReplicaFacts, warnings []string, err error) {
	content, err := io.ReadAll(io.LimitReader(r, infoLimit+1))
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	t, err := table.Read(content, name, replicaForm)
	if err != nil {
		return nil, nil, err
	}
	for row, err := range t.Rows() {
		if err != nil {
			return nil, nil, err
		}
		one, said, err := replicaOf(row)
		if err != nil {
			return nil, nil, err
		}
		for _, s := range said {
			warnings = append(warnings, row.Where()+": "+s)
		}
		if slices.ContainsFunc(replicas, func(r ReplicaFacts) bool { return r.Number == one.Number }) {
			return nil, nil, fmt.Errorf("%s: replica %d is there twice", row.Where(), one.Number)
		}
		replicas = append(replicas, one)
	}
	if len(replicas) == 0 {
		return nil, nil, fmt.Errorf("%s: no replica in it: want a line for each below the header", name)
	}
	slices.SortFunc(replicas, func(a, b ReplicaFacts) int { return a.Number - b.Number })
	return replicas, append(t.Warnings, warnings...), nil
}

func replicaOf(row table.Row) (r ReplicaFacts, warnings []string, err error) {
	for _, c := range []struct {
		field int
		to    **float64
	}{{replicaRA, &r.RA}, {replicaDec, &r.Dec}, {replicaRoll, &r.Roll}, {replicaPreTemp, &r.PreTemp}, {replicaPostTemp, &r.PostTemp}, {replicaTemp, &r.MeanTemp}} {
		if *c.to, err = row.Number(c.field); err != nil {
			return r, nil, err
		}
	}
	if r.Number, err = whole(row, replicaNumber); err != nil {
		return r, nil, err
	}
	if r.Number == 0 {
		return r, nil, row.Errorf(replicaNumber, "no replica number")
	}
	if r.Samples, err = whole(row, replicaTempSamples); err != nil {
		return r, nil, err
	}
	for _, c := range []struct {
		field int
		to    *string
	}{{replicaStart, &r.Start}, {replicaStop, &r.Stop}} {
		if text := row.Text(c.field); text != "" {
			t, err := parseTime(text, &warnings)
			if err != nil {
				return r, nil, row.Errorf(c.field, "%w", err)
			}
			*c.to = chandra.FormatDate(t)
		}
	}
	if r.MeanTemp != nil {
		r.TempSource = sourceText(row.Text(replicaTempSource))
	} else {
		r.Samples = 0
	}
	if r.Start != "" && r.Stop != "" && r.Stop < r.Start {
		return r, nil, fmt.Errorf("%s: replica %d stops at %s, before it starts at %s", row.Where(), r.Number, r.Stop, r.Start)
	}
	return r, warnings, nil
}

// whole is a whole number, 0 when the cell is empty.
func whole(row table.Row, field int) (int, error) {
	v, err := row.Number(field)
	if err != nil || v == nil {
		return 0, err
	}
	if *v != float64(int(*v)) {
		return 0, row.Errorf(field, "%v: want a whole number", *v)
	}
	return int(*v), nil
}
