package inputs

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"darksite/processing/chandra"
)

// ReplicasFile is the name of the file with the facts of each replica, in the
// form that the warm pixel script wrote (inputs-and-pages.md, section D):
// replica,datestart,datestop,ra,dec,pre_temp,post_temp.
const ReplicasFile = "replicas.csv"

// ReplicaFacts is what is known of one replica from outside its telemetry.
type ReplicaFacts struct {
	Number int // from 1
	// Start and Stop are UTC, YYYY:DDD:HH:MM:SS.sss, "" when not known.
	Start, Stop string
	RA, Dec     *float64 // degrees
	// PreTemp and PostTemp are the CCD temperatures before and after it, degrees
	// Celsius: the star camera does not tell while it reads the CCD.
	PreTemp, PostTemp *float64
}

// Temp is the temperature at the replica, from what is known before and after.
func (r *ReplicaFacts) Temp() *float64 {
	switch {
	case r.PreTemp != nil && r.PostTemp != nil:
		mean := (*r.PreTemp + *r.PostTemp) / 2
		return &mean
	case r.PreTemp != nil:
		return r.PreTemp
	}
	return r.PostTemp
}

// MeanTemp is the temperature of a calibration as the warm pixel script took it,
// the mean of the mean before and the mean after its replicas; nil when no
// temperature is known.
func MeanTemp(replicas []ReplicaFacts) *float64 {
	var means []float64
	for _, of := range []func(*ReplicaFacts) *float64{
		func(r *ReplicaFacts) *float64 { return r.PreTemp }, func(r *ReplicaFacts) *float64 { return r.PostTemp },
	} {
		sum, n := 0.0, 0
		for i := range replicas {
			if t := of(&replicas[i]); t != nil {
				sum += *t
				n++
			}
		}
		if n > 0 {
			means = append(means, sum/float64(n))
		}
	}
	if means == nil {
		return nil
	}
	mean := 0.0
	for _, m := range means {
		mean += m / float64(len(means))
	}
	return &mean
}

var replicaColumns = []string{"replica", "datestart", "datestop", "ra", "dec", "pre_temp", "post_temp"}

// EncodeReplicas writes replicas.csv. What is not known is empty.
func EncodeReplicas(replicas []ReplicaFacts) []byte {
	var b bytes.Buffer
	number := func(v *float64, digits int) string {
		if v == nil {
			return ""
		}
		return strconv.FormatFloat(*v, 'f', digits, 64)
	}
	b.WriteString(strings.Join(replicaColumns, ",") + "\n")
	for _, r := range replicas {
		fmt.Fprintf(&b, "%d,%s,%s,%s,%s,%s,%s\n", r.Number, r.Start, r.Stop, number(r.RA, 6), number(r.Dec, 6), number(r.PreTemp, 3), number(r.PostTemp, 3))
	}
	return b.Bytes()
}

// maxReplicaRows is the largest number a replica may have.
const maxReplicaRows = 99

// ReadReplicas reads replicas.csv: a header with any of the columns, but
// replica, in any order, and a line for each replica. A value that is there and
// wrong is an error. The name is for messages.
func ReadReplicas(r io.Reader, name string) ([]ReplicaFacts, error) {
	content, err := io.ReadAll(io.LimitReader(r, infoLimit+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(content) > infoLimit {
		return nil, fmt.Errorf("%s: more than %d bytes, want a line for each replica", name, infoLimit)
	}
	lines := csv.NewReader(bytes.NewReader(content))
	lines.TrimLeadingSpace = true
	header, err := lines.Read()
	if err != nil {
		return nil, fmt.Errorf("%s: no header: want %s", name, strings.Join(replicaColumns, ","))
	}
	var out []ReplicaFacts
	for {
		cells, err := lines.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%s: not a table of comma-separated values: %w", name, err)
		}
		line, _ := lines.FieldPos(0)
		one, err := replicaOf(header, cells)
		if err != nil {
			return nil, fmt.Errorf("%s: line %d: %w", name, line, err)
		}
		if slices.ContainsFunc(out, func(r ReplicaFacts) bool { return r.Number == one.Number }) {
			return nil, fmt.Errorf("%s: line %d: replica %d is there twice", name, line, one.Number)
		}
		out = append(out, one)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s: no replica in it", name)
	}
	slices.SortFunc(out, func(a, b ReplicaFacts) int { return a.Number - b.Number })
	return out, nil
}

func replicaOf(header, cells []string) (r ReplicaFacts, err error) {
	for i, column := range header {
		cell := strings.TrimSpace(cells[i])
		if cell == "" {
			continue
		}
		switch strings.ToLower(strings.TrimSpace(column)) {
		case "replica":
			if r.Number, err = strconv.Atoi(cell); err != nil || r.Number < 1 || r.Number > maxReplicaRows {
				return r, fmt.Errorf("replica %q: want a number from 1 to %d", cell, maxReplicaRows)
			}
		case "datestart":
			r.Start, err = replicaDate(cell)
		case "datestop":
			r.Stop, err = replicaDate(cell)
		case "ra":
			err = setNumber(&r.RA, cell, 0, 360, "degrees")
		case "dec":
			err = setNumber(&r.Dec, cell, -90, 90, "degrees")
		case "pre_temp":
			err = setNumber(&r.PreTemp, cell, -40, 40, "degrees Celsius")
		case "post_temp":
			err = setNumber(&r.PostTemp, cell, -40, 40, "degrees Celsius")
		default:
			err = errors.New("it is not known")
		}
		if err != nil {
			return r, fmt.Errorf("column %q: %w", column, err)
		}
	}
	if r.Number == 0 {
		return r, errors.New("no replica number")
	}
	if r.Start != "" && r.Stop != "" && r.Stop < r.Start {
		return r, fmt.Errorf("replica %d stops at %s, before it starts at %s", r.Number, r.Stop, r.Start)
	}
	return r, nil
}

// replicaDate is a time in Chandra's full form, which sorts as time does.
func replicaDate(s string) (string, error) {
	t, err := chandra.ParseDate(s)
	if err != nil {
		return "", err
	}
	return chandra.FormatDate(t), nil
}
