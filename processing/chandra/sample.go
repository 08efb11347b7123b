package chandra

import "time"

// TelemetrySample is the longest time between two samples of telemetry, a major
// frame of 32.8 s, with the half second that kadi itself allows (sot/kadi,
// update_events.py, filter_events_to_add_to_database): the edges of an event may
// move by it when its telemetry comes from another archive.
const TelemetrySample = 33300 * time.Millisecond

// SameEvent tells whether two times of an event are the same to a sample of
// telemetry.
func SameEvent(a, b time.Time) bool { return a.Sub(b).Abs() <= TelemetrySample }
