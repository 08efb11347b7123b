package quality

import (
	"darksite/processing/artifact"
	"darksite/processing/comparison"
)

// Subject is what is judged. Only the calibration is necessary; clauses whose
// number is missing come out as unknown.
type Subject struct {
	Calibration *artifact.Calibration
	// Comparison is with the calibrations before; nil when it was not made.
	Comparison *comparison.Comparison
}
