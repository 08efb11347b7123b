package timeline

import "time"

const day = 24 * time.Hour

// How far apart times of one calibration may be.
const (
	// clock is how far two sources may differ about one moment: kadi's edges lie
	// on a grid of 32.8 s and may move by a sample, times are typed to the minute.
	clock = 5 * time.Minute

	// sequence is the time from the first replica to the end of the last one, as
	// five are commanded (10,910 s; loads of starcheck, 2007 to 2015).
	sequence = 10_910 * time.Second

	// longestStep is the most between neighbouring replicas at hand of a sequence
	// of five: four steps of 43 minutes, where three between them are missing, and
	// the longest pause that is known, 2.5 hours in 2010:301, to the next hour.
	longestStep = 6 * time.Hour

	// latest is how long after its exposure a replica may be received. The recorder
	// is played back several times a day; what a pass missed comes with a later
	// one, hours to a few days after.
	latest = 4 * day

	// shortest and longest are how long a replica may last: kadi takes no shorter
	// one than 300 s (its edges may each be a sample of 32.8 s off), and the next
	// replica begins 43 minutes after.
	shortest = 230 * time.Second
	longest  = 43 * time.Minute

	// interleaved is how much two replicas may overlap: the times of a damaged
	// header may stretch one by this (telemetry.Received).
	interleaved = time.Minute
)
