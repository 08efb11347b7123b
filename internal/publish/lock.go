package publish

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// Holder is who publishes to a target.
type Holder struct {
	Process int    `json:"process"`
	Host    string `json:"host"`
	Since   string `json:"since"` // UTC, RFC 3339
}

func (h Holder) String() string {
	return fmt.Sprintf("process %d on %s since %s", h.Process, h.Host, h.Since)
}

// LockedError names the publisher that is at work. It is an [ErrLocked].
type LockedError struct {
	Holder *Holder // nil when it has not yet said who it is
}

func (e *LockedError) Error() string {
	if e.Holder == nil {
		return ErrLocked.Error()
	}
	return fmt.Sprintf("%v (%s)", ErrLocked, e.Holder)
}

// Is makes it an [ErrLocked].
func (e *LockedError) Is(target error) bool { return target == ErrLocked }

// A holder on another host is believed dead when it has given no sign for
// silence; it gives one every beat. Both are times of the file system.
const (
	beat    = 10 * time.Second
	silence = 2 * time.Minute
)

// lock keeps other publishers out. The system's lock tells for certain within a
// host, and on file systems that share locks; holder is for all others, and for
// naming who is at work.
func (s *store) lock(now func() time.Time) (unlock func(), err error) {
	if err := s.mkdir(storeDir, storePerm); err != nil {
		return nil, err
	}
	release, err := s.Lock(lockFile)
	certain := err == nil
	switch {
	case errors.Is(err, errHeld):
		h, _ := s.holder()
		return nil, &LockedError{h}
	case errors.Is(err, errNoLocks):
		release = func() {}
	case err != nil:
		return nil, err
	}
	host, _ := os.Hostname() // a machine without a name has none to tell
	me := Holder{os.Getpid(), host, now().UTC().Format(time.RFC3339)}
	if err := s.hold(me, certain); err != nil {
		release()
		return nil, err
	}
	if err := s.prepare(); err != nil {
		s.Remove(holderFile)
		release()
		return nil, err
	}
	stop := make(chan struct{})
	var beating sync.WaitGroup
	beating.Go(func() {
		tick := time.NewTicker(beat)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				s.Touch(holderFile)
			case <-stop:
				return
			}
		}
	})
	return func() {
		close(stop)
		beating.Wait()
		s.Remove(holderFile)
		release()
	}, nil
}

func (s *store) holder() (*Holder, error) { return s.holderIn(holderFile) }

func (s *store) holderIn(name string) (*Holder, error) {
	content, err := s.read(name, 1<<12)
	if err != nil {
		return nil, err
	}
	var h Holder
	if err := json.Unmarshal(content, &h); err != nil {
		return nil, err
	}
	h.Host = strconv.Quote(h.Host)
	h.Host = h.Host[1 : len(h.Host)-1]
	return &h, nil
}

// hold makes the holder file, which exists for one publisher at a time.
func (s *store) hold(me Holder, certain bool) error {
	content, err := json.Marshal(me)
	if err != nil {
		return err
	}
	name := path.Join(storeDir, fmt.Sprintf("holder-%d-%016x", me.Process, rand.Uint64()))
	f, err := s.Create(name, 0o660)
	if err != nil {
		return err
	}
	_, err = f.Write(append(content, '\n'))
	if err = errors.Join(err, f.Close()); err != nil {
		s.Remove(name)
		return err
	}
	defer s.Remove(name)
	for range 3 {
		err := s.Link(name, holderFile)
		if err != nil && noLinks(err) && certain {
			return s.Rename(name, holderFile)
		}
		if !errors.Is(err, fs.ErrExist) {
			return err
		}
		dead, h, err := s.dead(me, name, certain)
		if err != nil {
			return err
		}
		if !dead {
			return &LockedError{h}
		}
		// Of several that find a holder dead one moves it away.
		stale := name + "-stale"
		if err := s.Rename(holderFile, stale); err == nil {
			if moved, err := s.holderIn(stale); err == nil && h != nil && *moved != *h {
				// Somebody was faster: it lives, and gets its file back.
				return errors.Join(&LockedError{moved}, s.Rename(stale, holderFile))
			}
			if err := s.Remove(stale); err != nil {
				return err
			}
		} else if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	h, _ := s.holder()
	return &LockedError{h}
}

// dead tells whether the holder no longer lives. Mine is a file made just now,
// which tells the time of the file system.
func (s *store) dead(me Holder, mine string, certain bool) (bool, *Holder, error) {
	h, err := s.holder()
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil, nil
	}
	if err == nil && h.Host == me.Host {
		if certain {
			return true, h, nil // the system's lock was free
		}
		return errors.Is(syscall.Kill(h.Process, 0), syscall.ESRCH), h, nil
	}
	theirs, err := s.Lstat(holderFile)
	if errors.Is(err, fs.ErrNotExist) {
		return true, h, nil
	} else if err != nil {
		return false, h, err
	}
	ours, err := s.Lstat(mine)
	if err != nil {
		return false, h, err
	}
	return ours.ModTime().Sub(theirs.ModTime()) > silence, h, nil
}
