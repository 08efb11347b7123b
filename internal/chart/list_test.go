package chart

import (
	"encoding/json"
	"strings"
	"testing"

	"darksite/processing/scaling"
)

// A shared explorer holds what it begins with, the list has all, and no name
// breaks out of the script.
func TestSharedList(t *testing.T) {
	entries := []Entry{
		{ID: "2015014", Name: "2015 Jan 14", Address: "../2015_jan/histogram.js"},
		{ID: "2015355", Name: "</script><b>", CCDTemp: new(-13.6), Address: "../2015_dec/histogram.js"},
	}
	data, err := List(entries)
	if err != nil {
		t.Fatal(err)
	}
	text, ok := strings.CutPrefix(string(data), "window.darksiteCalibrations = ")
	var list []listedEntry
	if err := json.Unmarshal([]byte(strings.TrimSuffix(text, ";\n")), &list); !ok || err != nil || len(list) != 2 || list[1].Name != "</script><b>" {
		t.Errorf("%v, %v: %s", ok, err, data)
	}
	if strings.Contains(string(data), "</") {
		t.Errorf("a name breaks out: %s", data)
	}
	series := []Series{{ID: "2015355", Name: "a", Histogram: sample(1, 6, 0.3), Current: true}}
	o := ExplorerOptions{ID: "h", Entries: entries, CCDTemp: -15, Law: scaling.PerPixel, Shared: true}
	d, err := o.data(series)
	if err != nil || len(d.List) != 1 || d.List[0].ID != "2015355" {
		t.Errorf("%v: %+v", err, d)
	}
	if _, err := List(append(entries, entries[0])); err == nil {
		t.Error("a list that falls is taken")
	}
}
