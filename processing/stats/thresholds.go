package stats

// Above counts the pixels with a value strictly above a threshold.
type Above struct {
	Threshold int `json:"threshold"` // e-/s
	Count     int `json:"count"`
}

// Thresholds are the levels that every calibration reports, e-/s.
var Thresholds = []int{50, 75, 100, 125, 150, 200, 500, 1000, 2000, 3000}
