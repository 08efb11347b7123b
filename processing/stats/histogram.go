package stats

// Histogram is the exact histogram of a map: every value that occurs, rising,
// and how many pixels have it. Pixels without a value (NaN) are not in it.
type Histogram struct {
	Values []float32 `json:"values"` // e-/s, strictly rising
	Counts []int     `json:"counts"`
}

// Summary is what calibration.json says of a map. All from the exact histogram.
type Summary struct {
	Pixels int     `json:"pixels"`
	Mean   float64 `json:"mean"`   // e-/s, unclipped
	Median float64 `json:"median"` // e-/s
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`
	Above  []Above `json:"above"`
}

// Above counts the pixels with a value strictly above a threshold.
type Above struct {
	Threshold int `json:"threshold"` // e-/s
	Count     int `json:"count"`
}

// Thresholds are the levels that every calibration reports, e-/s.
var Thresholds = []int{50, 100, 200, 500, 1000, 2000, 3000}
