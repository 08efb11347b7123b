package quantity

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write docs/schema/quantities-1.json")

// The JSON Schema is that of the table; `go test ./processing/quantity -update` writes it.
func TestSchema(t *testing.T) {
	file := filepath.Join("..", "..", "docs", "schema", "quantities-1.json")
	want, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(file, want, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(file); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s is not that of the table (%v): `go test ./processing/quantity -update`", file, err)
	}
}
