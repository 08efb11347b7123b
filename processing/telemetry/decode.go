package telemetry

import (
	"fmt"
	"io"
	"slices"
	"sync"
)

// enough SFDUs make it likely that the file is a full replica.
const enough = 1000

// maxNotes bounds how many sentences a damaged file may cause.
const maxNotes = 50

// Decode reads the (inflated) telemetry of one replica. Whatever the bytes
// are, it gives the rows that are certain and a ledger of all bytes; the error
// is the reader's, with the place where it happened. Name is for messages.
func Decode(r io.Reader, name string) (*File, error) {
	d := decoder{file: &File{Name: name}, workspace: workspaces.Get().(*workspace)}
	defer workspaces.Put(d.workspace)
	if err := d.scan(r); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	d.assemble()
	d.file.RowsRepeated = MarkRepeats(d.file.Rows)
	return d.file, nil
}

// decoder holds what is needed while one file is decoded.
type decoder struct {
	file *File
	*workspace
	runs   []run
	pixels []uint16 // room for the pixels of rows to come
	muted  int      // notes beyond maxNotes
}

// workspace is the large memory that decoding needs and its result does not;
// the next file takes it over.
type workspace struct {
	window []byte
	frames []frame
	bodies store
	arena  []byte
	places []place // of the rows
}

var workspaces = sync.Pool{New: func() any { return &workspace{window: make([]byte, windowSize)} }}

func (d *decoder) note(format string, args ...any) {
	if len(d.file.Notes) < maxNotes {
		d.file.Notes = append(d.file.Notes, fmt.Sprintf(format, args...))
	} else {
		d.muted++
	}
}

// scan reads the file to its end and keeps the frames of VC2.
func (d *decoder) scan(r io.Reader) error {
	d.frames, d.bodies = d.frames[:0], d.bodies[:0]
	f := d.file
	s := newScanner(r, d.window)
	var damaged piece // pieces of it so far
	surplus := 0      // behind each SFDU so far
	for {
		p, err := s.next()
		if err != nil {
			return err
		}
		if p.kind == pieceDamaged {
			if damaged.size == 0 {
				damaged.offset = p.offset
			}
			damaged.size += p.size
			continue
		}
		if damaged.size > 0 {
			f.Frames.Damaged++
			f.Ledger.Damaged += int64(damaged.size)
			d.note("%d bytes at byte %d are not part of a whole SFDU", damaged.size, damaged.offset)
			damaged.size = 0
		}
		switch p.kind {
		case pieceEnd:
			f.Bytes = p.offset
			return nil
		case pieceTrailing:
			f.Ledger.Trailing += int64(p.size)
			d.note("the file ends within the SFDU at byte %d, after %d of %d bytes", p.offset, p.size, SFDUSize)
		case pieceSFDU:
			if p.surplus != surplus && s.stride == SFDUSize+p.surplus {
				surplus = p.surplus
				d.note("from byte %d on, %d surplus bytes follow each SFDU", p.offset, surplus)
			}
			d.keep(&p)
		}
	}
}

// keep counts an SFDU and keeps its frame if it is of VC2.
func (d *decoder) keep(p *piece) {
	f := d.file
	if f.SFDUs++; f.SFDUs == enough {
		// A full replica has 33273 frames, 4258 of them with data.
		d.frames = slices.Grow(d.frames, 33500)
		d.bodies = slices.Grow(d.bodies, 4300*BodySize)
	}
	f.Ledger.Surplus += int64(p.surplus)
	if p.lacks > 0 {
		d.note("the SFDU at byte %d lacks the first %d bytes of its header", p.offset, p.lacks)
	}
	if p.loose {
		d.note("the SFDU at byte %d is followed by none, and may have lost or gained bytes; of its rows only those count that a record follows where it must", p.offset)
	}
	if !p.ofVC2() {
		f.Frames.Other++
		f.Ledger.Other += int64(p.size - p.surplus)
		return
	}
	d.frames = append(d.frames, frame{})
	d.bodies.read(p, &d.frames[len(d.frames)-1])
}

// assemble turns frames in file order into rows in counter order.
func (d *decoder) assemble() {
	f, frames := d.file, d.frames
	unwrap(frames)
	for _, offset := range mendCounters(frames, d.bodies) {
		d.note("frame at byte %d: its counter is damaged; its place tells it", offset)
	}
	frames, repeated := chooseCopies(frames, d.bodies)
	mendTimes(frames)
	f.Frames.Repeated = len(repeated)
	for i := range repeated {
		f.Ledger.Repeated += repeated[i].size()
	}
	for i := range frames {
		frame := &frames[i]
		if frame.isData() {
			f.Frames.Data++
			f.Ledger.Framing += frame.size() - PayloadSize
		} else {
			f.Frames.Fill++
			f.Ledger.Fill += frame.size()
		}
		if from, to := frame.disputed[0], frame.disputed[1]; to > 0 {
			d.note("frame %d was received more than once, and nothing tells which copy is right in bytes %d to %d of its body; no row is made of them",
				mod(frame.counter, CounterModulus), from, to-1)
		}
	}

	d.runs, f.Segments = splitRuns(frames)
	chooseParity(d.runs, d.bodies)
	joined := 0
	for i := range d.runs {
		joined += len(d.runs[i].frames) * PayloadSize
	}
	d.arena = slices.Grow(d.arena[:0], joined)
	for i := range d.runs {
		d.arena = d.runs[i].join(d.bodies, d.arena)
	}
	choosePhase(d.runs)
	f.Rows = make([]Row, 0, joined/RecordSize)
	d.pixels = make([]uint16, joined/RecordSize*RecordPixels)
	d.places = d.places[:0]
	for i := range d.runs {
		d.cut(i)
	}
	d.rejectMisnumbered()
	if d.muted > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("and %d more notes", d.muted))
	}
}
