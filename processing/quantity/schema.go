package quantity

import (
	"bytes"
	"encoding/json"
)

// Schema is docs/schema/quantities-1.json, the part of all JSON Schemas that is about
// numbers.
func Schema() ([]byte, error) {
	statistics := object(Measured())
	statistics.Properties = append(statistics.Properties, property{"quantiles", map[string]string{"$ref": "#/$defs/quantiles"}})
	statistics.Required = append(statistics.Required, "quantiles")
	statistics.Closed = new(false)
	var published []Key
	for _, q := range table {
		if q.Read != nil {
			published = append(published, q.Key)
		}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	err := e.Encode(members{
		{"$schema", "https://json-schema.org/draft/2020-12/schema"},
		{"title", "numbers of darksite, version 1"},
		{"description", "The numbers of a Chandra ACA dark current calibration, under the keys that all files have. null means not known, or that the map has none."},
		{"$defs", members{
			{"numbers", object(All())},
			{"statistics", statistics},
			{"published", map[string]any{"enum": published}},
			{"quantiles", json.RawMessage(quantiles)},
		}},
	})
	return b.Bytes(), err
}

const quantiles = `{"type": "array", "items": {"type": "object", "properties": {"share": {"type": "number", "minimum": 0, "maximum": 1},
	"value": {"type": "number", "description": "e-/s, linear between ranks (n-1)p"}}, "required": ["share", "value"], "additionalProperties": false}}`

// objectSchema is that of an object with numbers.
type objectSchema struct {
	Type       string  `json:"type"`
	Properties members `json:"properties"`
	Required   []Key   `json:"required"`
	Closed     *bool   `json:"additionalProperties,omitempty"`
}

type property struct {
	name  string
	value any
}

// members are an object whose order is kept.
type members []property

func (m members) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, p := range m {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(p.name)
		if err != nil {
			return nil, err
		}
		var value bytes.Buffer
		e := json.NewEncoder(&value)
		e.SetEscapeHTML(false)
		if err := e.Encode(p.value); err != nil {
			return nil, err
		}
		b.Write(append(append(name, ':'), value.Bytes()...))
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

func object(list []*Quantity) objectSchema {
	o := objectSchema{Type: "object"}
	for _, q := range list {
		kind, says := "number", q.Means
		if q.Unit == Pixels && q.Decimals == 0 {
			kind = "integer"
		} else if q.Unit != Ratio {
			says = string(q.Unit) + "; " + says
		}
		if q.Law != "" {
			says += "; law: " + q.Law
		}
		o.Properties = append(o.Properties, property{string(q.Key), members{{"type", []string{kind, "null"}}, {"description", says}}})
		o.Required = append(o.Required, q.Key)
	}
	return o
}
