package quality

import (
	"math"

	"darksite/processing/pixels"
)

// catalogue holds all clauses in the order of verdicts and of rules files: what
// was received, how it was exposed, its levels, the map, and how it goes with
// what came before.
var catalogue = []definition{
	{"replicas", "Replicas used", "replicas", 0, 99, Telemetry, replicas},
	{"completeness", "Telemetry complete", "%", 0, 100, Telemetry, completeness},
	{"missing-rows", "Rows missing from the replicas at hand", "rows", 0, math.MaxInt32, Telemetry, missingRows},
	{"coverage", "Pixels with fewer than three samples", "%", 0, 100, Telemetry, coverage},
	{"integration-times", "Rows with another integration time than commanded", "rows", 0, math.MaxInt32, Readouts, integrationTimes},
	{"file-size", "Size of the smallest replica file", "MB", 0, 1000, Telemetry, fileSize},
	{"distinct-replicas", "Replicas that are the same data twice", "pairs", 0, 1e4, Readouts, distinctReplicas},
	{"temperature", "CCD temperature", "C", -100, 100, Temperature, temperature},
	{"replica-temperatures", "Replica temperatures agree", "C", 0, 100, Temperature, replicaTemperatures},
	{"typed-temperature", "Unmeasured temperature against that of the previous calibration", "C", 0, 100, Temperature, typedTemperature},
	{"contradictions", "Sources contradict each other", "contradictions", 0, 1e6, Sources, contradictions},
	{"zodiacal-light", "Zodiacal brightness of the field", "table units", 0, 1e5, Background, zodiacalLight},
	{"replica-levels", "Replica levels agree", "%", 0, 1e6, Readouts, replicaLevels},
	{"long-to-short", "Long exposures against short ones", "", -1e6, 1e6, Readouts, longToShort},
	{"stuck-bits", "Readouts with a bit that never changes", "readouts", 0, 1e4, Readouts, stuckBits},
	{"quadrant-levels", "Quadrant levels agree", "%", 0, 1e6, Readouts, quadrantLevels},
	{"noise", "Scatter of the replicas against photon and readout noise", "", 0, 1e6, Readouts, noise},
	{"missing-pixels", "Pixels without a value", "pixels", 0, math.MaxInt32, Pixels, missingPixels},
	{"negative-pixels", "Pixels below zero", "pixels", 0, math.MaxInt32, Pixels, negativePixels},
	{"stars", "Stars left in the map", "stars", 0, 1000, Map, starsLeft},
	{"risen-places", "Groups of pixels that brightened together", "places", 0, pixels.MostRisen, Comparison, risenPlaces},
	{"bad-column", "Fixed bad column", "standard deviations", 0, 1000, Map, badColumn},
	{"orientation", "Another orientation fits the hot pixels better", "", -1, 1, Map, orientation},
	{"hot-pixels-kept", "Hot pixels of the previous calibration that are still hot", "%", 0, 100, Comparison, hotPixelsKept},
	{"warm-pixels-kept", "Warm pixels of the previous calibration that are still warm", "%", -1000, 100, Comparison, warmPixelsKept},
	{"change", "Warm pixels against the previous calibration", "", 0, 1e6, Comparison, change},
	{"model", "N>100 against the degradation model", "", 0, 1e6, History, modelRatio},
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
