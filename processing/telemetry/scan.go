package telemetry

import (
	"bytes"
	"fmt"
	"io"
)

// windowSize is how much of a file the scanner holds. It fits the second-level
// cache, so that inflating, scanning and copying meet warm bytes.
const windowSize = 256 << 10

// lookAhead is what one step needs to see: an SFDU and both syncs of the next.
const lookAhead = SFDUSize + startSize

// startSize is how many bytes of an SFDU hold both syncs.
const startSize = FrameAt + len(FrameSync)

// scanner cuts a stream of bytes into SFDUs. It walks the grid of 1134 bytes
// and looks for the next pair of syncs where the grid is lost.
type scanner struct {
	r        io.Reader
	window   []byte
	base     int64 // file offset of window[0]
	from, to int   // the unread part of the window
	eof      bool

	onGrid bool // the byte at from follows a whole SFDU, or opens the file
	pad    int  // last byte of the SFDUs seen, -1 before the first
}

type pieceKind uint8

const (
	pieceEnd      pieceKind = iota
	pieceSFDU               // a whole SFDU
	pieceDamaged            // bytes that are not part of a whole SFDU
	pieceTrailing           // an SFDU that the file ends in
)

// piece is a stretch of the file. Bytes is valid until the next call and holds
// the whole stretch only for an SFDU.
type piece struct {
	kind   pieceKind
	offset int64
	size   int
	bytes  []byte
}

func newScanner(r io.Reader, window []byte) *scanner {
	return &scanner{r: r, window: window, onGrid: true, pad: -1}
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

// next gives the next stretch. Stretches follow one another without a gap.
func (s *scanner) next() (piece, error) {
	if err := s.need(lookAhead); err != nil {
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
	}
	rest := unread[SFDUSize:]
	if startsLike(rest) {
		s.pad = int(unread[SFDUSize-1])
		return s.take(pieceSFDU, SFDUSize), nil
	}
	// The next SFDU is not where it should be: its syncs are damaged, or bytes
	// were lost or added, perhaps within this one.
	resume, found := resync(unread, len(LabelSync))
	if !found && !s.eof {
		// Look on in a full window before giving up.
		if err := s.need(windowSize); err != nil {
			return piece{}, err
		}
		unread = s.window[s.from:s.to]
		resume, found = resync(unread, len(LabelSync))
	}
	if found && resume%SFDUSize == 0 || s.whole(unread, resume) {
		return s.take(pieceSFDU, SFDUSize), nil
	}
	if found {
		return s.skip(resume), nil
	}
	return s.damaged(unread), nil
}

// whole judges an SFDU whose successor is at resume, off the grid. Bytes were
// added either behind it or inside it. The SFDU's last byte tells: where it
// belongs in the first case, just before resume in the second. Where both
// places could hold it, the SFDU is given up, unless what was added is one byte
// over and over, which no frame ends in.
func (s *scanner) whole(unread []byte, resume int) bool {
	if s.pad < 0 || resume <= SFDUSize || int(unread[SFDUSize-1]) != s.pad {
		return false
	}
	added := unread[SFDUSize:resume]
	return int(added[len(added)-1]) != s.pad ||
		len(added) >= 4 && added[0] != FillByte && bytes.Count(added, added[:1]) == len(added)
}

// damaged takes what lies before the next pair of syncs, or as much of it as
// the window holds.
func (s *scanner) damaged(unread []byte) piece {
	if resume, found := resync(unread, 1); found {
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

func (s *scanner) take(kind pieceKind, n int) piece {
	p := piece{kind: kind, offset: s.base + int64(s.from), size: n, bytes: s.window[s.from : s.from+n]}
	s.from += n
	s.onGrid = true
	return p
}

// resync finds the first SFDU at or after from: a place with both syncs, or
// one on the grid before it that has one of the two. Without any it returns
// the number of bytes searched.
func resync(b []byte, from int) (at int, found bool) {
	for at = from; ; at++ {
		i := bytes.Index(b[at:], []byte(LabelSync))
		if i < 0 {
			return len(b), false
		}
		at += i
		if len(b)-at < startSize {
			return len(b), false
		}
		if string(b[at+FrameAt:at+startSize]) == FrameSync {
			break
		}
	}
	for at-SFDUSize >= from && starts(b[at-SFDUSize:]) {
		at -= SFDUSize
	}
	return at, true
}

// starts tells whether an SFDU may begin here: one sync of the two is enough
// on the grid.
func starts(b []byte) bool {
	return len(b) >= startSize && (string(b[:len(LabelSync)]) == LabelSync || string(b[FrameAt:startSize]) == FrameSync)
}

// startsLike is starts for the end of a file, where only the first bytes of an
// SFDU may be left, or none.
func startsLike(b []byte) bool {
	n := min(len(b), len(LabelSync))
	return string(b[:n]) == LabelSync[:n] || starts(b)
}
