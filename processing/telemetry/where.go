package telemetry

// Span is a stretch of bytes of a file.
type Span struct {
	Offset int64 `json:"offset"` // of the first byte, in the (inflated) file
	Bytes  int   `json:"bytes"`
}

// maxSpans: a record of 1040 bytes lies in two frames of 1018, or in three.
const maxSpans = 3

// Spans are the stretches of the (inflated) file that hold the row's record,
// in the order of the record: together its 1040 bytes. Each lies within one
// SFDU; where frames were received out of order, so are they. A row that was
// not read from telemetry has none.
func (r *Row) Spans() []Span {
	n := 0
	for n < maxSpans && r.spans[n].Bytes > 0 {
		n++
	}
	return r.spans[:n:n]
}

// SpansOf are the stretches of the (inflated) file that hold n bytes of the
// row's record, from byte from on: one, or more where a frame ends among them.
// Bytes that the record does not have are in none.
func (r *Row) SpansOf(from, n int) (out []Span) {
	start := 0 // of a span, in the record
	for _, s := range r.Spans() {
		first, last := max(from, start), min(from+n, start+s.Bytes)
		if first < last {
			out = append(out, Span{s.Offset + int64(first-start), last - first})
		}
		start += s.Bytes
	}
	return out
}

// spans is where a stretch of the stream, of at most 1040 bytes, stands in the
// file.
func (r *run) spans(from, to int) (out [maxSpans]Span) {
	for n := 0; from < to; n++ {
		size := min(to-from, PayloadSize-from%PayloadSize)
		out[n] = Span{r.fileOffset(from), size}
		from += size
	}
	return out
}
