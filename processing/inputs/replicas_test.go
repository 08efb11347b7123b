package inputs

import (
	"bytes"
	"math"
	"reflect"
	"strings"
	"testing"
)

func TestReplicas(t *testing.T) {
	f := func(v float64) *float64 { return &v }
	in := []ReplicaFacts{
		{Number: 1, Start: "2007:006:01:56:46.817", Stop: "2007:006:02:06:37.217", RA: f(154.997111), Dec: f(36.895186), PreTemp: f(-19.84), PostTemp: f(-19.86)},
		{Number: 2, Start: "2007:006:02:39:46.817", Stop: "2007:006:02:49:37.217", PreTemp: f(-19.8)},
		{Number: 5},
	}
	out, err := ReadReplicas(bytes.NewReader(EncodeReplicas(in)), ReplicasFile)
	if err != nil || !reflect.DeepEqual(in, out) {
		t.Errorf("%+v, %v, want %+v", out, err, in)
	}
	// The mean of the means before and after, not of all.
	if got := MeanTemp(in); math.Abs(*got-(-19.82-19.86)/2) > 1e-12 {
		t.Errorf("mean temperature %v", *got)
	}
	if MeanTemp(in[2:]) != nil || in[2].Temp() != nil || math.Abs(*in[0].Temp()+19.85) > 1e-12 || *in[1].Temp() != -19.8 {
		t.Error("temperatures of replicas")
	}
}

func TestReplicasRefused(t *testing.T) {
	for content, says := range map[string]string{
		"":                                  "no header",
		"replica,datestart\n":               "no replica in it",
		"replica\n0\n":                      "1 to 99",
		"replica\n1\n1\n":                   "twice",
		"datestart\n2007:006\n":             "no replica number",
		"replica,pre_temp\n1,warm\n":        "pre_temp",
		"replica,colour\n1,red\n":           "colour",
		"replica,datestart\n1,2007-01-06\n": "2007-01-06",
		"replica,datestart,datestop\n1,2007:006,2007:005\n": "before it starts",
		"replica\n1,2\n": "comma-separated",
	} {
		if _, err := ReadReplicas(strings.NewReader(content), ReplicasFile); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, want %q", content, err, says)
		}
	}
}

func FuzzReadReplicas(f *testing.F) {
	f.Add([]byte("replica,datestart,datestop,ra,dec,pre_temp,post_temp\n1,2007:006:01:56:46.817,,154.9,36.8,-19.8,\n"))
	f.Add([]byte("\"replica\n"))
	f.Add([]byte("0\n\""))
	f.Fuzz(func(t *testing.T, content []byte) {
		replicas, err := ReadReplicas(bytes.NewReader(content), ReplicasFile)
		if err != nil {
			return
		}
		again, err := ReadReplicas(bytes.NewReader(EncodeReplicas(replicas)), ReplicasFile)
		if err != nil || len(again) != len(replicas) {
			t.Fatalf("%+v comes back as %+v, %v", replicas, again, err)
		}
	})
}
