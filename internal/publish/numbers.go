package publish

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// Number is a number or a verdict that a publish changes.
type Number struct {
	Path   string `json:"path"` // the file
	Name   string `json:"name"` // in the file, such as "statistics.median"
	Before string `json:"before"`
	After  string `json:"after"`
}

// Bounds: of a file that is looked into, and of a list that is looked into
// number by number; longer ones, such as histograms, count as one.
const (
	maxNumbers = 8 << 20
	maxList    = 16
)

// numbers compares the numbers of the files that change.
func (s *store) numbers(tree Tree, p *plan) error {
	for _, name := range p.Changed {
		l := p.found[name]
		values := valuesOf(name)
		if values == nil || l.sum == "" && !l.ours {
			continue
		}
		old, err := s.readOld(name, l)
		if err != nil {
			return err
		}
		fresh, err := readTree(tree, name)
		if err != nil {
			return err
		}
		if old == nil || fresh == nil {
			continue
		}
		p.Numbers = append(p.Numbers, compareValues(name, values(old), values(fresh))...)
	}
	inWeight(p.Numbers)
	return nil
}

// inWeight puts what people look for first: verdicts, then the statistics of
// whole maps, then all else.
func inWeight(numbers []Number) {
	weight := func(n Number) int {
		switch {
		case slices.Contains(judging, n.Name[strings.LastIndex(n.Name, ".")+1:]):
			return 0
		case strings.HasPrefix(n.Name, "statistics.") && !strings.Contains(n.Name, "quantiles"):
			return 1
		}
		return 2
	}
	slices.SortStableFunc(numbers, func(a, b Number) int { return cmp.Compare(weight(a), weight(b)) })
}

// readOld reads a file as it is published, or as a release that is finished
// first has it.
func (s *store) readOld(name string, l live) ([]byte, error) {
	from := name
	if _, comes := l.info.(promised); comes {
		from = objectName(l.sum)
	}
	info, err := s.Lstat(from)
	if err != nil || info.Size() > maxNumbers {
		return nil, err
	}
	return s.read(from, maxNumbers)
}

func readTree(tree Tree, name string) ([]byte, error) {
	f, err := tree.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, maxNumbers+1))
	if len(content) > maxNumbers {
		return nil, err
	}
	return content, err
}

// valuesOf is how to find the numbers of a file, nil when it has none.
func valuesOf(name string) func([]byte) map[string]string {
	switch {
	case path.Base(name) == "properties.json": // calibration.json has them all
		return nil
	case path.Ext(name) == ".json":
		return jsonValues
	case path.Base(name) == "index.html" && strings.Count(name, "/") == 2:
		return pageVerdict
	}
	return nil
}

func compareValues(name string, old, fresh map[string]string) (changed []Number) {
	for key, before := range old {
		if after, ok := fresh[key]; !ok || after != before {
			changed = append(changed, Number{name, key, before, fresh[key]})
		}
	}
	for key, after := range fresh {
		if _, ok := old[key]; !ok {
			changed = append(changed, Number{name, key, "", after})
		}
	}
	slices.SortFunc(changed, func(a, b Number) int { return strings.Compare(a.Name, b.Name) })
	return changed
}

// jsonValues are the numbers of a document, its truths, and words that judge.
func jsonValues(content []byte) map[string]string {
	found := map[string]string{}
	d := json.NewDecoder(bytes.NewReader(content))
	d.UseNumber()
	var document any
	if d.Decode(&document) == nil {
		walk(found, "", document)
	}
	return found
}

// judging are the keys whose texts are results.
var judging = []string{"verdict", "state", "grade", "result", "status"}

// naming are the keys that tell the members of a list apart.
var naming = []string{"id", "name", "threshold", "share", "number", "clause"}

func walk(found map[string]string, at string, value any) {
	switch v := value.(type) {
	case json.Number:
		found[at] = v.String()
	case bool:
		found[at] = strconv.FormatBool(v)
	case string:
		if slices.Contains(judging, at[strings.LastIndex(at, ".")+1:]) {
			found[at] = v
		}
	case map[string]any:
		for key, inner := range v {
			switch key {
			case "provenance", "schema", "version": // how it was made, not what it says
				continue
			}
			walk(found, strings.TrimPrefix(at+"."+key, "."), inner)
		}
	case []any:
		if len(v) > maxList && !named(v) {
			found[at] = summary(v)
			return
		}
		for i, inner := range v {
			walk(found, at+"["+nameIn(inner, i)+"]", inner)
		}
	}
}

// named tells whether the members of a list are told apart by name.
func named(list []any) bool {
	for _, v := range list {
		if nameIn(v, -1) == "-1" {
			return false
		}
	}
	return true
}

func nameIn(value any, i int) string {
	if m, ok := value.(map[string]any); ok {
		for _, key := range naming {
			switch m[key].(type) {
			case string, json.Number:
				return fmt.Sprint(m[key])
			}
		}
	}
	return strconv.Itoa(i)
}

// summary stands for a long list.
func summary(list []any) string {
	sum, n := 0.0, 0
	for _, v := range list {
		if x, ok := v.(json.Number); ok {
			if f, err := x.Float64(); err == nil && !math.IsInf(f, 0) {
				sum, n = sum+f, n+1
			}
		}
	}
	if n < len(list) {
		text, _ := json.Marshal(list)
		return fmt.Sprintf("%d values, %.8s", len(list), fileOf("", text).SHA256)
	}
	return fmt.Sprintf("%d values, sum %v", len(list), sum)
}

// pageVerdict is the verdict that the page of a calibration shows.
func pageVerdict(content []byte) map[string]string {
	found := map[string]string{}
	z := html.NewTokenizer(bytes.NewReader(content))
	var text strings.Builder
	inside := false
	for {
		switch z.Next() {
		case html.ErrorToken:
			return found
		case html.StartTagToken:
			t := z.Token()
			for _, a := range t.Attr {
				if t.Data == "p" && a.Key == "class" && slices.Contains(strings.Fields(a.Val), "verdict") {
					inside = true
				}
			}
		case html.TextToken:
			if inside {
				text.Write(z.Text())
			}
		case html.EndTagToken:
			if name, _ := z.TagName(); inside && string(name) == "p" {
				found["verdict"] = strings.Join(strings.Fields(html.UnescapeString(text.String())), " ")
				return found
			}
		}
	}
}
