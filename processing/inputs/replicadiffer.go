package inputs

import (
	"fmt"
	"math"

	"darksite/processing/chandra"
)

// Complete takes from another what is not known of the replica here.
func (r *ReplicaFacts) Complete(other ReplicaFacts) {
	if r.Start == "" && r.Stop == "" {
		r.Start, r.Stop = other.Start, other.Stop
	}
	if r.RA == nil && r.Dec == nil {
		r.RA, r.Dec, r.Roll = other.RA, other.Dec, other.Roll
	}
	if t, _ := r.Temp(); t == nil {
		r.PreTemp, r.PostTemp = other.PreTemp, other.PostTemp
		r.MeanTemp, r.TempSource, r.Samples = other.MeanTemp, other.TempSource, other.Samples
	}
}

// Differences tells in which known facts another says something else, by the digits
// of [EncodeReplicas], and of times by a sample of telemetry. Temperatures are left
// out: the first is kept.
func (r *ReplicaFacts) Differences(other ReplicaFacts) (out []string) {
	for _, c := range []struct{ what, a, b string }{{"start", r.Start, other.Start}, {"stop", r.Stop, other.Stop}} {
		if c.a != "" && c.b != "" && !sameEvent(c.a, c.b) {
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

// sameEvent compares two times of an event in telemetry.
func sameEvent(a, b string) bool {
	x, errX := chandra.ParseDate(a)
	y, errY := chandra.ParseDate(b)
	return a == b || errX == nil && errY == nil && chandra.SameEvent(x, y)
}
