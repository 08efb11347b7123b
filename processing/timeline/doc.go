// Package timeline takes what every source says about when a calibration
// happened and returns what cannot be true together.
//
// The sources are the telemetry itself (when its rows were received on Earth),
// the names of its files, tables of the replicas (replicas.csv, kadi, mica's
// properties.json), the time of the first star catalogue (info.csv), and the id,
// which is the UTC day of the first replica. Each [Claim] is one statement of one
// of them. [Timeline.Check] holds them against the id, against how replicas
// follow one another in their era, and against each other. It repairs nothing
// and does not choose: a [Contradiction] names both sources, both times, how far
// they are apart, and what to do.
package timeline
