package telemetry

import "bytes"

// resync finds the first SFDU at or after from: a place with both syncs, or
// one on the grid before it that has one of the two. Without any it returns
// the number of bytes searched.
func resync(b []byte, from, stride int) (at int, found bool) {
	at, found = findPair(b, from)
	for found && at-stride >= from && starts(b[at-stride:]) {
		at -= stride
	}
	return at, found
}

// findPair finds the first place at or after from with both syncs.
func findPair(b []byte, from int) (at int, found bool) {
	for at = from; at < len(b); at++ {
		i := bytes.Index(b[at:], []byte(LabelSync))
		if i < 0 || len(b)-(at+i) < startSize {
			break
		}
		if at += i; synced(b[at:]) {
			return at, true
		}
	}
	return len(b), false
}

func labeled(b []byte) bool {
	return len(b) >= len(LabelSync) && string(b[:len(LabelSync)]) == LabelSync
}

func synced(b []byte) bool { return len(b) >= startSize && string(b[FrameAt:startSize]) == FrameSync }

// starts tells whether an SFDU may begin here: one sync of the two is enough
// on the grid.
func starts(b []byte) bool { return len(b) >= startSize && (labeled(b) || synced(b)) }

func startsTwice(b []byte) bool { return labeled(b) && synced(b) }

// startsLike is starts for the end of a file, where only the first bytes of an
// SFDU may be left, or none.
func startsLike(b []byte) bool {
	n := min(len(b), len(LabelSync))
	return string(b[:n]) == LabelSync[:n] || starts(b)
}

// ends tells whether the marks of an SFDU's end are where they belong: the last
// byte that the others have and, unless its frame opens a pair, the marker.
func (s *scanner) ends(sfdu []byte) bool {
	return int(sfdu[SFDUSize-1]) == s.pad &&
		(sfdu[FrameAt+BodyAt] == OpenMarker || sfdu[SFDUSize-2] == CloseMarker)
}

// gridGoesOn tells whether the grid of an SFDU is kept further on, so that
// nothing was lost or added within it; what lies between is damaged in place.
// Its own end must be there, or what was lost and added may make up for one another.
func (s *scanner) gridGoesOn(unread []byte, resume int) bool {
	const far = 4 // SFDUs
	if resume <= SFDUSize || s.pad >= 0 && !s.ends(unread) {
		return false
	}
	for at := 2 * s.stride; at <= far*s.stride && at < len(unread); at += s.stride {
		if startsTwice(unread[at:]) {
			return true
		}
	}
	return resume < len(unread) && resume%s.stride == 0
}

// endsBefore judges an SFDU whose successor is at resume, off the grid. Bytes
// were added either behind it or inside it. The SFDU's last byte tells: where
// it belongs in the first case, just before resume in the second. Where both
// places could hold it the end is not certain, unless what was added is one byte
// over and over, which no frame ends in.
func (s *scanner) endsBefore(unread []byte, resume int) bool {
	end := resume - (s.stride - SFDUSize)
	if end <= SFDUSize || !s.ends(unread) {
		return false
	}
	added := unread[SFDUSize:end]
	return int(added[len(added)-1]) != s.pad ||
		len(added) >= 4 && added[0] != FillByte && bytes.Count(added, added[:1]) == len(added)
}

// endsWhole judges an SFDU whose successor lacks the first bytes of its header:
// it would begin at resume, inside of this one. Had this one lost its end too, the
// header would reach back over its last body byte. It does not when a byte that
// is the same in its own header and in the one after the next differs there.
func (s *scanner) endsWhole(unread []byte, resume int) bool {
	const last = SFDUSize - 2
	if !s.ends(unread) {
		return false
	}
	at := last - resume
	after := unread[resume+s.stride:]
	return at < 0 || len(after) > at && after[at] == unread[at] && unread[last] != unread[at]
}

// learnStride finds out whether the SFDUs of this file have a surplus behind
// them: a word of the tape's, a line end, padding to a block. The distances
// between the pairs of syncs in the window vote. A surplus that stands before
// the closing markers would be within the frames, and is none.
func (s *scanner) learnStride() (learned bool, err error) {
	here := s.base + int64(s.from)
	if here < s.learnAt {
		return false, nil
	}
	if err := s.need(windowSize); err != nil {
		return false, err
	}
	s.learnAt = here + windowSize/2 // so that no byte is searched often
	unread := s.window[s.from:s.to]
	type votes struct{ all, behind, within int }
	count := map[int]votes{}
	total := 0
	last, found := findPair(unread, 0)
	for found {
		var at int
		if at, found = findPair(unread, last+1); !found {
			break
		}
		v := count[at-last]
		v.all++
		if apart := at - last; apart > SFDUSize {
			if unread[last+SFDUSize-2] == CloseMarker {
				v.behind++
			}
			if unread[at-2] == CloseMarker {
				v.within++
			}
		}
		count[at-last] = v
		total++
		last = at
	}
	const enough = 5
	for apart, v := range count {
		// Whole SFDUs between two are no surplus. Only one can have most votes.
		surplus := apart == SFDUSize || apart%SFDUSize != 0 && apart > SFDUSize && v.behind >= v.within
		if 2*v.all > total && v.all >= enough && surplus && apart != s.stride {
			s.stride = apart
			return true, nil
		}
	}
	return false, nil
}
