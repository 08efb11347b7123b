package synth

import (
	"bufio"
	"fmt"
	"io"

	"darksite/processing/chandra"
	"darksite/processing/telemetry"
)

// Sent is one row as it was sent: one calibration record.
type Sent struct {
	// Counter is that of the frame with the record's first byte, unwrapped as
	// in [telemetry.Row].
	Counter int64
	// PayloadOffset is where that byte stands in the payload of its frame, 0 to
	// 1017, the marker not counted.
	PayloadOffset int
	// ERT is when that frame was received on Earth.
	ERT chandra.ERT

	Bias       uint16 // DN
	IntegUnits uint16 // x 0.016 s
	CalType    uint8
	Replica    uint8
	ColNeg     uint8
	Row        int16
	SciHeader  uint16 // x 2.05 s
	Clock      uint32 // x 2e-6 s

	DNSum uint32 // of the 512 samples, bias included
	DNCRC uint32 // CRC-32 (IEEE) of the samples as sent, 1024 bytes big-endian

	// FirstSFDU and LastSFDU are the SFDUs that carry the record, counted from
	// 0 in the file as sent.
	FirstSFDU, LastSFDU int
	// Strip is the run of rows between two integrations that it belongs to,
	// counted from 0.
	Strip int

	streamAt int // of the record in the joined payloads
}

// Span is a run of SFDUs, the last one included, counted from 0.
type Span struct{ First, Last int }

// Telemetry is one replica's VC2 file and the truth about it.
type Telemetry struct {
	Replica int
	// Name is that of the calibration and the replica, for messages.
	Name  string
	Bytes []byte
	SFDUs int
	// DataFrames lists the SFDUs whose frame is not fill by the rule of
	// [telemetry.MaxFillMisfits], rising.
	DataFrames []int
	// Strips are the SFDUs that carry the rows of each strip.
	Strips []Span
	Rows   []Sent
	// FirstCounter is the unwrapped frame counter of SFDU 0; it may be below 0.
	FirstCounter int64

	evenOpens bool
}

// Arrival says how much of a sent row is still there after damage.
type Arrival uint8

const (
	// Whole: every SFDU that carries it is there in full and as sent, in at
	// least one copy.
	Whole Arrival = iota
	// Marred: all are there in full and the content of the record is as sent,
	// but a header, a marker or a sync around it has changed.
	Marred
	// Altered: all are there in full, but the content has changed.
	Altered
	// Lost: an SFDU is missing or cut.
	Lost
)

var arrivalNames = [...]string{"whole", "marred", "altered", "lost"}

func (a Arrival) String() string { return arrivalNames[a] }

const sentHeader = "rec_ctr,offset,ert_1958,bias,integ_units,caltype,replica,colneg,row,sci_hdr_ctr,two_us_clk,dn_sum,crc32_dn_u16be"

// WriteSent writes rows as comma-separated values, one line each, and how each
// arrived when arrivals is not nil. The Earth-received time is in seconds
// since 1958.
func WriteSent(w io.Writer, rows []Sent, arrivals []Arrival) error {
	b := bufio.NewWriter(w)
	b.WriteString(sentHeader)
	if arrivals != nil {
		b.WriteString(",arrived")
	}
	b.WriteByte('\n')
	for i := range rows {
		r := &rows[i]
		seconds := int64(r.ERT.Day)*86400 + int64(r.ERT.Milli/1000)
		fmt.Fprintf(b, "%d,%d,%d.%03d%03d,%d,%d,%d,%d,%d,%d,%d,%d,%d,%08x",
			r.Counter%telemetry.CounterModulus, r.PayloadOffset, seconds, r.ERT.Milli%1000, r.ERT.Micro,
			r.Bias, r.IntegUnits, r.CalType, r.Replica, r.ColNeg, r.Row, r.SciHeader, r.Clock, r.DNSum, r.DNCRC)
		if arrivals != nil {
			b.WriteByte(',')
			b.WriteString(arrivals[i].String())
		}
		b.WriteByte('\n')
	}
	return b.Flush()
}
