package workers

import (
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
)

func TestEach(t *testing.T) {
	for _, n := range []int{0, 1, runtime.GOMAXPROCS(0), 1000} {
		done := make([]atomic.Int32, n)
		if err := Each(n, func(i int) error { done[i].Add(1); return nil }); err != nil {
			t.Error(err)
		}
		for i := range done {
			if got := done[i].Load(); got != 1 {
				t.Errorf("%d of %d was done %d times", i, n, got)
			}
		}
	}
}

func TestRanges(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 1000} {
		done := make([]atomic.Int32, n)
		Ranges(n, func(from, to int) {
			for i := from; i < to; i++ {
				done[i].Add(1)
			}
		})
		for i := range done {
			if got := done[i].Load(); got != 1 {
				t.Errorf("%d of %d was done %d times", i, n, got)
			}
		}
	}
}

func TestErrorsAreInOrder(t *testing.T) {
	err := Each(100, func(i int) error {
		if i%30 == 7 {
			return fmt.Errorf("piece %d", i)
		}
		return nil
	})
	if want := "piece 7\npiece 37\npiece 67\npiece 97"; err == nil || err.Error() != want {
		t.Errorf("%v, want\n%s", err, want)
	}
	if err := Each(2, func(i int) error { return []error{nil, errors.ErrUnsupported}[i] }); !errors.Is(err, errors.ErrUnsupported) {
		t.Error(err)
	}
}
