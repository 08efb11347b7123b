package quantity

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"

	"darksite/processing/stats"
)

// Numbers are those that are known of a calibration, a map or a quadrant.
type Numbers map[Key]float64

// Value is nil for what is not known.
func (n Numbers) Value(key Key) *float64 {
	v, ok := n[key]
	if !ok {
		return nil
	}
	return &v
}

// Count is a number of pixels; ok is false where it is not known.
func (n Numbers) Count(key Key) (count int, ok bool) {
	v, ok := n[key]
	return int(math.Round(v)), ok
}

// Over is the number of pixels above one of [stats.Thresholds].
func (n Numbers) Over(level int) (count int, ok bool) { return n.Count(Over(level)) }

// put keeps a number that is one.
func (n Numbers) put(key Key, v float64, ok bool) {
	if ok && !math.IsNaN(v) && !math.IsInf(v, 0) {
		n[key] = v
	}
}

// Statistics are what calibration.json says of a map or a quadrant.
type Statistics struct {
	Numbers
	Quantiles []stats.Quantile // at [stats.Shares]

	lacks []*Quantity // that the file says nothing of
}

// Measure takes the numbers of a map or a quadrant from its histogram.
func Measure(h stats.Histogram) Statistics {
	s := Statistics{Numbers: Numbers{}, Quantiles: []stats.Quantile{}}
	for _, q := range Measured() {
		v, ok := q.Measure(h)
		s.put(q.Key, v, ok)
	}
	if len(h.Values) > 0 {
		for _, p := range stats.Shares {
			s.Quantiles = append(s.Quantiles, stats.Quantile{Share: p, Value: h.Quantile(p)})
		}
	}
	return s
}

// Pixels is the number of pixels with a value.
func (s Statistics) Pixels() int { n, _ := s.Count(WithValue); return n }

// MarshalJSON writes all numbers in the order of the table, null for those that the
// map has none of.
func (s Statistics) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for _, q := range Measured() {
		v, err := json.Marshal(s.Value(q.Key))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", q.Key, err)
		}
		fmt.Fprintf(&b, "%q:%s,", q.Key, v)
	}
	v, err := json.Marshal(s.Quantiles)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(&b, `"quantiles":%s}`, v)
	return b.Bytes(), nil
}

// UnmarshalJSON reads it back, and what versions up to 0.2 wrote: keys without units,
// and counts in a list.
func (s *Statistics) UnmarshalJSON(content []byte) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(content, &members); err != nil {
		return err
	}
	*s = Statistics{Numbers: Numbers{}}
	var above []struct{ Threshold, Count int }
	for name, to := range map[string]any{"quantiles": &s.Quantiles, "above": &above} {
		if v, ok := members[name]; ok {
			if err := json.Unmarshal(v, to); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	for _, a := range above {
		s.Numbers[Over(a.Threshold)] = float64(a.Count)
	}
	for _, q := range Measured() {
		_, said := s.Numbers[q.Key]
		for _, name := range append([]string{string(q.Key)}, q.Asked...) {
			if said || members[name] == nil {
				continue
			}
			var v *float64
			if err := json.Unmarshal(members[name], &v); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			if said = true; v != nil {
				s.Numbers[q.Key] = *v
			}
		}
		if !said {
			s.lacks = append(s.lacks, q)
		}
	}
	return nil
}

// Complete works out from the histogram what a file of an earlier version says nothing
// of, and again the numbers with these keys.
func (s *Statistics) Complete(h stats.Histogram, again ...Key) {
	if s.Numbers == nil {
		s.Numbers = Numbers{}
	}
	lacks := s.lacks
	for _, key := range again {
		delete(s.Numbers, key)
		lacks = append(lacks, Of(key))
	}
	for _, q := range lacks {
		v, ok := q.Measure(h)
		s.put(q.Key, v, ok)
	}
	s.lacks = nil
}
