package quality

import (
	"fmt"
	"math/bits"

	"darksite/internal/ground/phrase"
)

// lowBits change in every readout of half a quadrant: those up to 512 DN, which a
// pixel of 250 e-/s adds to the bias in a short exposure.
const lowBits = 1<<10 - 1

func stuckBits(s Subject) finding {
	const source = "replicas.readouts.always_set, always_clear"
	if imported(s.Calibration) {
		return notApplicable(source, noTelemetry)
	}
	judged, stuck := 0, 0
	var names []string
	for _, r := range s.Calibration.Replicas {
		for _, o := range r.Readouts {
			if 2*o.Rows < s.Calibration.Geometry.QuadrantRows() {
				continue
			}
			judged++
			set, clear := o.AlwaysSet&lowBits, o.AlwaysClear&lowBits
			if set|clear == 0 {
				continue
			}
			stuck++
			what := fmt.Sprintf("never clears %d DN", 1<<bits.TrailingZeros16(set))
			if set == 0 {
				what = fmt.Sprintf("never sets %d DN", 1<<bits.TrailingZeros16(clear))
			}
			names = append(names, fmt.Sprintf("replica %d %s quadrant %s %s", r.Number, o.Integration, o.Quadrant, what))
		}
	}
	if judged == 0 {
		return unknown(source, "No readout has half of its rows")
	}
	f := finding{
		says:   fmt.Sprintf("Each of the ten lowest bits changes in all %d readouts", judged),
		means:  "A bit that never changes is stuck in the converter or lost on the way, and every pixel there may be wrong by its weight.",
		do:     "Leave out the replicas that have it and process again; if all have it, report it as a fault of the camera.",
		source: source,
	}
	if stuck > 0 {
		f.brief = phrase.Plural(stuck, "readout has", "readouts have") + " a bit that never changes"
		f.says = fmt.Sprintf("%s: %s", f.brief, phrase.List(names, mostNamed))
	}
	return known(float64(stuck), f)
}
