package inputs

import (
	"bytes"
	"math"
	"reflect"
	"strings"
	"testing"

	"darksite/processing/chandra"
)

func TestReplicas(t *testing.T) {
	f := func(v float64) *float64 { return &v }
	in := []ReplicaFacts{
		{Number: 1, Start: "2007:006:01:56:46.817", Stop: "2007:006:02:06:37.217", RA: f(154.997111), Dec: f(36.895186), PreTemp: f(-19.84), PostTemp: f(-19.86)},
		{Number: 2, Start: "2007:006:02:39:46.817", Stop: "2007:006:02:49:37.217", PreTemp: f(-19.8)},
		{Number: 5},
	}
	out, warnings, err := ReadReplicas(bytes.NewReader(EncodeReplicas(in)), ReplicasFile)
	if err != nil || warnings != nil || !reflect.DeepEqual(in, out) {
		t.Errorf("%+v, %v, want %+v", out, err, in)
	}
	// The mean of the means before and after, not of all.
	if got, source := MeanTemp(in); math.Abs(*got-(-19.82-19.86)/2) > 1e-12 || source != chandra.HDR3 {
		t.Errorf("mean temperature %v (%s)", *got, source)
	}
	if got, source := MeanTemp(in[2:]); got != nil || source != "" {
		t.Errorf("%v, %q", *got, source)
	}
	// A mean of telemetry goes before what is known before and after.
	in[0].MeanTemp, in[0].TempSource, in[0].Samples = f(-19.5), chandra.TelemetryTemp, 40
	in[2].MeanTemp = f(-19.7)
	out, _, err = ReadReplicas(bytes.NewReader(EncodeReplicas(in)), ReplicasFile)
	if err != nil || !reflect.DeepEqual(in, out) {
		t.Errorf("%+v, %v, want %+v", out, err, in)
	}
	if got, source := MeanTemp(in); math.Abs(*got-(-19.5-19.8-19.7)/3) > 1e-12 || source != "telemetry and HDR3 and replicas.csv" {
		t.Errorf("mean temperature %v (%s)", *got, source)
	}
	for i, want := range []float64{-19.5, -19.8, -19.7} {
		if got, _ := in[i].Temp(); got == nil || *got != want {
			t.Errorf("replica %d: %v", i+1, got)
		}
	}
}

func TestReplicasRefused(t *testing.T) {
	for content, says := range map[string]string{
		"":                                  "no line with text: want a header such as replica,datestart",
		"replica,datestart\n":               "no replica in it",
		"replica\n0\n":                      "line 2: column \"replica\": \"0\": want a number from 1 to 99",
		"replica\n1.5\n":                    "1.5: want a whole number",
		"replica\n1\n\n1\n":                 "line 4: replica 1 is there twice",
		"datestart\n2007:006\n":             "no replica number",
		"replica,pre_temp\n1,warm\n":        "line 2: column \"pre_temp\": \"warm\"",
		"replica,temp (F)\n1,7\n":           "its unit is \"F\": want degrees Celsius or kelvin",
		"replica,temp\n1,259.5\n":           "\"259.5\": want a number from -40 to 40",
		"replica,datestart\n1,2007-13-06\n": "line 2: column \"datestart\": date \"2007-13-06\"",
		"replica,datestart\n1,1998:001\n":   "before Chandra's launch",
		"replica,datestart,datestop\n1,2007:006,2007:005\n": "before it starts",
		"replica\n1,2\n": "line 2: 2 values for the 1 columns",
		"replica,datestart,datestop\n1,2007:006\n":            "line 2: 2 values for the 3 columns",
		"replica,start,datestart\n1,2007:006,2007:006\n":      "columns \"start\" and \"datestart\" both give the datestart",
		"replica,datestart\n1,2007:006\x00\n":                 "byte 28 (line 2)",
		"\xff\xfer\x00e\x00":                                  "UTF-16",
		"replica\n" + strings.Repeat("1\n", maxReplicaRows+1): "is there twice",
		"replica,temp\n" + strings.Repeat("#\n", infoLimit):   "more than 65536 bytes",
	} {
		if _, _, err := ReadReplicas(strings.NewReader(content), ReplicasFile); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, want %q", content, err, says)
		}
	}
}

func FuzzReadReplicas(f *testing.F) {
	f.Add([]byte("replica,datestart,datestop,ra,dec,pre_temp,post_temp\n1,2007:006:01:56:46.817,,154.9,36.8,-19.8,\n"))
	f.Add([]byte("\"replica\n"))
	f.Add([]byte("0\n\""))
	f.Fuzz(func(t *testing.T, content []byte) {
		replicas, _, err := ReadReplicas(bytes.NewReader(content), ReplicasFile)
		if err != nil {
			return
		}
		again, _, err := ReadReplicas(bytes.NewReader(EncodeReplicas(replicas)), ReplicasFile)
		if err != nil || len(again) != len(replicas) {
			t.Fatalf("%+v comes back as %+v, %v", replicas, again, err)
		}
	})
}

// What info.csv takes, replicas.csv takes.
func TestCase15Replicas(t *testing.T) {
	f := func(v float64) *float64 { return &v }
	want := []ReplicaFacts{
		{Number: 1, Start: "2015:355:17:36:47.000", Stop: "2015:355:17:46:37.000", PreTemp: f(-13.6)},
		{Number: 2, Start: "2015:355:18:19:47.000"},
	}
	const head, one, two = "replica,datestart,datestop,pre_temp\n", "1,2015:355:17:36:47.000,2015:355:17:46:37.000,-13.6\n", "2,2015:355:18:19:47.000,,\n"
	for name, c := range map[string]struct{ text, warning string }{
		"byte order mark": {"\ufeff" + head + one + two, ""},
		"an empty row":    {head + one + ",,,\n" + two, ""},
		"short empty row": {head + ",,\n" + one + two + " ,\n", ""},
		"CRLF, comments":  {strings.ReplaceAll("# by hand\n"+head+one+"# next\n"+two, "\n", "\r\n"), ""},
		"CR":              {strings.ReplaceAll(head+one+two, "\n", "\r"), ""},
		"any order":       {head + two + one, ""},
		"other names":     {"Count,START,stop,Pre Temp (C)\n" + one + two, ""},
		"semicolons":      {strings.ReplaceAll(head+one+two, ",", ";"), ""},
		"kelvin":          {"replica,datestart,datestop,pre_temp_K\n" + strings.ReplaceAll(one, "-13.6", "259.55") + two, "is in kelvin and is converted"},
		"extra column":    {"replica,datestart,datestop,pre_temp,colour\n" + strings.ReplaceAll(one+two, "\n", ",red\n"), `column "colour" is not known and is not read`},
		"misspelt column": {"replica,datestart,datestop,pre_temp,post_tmep\n" + strings.ReplaceAll(one+two, "\n", ",\n"), "did you mean post_temp?"},
		"CXC seconds":     {head + "1,567106675.184,2015:355:17:46:37.000,-13.6\n" + two, "line 2: time \"567106675.184\" is read as CXC seconds, 2015:355:17:36:47.000"},
		"ISO":             {head + "1,2015-12-21T17:36:47,2015:355:17:46:37.000,-13.6\n" + two, "read as UTC"},
	} {
		got, warnings, err := ReadReplicas(strings.NewReader(c.text), ReplicasFile)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		if said := strings.Join(warnings, "\n"); c.warning == "" && said != "" || !strings.Contains(said, c.warning) {
			t.Errorf("%s: warnings %q, want %q", name, warnings, c.warning)
		}
	}
}
