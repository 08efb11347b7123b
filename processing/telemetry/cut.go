package telemetry

// place is where a row lies.
type place struct {
	run int // index of the run
	at  int // in its stream
}

// cut reads the records of a run and enters the payload of its data frames in
// the ledger.
func (d *decoder) cut(index int) {
	f, r := d.file, &d.runs[index]
	at := min(r.phase, len(r.stream))
	d.enterPart(r, 0, at)
	for ; at+RecordSize <= len(r.stream); at += RecordSize {
		record := r.stream[at : at+RecordSize]
		switch kind := classify(record); {
		case kind == recordRow && r.certain(at):
			origin := &r.frames[at/PayloadSize]
			row := Row{Counter: origin.counter, ERT: origin.ert, Offset: r.fileOffset(at), spans: r.spans(at, at+RecordSize)}
			row.DN, d.pixels = d.pixels[:RecordPixels:RecordPixels], d.pixels[RecordPixels:]
			parseRecord(record, &row)
			f.Rows = append(f.Rows, row)
			d.places = append(d.places, place{index, at})
			f.Ledger.Rows += RecordSize
			f.Ledger.Fill -= r.fillBytes(at, at+RecordSize)
		case kind == recordEmpty:
			r.enter(at, at+RecordSize, &f.Ledger.Empty)
		case kind == recordRow:
			d.reject(place{index, at}, "row %d, whose bytes are not certain", recordRowNumber(record))
		default:
			d.reject(place{index, at}, "%d of 4 sync bytes right, row number %d", syncBytes(record), recordRowNumber(record))
		}
	}
	d.enterPart(r, at, len(r.stream))
}

// reject enters a record that is no row.
func (d *decoder) reject(p place, why string, args ...any) {
	r := &d.runs[p.run]
	d.file.RowsRejected++
	r.enter(p.at, p.at+RecordSize, &d.file.Ledger.Rejected)
	d.note("record at byte %d rejected: "+why, append([]any{r.fileOffset(p.at)}, args...)...)
}

// enterPart enters the piece of a record at either end of a run.
func (d *decoder) enterPart(r *run, from, to int) {
	class := &d.file.Ledger.Cut
	if misfitsIn(r.stream[from:to]) <= MaxFillMisfits {
		class = &d.file.Ledger.Empty
	}
	r.enter(from, to, class)
}

// certain tells whether the bytes of a whole record are its own. Copies must not
// disagree on them. Of a frame that may have lost or gained bytes they count
// only when the sync of the record behind is where it must be in the same frame:
// what was lost or gained before it would have moved it.
func (r *run) certain(at int) bool {
	if !r.doubtful {
		return true
	}
	end := at + RecordSize
	for i := at / PayloadSize; i*PayloadSize < end; i++ {
		f := &r.frames[i]
		body := i*PayloadSize - r.markerBytes(f) // place of the body in the stream
		from := max(body+int(f.disputed[0]), i*PayloadSize, at)
		to := min(body+int(f.disputed[1]), (i+1)*PayloadSize, end)
		if from < to {
			return false
		}
		if f.loose && (end+RecordHeaderSize > (i+1)*PayloadSize || syncBytes(r.stream[end:]) < 4) {
			return false
		}
	}
	return true
}
