package publish

import "errors"

// What may go wrong, for errors.Is.
var (
	// ErrLocked says that another publisher is at work in the target.
	ErrLocked = errors.New("another darksite is publishing")
	// ErrForeign says that the target holds what darksite did not make where
	// its own files belong.
	ErrForeign = errors.New("not made by darksite")
	// ErrFewer says that the tree holds fewer calibrations than the target.
	ErrFewer = errors.New("fewer calibrations than are published")
	// ErrBegun says that a switch has begun and was not finished: readers see
	// whole files with links that lead somewhere, and the next run goes on.
	ErrBegun = errors.New("the switch is not finished")
	// ErrNoRelease says that there is no release to go back to.
	ErrNoRelease = errors.New("no such release")
)
