package published

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

func TestEncodeParse(t *testing.T) {
	schemaFile := filepath.Join("..", "..", "docs", "schema", "published-2.json")
	schema, err := jsonschema.NewCompiler().Compile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	list := Collect(load(t, reportFile), load(t, allFile), load(t, historyFile))
	again := Collect(load(t, reportFile), load(t, allFile), load(t, historyFile))
	for i, c := range list {
		b, err := c.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if same, _ := again[i].Encode(); !bytes.Equal(b, same) {
			t.Errorf("%s: two runs differ", c.ID)
		}
		back, err := Parse(b, "x.json")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c, back); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.ID, diff)
		}
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(document); err != nil {
			t.Errorf("%s: %v", c.ID, err)
		}
		document.(map[string]any)["surprise"] = true
		if schema.Validate(document) == nil {
			t.Error("the schema takes members that it does not name")
		}
	}
}

func TestParseRefuses(t *testing.T) {
	good, err := Collect(read(t, "dark_id,mean,count,source\n2000326,22.2,34346,page\n2000326,22.2,34097,history\n"))[0].Encode()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ old, new, want string }{
		"not JSON":    {"{", "", "not JSON"},
		"schema":      {Schema, "darksite/published/3", `schema "darksite/published/3", this darksite reads "darksite/published/2" and "darksite/published/1"`},
		"more":        {"\n}\n", "\n}\n{}", "not JSON"},
		"unknown key": {`"rule"`, `"ruler"`, `unknown field "ruler"`},
		"id":          {`"id": "2000326"`, `"id": "2000367"`, "calibration id"},
		"date":        {"2000:326", "2000:325", `date "2000:325"`},
		"rule":        {Rule, "the largest", "rule"},
		"quantity":    {`"quantity": "mean_e_per_s"`, `"quantity": "mode_e_s"`, `quantity "mode_e_s"`},
		"order":       {`"quantity": "n_gt_100"`, `"quantity": "ccd_temp_c"`, "not in its place"},
		"unit":        {`"unit": "pixels"`, `"unit": "e-/s"`, "not known or not in its place"},
		"value":       {`"value": 34346`, `"value": 34347`, `value 34347 is not the number printed, "34346"`},
		"printed":     {`"printed": "22.2"`, `"printed": "22,2"`, "shown is not the last report"},
		"shown":       {`"source": "history"`, `"source": "page"`, "shown is not the last report"},
		"source":      {`"source": "page"`, `"source": "\u001b[2J"`, "not printable text"},
		"hash":        {`"sha256": "`, `"sha256": "0`, "SHA-256"},
	} {
		text := strings.Replace(string(good), c.old, c.new, 1)
		if text == string(good) {
			t.Fatalf("%s: nothing changed", name)
		}
		got, err := Parse([]byte(text), "2000326.json")
		if err == nil || !strings.HasPrefix(err.Error(), "2000326.json: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %+v, %v; want an error with %q", name, got, err, c.want)
		}
	}
	if _, err := (&Calibration{ID: "2000326"}).Encode(); err == nil {
		t.Error("an empty record was written")
	}
}

// Version 1 had other keys, in another order.
func TestVersion1(t *testing.T) {
	want := Collect(read(t, "dark_id,temp,mean,limit_z,zodi_e_s,count,count_z,source\n2000326,-19.00,22.2,120.0,5.0,34346,34347,page\n"))[0]
	content, err := want.Encode()
	if err != nil {
		t.Fatal(err)
	}
	old := strings.NewReplacer(Schema, schema1, "_e_per_s", "_e_s", "ccd_temp_c", "t_ccd_c", `"C"`, `"degC"`, "count_z", "n_gt_100_plus_zodi").Replace(string(content))
	c := new(Calibration)
	if err := json.Unmarshal([]byte(old), c); err != nil {
		t.Fatal(err)
	}
	slices.Reverse(c.Values)
	if content, err = json.Marshal(c); err != nil {
		t.Fatal(err)
	}
	got, err := Parse(content, "x.json")
	if diff := cmp.Diff(want, got); err != nil || diff != "" || len(got.Contradictions) != 2 {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("# x\ndark_id,date_label,ccd_temp_c,t_source,mean_e_per_s,n_gt_100,zodi_e_per_s,limit_z_e_per_s,count_adj,source,note\n2000326,2000-Nov-20,-10.37,AACCCDPT,22.2,34346,0.95,260.0,13096,page,\"a, b\"\n2000326,2000:326,,,22.17,34097,,,,later,\n"))
	f.Add([]byte("day,count,count_z\n1999:223,3495,3496\n"))
	f.Add([]byte("Date (Year:DOY)\tMean (e-/s)\n2009:113\t2.57e1\n\t\n"))
	f.Add([]byte("\ufeffid,mean\n2000326,-0\n2000326,1e6\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		table, err := Read(bytes.NewReader(content), "x.csv")
		if err != nil {
			if strings.ContainsAny(err.Error(), "\x00\x1b\n") {
				t.Errorf("the message lets control characters through: %q", err)
			}
			return
		}
		for _, c := range Collect(table, table) {
			b, err := c.Encode()
			if err != nil {
				t.Fatalf("%s: %v", c.ID, err)
			}
			back, err := Parse(b, "x.json")
			if err != nil {
				t.Fatalf("%s: %v\n%s", c.ID, err, b)
			}
			if diff := cmp.Diff(c, back); diff != "" {
				t.Fatalf("%s (-want +got):\n%s", c.ID, diff)
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"dark_id,mean,count\n2000326,22.2,34346\n", "id,date,mean,temp,t_source,note\n2000326,2000-Nov-20,1,-10.3,HDR3,n\n"} {
		b, err := Collect(read(f, text))[0].Encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		c, err := Parse(content, "x.json")
		if err != nil {
			return
		}
		if _, err := c.Encode(); err != nil {
			t.Error(err)
		}
	})
}
