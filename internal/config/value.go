package config

import (
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"darksite/processing/era"
)

// Value is a setting as it holds.
type Value struct {
	Name  string `json:"name"` // as "paths.data"
	Value any    `json:"value"`
	// FromFile tells that the file sets it, and Line where, 0 when the text does not
	// tell.
	FromFile bool `json:"from_file"`
	Line     int  `json:"line,omitempty"`
}

// Values are all settings in the order of the example, then the keys of targets by
// name. Content is the text of c.File.
func (c *Config) Values(content string) (all []Value) {
	lines := keyLines(content)
	for _, s := range Settings {
		v := Value{Name: s.Name(), Value: s.value(c), Line: lines[s.Name()]}
		v.FromFile = v.Line > 0 || !reflect.DeepEqual(v.Value, s.Default)
		if eras, ok := v.Value.(era.Eras); ok {
			v.Value = written(eras)
		}
		all = append(all, v)
	}
	for _, t := range c.Targets {
		table := publishTable + "." + t.Name
		all = append(all, Value{table + ".kind", t.Kind, true, lines[table+".kind"]})
		for _, key := range slices.Sorted(maps.Keys(targetKeys[t.Kind])) {
			if text := *targetKeys[t.Kind][key].at(&t); text != "" {
				all = append(all, Value{table + "." + key, withoutUser(text), true, lines[table+"."+key]})
			}
		}
	}
	return all
}

// written are eras with the keys that they have in the file.
func written(eras era.Eras) (list []map[string]any) {
	for _, e := range eras {
		list = append(list, map[string]any{"from": e.From.Colon(), "replicas": e.Replicas, "days_apart": e.ApartDays})
	}
	return list
}

// value is that of the field of a Config that is called as the setting.
func (s Setting) value(c *Config) any {
	v := reflect.ValueOf(c).Elem()
	for _, name := range []string{s.Table, s.Key} {
		name = strings.ReplaceAll(name, "_", "")
		v = v.FieldByNameFunc(func(field string) bool { return strings.EqualFold(field, name) })
	}
	if text, ok := v.Interface().(string); ok {
		return withoutUser(text)
	}
	return v.Interface()
}

var (
	tableForm = regexp.MustCompile(`^\s*\[+([^\]]+)\]`)
	keyForm   = regexp.MustCompile(`^\s*([^=#]+?)\s*=`)
)

// keyLines are the lines at which keys of a file stand, by table and key.
func keyLines(content string) map[string]int {
	found, table, n := map[string]int{}, "", 0
	bare := strings.NewReplacer(" ", "", "\t", "", `"`, "", "'", "")
	for line := range strings.Lines(content) {
		n++
		if m := tableForm.FindStringSubmatch(line); m != nil {
			table = bare.Replace(m[1]) + "."
			found[strings.TrimSuffix(table, ".")] = n
		} else if m := keyForm.FindStringSubmatch(line); m != nil {
			found[table+bare.Replace(m[1])] = n
		}
	}
	return found
}
