package config

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"darksite/processing/chandra"
	"darksite/processing/era"
)

// eraForm is what one era looks like in site.toml.
const eraForm = `{ from = "2000:001", replicas = 5, days_apart = 1.0 }`

// setEras reads a list of inline tables.
func setEras(c *Config, value any) error {
	if eras, ok := value.(era.Eras); ok { // the default
		c.Calibrations.Eras = eras
		return nil
	}
	list, ok := value.([]any)
	if tables, other := value.([]map[string]any); other {
		ok = true
		for _, t := range tables {
			list = append(list, t)
		}
	}
	if !ok {
		return fmt.Errorf("want a list of eras, each as %s", eraForm)
	}
	var eras era.Eras
	for i, entry := range list {
		one, err := readEra(entry)
		if err != nil {
			return fmt.Errorf("era %d: %w", i+1, err)
		}
		eras = append(eras, one)
	}
	if err := eras.Check(); err != nil {
		return err
	}
	c.Calibrations.Eras = eras
	return nil
}

func readEra(entry any) (one era.Era, err error) {
	table, ok := entry.(map[string]any)
	if !ok {
		return one, fmt.Errorf("want %s", eraForm)
	}
	keys := []string{"days_apart", "from", "replicas"}
	for _, key := range slices.Sorted(maps.Keys(table)) {
		if !slices.Contains(keys, key) {
			return one, fmt.Errorf("unknown key %s: want %s", bare(key), strings.Join(keys, ", "))
		}
	}
	from, ok := table["from"].(string)
	if !ok || len(from) != len("2000:001") || from[4] != ':' {
		return one, errors.New(`from: want a day in quotes, as "2000:001"`)
	}
	if one.From, err = chandra.ParseID(from[:4] + from[5:]); err != nil {
		return one, fmt.Errorf("from: %w", err)
	}
	replicas, ok := table["replicas"].(int64)
	if !ok {
		return one, errors.New("replicas: want a whole number, such as 5")
	}
	one.Replicas = int(replicas)
	switch days := table["days_apart"].(type) {
	case float64:
		one.ApartDays = days
	case int64:
		one.ApartDays = float64(days)
	default:
		return one, errors.New("days_apart: want a number of days, such as 1.0")
	}
	return one, nil
}

// exampleEras is the list as TOML.
func exampleEras(eras era.Eras) string {
	var b strings.Builder
	b.WriteString("[\n")
	for _, e := range eras {
		days := strconv.FormatFloat(e.ApartDays, 'f', -1, 64)
		if !strings.Contains(days, ".") {
			days += ".0"
		}
		fmt.Fprintf(&b, "  { from = %q, replicas = %d, days_apart = %s },\n", e.From.Colon(), e.Replicas, days)
	}
	return b.String() + "]"
}
