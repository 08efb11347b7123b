// Package synth turns a calibration id, a seed and options into VC2 telemetry
// with its truth: a dark map after the published degradation model, replicas
// exposed and sent as the real ones, and damage that is described in words.
//
// The same options give the same bytes on every machine. The byte layout is
// that of package telemetry and the orientation that of package chandra, so a
// test can compare what a decoder returns with what was sent.
//
//	[DarkMap] and [Scene]  seed, day, temperature -> rates -> one replica's telemetry
//	[Damage]               faults as text; applied to a replica, with the rows that still arrive
//	[ReadSeries]           a table -> the calibrations of one CCD over the years
//	[Calibrate], [Write]   all replicas of a calibration, and its data directory
package synth
