package telemetry

// run is a stretch of frames whose counters rise by one and that all hold data
// or touch a frame that does. A fill frame beside data may hide the sync of
// the first record, or the last bytes of the last one.
type run struct {
	frames []frame
	parity int64 // counter & 1 of the opening frames
	stream []byte
	phase  int // where in the stream the first whole record may start
	// doubtful tells that a frame is loose or disputed.
	doubtful bool
}

// splitRuns finds the runs in sorted frames and counts the segments, runs of
// data frames alone.
func splitRuns(frames []frame) (runs []run, segments int) {
	joins := func(i int) bool { return i > 0 && frames[i].counter == frames[i-1].counter+1 }
	wanted := func(i int) bool {
		return frames[i].isData() ||
			joins(i) && frames[i-1].isData() ||
			i+1 < len(frames) && joins(i+1) && frames[i+1].isData()
	}
	start := -1
	for i := range frames {
		if frames[i].isData() && !(joins(i) && frames[i-1].isData()) {
			segments++
		}
		if start >= 0 && (!joins(i) || !wanted(i)) {
			runs = append(runs, run{frames: frames[start:i]})
			start = -1
		}
		if start < 0 && wanted(i) {
			start = i
		}
	}
	if start >= 0 {
		runs = append(runs, run{frames: frames[start:]})
	}
	return runs, segments
}

// markerVotes counts the frames whose marker is right if pairs open on even or
// on odd counters.
func (r *run) markerVotes(bodies store) (votes [2]int) {
	var scratch [BodySize]byte
	for i := range r.frames {
		f := &r.frames[i]
		body := bodies.bodyOf(f, &scratch)
		if body[0] == OpenMarker {
			votes[f.counter&1]++
		}
		if body[BodySize-1] == CloseMarker {
			votes[f.counter&1^1]++
		}
	}
	return votes
}

// chooseParity lets the markers of each run vote. A run that is not clear by
// two votes goes with the file, or, where the file does not help, with the
// parity that sets more records 1040 bytes apart.
func chooseParity(runs []run, bodies store) {
	votes := make([][2]int, len(runs))
	var all [2]int
	for i := range runs {
		votes[i] = runs[i].markerVotes(bodies)
		all[0] += votes[i][0]
		all[1] += votes[i][1]
	}
	for i := range runs {
		r := &runs[i]
		switch margin := votes[i][1] - votes[i][0]; {
		case margin >= 2 || margin == 1 && all[1] > all[0]:
			r.parity = 1
		case margin <= -2 || margin == -1 && all[0] > all[1]:
			r.parity = 0
		default:
			r.parity = r.parityBySyncs(bodies, all[1] > all[0])
		}
	}
}

func (r *run) parityBySyncs(bodies store, preferOdd bool) int64 {
	var best [2]int
	for p := range best {
		trial := run{frames: r.frames, parity: int64(p)}
		trial.join(bodies, nil)
		votes := trial.syncVotes()
		best[p] = votes.most()
	}
	if best[1] > best[0] || best[1] == best[0] && preferOdd {
		return 1
	}
	return 0
}

// join lays the payloads of the run's frames end to end at the end of arena
// and returns the arena. The arena must have room, or be nil.
func (r *run) join(bodies store, arena []byte) []byte {
	var scratch [BodySize]byte
	start := len(arena)
	for i := range r.frames {
		f := &r.frames[i]
		body := bodies.bodyOf(f, &scratch)
		arena = append(arena, body[r.markerBytes(f):][:PayloadSize]...)
		r.doubtful = r.doubtful || f.loose || f.disputed != [2]uint16{}
	}
	r.stream = arena[start:len(arena):len(arena)]
	return arena
}

// markerBytes is how many marker bytes stand before the payload of a frame.
func (r *run) markerBytes(f *frame) int {
	if f.counter&1 == r.parity {
		return 1
	}
	return 0
}

// fileOffset is where a byte of the stream stands in the file.
func (r *run) fileOffset(at int) int64 {
	f := &r.frames[at/PayloadSize]
	return f.offset + FrameAt + BodyAt + int64(r.markerBytes(f)+at%PayloadSize)
}

// enter adds the bytes of the stream that lie in data frames to a class.
func (r *run) enter(from, to int, class *int64) {
	*class += int64(to-from) - r.fillBytes(from, to)
}

// fillBytes counts the bytes of the stream that lie in fill frames.
func (r *run) fillBytes(from, to int) (n int64) {
	for i := from / PayloadSize; i*PayloadSize < to; i++ {
		if !r.frames[i].isData() {
			n += int64(min(to, (i+1)*PayloadSize) - max(from, i*PayloadSize))
		}
	}
	return n
}
