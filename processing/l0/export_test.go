package l0

import "darksite/processing/telemetry"

// LegacyValues is what the old table held for a row, which must have all its pixels.
func LegacyValues(r *telemetry.Row) (v Legacy) {
	v.set(r)
	return v
}
