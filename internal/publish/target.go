package publish

import "context"

// Target is where a tree can be published to.
type Target interface {
	// String is the place, for people.
	String() string
	// Plan tells what Publish would do, and writes nothing to the target.
	Plan(context.Context, Tree, Options) (*Changes, error)
	// Publish makes the target hold the tree.
	Publish(context.Context, Tree, Options) (*Changes, error)
}
