package l0

import (
	"darksite/processing/chandra"
	"darksite/processing/telemetry"
)

// Legacy is a row as ACALIMG_SFDU stored it.
type Legacy struct {
	TimeERT   float64 // s since 1998, of 84600 s a day, UTC
	RecCtr    int32
	ADCBias   int16 // bias - 32768, the offset not declared
	Integ     float32
	CalType   int16
	Replica   int16
	ColNeg    int16
	Row       int16
	SciHdrCtr int16 // 16 bits, read as signed
	TwoUsClk  int32 // 32 bits, read as signed
	// Pixels are DN less bias, the low 16 bits read as signed.
	Pixels [telemetry.RecordPixels]int16
}

func (v *Legacy) set(r *telemetry.Row) {
	v.TimeERT = legacyTime(r.ERT)
	v.RecCtr = recordCounter(r)
	v.ADCBias = int16(int32(r.Bias) - 1<<15)
	v.Integ = integration(r)
	v.CalType = int16(r.CalType)
	v.Replica = int16(r.Replica)
	v.ColNeg = int16(r.ColNeg)
	v.Row = r.Row
	v.SciHdrCtr = int16(r.SciHeader)
	v.TwoUsClk = int32(r.Clock)
	for i, dn := range r.DN {
		v.Pixels[i] = int16(dn - r.Bias)
	}
}

const (
	// epochDay is 1998-01-01 in days since 1958-01-01 (telemetry.md, section 2).
	epochDay = 14610
	// legacyDay is the old length of a day, seconds (telemetry.md, quirk 1).
	legacyDay = 84600
)

// legacyTime follows the old arithmetic, which took the milliseconds as a
// signed 32-bit number and the word after them as microseconds whatever it held
// (quirks 1 to 3).
func legacyTime(e chandra.ERT) float64 {
	days := float64(int32(e.Day) - epochDay)
	return days*legacyDay + float64(int32(e.Milli))/1e3 + float64(e.Micro)/1e6
}

// recordCounter is the 24-bit counter as sent.
func recordCounter(r *telemetry.Row) int32 {
	return int32(r.Counter & (telemetry.CounterModulus - 1))
}

// integration is in seconds, rounded as IDL's single precision rounds it.
func integration(r *telemetry.Row) float32 {
	return float32(r.IntegUnits) * float32(telemetry.IntegUnit)
}
