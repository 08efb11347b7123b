package telemetry

import (
	"fmt"
	"io"
)

// windowSize is how much of a file the scanner holds. It fits the second-level
// cache, so that inflating, scanning and copying meet warm bytes.
const windowSize = 256 << 10

// startSize is how many bytes of an SFDU hold both syncs.
const startSize = FrameAt + len(FrameSync)

// scanner cuts a stream of bytes into SFDUs. It walks a grid, of 1134 bytes
// unless the file has a steady surplus behind its SFDUs, and looks for the next
// pair of syncs where the grid is lost.
type scanner struct {
	r        io.Reader
	window   []byte
	base     int64 // file offset of window[0]
	from, to int   // the unread part of the window
	eof      bool

	stride  int   // from one SFDU to the next
	learnAt int64 // file offset from which the stride may be learned again
	onGrid  bool  // the byte at from follows a whole SFDU, or opens the file
	pad     int   // last byte of the SFDUs seen, -1 before the first
	lacks   int   // bytes that the start of the SFDU at from is known to lack
}

type pieceKind uint8

const (
	pieceEnd      pieceKind = iota
	pieceSFDU               // an SFDU
	pieceDamaged            // bytes that are not part of a whole SFDU
	pieceTrailing           // an SFDU that the file ends in
)

// piece is a stretch of the file.
type piece struct {
	kind   pieceKind
	offset int64
	size   int

	// Of an SFDU only:
	bytes   []byte // valid until the next call; for one that lacks its start, preceded by others
	lacks   int    // bytes missing of its header
	surplus int    // bytes at the end of the stretch that are behind the SFDU
	loose   bool   // bytes may have been lost or added within
}

func newScanner(r io.Reader, window []byte) *scanner {
	return &scanner{r: r, window: window, stride: SFDUSize, onGrid: true, pad: -1}
}

// need makes at least n unread bytes available, or all that are left.
func (s *scanner) need(n int) error {
	if s.to-s.from >= n || s.eof {
		return nil
	}
	copy(s.window, s.window[s.from:s.to])
	s.base += int64(s.from)
	s.from, s.to = 0, s.to-s.from
	stalled := 0
	for s.to < len(s.window) && !s.eof {
		k, err := s.r.Read(s.window[s.to:])
		s.to += k
		if err == io.EOF {
			s.eof = true
		} else if err != nil {
			return fmt.Errorf("at byte %d: %w", s.base+int64(s.to), err)
		}
		if k > 0 {
			stalled = 0
		} else if stalled++; stalled > 100 {
			return fmt.Errorf("at byte %d: %w", s.base+int64(s.to), io.ErrNoProgress)
		}
	}
	return nil
}

// next gives the next stretch. Stretches follow one another without a gap, and
// none overlap.
func (s *scanner) next() (piece, error) {
	if s.lacks > 0 {
		return s.headless(), nil
	}
	// One step needs to see an SFDU and both syncs of the next.
	if err := s.need(s.stride + startSize); err != nil {
		return piece{}, err
	}
	unread := s.window[s.from:s.to]
	switch {
	case len(unread) == 0:
		return piece{kind: pieceEnd, offset: s.base + int64(s.from)}, nil
	case len(unread) < SFDUSize:
		if s.onGrid && startsLike(unread) {
			return s.take(pieceTrailing, len(unread)), nil
		}
		return s.damaged(unread), nil
	case !starts(unread):
		return s.damaged(unread), nil
	case startsLike(unread[min(s.stride, len(unread)):]):
		s.pad = int(unread[SFDUSize-1])
		return s.sfdu(), nil
	}
	return s.leaveGrid()
}

// leaveGrid takes an SFDU that no other follows on the grid: the syncs of the
// next are damaged, or bytes were lost or added, perhaps within this one.
func (s *scanner) leaveGrid() (piece, error) {
	switch learned, err := s.learnStride(); {
	case err != nil:
		return piece{}, err
	case learned:
		return s.next()
	}
	unread := s.window[s.from:s.to]
	resume, found := resync(unread, len(LabelSync), s.stride)
	if !found && !s.eof {
		// Look on in a full window before giving up.
		if err := s.need(windowSize); err != nil {
			return piece{}, err
		}
		unread = s.window[s.from:s.to]
		resume, found = resync(unread, len(LabelSync), s.stride)
	}
	switch lacks := s.stride - resume; {
	case s.gridGoesOn(unread, resume), s.endsBefore(unread, resume):
		return s.sfdu(), nil
	case !startsTwice(unread):
		// One sync off the grid is no SFDU.
	case found && lacks > 0 && lacks <= FrameAt && !labeled(unread[resume:]):
		p := s.sfdu()
		p.loose = !s.endsWhole(unread, resume)
		s.lacks = lacks
		return p, nil
	case resume >= SFDUSize:
		p := s.take(pieceSFDU, SFDUSize)
		p.loose = true
		return p, nil
	}
	if found {
		return s.skip(resume), nil
	}
	return s.damaged(unread), nil
}

// damaged takes what lies before the next pair of syncs, or as much of it as
// the window holds.
func (s *scanner) damaged(unread []byte) piece {
	if resume, found := resync(unread, 1, s.stride); found {
		return s.skip(resume)
	}
	n := len(unread)
	if !s.eof {
		n = max(1, n-startSize+1)
	}
	return s.skip(n)
}

func (s *scanner) skip(n int) piece {
	p := s.take(pieceDamaged, n)
	s.onGrid = starts(s.window[s.from:s.to])
	return p
}

// sfdu takes a whole SFDU and the surplus behind it.
func (s *scanner) sfdu() piece {
	n := min(s.stride, s.to-s.from)
	p := s.take(pieceSFDU, n)
	p.surplus = n - SFDUSize
	return p
}

// headless takes an SFDU of which only the end of the header is there. The step
// before has seen all of it, and the bytes before it are still in the window.
func (s *scanner) headless() piece {
	lacks := s.lacks
	s.lacks = 0
	s.from -= lacks
	p := s.sfdu()
	p.offset += int64(lacks)
	p.size -= lacks
	p.lacks = lacks
	return p
}

func (s *scanner) take(kind pieceKind, n int) piece {
	p := piece{kind: kind, offset: s.base + int64(s.from), size: n, bytes: s.window[s.from : s.from+n]}
	s.from += n
	s.onGrid = true
	return p
}
