package fetch

import "errors"

// What may go wrong, for errors.Is.
var (
	// ErrNotYet says that telemetry is missing or still arriving, and nothing
	// else is wrong: wait and fetch again.
	ErrNotYet = errors.New("not arrived yet")
	// ErrUnreachable says that the source, or a file in it, cannot be read.
	ErrUnreachable = errors.New("the source cannot be read")
	// ErrRefused says that a file is not what it should be: it differs from the
	// one that is there, or is no whole telemetry.
	ErrRefused = errors.New("refused")
	// ErrUndecided says that names do not tell to which calibration files
	// belong, or which of two is right.
	ErrUndecided = errors.New("for a person to decide")
	// ErrNoRoom says that the disk is full.
	ErrNoRoom = errors.New("no room on the disk")
	// ErrBusy says that another process fetches the same file.
	ErrBusy = errors.New("being fetched by another process")
)

// errGone says that a file is no longer at the source.
var errGone = errors.New("it is no longer there")
