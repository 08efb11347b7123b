package evidence

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"darksite/internal/shared"
	"darksite/processing/darkmap"
)

// Answers are what the published JSON Schema says, whatever is asked and
// whatever is at hand.
func TestAnswersFollowTheirSchema(t *testing.T) {
	shared.Slow(t)
	schema, err := jsonschema.NewCompiler().Compile(filepath.Join("..", "..", "docs", "schema", "why-1.json"))
	if err != nil {
		t.Fatal(err)
	}
	check := func(k *Case, question string) {
		t.Helper()
		content, err := json.Marshal(ask(t, k, question))
		if err != nil {
			t.Fatal(err)
		}
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(document); err != nil {
			t.Errorf("%s: %v", question, err)
		}
		// The schema is strict: a member that it does not know is refused.
		document.(map[string]any)["surprise"] = true
		if schema.Validate(document) == nil {
			t.Error("the schema takes members that it does not name")
		}
	}
	s := simulated(t, "drop 3 frames; replica 4 missing", 11, darkmap.Measured)
	questions := append(Names(), "-512,-512", "490,10", "0,0", "A:N>100", "q0.123")
	k := open(t, s)
	for _, q := range questions {
		check(k, q)
	}
	if err := os.Remove(path(s, first)); err != nil {
		t.Fatal(err)
	}
	write(t, path(s, second), []byte("other"))
	k = open(t, s)
	for _, q := range questions {
		check(k, q)
	}
}
