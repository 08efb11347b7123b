package inputs

import (
	"fmt"
	"math"
)

// Complete takes from another what is not known of the replica here.
func (r *ReplicaFacts) Complete(other ReplicaFacts) {
	if r.Start == "" && r.Stop == "" {
		r.Start, r.Stop = other.Start, other.Stop
	}
	if r.RA == nil && r.Dec == nil {
		r.RA, r.Dec = other.RA, other.Dec
	}
	if t, _ := r.Temp(); t == nil {
		r.PreTemp, r.PostTemp = other.PreTemp, other.PostTemp
		r.MeanTemp, r.TempSource, r.Samples = other.MeanTemp, other.TempSource, other.Samples
	}
}

// Differences tells in which known facts another says something else, by the digits
// of [EncodeReplicas]. Temperatures are left out: the first is kept.
func (r *ReplicaFacts) Differences(other ReplicaFacts) (out []string) {
	for _, c := range []struct{ what, a, b string }{{"start", r.Start, other.Start}, {"stop", r.Stop, other.Stop}} {
		if c.a != "" && c.b != "" && c.a != c.b {
			out = append(out, fmt.Sprintf("%s %s, and %s here", c.what, c.a, c.b))
		}
	}
	for _, c := range []struct {
		what string
		a, b *float64
	}{{"right ascension", r.RA, other.RA}, {"declination", r.Dec, other.Dec}} {
		const rounding = 0.0005 // degrees; warm_pix_corr.py wrote three digits
		if c.a != nil && c.b != nil && math.Abs(*c.a-*c.b) > rounding*(1+1e-9) {
			out = append(out, fmt.Sprintf("%s %v, and %.6f here", c.what, *c.a, *c.b))
		}
	}
	return out
}
