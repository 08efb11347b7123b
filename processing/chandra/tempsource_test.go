package chandra

import "testing"

func TestTempSources(t *testing.T) {
	for source, want := range map[string]struct{ measured, predicted bool }{
		HDR3: {true, false}, AACCCDPT: {true, false}, TelemetryTemp: {true, false}, "HDR3 and AACCCDPT": {true, false},
		"HDR3 and replicas.csv": {}, TypedTemp: {}, "info.csv": {}, "": {}, "GUESS": {},
		PredictedTemp("DEC1115A"): {false, true}, PredictedTemp(""): {false, true}, "predicted": {false, true}, "predictedX": {},
	} {
		_, predicted := IsPredictedTemp(source)
		if MeasuredTemp(source) != want.measured || predicted != want.predicted {
			t.Errorf("%q: measured %v, predicted %v", source, MeasuredTemp(source), predicted)
		}
	}
	if load, _ := IsPredictedTemp("predicted DEC1115A"); load != "DEC1115A" {
		t.Errorf("load %q", load)
	}
}
