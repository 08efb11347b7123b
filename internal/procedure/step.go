package procedure

import (
	"fmt"
	"slices"

	"darksite/processing/chandra"
)

// Name is a step of the procedure.
type Name string

// The steps in their order. The numbers of the instruction page of December
// 2015 are in [Steps].
const (
	Replicas Name = "replicas"
	Fetch    Name = "fetch"
	Check    Name = "check"
	Info     Name = "info"
	Process  Name = "process"
	Archive  Name = "archive"
	Build    Name = "build"
	Publish  Name = "publish"
	TWiki    Name = "twiki"
)

// Steps are all of them, with what they do. The instruction page had: 1 kadi, 2
// directory, 3 rsync, 4 gunzip, 5 sizes, 6 info.csv, 7 IDL, 8 mica, 9 warm pixel
// plots, 10 report directory, 11 and 12 two indexes, 13 TWiki.
var Steps = []struct {
	Name  Name
	Title string
}{
	{Replicas, "the replicas were taken (1)"},
	{Fetch, "telemetry is in data/ (2 to 4)"},
	{Check, "telemetry is whole (5)"},
	{Info, "time, attitude and temperature (6)"},
	{Process, "dark map, numbers, archive (7, 8)"},
	{Archive, "copy in mica's archive (8)"},
	{Build, "pages and indexes (9 to 12)"},
	{Publish, "pages where readers see them (9 to 12)"},
	{TWiki, "text for the TWiki (13)"},
}

// Parse reads the name of a step.
func Parse(s string) (Name, error) {
	for _, step := range Steps {
		if string(step.Name) == s {
			return step.Name, nil
		}
	}
	var names []Name
	for _, step := range Steps {
		names = append(names, step.Name)
	}
	return "", fmt.Errorf("there is no step %q: want one of %v", s, names)
}

// State is how far a step is.
type State string

const (
	Done    State = "done"
	Next    State = "next"    // what to do now
	Waiting State = "waiting" // for what is not in our hands
	Later   State = "later"   // after another step
	Skipped State = "skipped" // the configuration does not ask for it
	Unknown State = "unknown" // what is on the disk cannot be read
)

// Step is a line of the checklist.
type Step struct {
	Name   Name   `json:"step"`
	Title  string `json:"title"`
	State  State  `json:"state"`
	Detail string `json:"detail"`
	// Command does the step, "" when there is nothing to do.
	Command string `json:"command,omitempty"`
	// Again tells that a run does a step again that is done.
	Again bool `json:"-"`
	// Last is what the journal has of it, nil when nothing.
	Last *Entry `json:"last"`
}

// Observed is what was found of one step.
type Observed struct {
	Done    bool
	Again   bool // although it is done a run does it again
	Waiting bool // it cannot be done before something else happens elsewhere
	Skipped bool
	Detail  string
}

// Checklist makes the list of what was observed. The first step that is neither
// done nor skipped is next, unless it waits; those after it come later.
func Checklist(id chandra.ID, seen map[Name]Observed, journal []Entry) []Step {
	var steps []Step
	open := false
	for _, s := range Steps {
		o := seen[s.Name]
		step := Step{Name: s.Name, Title: s.Title, Detail: o.Detail, Again: o.Again, Last: Last(journal, id, s.Name)}
		switch {
		case o.Skipped:
			step.State = Skipped
		case o.Done:
			step.State = Done
		case open:
			step.State = Later
		case o.Waiting:
			step.State, open = Waiting, true
		default:
			step.State, open = Next, true
		}
		if step.State == Next || step.State == Waiting || step.State == Later {
			step.Command = command(s.Name, id)
		}
		steps = append(steps, step)
	}
	return steps
}

// command is what a user types for a step.
func command(n Name, id chandra.ID) string {
	switch n {
	case Build:
		return "darksite build"
	case Publish:
		return "darksite publish"
	case Replicas:
		return fmt.Sprintf("darksite check %s", id)
	}
	return fmt.Sprintf("darksite %s %s", n, id)
}

// Last is the latest entry on a step of a calibration, nil for none.
func Last(journal []Entry, id chandra.ID, n Name) *Entry {
	for _, e := range slices.Backward(journal) {
		if e.ID == id && e.Step == n {
			return &e
		}
	}
	return nil
}

// Current is the step that is next or waits, nil when all is done.
func Current(steps []Step) *Step {
	for i := range steps {
		if steps[i].State == Next || steps[i].State == Waiting {
			return &steps[i]
		}
	}
	return nil
}
