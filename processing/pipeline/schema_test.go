package pipeline

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"darksite/processing/artifact"
)

// What is written is what the published JSON Schema says, for a calibration
// with everything and for one with as little as can be.
func TestCalibrationFollowsItsSchema(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile(filepath.Join("..", "..", "docs", "schema", "calibration-2.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, info := range []string{"", "datestart,temp,ra,dec\n2016:125:01:02:03.400,-13.25,227.136,16.976\n"} {
		o := options(t, dataDir(t, "2016125", "golden", "cal5"))
		if info != "" {
			if err := os.WriteFile(filepath.Join(o.Data, "2016125", "info.csv"), []byte(info), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		r, err := Process(context.Background(), "2016125", o)
		if err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(filepath.Join(r.Dir, artifact.CalibrationFile))
		if err != nil {
			t.Fatal(err)
		}
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(document); err != nil {
			t.Error(err)
		}
		// The schema is strict: a member that it does not know is refused.
		document.(map[string]any)["surprise"] = true
		if schema.Validate(document) == nil {
			t.Error("the schema takes members that it does not name")
		}
	}
}
