package main

import "darksite/internal/workspace"

// warnUnmatched tells of them.
func warnUnmatched(e *env, c *workspace.Workspace) error {
	list, err := c.Unmatched()
	for _, w := range list {
		e.Warnf("%s", w)
	}
	return err
}
