package workers

import (
	"errors"
	"runtime"
	"sync"
)

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
