//go:build !linux

package artifact

import "errors"

// exchange is known on Linux only.
func exchange(a, b string) error { return errors.ErrUnsupported }
