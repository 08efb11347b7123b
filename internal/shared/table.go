package shared

import (
	"encoding/csv"
	"strconv"
	"testing"
)

// Table reads a CSV file of the reference data, with '#' before comments, into
// its rows by column name.
func Table(t testing.TB, name string) (rows []map[string]string) {
	t.Helper()
	r := csv.NewReader(Open(t, "data", name))
	r.Comment = '#'
	lines, err := r.ReadAll()
	if err != nil || len(lines) < 2 {
		t.Fatalf("%s: %d lines, %v", name, len(lines), err)
	}
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, column := range lines[0] {
			row[column] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// Number reads a cell of a table.
func Number(t testing.TB, cell string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(cell, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
