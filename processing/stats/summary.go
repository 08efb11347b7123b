package stats

import "math"

// Summary is what calibration.json says of a map. Every number derives from
// the exact histogram. The e-/s values are nil when no pixel has a value.
type Summary struct {
	Pixels int      `json:"pixels"`
	Mean   *float64 `json:"mean"`   // e-/s, unclipped
	Median *float64 `json:"median"` // e-/s
	Min    *float64 `json:"min"`    // e-/s
	Max    *float64 `json:"max"`    // e-/s
	Peaks
	Above     []Above    `json:"above"`
	Quantiles []Quantile `json:"quantiles"` // at [Shares]
}

// Peaks are the numbers near the most common dark current, as the methods of the
// same names of [Histogram], in e-/s. The first two are those of the calibration
// reports, about the median; the other three are about the fullest bin. Each is
// nil where its definition has no value.
type Peaks struct {
	Peak          *float64 `json:"peak"`
	MeanNearPeak  *float64 `json:"mean_near_peak"`
	Mode          *float64 `json:"mode"`
	PeakAboutMode *float64 `json:"peak_about_mode"`
	MeanNearMode  *float64 `json:"mean_near_mode"`
}

// FindPeaks takes the numbers near the most common dark current from a histogram.
func FindPeaks(h Histogram) (p Peaks) {
	known := func(v float64, ok bool) *float64 {
		if !ok || math.IsNaN(v) {
			return nil
		}
		return &v
	}
	p.Peak = known(h.Peak())
	p.MeanNearPeak = known(h.MeanNearPeak(), true)
	p.Mode = known(h.Mode())
	p.PeakAboutMode = known(h.PeakAboutMode())
	p.MeanNearMode = known(h.MeanNearMode(), true)
	return p
}

// Above counts the pixels with a value strictly above a threshold.
type Above struct {
	Threshold int `json:"threshold"` // e-/s
	Count     int `json:"count"`
}

// Thresholds are the levels that every calibration reports, e-/s.
var Thresholds = []int{50, 75, 100, 125, 150, 200, 500, 1000, 2000, 3000}

// Summarize takes the reported numbers from a histogram.
func Summarize(h Histogram) Summary {
	s := Summary{Pixels: h.Pixels()}
	if s.Pixels > 0 {
		mean, median := h.Mean(), h.Median()
		lowest, highest := float64(h.Values[0]), float64(h.Values[len(h.Values)-1])
		s.Mean, s.Median, s.Min, s.Max = &mean, &median, &lowest, &highest
	}
	s.Peaks = FindPeaks(h)
	s.Quantiles = []Quantile{}
	for _, p := range Shares {
		if s.Pixels > 0 {
			s.Quantiles = append(s.Quantiles, Quantile{p, h.Quantile(p)})
		}
	}
	for _, t := range Thresholds {
		s.Above = append(s.Above, Above{Threshold: t, Count: h.Above(float64(t))})
	}
	return s
}

// Over is the count above one of [Thresholds]; ok is false for another level.
func (s Summary) Over(threshold int) (count int, ok bool) {
	for _, a := range s.Above {
		if a.Threshold == threshold {
			return a.Count, true
		}
	}
	return 0, false
}
