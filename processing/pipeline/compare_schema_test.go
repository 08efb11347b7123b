package pipeline

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"darksite/internal/shared"
	"darksite/processing/comparison"
)

// Comparisons are what their published JSON Schema says, the first of all and
// those that have others before them.
func TestComparisonFollowsItsSchema(t *testing.T) {
	shared.Slow(t)
	schema, err := jsonschema.NewCompiler().Compile(filepath.Join("..", "..", "docs", "schema", "comparison-2.json"))
	if err != nil {
		t.Fatal(err)
	}
	o := compareOptions(t)
	made(t, o)
	for _, p := range past[:4] {
		content, err := os.ReadFile(filepath.Join(o.Comparisons, string(p.id), comparison.ComparisonFile))
		if err != nil {
			t.Fatal(err)
		}
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(document); err != nil {
			t.Errorf("%s: %v", p.id, err)
		}
		document.(map[string]any)["surprise"] = true
		if schema.Validate(document) == nil {
			t.Error("the schema takes members that it does not name")
		}
	}
}
