package quality

import (
	"strings"
	"testing"
)

func TestStanding(t *testing.T) {
	signed := func(d Decision, saw State) *SignOff {
		return &SignOff{By: "N. N.", Date: "2026-11-22", Decision: d, Verdict: saw}
	}
	for _, c := range []struct {
		name   string
		state  State
		signed *SignOff
		usable bool
		why    string
	}{
		{"good", Good, nil, true, ""},
		{"degraded", Degraded, nil, true, ""},
		{"bad", Bad, nil, false, "judged bad, and nobody has accepted it"},
		{"bad and accepted", Bad, signed(Accept, Bad), true, "judged bad, and accepted by N. N. on 2026-11-22"},
		{"accepted before it was bad", Bad, signed(Accept, Good), false, "when the verdict was good"},
		{"bad and noted", Bad, signed(Note, Bad), false, "nobody has accepted it"},
		{"good and rejected", Good, signed(Reject, Good), false, "rejected by N. N. on 2026-11-22"},
		{"bad and rejected", Bad, signed(Reject, Bad), false, "rejected by N. N."},
		{"good and accepted", Good, signed(Accept, Good), true, ""},
		{"good and noted", Good, signed(Note, Bad), true, ""},
	} {
		got := StandingOf(Verdict{State: c.state}, c.signed)
		if got.Usable != c.usable || !strings.Contains(got.Why, c.why) || (c.why == "") != (got.Why == "") {
			t.Errorf("%s: %+v, want usable %v and %q", c.name, got, c.usable, c.why)
		}
	}
}
