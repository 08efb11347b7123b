package config

import "testing"

// Every setting has a value, which is its default where no file says otherwise, and the
// example sets all of them to that.
func TestValuesOfDefaults(t *testing.T) {
	c := Default("/srv/dark")
	example := Example()
	for i, v := range c.Values("") {
		if v.FromFile || v.Name != Settings[i].Name() {
			t.Errorf("%+v: want %s with its default", v, Settings[i].Name())
		}
	}
	for _, v := range c.Values(example) {
		if !v.FromFile || v.Line == 0 {
			t.Errorf("%+v: want a line of the example", v)
		}
	}
}

func TestValuesOfFile(t *testing.T) {
	const content = `site.title = "Dark"
pages = { common_temp_c = -11.0 }
[paths] # of data
 "data" = "telemetry"
[source]
kadi = "~/kadi"
[publish.www]
kind = "directory"
path = "www"
[publish.store]
kind = "archive"
path = "dark.zip"
[[calibrations.eras]]
from = "1999:001"
replicas = 5
days_apart = 1.0
`
	c, err := Parse("/srv/dark", "site.toml", "/home/u", content)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]Value{
		"site.title": {Value: "Dark", Line: 1}, "pages.common_temp_c": {Value: -11.0}, "paths.data": {Value: "telemetry", Line: 4},
		"source.kadi": {Value: "/home/u/kadi", Line: 6}, "publish.www.kind": {Value: "directory", Line: 8},
		"publish.www.path": {Value: "www", Line: 9}, "publish.store.path": {Value: "dark.zip", Line: 12}, "calibrations.eras": {Line: 13},
		"publish.store.kind": {Value: "archive", Line: 11},
	}
	for _, v := range c.Values(content) {
		w, set := want[v.Name]
		if set != v.FromFile {
			t.Errorf("%+v: from the file is %v, want %v", v, v.FromFile, set)
		}
		if _, eras := v.Value.([]map[string]any); set && (v.Line != w.Line || !eras && v.Value != w.Value) {
			t.Errorf("%+v: want %v of line %d", v, w.Value, w.Line)
		}
		delete(want, v.Name)
	}
	if len(want) > 0 {
		t.Errorf("not there: %v", want)
	}
}
