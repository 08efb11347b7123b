package procedure

import (
	"os"
	"path/filepath"
	"testing"
)

// states are the states of a checklist by step.
func states(steps []Step) map[Name]State {
	found := map[Name]State{}
	for _, s := range steps {
		found[s.Name] = s.State
	}
	return found
}

func TestChecklist(t *testing.T) {
	done, waits, skipped := Observed{Done: true}, Observed{Waiting: true}, Observed{Skipped: true}
	for name, c := range map[string]struct {
		seen    map[Name]Observed
		want    map[Name]State
		current Name
	}{
		"nothing yet": {map[Name]Observed{}, map[Name]State{Replicas: Next, Fetch: Later, TWiki: Later}, Replicas},
		"must wait": {map[Name]Observed{Replicas: waits, Archive: skipped},
			map[Name]State{Replicas: Waiting, Fetch: Later, Archive: Skipped}, Replicas},
		"half way": {map[Name]Observed{Replicas: done, Fetch: done, Check: done, Archive: skipped},
			map[Name]State{Check: Done, Info: Next, Process: Later}, Info},
		// What was done in another order stays done.
		"a hole": {map[Name]Observed{Replicas: done, Fetch: done, Check: done, Process: done, Archive: skipped, Build: done, Publish: skipped, TWiki: skipped},
			map[Name]State{Info: Next, Process: Done, Build: Done}, Info},
		"all": {map[Name]Observed{Replicas: done, Fetch: done, Check: done, Info: done, Process: done, Archive: skipped, Build: done, Publish: skipped, TWiki: skipped},
			map[Name]State{Build: Done, TWiki: Skipped}, ""},
	} {
		steps := Checklist("2015355", c.seen, nil)
		got := states(steps)
		for n, want := range c.want {
			if got[n] != want {
				t.Errorf("%s: %s is %s, want %s", name, n, got[n], want)
			}
		}
		if current := Current(steps); (current == nil) != (c.current == "") || current != nil && (current.Name != c.current || current.Command == "") {
			t.Errorf("%s: %+v is next, want %s", name, current, c.current)
		}
	}
}

// The journal survives a process that was killed in the middle of a line.
func TestJournal(t *testing.T) {
	path := filepath.Join(t.TempDir(), ".darksite", "journal.jsonl")
	if entries, err := Read(path); err != nil || entries != nil {
		t.Fatalf("%v, %v", entries, err)
	}
	first := Entry{Time: "2026-11-22T20:00:00Z", ID: "2015355", Step: Fetch, Result: ResultWait, Seconds: 1.5, Version: "0.2.0", Detail: "3 of 5\nreplicas"}
	if err := Append(path, first); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(`{"time":"2026-11-22T21:00`); err != nil {
		t.Fatal(err)
	}
	// A block that a crash left without its content.
	if _, err := f.Write(make([]byte, 100<<10)); err != nil {
		t.Fatal(err)
	}
	f.Close()
	second := Entry{Time: "2026-11-22T22:00:00Z", ID: "2015355", Step: Fetch, Result: ResultDone}
	if err := Append(path, second); err != nil {
		t.Fatal(err)
	}
	entries, err := Read(path)
	if err != nil || len(entries) != 2 || entries[0] != first || entries[1] != second {
		t.Errorf("%+v, %v", entries, err)
	}
	steps := Checklist("2015355", map[Name]Observed{Replicas: {Done: true}}, entries)
	if steps[1].Last == nil || *steps[1].Last != second || steps[0].Last != nil {
		t.Errorf("the last entries are %+v and %+v", steps[1].Last, steps[0].Last)
	}
}

func TestParse(t *testing.T) {
	for _, s := range Steps {
		if n, err := Parse(string(s.Name)); err != nil || n != s.Name {
			t.Errorf("%s: %s, %v", s.Name, n, err)
		}
	}
	if _, err := Parse("no such step"); err == nil {
		t.Error("a step that there is not was taken")
	}
}
