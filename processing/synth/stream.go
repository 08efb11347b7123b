package synth

import (
	"encoding/binary"
	"time"

	"darksite/processing/chandra"
	"darksite/processing/telemetry"
)

// The downlink: 512 kbit/s and 9512 bits a frame, its sync and check bytes
// included (telemetry.md, section 9).
const (
	bitsPerSec   = 512_000
	bitsPerFrame = 9512
	// framePicos is the time of one frame in ps, exact.
	framePicos = bitsPerFrame * 1_000_000_000_000 / bitsPerSec
	// The clocks of the records count units of 2 us; the science frame counter
	// is 2.05 s.
	unitsPerSec   = 500_000
	unitsPerCount = 1_025_000
	// clockStart is what the spacecraft clock shows at the first slot of the
	// first replica, in s, as in the golden files.
	clockStart = 12345
)

// recordsIn is the number of records that the downlink carries in an
// integration, to the nearest.
func recordsIn(units uint16) int {
	const bits = bitsPerFrame * telemetry.RecordSize // a record's, times PayloadSize
	nanos := int64(units) * 16_000_000
	return int((nanos*telemetry.PayloadSize*(bitsPerSec/1000) + bits*500_000) / (bits * 1_000_000))
}

// slotClock is the spacecraft clock at a record slot in units of 2 us.
func slotClock(replica, slot int) int64 {
	base := int64(clockStart) + int64(replica-1)*int64(replicaSpacing/time.Second)
	return base*unitsPerSec + int64(slot)*(bitsPerFrame*telemetry.RecordSize*unitsPerSec)/(bitsPerSec*telemetry.PayloadSize)
}

// frameERT is when a frame was received that is n frames after the first, cut
// to whole microseconds.
func frameERT(first time.Time, n int) chandra.ERT {
	t := first.Add(time.Duration(int64(n) * framePicos / 1000))
	day := t.Unix() / 86400
	inDay := t.Sub(time.Unix(day*86400, 0))
	const unixDay = 4383 // 1970-01-01 after 1958-01-01
	return chandra.ERT{
		Day:   uint16(day + unixDay),
		Milli: uint32(inDay / time.Millisecond),
		Micro: uint16(inDay % time.Millisecond / time.Microsecond),
	}
}

// stream lays a stream of payload bytes out as SFDUs.
type stream struct {
	bytes     []byte
	counter   int64 // of SFDU 0, unwrapped
	evenOpens bool
}

// sfduHeader is the header with the field values of telemetry.md, section 2,
// that are known or inferred. Label, sub-header types and the frame sequence
// number at 52 are as in the golden files.
func sfduHeader() [telemetry.FrameAt]byte {
	var h [telemetry.FrameAt]byte
	copy(h[:], telemetry.LabelSync+"2I00C999")
	binary.BigEndian.PutUint64(h[12:], telemetry.SFDUSize-20)
	copy(h[20:], []byte{0, 1, 0, 76, 0, 2, 0, 4, 1, 1, 0, 1, 0, 81, 0, 64, '+', '+', 151, 5})
	copy(h[100:], []byte{0, 10, 0x04, 0x06}) // 1030 bytes of data
	return h
}

// newStream makes n SFDUs that hold nothing: fill bytes with their markers.
func newStream(n int, counter int64, evenOpens bool, received time.Time) *stream {
	s := &stream{make([]byte, n*telemetry.SFDUSize), counter, evenOpens}
	var sfdu [telemetry.SFDUSize]byte
	header := sfduHeader()
	copy(sfdu[:], header[:])
	frame := sfdu[telemetry.FrameAt : telemetry.FrameAt+telemetry.FrameSize]
	copy(frame, telemetry.FrameSync)
	// Version 1, spacecraft 6, channel 19; replay (telemetry.md, section 3).
	frame[telemetry.VCIDAt], frame[telemetry.VCIDAt+1] = 0x41, telemetry.VC2
	frame[telemetry.CounterAt+3] = 0x80
	for i := telemetry.BodyAt; i < telemetry.FrameSize; i++ {
		frame[i] = telemetry.FillByte
	}
	for i := range n {
		b := s.bytes[i*telemetry.SFDUSize:][:telemetry.SFDUSize]
		copy(b, sfdu[:])
		ert := frameERT(received, i)
		binary.BigEndian.PutUint16(b[telemetry.ERTDayAt:], ert.Day)
		binary.BigEndian.PutUint32(b[telemetry.ERTMilliAt:], ert.Milli)
		binary.BigEndian.PutUint16(b[telemetry.ERTMicroAt:], ert.Micro)
		binary.BigEndian.PutUint16(b[52:], uint16(i))
		c := s.counterOf(i)
		b[telemetry.FrameAt+telemetry.CounterAt] = byte(c >> 16)
		b[telemetry.FrameAt+telemetry.CounterAt+1] = byte(c >> 8)
		b[telemetry.FrameAt+telemetry.CounterAt+2] = byte(c)
		at, marker := s.markerOf(i)
		b[at] = marker
	}
	return s
}

// counterOf is the 24-bit counter of an SFDU as sent.
func (s *stream) counterOf(i int) int64 {
	return ((s.counter+int64(i))%telemetry.CounterModulus + telemetry.CounterModulus) % telemetry.CounterModulus
}

func (s *stream) opens(i int) bool { return (s.counterOf(i)%2 == 0) == s.evenOpens }

// markerOf is the place of an SFDU's marker in it, and the marker.
func (s *stream) markerOf(i int) (at int, marker byte) {
	if s.opens(i) {
		return telemetry.FrameAt + telemetry.BodyAt, telemetry.OpenMarker
	}
	return telemetry.FrameAt + telemetry.FrameSize - 1, telemetry.CloseMarker
}

// place is the SFDU that holds a byte of the stream, and where in it.
func (s *stream) place(at int) (sfdu, offset int) {
	sfdu, offset = at/telemetry.PayloadSize, at%telemetry.PayloadSize+telemetry.FrameAt+telemetry.BodyAt
	if s.opens(sfdu) {
		offset++
	}
	return sfdu, offset
}

// put copies bytes into the stream; what lies after its end is not sent.
func (s *stream) put(at int, b []byte) {
	for len(b) > 0 {
		sfdu, offset := s.place(at)
		if (sfdu+1)*telemetry.SFDUSize > len(s.bytes) {
			return
		}
		room := telemetry.PayloadSize - at%telemetry.PayloadSize
		n := copy(s.bytes[sfdu*telemetry.SFDUSize+offset:][:room], b)
		at, b = at+n, b[n:]
	}
}
