package serve

import (
	"errors"
	"io"
	"time"
)

// Tree is a site in memory. Paths have slashes between their parts and none at
// the start.
type Tree interface {
	Paths() []string
	// Open gives the content of a file. What can be sought is not copied to
	// memory to be served.
	Open(path string) (io.ReadCloser, error)
	Size(path string) (int64, bool)
}

// Site is what a build gives. It does not change once it was given.
type Site struct {
	Tree Tree
	// Base is where the tree begins in addresses: "/", or "/mta/ASPECT/".
	Base string
	// Index is the directory in the tree that the preview starts at, with a
	// slash at its end; "" for the top.
	Index string
	// Missing is the page for addresses that are not there; "" for none.
	Missing string
	// Watch is what another build depends on.
	Watch []Root
	// Problems are what is wrong although there is a tree, each a message with
	// its file and line if there is one.
	Problems []string
}

// Root is a file or a directory with all in it. It need not be there yet.
type Root struct {
	Path string // absolute
	// Settle is how long nothing must change there before it is built again:
	// an instant for texts, longer for what arrives in pieces.
	Settle time.Duration
}

var (
	// ErrBusy is returned by a build that has to wait for another program. It
	// is tried again.
	ErrBusy = errors.New("another program is at work")
	// ErrUnchanged is returned by a build that found that nothing it depends
	// on has changed.
	ErrUnchanged = errors.New("nothing has changed")
)

// Printer says what happens to a person.
type Printer interface {
	Printf(format string, args ...any)
	Verbosef(format string, args ...any)
	Warnf(format string, args ...any)
	Errorf(format string, args ...any)
}
