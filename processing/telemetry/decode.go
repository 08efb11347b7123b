package telemetry

import (
	"fmt"
	"io"
	"slices"
	"sync"

	"darksite/processing/chandra"
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
	pixels []uint16 // room for the pixels of rows to come
	places []int    // of the rows of one run, in its stream
	muted  int      // notes beyond maxNotes
}

// workspace is the large memory that decoding needs and its result does not;
// the next file takes it over.
type workspace struct {
	window []byte
	frames []frame
	bodies store
	arena  []byte
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
	for {
		p, err := s.next()
		if err != nil {
			return err
		}
		switch p.kind {
		case pieceEnd:
			f.Bytes = p.offset
			return nil
		case pieceDamaged:
			f.Frames.Damaged++
			f.Ledger.Damaged += int64(p.size)
			d.note("%d bytes at byte %d are not part of a whole SFDU", p.size, p.offset)
		case pieceTrailing:
			f.Ledger.Trailing += int64(p.size)
			d.note("the file ends within the SFDU at byte %d, after %d of %d bytes", p.offset, p.size, SFDUSize)
		case pieceSFDU:
			if f.SFDUs++; f.SFDUs == enough {
				// A full replica has 33273 frames, 4258 of them with data.
				d.frames = slices.Grow(d.frames, 33500)
				d.bodies = slices.Grow(d.bodies, 4300*BodySize)
			}
			frame, vc2 := d.bodies.read(p.bytes, p.offset)
			if vc2 {
				d.frames = append(d.frames, frame)
			} else {
				f.Frames.Other++
				f.Ledger.Other += SFDUSize
			}
		}
	}
}

// assemble turns frames in file order into rows in counter order.
func (d *decoder) assemble() {
	f, frames := d.file, d.frames
	unwrap(frames)
	for _, offset := range mendCounters(frames, d.bodies) {
		d.note("frame at byte %d: its counter is damaged; its place tells it", offset)
	}
	frames, repeated, conflicts := sortFrames(frames, d.bodies)
	for _, c := range conflicts {
		d.note("frame %d was received more than once with different content; none of its copies is used", mod(c, CounterModulus))
	}
	mendTimes(frames)
	f.Frames.Repeated = len(repeated)
	f.Ledger.Repeated = int64(len(repeated)) * SFDUSize
	for i := range frames {
		if frames[i].isData() {
			f.Frames.Data++
		} else {
			f.Frames.Fill++
			f.Ledger.Fill += SFDUSize
		}
	}

	runs, segments := splitRuns(frames)
	f.Segments = segments
	chooseParity(runs, d.bodies)
	joined := 0
	for i := range runs {
		joined += len(runs[i].frames) * PayloadSize
	}
	d.arena = slices.Grow(d.arena[:0], joined)
	for i := range runs {
		d.arena = runs[i].join(d.bodies, d.arena)
	}
	choosePhase(runs)
	f.Rows = make([]Row, 0, joined/RecordSize)
	d.pixels = make([]uint16, joined/RecordSize*chandra.HalfRowPixels)
	for i := range runs {
		d.cut(&runs[i])
	}
	if d.muted > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("and %d more notes", d.muted))
	}
}

// cut reads the records of a run and enters the bytes of its data frames in
// the ledger.
func (d *decoder) cut(r *run) {
	f := d.file
	for i := range r.frames {
		if r.frames[i].isData() {
			f.Ledger.Framing += SFDUSize - PayloadSize
		}
	}
	first := len(f.Rows)
	d.places = d.places[:0]
	at := min(r.phase, len(r.stream))
	d.enterPart(r, 0, at)
	for ; at+RecordSize <= len(r.stream); at += RecordSize {
		record := r.stream[at : at+RecordSize]
		switch classify(record) {
		case recordRow:
			origin := &r.frames[at/PayloadSize]
			row := Row{Counter: origin.counter, ERT: origin.ert, Offset: r.fileOffset(at), spans: r.spans(at, at+RecordSize)}
			row.DN, d.pixels = d.pixels[:chandra.HalfRowPixels:chandra.HalfRowPixels], d.pixels[chandra.HalfRowPixels:]
			parseRecord(record, &row)
			f.Rows = append(f.Rows, row)
			d.places = append(d.places, at)
		case recordEmpty:
			r.enter(at, at+RecordSize, &f.Ledger.Empty)
		default:
			f.RowsRejected++
			r.enter(at, at+RecordSize, &f.Ledger.Rejected)
			d.note("record at byte %d rejected: %d of 4 sync bytes right, row number %d",
				r.fileOffset(at), syncBytes(record), recordRowNumber(record))
		}
	}
	d.enterPart(r, at, len(r.stream))

	rows := f.Rows[first:]
	kept := f.Rows[:first]
	for i := range rows {
		row, at := rows[i], d.places[i]
		if d.misnumbered(rows, i) {
			f.RowsRejected++
			r.enter(at, at+RecordSize, &f.Ledger.Rejected)
			d.note("record at byte %d rejected: quadrant %s row %d does not fit between its neighbours",
				row.Offset, row.Quadrant().Letter(), row.Row)
			continue
		}
		f.Ledger.Rows += RecordSize
		f.Ledger.Fill -= r.fillBytes(at, at+RecordSize)
		kept = append(kept, row)
	}
	f.Rows = kept
}

// misnumbered tells whether the records before and after a row agree on what
// its number must be, and it is not that: bit errors in its header.
func (d *decoder) misnumbered(rows []Row, i int) bool {
	if i == 0 || i+1 == len(rows) || d.places[i+1]-d.places[i-1] != 2*RecordSize {
		return false
	}
	before, row, after := &rows[i-1], &rows[i], &rows[i+1]
	step := after.Row - before.Row
	return before.ColNeg == after.ColNeg && (step == 2 || step == -2) &&
		(row.ColNeg != before.ColNeg || row.Row != before.Row+step/2)
}

// enterPart enters the piece of a record at either end of a run.
func (d *decoder) enterPart(r *run, from, to int) {
	class := &d.file.Ledger.Cut
	if misfitsIn(r.stream[from:to]) <= MaxFillMisfits {
		class = &d.file.Ledger.Empty
	}
	r.enter(from, to, class)
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
