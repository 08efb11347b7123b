package pipeline

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"darksite/internal/shared"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/mica"
)

// What is written is what the published JSON Schema says, for a calibration
// with everything and for one with as little as can be.
func TestCalibrationFollowsItsSchema(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile(filepath.Join("..", "..", "docs", "schema", "calibration-3.json"))
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

// So is what an import writes, with and without replicas that are known.
func TestImportFollowsTheSchema(t *testing.T) {
	shared.Slow(t)
	schema, err := jsonschema.NewCompiler().Compile(filepath.Join("..", "..", "docs", "schema", "calibration-3.json"))
	if err != nil {
		t.Fatal(err)
	}
	root, old := t.TempDir(), t.TempDir()
	pastArchive(t, root)
	o := options(t, t.TempDir())
	for _, id := range []chandra.ID{"2007006", "2019155"} {
		oldForm(t, filepath.Join(root, "aca_dark"), old, id)
		alone := filepath.Join(t.TempDir(), string(id))
		if err := os.Mkdir(alone, 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.Link(filepath.Join(old, string(id), artifact.ImageFile), filepath.Join(alone, mica.OldImageFile)); err != nil {
			t.Fatal(err)
		}
		for _, dir := range []string{filepath.Join(old, string(id)), alone} {
			r, err := ImportMap(context.Background(), dir, o, false)
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
				t.Errorf("%s: %v", dir, err)
			}
		}
	}
}
