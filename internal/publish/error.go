package publish

import "errors"

// What may go wrong, for errors.Is.
var (
	// ErrLocked says that another publisher is at work in the target.
	ErrLocked = errors.New("another darksite is publishing")
	// ErrForeign says that the target holds what darksite did not make where
	// its own files belong.
	ErrForeign = errors.New("not made by darksite")
	// ErrObstructed says that nothing can be published to the target as it is, also
	// with [Options.Adopt]: a link that leads nowhere, a file in the place of a
	// directory. It is an [ErrForeign].
	ErrObstructed error = obstructed{}
	// ErrFewer says that the tree holds fewer calibrations than the target.
	ErrFewer = errors.New("fewer calibrations than are published")
	// ErrBegun says that a switch has begun and was not finished: readers see
	// whole files with links that lead somewhere, and the next run goes on.
	ErrBegun = errors.New("the switch is not finished")
	// ErrNoRelease says that there is no release to go back to.
	ErrNoRelease = errors.New("no such release")
)

type obstructed struct{}

func (obstructed) Error() string { return "something stands in the way" }

func (obstructed) Is(target error) bool { return target == ErrForeign }
