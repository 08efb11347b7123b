package fetch

import (
	"errors"
	"fmt"

	"darksite/internal/ground/phrase"
	"darksite/internal/term"
	"darksite/processing/chandra"
)

// Outcome is what became of a file.
type Outcome int

// The outcomes.
const (
	Fetched Outcome = iota
	// Present: the same file was there.
	Present
	// Waiting: it is still arriving at the source.
	Waiting
	// Refused: it differs from the one that is there, or is no telemetry.
	Refused
	// Failed: something else went wrong; what arrived of it stays.
	Failed
)

// String is the outcome in a word.
func (o Outcome) String() string {
	return [...]string{"fetched", "present", "waiting", "refused", "failed"}[o]
}

// FileResult is what became of one file.
type FileResult struct {
	Name    string
	Outcome Outcome
	Bytes   int64 // of the file at the source
	// Resumed is how many of them were there from an earlier run.
	Resumed int64
	// SHA256 of the file here, hexadecimal; "" when there is none.
	SHA256  string
	Seconds float64
	// SFDUs and Rows are those of a fetched file.
	SFDUs, Rows int
	// Err is why it was not fetched.
	Err error
}

// Sentence says what became of the file.
func (f *FileResult) Sentence() string {
	switch {
	case f.Err != nil:
		return f.Err.Error()
	case f.Outcome == Present:
		return fmt.Sprintf("%s is there already, the same as at the source (%s)", f.Name, term.Size(f.Bytes))
	}
	s := fmt.Sprintf("%s fetched: %s, %s SFDUs, %s rows", f.Name, term.Size(f.Bytes), phrase.Count(f.SFDUs), phrase.Count(f.Rows))
	if f.Resumed > 0 {
		s += fmt.Sprintf("; %s of it were there from before", term.Size(f.Resumed))
	}
	return s
}

// Result is what a fetch did.
type Result struct {
	ID     chandra.ID
	Source Source
	Dir    string // data/<id>, absolute
	// Files are by day and replica.
	Files []FileResult
	// Missing are the replicas that neither the source nor the directory has.
	Missing []int
	// Warnings are sentences for the operator.
	Warnings []string
	// undecided is why files were left to a person.
	undecided string
}

// err is one error for the files that were not fetched: ErrNotYet only if that
// is all that is wrong.
func (r *Result) err() error {
	var others, waiting []error
	for _, f := range r.Files {
		switch {
		case f.Err == nil:
		case f.Outcome == Waiting:
			waiting = append(waiting, f.Err)
		default:
			others = append(others, f.Err)
		}
	}
	if r.undecided != "" {
		others = append(others, fmt.Errorf("%w: %s; name the files to fetch", ErrUndecided, r.undecided))
	}
	if len(others) > 0 {
		for _, w := range waiting {
			others = append(others, errors.New(w.Error()))
		}
		return errors.Join(others...)
	}
	return errors.Join(waiting...)
}
