package telemetry

import (
	"encoding/binary"
	"math/bits"

	"darksite/processing/chandra"
)

// frame is one VC2 minor frame. The body of a data frame lies in the store;
// that of a fill frame is rebuilt from its misfits, so that each of the tens of
// thousands of fill frames can still be looked at for a few bytes of memory.
type frame struct {
	counter int64 // as sent, then unwrapped
	offset  int64 // of the SFDU in the file
	ert     chandra.ERT
	body    int32 // data: index of the body in the store; fill: -1
	misfits [MaxFillMisfits]misfit

	labeled bool  // the SFDU's label is whole, so that its header can be trusted
	synced  bool  // the frame's sync is whole
	loose   bool  // bytes may have been lost or added within: see certain
	lacks   uint8 // bytes missing at the start of the SFDU
	last    byte  // of the SFDU
	// disputed is the part of the body, from and to, that copies of the frame
	// do not agree on.
	disputed [2]uint16
}

// misfit is a byte of a fill frame's body that is not the fill byte.
type misfit struct {
	at    uint16
	value byte // FillByte where there is none
}

func (f *frame) isData() bool { return f.body >= 0 }

// size is how many bytes of the file the frame's SFDU is.
func (f *frame) size() int64 { return SFDUSize - int64(f.lacks) }

// store keeps the bodies of data frames, BodySize bytes each.
type store []byte

// ofVC2 tells whether an SFDU's frame is of our channel.
func (p *piece) ofVC2() bool { return p.bytes[FrameAt+VCIDAt+1] == VC2 }

// read parses an SFDU into f.
func (s *store) read(p *piece, f *frame) {
	sfdu := p.bytes[:SFDUSize]
	minor := sfdu[FrameAt:]
	*f = frame{
		counter: int64(minor[CounterAt])<<16 | int64(minor[CounterAt+1])<<8 | int64(minor[CounterAt+2]),
		offset:  p.offset - int64(p.lacks),
		labeled: labeled(sfdu),
		synced:  synced(sfdu),
		loose:   p.loose,
		lacks:   uint8(p.lacks),
		last:    sfdu[SFDUSize-1],
		ert: chandra.ERT{
			Day:   binary.BigEndian.Uint16(sfdu[ERTDayAt:]),
			Milli: binary.BigEndian.Uint32(sfdu[ERTMilliAt:]),
			Micro: binary.BigEndian.Uint16(sfdu[ERTMicroAt:]),
		},
	}
	body := minor[BodyAt : BodyAt+BodySize]
	if !f.fill(body) {
		f.body = int32(len(*s) / BodySize)
		*s = append(*s, body...)
	}
}

// fill tells whether a body is fill and notes its misfits.
func (f *frame) fill(body []byte) bool {
	const word = 0xAAAAAAAAAAAAAAAA
	f.body = -1
	n := 0
	note := func(at int) {
		if n < MaxFillMisfits {
			f.misfits[n] = misfit{uint16(at), body[at]}
		}
		n++
	}
	i := 0
	for ; i+32 <= len(body); i += 32 {
		b := body[i : i+32 : i+32]
		w0 := binary.LittleEndian.Uint64(b) ^ word
		w1 := binary.LittleEndian.Uint64(b[8:]) ^ word
		w2 := binary.LittleEndian.Uint64(b[16:]) ^ word
		w3 := binary.LittleEndian.Uint64(b[24:]) ^ word
		if w0|w1|w2|w3 == 0 {
			continue
		}
		for k, w := range [4]uint64{w0, w1, w2, w3} {
			for w != 0 {
				at := bits.TrailingZeros64(w) / 8
				w &^= 0xff << (8 * at)
				note(i + 8*k + at)
			}
		}
		if n > MaxFillMisfits {
			return false
		}
	}
	for ; i < len(body); i++ {
		if body[i] != FillByte {
			note(i)
		}
	}
	for k := min(n, MaxFillMisfits); k < MaxFillMisfits; k++ {
		f.misfits[k] = misfit{0, FillByte}
	}
	return n <= MaxFillMisfits
}

// bodyOf gives a frame's body; that of a fill frame is built in scratch.
func (s store) bodyOf(f *frame, scratch *[BodySize]byte) []byte {
	if f.isData() {
		return s[int(f.body)*BodySize:][:BodySize]
	}
	for i := range scratch {
		scratch[i] = FillByte
	}
	for _, m := range f.misfits {
		if m.value != FillByte {
			scratch[m.at] = m.value
		}
	}
	return scratch[:]
}
