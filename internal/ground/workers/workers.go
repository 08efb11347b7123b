package workers

import (
	"errors"
	"runtime"
	"sync"
)

// Ranges splits 0 to n-1 into one range for each processor and calls do with
// from and to, not included, of all of them at once. It returns when all have
// ended.
func Ranges(n int, do func(from, to int)) {
	parts := min(n, runtime.GOMAXPROCS(0))
	var wait sync.WaitGroup
	for i := range parts {
		wait.Go(func() { do(i*n/parts, (i+1)*n/parts) })
	}
	wait.Wait()
}

// Each calls do with 0 to n-1, in this order but several at a time, and returns
// when all have ended. The errors are joined in order, so that the result does
// not depend on which was first.
func Each(n int, do func(i int) error) error {
	errs := make([]error, n)
	next := make(chan int)
	var wait sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wait.Go(func() {
			for i := range next {
				errs[i] = do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wait.Wait()
	return errors.Join(errs...)
}
