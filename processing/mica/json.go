package mica

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"darksite/internal/ground/phrase"
)

const (
	// maxProperties is far above any properties.json, which has some 2 kB.
	maxProperties = 1 << 20 // bytes
	// maxDepth of arrays and objects within each other.
	maxDepth = 64
)

// Member is one member of a JSON object.
type Member struct {
	Key   string
	Value json.RawMessage // compact
}

// members splits a JSON object, in the order of the text. Keys that occur twice
// in an object, anywhere, are refused, because readers differ in which one they
// take.
func members(content []byte) ([]Member, error) {
	if len(content) > maxProperties {
		return nil, fmt.Errorf("more than %d bytes: check that it is the right file", maxProperties)
	}
	if !utf8.Valid(content) {
		return nil, errors.New("not UTF-8: check that it is a text file")
	}
	d := json.NewDecoder(bytes.NewReader(content))
	d.UseNumber()
	if err := walk(d, 0); err != nil {
		return nil, explain(err, d.InputOffset())
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("byte %d: something follows the end of the JSON text", d.InputOffset())
	}
	d = json.NewDecoder(bytes.NewReader(content))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return nil, errors.New("the JSON text is no object: want one, in braces")
	}
	var list []Member
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return nil, err
		}
		var compact bytes.Buffer
		if err := json.Compact(&compact, raw); err != nil {
			return nil, err
		}
		list = append(list, Member{key.(string), compact.Bytes()})
	}
	return list, nil
}

// walk reads one value.
func walk(d *json.Decoder, depth int) error {
	t, err := d.Token()
	if err != nil {
		return err
	}
	open, nested := t.(json.Delim)
	if !nested {
		return nil
	}
	if depth == maxDepth {
		return fmt.Errorf("more than %d arrays and objects within each other", maxDepth)
	}
	seen := map[string]bool{}
	for d.More() {
		if open == '{' {
			key, err := d.Token()
			if err != nil {
				return err
			}
			name := key.(string) // all that the decoder lets stand there
			if seen[name] {
				return fmt.Errorf("the key %q occurs twice: keep one of them", phrase.Short(name))
			}
			seen[name] = true
		}
		if err := walk(d, depth+1); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}

// explain names the place, and what Python writes that is not JSON.
func explain(err error, at int64) error {
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("byte %d: the text ends inside a value: the file is cut short", at)
	case !errors.As(err, &syntax):
		return fmt.Errorf("byte %d: %w", at, err)
	case strings.Contains(err.Error(), "'N'"), strings.Contains(err.Error(), "'I'"):
		return fmt.Errorf("byte %d: %w; Python writes NaN and Infinity, which are not JSON: put null", at, err)
	}
	return fmt.Errorf("byte %d: not JSON: %w", at, err)
}
