package telemetry

// Ledger says what each byte of a file was, as counts of bytes that add up to
// the file's size. No byte is counted twice.
type Ledger struct {
	// Rows are the bytes of the records that became rows: 1040 for each.
	Rows int64 `json:"rows"`
	// Framing is the SFDU and frame headers, markers and last bytes around
	// the payload of data frames.
	Framing int64 `json:"framing"`
	// Fill is whole fill frames, less what a row used of them.
	Fill int64 `json:"fill"`
	// Empty is records within data frames that hold the sync and fill bytes.
	Empty int64 `json:"empty"`
	// Cut is parts of records whose other part was not received.
	Cut int64 `json:"cut"`
	// Rejected is whole records that cannot be rows: an impossible row number
	// or more than one damaged sync byte.
	Rejected int64 `json:"rejected"`
	// Repeated is frames whose counter was there already, and all copies of a
	// frame that differ.
	Repeated int64 `json:"repeated"`
	// Other is frames of other virtual channels.
	Other int64 `json:"other"`
	// Damaged is bytes that are not part of a whole SFDU.
	Damaged int64 `json:"damaged"`
	// Trailing is an incomplete SFDU at the end.
	Trailing int64 `json:"trailing"`
}

// Total is the sum of all classes, the size of the file.
func (l Ledger) Total() int64 {
	return l.Rows + l.Framing + l.Fill + l.Empty + l.Cut + l.Rejected + l.Repeated + l.Other + l.Damaged + l.Trailing
}

// Add counts another file's bytes to this ledger.
func (l *Ledger) Add(m Ledger) {
	l.Rows += m.Rows
	l.Framing += m.Framing
	l.Fill += m.Fill
	l.Empty += m.Empty
	l.Cut += m.Cut
	l.Rejected += m.Rejected
	l.Repeated += m.Repeated
	l.Other += m.Other
	l.Damaged += m.Damaged
	l.Trailing += m.Trailing
}
