package procedure

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"darksite/processing/chandra"
)

// Results of a step.
const (
	ResultDone    = "done"
	ResultAlready = "already" // nothing was left to do
	ResultWait    = "wait"
	ResultFailed  = "failed"
	ResultStopped = "stopped" // by the user
)

// Entry is a line of the journal.
type Entry struct {
	Time    string     `json:"time"` // UTC, RFC 3339
	ID      chandra.ID `json:"id"`
	Step    Name       `json:"step"`
	Result  string     `json:"result"`
	Seconds float64    `json:"seconds"`
	Version string     `json:"version"` // of the program
	Detail  string     `json:"detail,omitempty"`
	Hint    string     `json:"hint,omitempty"` // what to do
	Exit    int        `json:"exit,omitempty"` // the exit code where it is not 0
}

// Append adds an entry to a journal and puts it on the disk. A process that is
// killed leaves at most a part of the last line.
func Append(path string, e Entry) error {
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return err
	}
	end, err := f.Seek(0, 2)
	if err == nil && end > 0 {
		// What a killed process left of a line ends here.
		var tail [1]byte
		if _, err = f.ReadAt(tail[:], end-1); err == nil && tail[0] != '\n' {
			line = append([]byte("\n"), line...)
		}
	}
	if err == nil {
		_, err = f.WriteAt(append(line, '\n'), end)
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// Read gives the entries of a journal, oldest first. Lines that are none, such
// as what a killed process left, are passed over. A journal that does not exist
// has none.
func Read(path string) (entries []Entry, err error) {
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	for line := range bytes.Lines(content) {
		var e Entry
		if json.Unmarshal(line, &e) == nil && e.Step != "" {
			entries = append(entries, e)
		}
	}
	return entries, nil
}
