package mica

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestParsePropertiesRefuses(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"nothing":          {"", "byte 0: the text ends inside a value"},
		"a list":           {"[]", "no object"},
		"a number":         {"1", "no object"},
		"cut":              {`{"ra": 1, "dec`, "cut short"},
		"more":             {`{} {}`, "something follows"},
		"not UTF-8":        {"{\"a\": \"\xff\"}", "not UTF-8"},
		"NaN":              {`{"zodib": NaN}`, "Python writes NaN"},
		"Infinity":         {`{"zodib": Infinity}`, "Python writes NaN and Infinity"},
		"twice":            {`{"ra": 1, "ra": 2}`, `the key "ra" occurs twice`},
		"twice, escaped":   {`{"ra": 1, "\u0072a": 2}`, "occurs twice"},
		"twice, within":    {`{"x": [{"a": {"b": 1, "b": 1}}]}`, `the key "b" occurs twice`},
		"deep":             {strings.Repeat(`{"a":`, 65) + "1" + strings.Repeat("}", 65), "more than 64 arrays and objects"},
		"very deep":        {strings.Repeat("[", 500000), "more than 64"},
		"long":             {"{" + strings.Repeat(" ", maxProperties) + "}", "more than 1048576 bytes"},
		"text for number":  {`{"ccd_temp": "-19.8"}`, `key "ccd_temp" is "-19.8": want a number from -40 to 40, degrees Celsius`},
		"Kelvin":           {`{"t_ccd": 258.0}`, `key "t_ccd" is 258.0`},
		"number for text":  {`{"id": 2007006}`, `key "id" is 2007006: want a text`},
		"control":          {`{"filename": "a\u001b[2J"}`, "without control characters"},
		"date":             {`{"date": "2007-01-06"}`, `key "date": date "2007-01-06"`},
		"exponent":         {`{"zodib": 1e400}`, `key "zodib" is 1e400`},
		"part of an image": {`{"n_ccd_img": 9.5}`, "want a whole number from 0 to 1000000"},
		"replicas":         {`{"replicas": {"count": 1}}`, "want a list of at most 99 replicas"},
		"100 replicas":     {`{"replicas": [` + strings.TrimSuffix(strings.Repeat(`{"count": 1},`, 100), ",") + `]}`, "at most 99"},
		"no count":         {`{"replicas": [{"count": 1}, {"downlink": true}]}`, `key "replicas", entry 1: no count`},
		"count 0":          {`{"replicas": [{"count": 0}]}`, `entry 0: key "count" is 0: want a whole number from 1 to 99`},
		"downlink":         {`{"replicas": [{"count": 1, "downlink": "True"}]}`, "want true or false"},
		"replica a number": {`{"replicas": [5]}`, "entry 0: the JSON text is no object"},
	} {
		p, err := ParseProperties([]byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %+v, %v; want an error with %q", name, p, err, c.want)
		}
	}
}

func TestParsePropertiesKeepsTheUnknownUnknown(t *testing.T) {
	p, err := ParseProperties([]byte(`{"ra": null, "RA": 7, "replicas": [{"count": 1.0, "ccd_temp": null, "downlink": false, "obsid": 5}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if p.RADeg != nil || p.Form != Classic || len(p.Other) != 1 || p.Other[0].Key != "RA" {
		t.Errorf("%+v", p)
	}
	if r := p.Replicas[0]; r.CCDTemp != nil || *r.Downlink || len(r.Other) != 1 || string(r.Other[0].Value) != "5" {
		t.Errorf("%+v", r)
	}
}

func TestOtherMembersAreBounded(t *testing.T) {
	o := object{"big": strings.Repeat("x", maxOtherValue)}
	for i := range maxOther + 3 {
		o[fmt.Sprintf("a%03d", i)] = i
	}
	p, err := ParseProperties(o.encode(t))
	if err != nil || len(p.Other) != maxOther || len(p.Notes) != 4 || !strings.Contains(p.Notes[3], `key "big" is not known and is not kept`) {
		t.Errorf("%d kept, notes %q, %v", len(p.Other), p.Notes, err)
	}
}

func FuzzParseProperties(f *testing.F) {
	f.Add(classic2007().encode(f))
	f.Add([]byte(modern2019))
	f.Add([]byte(`{"a": [[[{"b": null}]]], "replicas": [], "zodib": 1e5, "el": -0.0}`))
	f.Add([]byte(`{"replicas": [{"count": 1, "start": "2007:006"}, {"count": 2, "start": "2007:006"}]}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		p, err := ParseProperties(content)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\x00\x1b\n\u202e") {
				t.Errorf("the message lets control characters through: %q", err)
			}
			return
		}
		// Whatever is accepted is JSON, and can be checked.
		if !json.Valid(content) {
			t.Error("accepted what is not JSON")
		}
		c := &Calibration{Dir: "2007006", ID: "2007006", Properties: p}
		c.check()
		for _, s := range append(c.Warnings, c.Contradictions...) {
			if strings.ContainsAny(s, "\x00\x1b\n\u202e") {
				t.Errorf("a sentence lets control characters through: %q", s)
			}
		}
		kept := 0
		for _, m := range p.Other {
			if !json.Valid(m.Value) || bytes.ContainsRune(m.Value, '\n') {
				t.Errorf("member %q is %q", m.Key, m.Value)
			}
			kept += len(m.Key) + len(m.Value)
		}
		if kept > 2*len(content)+64 {
			t.Errorf("%d bytes kept of %d", kept, len(content))
		}
	})
}

// The source of the temperature that darksite writes is read back.
func TestDownstream2Source(t *testing.T) {
	p, err := ParseProperties([]byte(`{"ccd_temp": -15.4, "ccd_temp_source": "predicted DEC1115A"}`))
	if err != nil || p.TempSource != "predicted DEC1115A" || len(p.Other) != 0 {
		t.Errorf("%+v, %v", p, err)
	}
}
