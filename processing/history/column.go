package history

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"darksite/processing/quantity"
)

// Column is one of the history, in all of its forms: a fact, or a number of package
// quantity.
type Column struct {
	Key string
	// Value is nil, or a nil *float64, for what is not known.
	Value func(*Row) any
}

// Facts that only some outputs know, or that are picked.
const (
	Simulated = "simulated"
	Page      = "page"
	State     = "state"
	Degraded  = "degraded"
	SignOff   = "sign_off"
)

// Columns are all of them, in their order, without those that are left out. The keys
// are part of the API: none is renamed or dropped within v1.
func Columns(at At, without ...string) []Column {
	text := func(s string) any {
		if s == "" {
			return nil
		}
		return s
	}
	list := []Column{
		{"id", func(r *Row) any { return string(r.ID) }},
		{"date", func(r *Row) any { return r.ID.Colon() }},
		{"year", func(r *Row) any { return r.Year }},
		{"origin", func(r *Row) any { return string(r.Origin) }},
		{Simulated, func(r *Row) any { return r.Simulated }},
		{Page, func(r *Row) any { return text(r.Page) }},
		{State, func(r *Row) any { return text(r.State) }},
		{Degraded, func(r *Row) any {
			switch {
			case r.Published():
				return nil
			case r.State == "":
				return r.Incomplete
			}
			return r.State == "degraded" || r.State == "bad"
		}},
		{"incomplete_map", func(r *Row) any {
			if r.Published() {
				return nil
			}
			return r.Incomplete
		}},
		{SignOff, func(r *Row) any { return text(r.SignOff) }},
		{"ccd_temp_source", func(r *Row) any { return text(r.CCDTempSource) }},
		{"common_temp_c", func(*Row) any { return float64(at.CCDTemp) }},
		{"common_law", func(*Row) any { return at.Law.Name() }},
	}
	for _, q := range quantity.All() {
		list = append(list, Column{string(q.Key), func(r *Row) any { return r.Value(q.Key) }})
	}
	return slices.DeleteFunc(list, func(c Column) bool { return slices.Contains(without, c.Key) })
}

// Pick are the columns with these keys.
func Pick(columns []Column, keys ...string) []Column {
	return slices.DeleteFunc(slices.Clone(columns), func(c Column) bool { return !slices.Contains(keys, c.Key) })
}

// EncodeCSV writes rows with a header, separated by commas, tabs or what else, with all
// digits of each number and nothing in the cells of what is not known. A text that a
// spreadsheet would run as a formula gets an apostrophe before it.
func EncodeCSV(w io.Writer, rows []Row, columns []Column, comma rune) error {
	out := csv.NewWriter(w)
	out.Comma = comma
	line := make([]string, len(columns))
	for i, c := range columns {
		line[i] = c.Key
	}
	out.Write(line) // the error stays until the end
	for r := range rows {
		for i, c := range columns {
			line[i] = cell(c.Value(&rows[r]))
		}
		out.Write(line)
	}
	out.Flush()
	return out.Error()
}

func cell(value any) string {
	switch v := value.(type) {
	case string:
		if v != "" && strings.ContainsRune("=+-@", rune(v[0])) {
			return "'" + v
		}
		return v
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case *float64:
		if v != nil {
			return strconv.FormatFloat(*v, 'f', -1, 64)
		}
	}
	return ""
}

// Object is a row as JSON, in the order of its columns, which a map would not keep.
type Object struct {
	Columns []Column
	Row     *Row
}

// Objects are rows as JSON.
func Objects(rows []Row, columns []Column) []Object {
	list := make([]Object, len(rows))
	for i := range rows {
		list[i] = Object{columns, &rows[i]}
	}
	return list
}

// MarshalJSON implements [json.Marshaler].
func (o Object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	for i, c := range o.Columns {
		value, err := json.Marshal(c.Value(o.Row))
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "%c%q:%s", "{,"[min(i, 1)], c.Key, value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}
