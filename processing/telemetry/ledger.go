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
	// Rejected is whole records that are not certain to be rows: a row number
	// that is impossible or does not fit its neighbours', more than one damaged
	// sync byte, or bytes that copies of a frame do not agree on or that may
	// not be the record's.
	Rejected int64 `json:"rejected"`
	// Repeated is the copies of a frame that were not used, the best being.
	Repeated int64 `json:"repeated"`
	// Other is frames of other virtual channels.
	Other int64 `json:"other"`
	// Damaged is bytes that are not part of a whole SFDU.
	Damaged int64 `json:"damaged"`
	// Surplus is bytes behind each SFDU that are as many throughout the file.
	Surplus int64 `json:"surplus"`
	// Trailing is an incomplete SFDU at the end.
	Trailing int64 `json:"trailing"`
}

// Total is the sum of all classes, the size of the file.
func (l Ledger) Total() int64 {
	return l.Rows + l.Framing + l.Fill + l.Empty + l.Cut + l.Rejected + l.Repeated + l.Other + l.Damaged + l.Surplus + l.Trailing
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
	l.Surplus += m.Surplus
	l.Trailing += m.Trailing
}
