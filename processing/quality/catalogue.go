package quality

import (
	"math"

	"darksite/processing/pixels"
)

// catalogue holds all clauses in the order of verdicts and of rules files: what
// was received, how it was exposed, its levels, the map, and how it goes with
// what came before.
var catalogue = []definition{
	{"replicas", "Replicas used", "replicas", 0, 99, replicas},
	{"completeness", "Telemetry complete", "%", 0, 100, completeness},
	{"missing-rows", "Rows missing from the replicas at hand", "rows", 0, math.MaxInt32, missingRows},
	{"coverage", "Pixels with fewer than three samples", "%", 0, 100, coverage},
	{"integration-times", "Rows with another integration time than commanded", "rows", 0, math.MaxInt32, integrationTimes},
	{"file-size", "Size of the smallest replica file", "MB", 0, 1000, fileSize},
	{"distinct-replicas", "Replicas that are the same data twice", "pairs", 0, 1e4, distinctReplicas},
	{"temperature", "CCD temperature", "C", -100, 100, temperature},
	{"replica-temperatures", "Replica temperatures agree", "C", 0, 100, replicaTemperatures},
	{"typed-temperature", "Unmeasured temperature against that of the previous calibration", "C", 0, 100, typedTemperature},
	{"contradictions", "Sources contradict each other", "contradictions", 0, 1e6, contradictions},
	{"zodiacal-light", "Zodiacal brightness of the field", "table units", 0, 1e5, zodiacalLight},
	{"replica-levels", "Replica levels agree", "%", 0, 1e6, replicaLevels},
	{"long-to-short", "Long exposures against short ones", "", -1e6, 1e6, longToShort},
	{"stuck-bits", "Readouts with a bit that never changes", "readouts", 0, 1e4, stuckBits},
	{"quadrant-levels", "Quadrant levels agree", "%", 0, 1e6, quadrantLevels},
	{"noise", "Scatter of the replicas against photon and readout noise", "", 0, 1e6, noise},
	{"missing-pixels", "Pixels without a value", "pixels", 0, math.MaxInt32, missingPixels},
	{"negative-pixels", "Pixels below zero", "pixels", 0, math.MaxInt32, negativePixels},
	{"stars", "Stars left in the map", "stars", 0, 1000, starsLeft},
	{"risen-places", "Groups of pixels that brightened together", "places", 0, pixels.MostRisen, risenPlaces},
	{"bad-column", "Fixed bad column", "standard deviations", 0, 1000, badColumn},
	{"orientation", "Another orientation fits the hot pixels better", "", -1, 1, orientation},
	{"hot-pixels-kept", "Hot pixels of the previous calibration that are still hot", "%", 0, 100, hotPixelsKept},
	{"warm-pixels-kept", "Warm pixels of the previous calibration that are still warm", "%", -1000, 100, warmPixelsKept},
	{"change", "Warm pixels against the previous calibration", "", 0, 1e6, change},
	{"model", "N>100 against the degradation model", "", 0, 1e6, modelRatio},
}

func clauseNames() []string {
	var names []string
	for _, d := range catalogue {
		names = append(names, d.name)
	}
	return names
}

// known makes a finding of a number.
func known(value float64, f finding) finding {
	f.value = &value
	return f
}
