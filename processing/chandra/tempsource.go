package chandra

import (
	"slices"
	"strings"
)

// The sources of a CCD temperature, as the archive's ccd_temp_source names them.
// Any other one is the file in which somebody wrote it.
const (
	// HDR3 is the star camera's own, in header 3 of its images, and AACCCDPT that of
	// the engineering telemetry (mica, update_aca_dark.py).
	HDR3     = "HDR3"
	AACCCDPT = "AACCCDPT"
	// TelemetryTemp is from a table of telemetry that does not say which.
	TelemetryTemp = "telemetry"
	// TypedTemp was typed to be taken before one that was measured.
	TypedTemp = "typed"
	// predictedTemp goes before the load whose review predicted it.
	predictedTemp = "predicted "
)

// PredictedTemp is the source of a temperature that the review of a load predicted.
func PredictedTemp(load string) string { return strings.TrimSpace(predictedTemp + load) }

// IsPredictedTemp tells whether a temperature of this source was predicted, and by
// which load, "" when that is not known.
func IsPredictedTemp(source string) (load string, ok bool) {
	if source == strings.TrimSpace(predictedTemp) {
		return "", true
	}
	load, ok = strings.CutPrefix(source, predictedTemp)
	return load, ok
}

// MeasuredTemp tells whether a temperature of this source was measured, all of it
// where there are several ("HDR3 and AACCCDPT").
func MeasuredTemp(source string) bool {
	for part := range strings.SplitSeq(source, " and ") {
		if !slices.Contains([]string{HDR3, AACCCDPT, TelemetryTemp}, part) {
			return false
		}
	}
	return true
}
