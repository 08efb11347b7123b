package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"darksite/internal/ground/phrase"
	"darksite/internal/term"
	"darksite/internal/workspace"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/published"
	"darksite/processing/quantity"
)

// publishedOnly is the record of a calibration without a map; nil where there is
// a map, or no record.
func publishedOnly(c *workspace.Workspace, id chandra.ID) (*published.Calibration, error) {
	if _, err := os.Stat(filepath.Join(c.ArchiveDir(), string(id), artifact.CalibrationFile)); err == nil {
		return nil, nil
	}
	path := filepath.Join(c.PublishedDir(), string(id)+".json")
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	record, err := published.Parse(content, path)
	if err == nil && record.ID != id {
		err = fmt.Errorf("%s: describes calibration %s; each file is named after its calibration", path, record.ID)
	}
	return record, err
}

// publishedAnswer is the JSON document of a published number.
type publishedAnswer struct {
	Schema   string     `json:"schema"`
	ID       chandra.ID `json:"id"`
	Question string     `json:"question"`
	published.Value
	Rule           string           `json:"rule"`
	Contradictions []string         `json:"contradictions"`
	Files          []published.File `json:"files"`
}

// whyPublished says where a number was published, and what other sources give.
func whyPublished(e *env, record *published.Calibration, asked string) error {
	var v *published.Value
	if q := quantity.Named(asked); q != nil {
		v = record.Value(q.Key)
	}
	if v == nil {
		var names []string
		for _, one := range record.Values {
			names = append(names, string(one.Quantity))
		}
		return &term.ExitError{Code: term.Usage, Err: fmt.Errorf("%s has no map, and %q is not among its published numbers", record.ID, asked),
			Hint: "its published numbers are " + strings.Join(names, ", ")}
	}
	a := publishedAnswer{"darksite/why-published/1", record.ID, asked, *v, record.Rule, []string{}, record.Files}
	for _, s := range record.Contradictions {
		if strings.Contains(s, string(v.Quantity)) {
			a.Contradictions = append(a.Contradictions, s)
		}
	}
	r := reason{env: e}
	e.Printf("%s  %s: %s, as published; there is no map", record.ID, v.Quantity, amount(v.Shown.Value, string(v.Unit)))
	e.Printf("")
	r.say("shown", "%s", reportText(v.Shown))
	for _, other := range v.Reports[:len(v.Reports)-1] {
		r.say("also", "%s", reportText(other))
	}
	if len(v.Reports) > 1 {
		r.say("rule", "%s", record.Rule)
	}
	for _, s := range a.Contradictions {
		r.say("CONTRADICTS", "%s", s)
	}
	for _, f := range record.Files {
		r.say("file", "%s, %s bytes", f.Name, phrase.Count(f.Bytes))
		r.say("", "sha256 %s", f.SHA256)
	}
	if v.Shown.Line == 0 {
		r.say("note", "the record lacks the line: `darksite import` of the same files adds it")
	}
	return e.Document(a)
}

// reportText is a report in words.
func reportText(r published.Report) string {
	text := fmt.Sprintf("printed %q", r.Printed)
	if r.Line > 0 {
		text += fmt.Sprintf(", line %d of %s", r.Line, r.File)
	}
	text += "; source: " + r.Source
	if r.Method != "" {
		text += "; found by " + r.Method
	}
	return text
}
