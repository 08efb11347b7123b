package quantity

import (
	"darksite/processing/chandra"
	"darksite/processing/scaling"
	"darksite/processing/stats"
	"darksite/processing/warm"
)

// At says how numbers of several calibrations are made comparable.
type At struct {
	CCDTemp chandra.Celsius
	Law     scaling.Law
}

// Subject is what is known of a calibration.
type Subject struct {
	ID        chandra.ID
	Histogram *stats.Histogram // nil without a map
	CCDTemp   *float64         // C
	Zodi      *float64         // e-/s
	At        At
	// Numbers are those that are there: what the map gives, or what was published.
	Numbers Numbers

	warm   *warm.Counts     // nil without a map or its temperature
	common *scaling.Scaling // nil where At is out of the law's reach
	model  *warm.Expected   // at the common temperature; nil before it holds
}

// Derive completes the numbers of a calibration. The error says that a temperature is
// out of the reach of the laws. Without a map there is nothing to scale; what the model
// has is there all the same.
func Derive(s Subject) (n Numbers, err error) {
	n = Numbers{}
	for key, v := range s.Numbers {
		n.put(key, v, true)
	}
	s.Numbers = n
	modelled := !s.ID.Date().Before(warm.ModelFrom)
	if s.Histogram != nil && s.CCDTemp != nil {
		own := chandra.Celsius(*s.CCDTemp)
		if s.warm, err = warm.Count(*s.Histogram, s.ID.Date(), own, s.Zodi); err != nil {
			return nil, err
		}
		if law, err := s.At.Law.Between(own, s.At.CCDTemp); err == nil { // else out of its reach
			s.common = &law
		}
	}
	if modelled && (s.warm != nil || s.Histogram == nil) {
		if s.model, err = warm.Expect(s.ID.Date(), s.At.CCDTemp); err != nil {
			return nil, err
		}
	}
	for _, q := range table {
		if _, there := n[q.Key]; !there && q.Derive != nil {
			v, ok := q.Derive(&s)
			n.put(q.Key, v, ok)
		}
	}
	return n, nil
}

func known(v *float64) (float64, bool) {
	if v == nil {
		return 0, false
	}
	return *v, true
}

// some is the measure of a map that has any pixel.
func some(of func(stats.Histogram) float64) func(stats.Histogram) (float64, bool) {
	return func(h stats.Histogram) (float64, bool) {
		if len(h.Values) == 0 {
			return 0, false
		}
		return of(h), true
	}
}

func ofWarm(of func(*warm.Counts) float64) func(*Subject) (float64, bool) {
	return func(s *Subject) (float64, bool) {
		if s.warm == nil {
			return 0, false
		}
		return of(s.warm), true
	}
}

func ofZodi(of func(*warm.WithZodi) float64) func(*Subject) (float64, bool) {
	return func(s *Subject) (float64, bool) {
		if s.warm == nil || s.warm.WithZodi == nil {
			return 0, false
		}
		return of(s.warm.WithZodi), true
	}
}

// expected is what the model has above a level in e-/s.
func expected(e *warm.Expected, level int) (float64, bool) {
	if e != nil {
		for _, a := range e.Above {
			if a.Threshold == level {
				return a.Count, true
			}
		}
	}
	return 0, false
}

// modelRatio takes the published count where no map is at hand.
func modelRatio(s *Subject) (float64, bool) {
	if s.warm != nil && s.warm.Expected != nil {
		_, ok := s.warm.Expected.At(warm.Threshold)
		return s.warm.Expected.Ratio, ok
	}
	n, ok := s.Numbers[Over(warm.Threshold)]
	if !ok || s.model == nil || s.Histogram != nil || s.CCDTemp == nil {
		return 0, false
	}
	own, err := warm.Expect(s.ID.Date(), chandra.Celsius(*s.CCDTemp))
	if err != nil {
		return 0, false
	}
	model, ok := own.At(warm.Threshold)
	return n / model, ok
}

func levels(of func(level int) *Quantity) (list []*Quantity) {
	for _, level := range stats.Thresholds {
		list = append(list, of(level))
	}
	return list
}

func concat(lists ...[]*Quantity) (all []*Quantity) {
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}
