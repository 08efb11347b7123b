package telemetry

import "bytes"

// phaseVotes counts record syncs by their place modulo the record size.
type phaseVotes [RecordSize]int

func (v *phaseVotes) most() int {
	n := 0
	for _, k := range v {
		n = max(n, k)
	}
	return n
}

// syncVotes looks for whole syncs anywhere in the stream, in empty records too.
func (r *run) syncVotes() (votes phaseVotes) {
	for at := nextSync(r.stream, 0); at >= 0; at = nextSync(r.stream, at+1) {
		votes[at%RecordSize]++
	}
	return votes
}

// nextSync finds the first whole record sync at or after from, or -1.
func nextSync(s []byte, from int) int {
	for at := from; at+RecordHeaderSize <= len(s); at++ {
		i := bytes.IndexByte(s[at:len(s)-RecordHeaderSize+1], RecordSync[0])
		if i < 0 {
			break
		}
		if at += i; syncBytes(s[at:]) == 4 {
			return at
		}
	}
	return -1
}

// syncBytes counts the sync bytes, of four, that a record header has right.
func syncBytes(header []byte) (n int) {
	for i := range 2 {
		if header[i] == RecordSync[i] {
			n++
		}
		if header[RecordSyncEndAt+i] == RecordSyncEnd[i] {
			n++
		}
	}
	return n
}

// choosePhase decides for each run where its records start. Pixels can look
// like a sync, so the syncs of a run vote. The stream of records runs on
// through fill, so nearly always all runs agree on the phase of the whole
// file, (counter x 1018 + place) modulo 1040; where most syncs of the file do,
// a run departs from it only for at least two records more.
func choosePhase(runs []run) {
	var file phaseVotes
	total := 0
	for i := range runs {
		local := runs[i].syncVotes()
		for p, n := range local {
			file[runs[i].filePhase(p)] += n
			total += n
		}
	}
	steady, most := 0, 0
	for p, n := range file {
		if n > most {
			steady, most = p, n
		}
	}
	for i := range runs {
		r := &runs[i]
		best := 0
		// Voting again is quicker than keeping the votes of all runs.
		local := r.syncVotes()
		for p, n := range local {
			if n > local[best] || n == local[best] && file[r.filePhase(p)] > file[r.filePhase(best)] {
				best = p
			}
		}
		r.phase = best
		if 2*most > total {
			own := r.runPhase(steady)
			if r.records(best) < r.records(own)+2 {
				r.phase = own
			}
		}
	}
}

// filePhase is a place in the run as a place in the stream of the whole file.
func (r *run) filePhase(p int) int {
	return int(mod(r.frames[0].counter*PayloadSize+int64(p), RecordSize))
}

// runPhase is the inverse of filePhase.
func (r *run) runPhase(p int) int {
	return int(mod(int64(p)-r.frames[0].counter*PayloadSize, RecordSize))
}

func mod(a, m int64) int64 { return (a%m + m) % m }

// records counts the whole records of a phase that have enough of their sync.
func (r *run) records(phase int) (n int) {
	for at := phase; at+RecordSize <= len(r.stream); at += RecordSize {
		if syncBytes(r.stream[at:]) >= minSyncBytes {
			n++
		}
	}
	return n
}
