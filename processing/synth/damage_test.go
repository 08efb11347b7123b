package synth

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// Each text and how it is printed.
var damageTexts = []struct{ text, want string }{
	{"rows 100-130 of replica 3 lost", "rows 100 to 130 of replica 3 lost"},
	{"rows -300--290 lost", "rows -300 to -290 lost"},
	{"rows -5 to 5 lost in replica 1", "rows -5 to 5 of replica 1 lost"},
	{"drop 4 frames", "drop 4 frames"},
	{"Drop 1 frame", "drop 1 frame"},
	{"drop frame 34759 of replica 2", "drop frame 34759 of replica 2"},
	{"repeat 3 frames", "repeat 3 frames"},
	{"repeat segment 5", "repeat segment 5"},
	{"swap 2 frames", "swap 2 frames"},
	{"swap segments 3 and 7", "swap segments 3 and 7"},
	{"truncate replica 3 at 60500 bytes", "truncate replica 3 at 60500 bytes"},
	{"truncate", "truncate"},
	{"flip 10 bits", "flip 10 bits"},
	{"flip 5 record syncs", "flip 5 record syncs"},
	{"flip 3 frame syncs", "flip 3 frame syncs"},
	{"flip 3 label syncs from replica 1", "flip 3 label syncs of replica 1"},
	{"flip 2 counters", "flip 2 counters"},
	{"flip 6 markers", "flip 6 markers"},
	{"flip markers", "flip markers"},
	{"flip markers of segment 0", "flip markers of segment 0"},
	{"false syncs 12", "false syncs 12"},
	{"12 false syncs", "false syncs 12"},
	{"other channels 50", "other channels 50"},
	{"insert 7 bytes at 5000", "insert 7 bytes at 5000"},
	{"insert 7 bytes", "insert 7 bytes"},
	{"delete 7 bytes at 5000 of replica 2", "delete 7 bytes of replica 2 at 5000"},
	{"leading 300 bytes", "leading 300 bytes"},
	{"trailing 200 bytes", "trailing 200 bytes"},
	{"gzip truncated replica 4", "gzip truncated in replica 4"},
	{"gzip truncated replica 4 at 900 bytes", "gzip truncated in replica 4 at 900 bytes"},
	{"replica 2 missing", "replica 2 missing"},
	{"star left in", "star left in"},
	{"wrong integration in replica 4", "wrong integration in replica 4"},
	{"wrong integration in replica 4 at 313 and 625 units", "wrong integration in replica 4 at 313 and 625 units"},
	{" \n;, drop 1 frame;;\tstar left in ,", "drop 1 frame; star left in"},
	{"", ""},
}

func TestParseDamage(t *testing.T) {
	kinds := map[Kind]bool{}
	for _, c := range damageTexts {
		d, err := ParseDamage(c.text)
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		if got := d.String(); got != c.want {
			t.Errorf("%q: printed %q, want %q", c.text, got, c.want)
		}
		again, err := ParseDamage(d.String())
		if err != nil || !reflect.DeepEqual(again, d) {
			t.Errorf("%q: printed %q, read back as %v, %v", c.text, d, again, err)
		}
		for _, f := range d {
			kinds[f.Kind] = true
		}
	}
	for k := RowsLost; k <= WrongIntegration; k++ {
		if !kinds[k] {
			t.Errorf("kind %d has no example", k)
		}
	}
}

func TestParseDamageValues(t *testing.T) {
	for text, want := range map[string]Fault{
		"rows 100-130 of replica 3 lost":          {Kind: RowsLost, Replica: 3, At: -1, Segment: -1, Other: -1, First: 100, Last: 130},
		"drop frame 34759":                        {Kind: DropFrame, At: 34759, Segment: -1, Other: -1},
		"swap segments 3 and 7 of replica 1":      {Kind: SwapSegments, Replica: 1, At: -1, Segment: 3, Other: 7},
		"insert 7 bytes":                          {Kind: Insert, Count: 7, At: -1, Segment: -1, Other: -1},
		"wrong integration in replica 4":          {Kind: WrongIntegration, Replica: 4, At: -1, Segment: -1, Other: -1, Units: [2]uint16{312, 500}},
		"wrong integration at 1 and 65535 units":  {Kind: WrongIntegration, At: -1, Segment: -1, Other: -1, Units: [2]uint16{1, 65535}},
		"delete 300000 bytes at 0 from replica 5": {Kind: Delete, Replica: 5, Count: 300000, Segment: -1, Other: -1},
		"flip markers of segment 9 of replica 2":  {Kind: FlipAllMarkers, Replica: 2, At: -1, Segment: 9, Other: -1},
		"truncate replica 3 at 60500 bytes":       {Kind: Truncate, Replica: 3, At: 60500, Segment: -1, Other: -1},
		"truncate replica 3 at 1099511627776 by":  {},
	} {
		d, err := ParseDamage(text)
		if want.Kind == NoFault {
			if err == nil {
				t.Errorf("%q: accepted as %v", text, d)
			}
			continue
		}
		if err != nil || len(d) != 1 || d[0] != want {
			t.Errorf("%q: %+v, %v, want %+v", text, d, err, want)
		}
	}
}

func TestParseDamageRefuses(t *testing.T) {
	for text, part := range map[string]string{
		"drp 4 frames":                            `"drop 5 frames of replica 2"`,
		"drop 0 frames":                           "0: want 1 to 100000",
		"drop 99999999999999999999 frames":        "want 1 to 100000",
		"drop 4 frames of replica 6":              "replica 6: want 1 to 5",
		"drop 4 frames of replica":                "no such fault",
		"drop 4 frames of replica 1 of replica 2": "no such fault",
		"rows 130-100 lost":                       "write rows 100 to 130",
		"rows 500-512 lost":                       "512: want -512 to 511",
		"swap segments 3 and 3":                   "the same",
		"missing":                                 "say which replica",
		"star left in replica 2":                  "no such fault",
		"insert 2000000 bytes":                    "want 1 to 1048576",
		"drop frame 16777216":                     "want 0 to 16777215",
		"drop four frames":                        "no such fault",
		"wrong integration at 0 and 5 units":      "0: want 1 to 65535",
		strings.Repeat("truncate;", 1001):         "more than 1000",
	} {
		if d, err := ParseDamage(text); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%.40q: %v, %v, want an error with %q", text, d, err, part)
		}
	}
}

func TestDamageInJSON(t *testing.T) {
	d, err := ParseDamage("drop 4 frames; replica 2 missing")
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(d)
	if err != nil || string(b) != `"drop 4 frames; replica 2 missing"` {
		t.Errorf("%s, %v", b, err)
	}
	var back Damage
	if err := json.Unmarshal(b, &back); err != nil || !reflect.DeepEqual(back, d) {
		t.Errorf("%v, %v", back, err)
	}
	if err := json.Unmarshal([]byte(`"drop"`), &back); err == nil || !reflect.DeepEqual(back, d) {
		t.Error("bad text was accepted or changed the list")
	}
}

func FuzzParseDamage(f *testing.F) {
	for _, c := range damageTexts {
		f.Add(c.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ParseDamage(text)
		if err != nil {
			return
		}
		again, err := ParseDamage(d.String())
		if err != nil {
			t.Fatalf("%q is printed as %q: %v", text, d, err)
		}
		if len(d)+len(again) > 0 && !reflect.DeepEqual(d, again) {
			t.Fatalf("%q is printed as %q and read back as %q", text, d, again)
		}
	})
}
