package telemetry

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
)

// isGzip tells a gzip stream by its first bytes.
func isGzip(magic []byte) bool { return len(magic) >= 2 && magic[0] == 0x1f && magic[1] == 0x8b }

// SimulatedComment is the comment in the gzip header (RFC 1952, section 2.3.1) of a file
// that a simulator made. There it goes with the file wherever that is copied, and
// changes no byte of the telemetry.
const SimulatedComment = "simulated telemetry, no flight data"

// members inflates the members of a gzip file one after another. Behind the
// last there may be zeros, with which tapes are padded, and nothing else.
type members struct {
	packed    *bufio.Reader
	delivered *counter
	z         *gzip.Reader
	padding   int64 // zeros behind the last member
	simulated bool  // by the header of any member
	failed    error // of the gzip data, with its place in the file
}

func newMembers(packed *bufio.Reader, delivered *counter) (*members, error) {
	m := &members{packed: packed, delivered: delivered}
	z, err := gzip.NewReader(packed)
	if err != nil {
		return nil, m.damaged(err)
	}
	m.z = z
	m.begun()
	return m, nil
}

func (m *members) Read(p []byte) (int, error) {
	for {
		n, err := m.z.Read(p)
		if n > 0 || err == nil {
			return n, nil // an error comes again
		}
		if err != io.EOF {
			return 0, m.damaged(err)
		}
		if magic, _ := m.packed.Peek(2); !isGzip(magic) {
			return 0, m.end()
		}
		if err := m.z.Reset(m.packed); err != nil {
			return 0, m.damaged(err)
		}
		m.begun()
	}
}

// begun is called at each member, behind its header.
func (m *members) begun() {
	m.z.Multistream(false)
	m.simulated = m.simulated || m.z.Comment == SimulatedComment
}

// end reads what is behind the last member.
func (m *members) end() error {
	from := m.at()
	for {
		b, err := m.packed.ReadByte()
		if err != nil {
			m.padding = m.at() - from
			return err
		}
		if b != 0 {
			m.failed = fmt.Errorf("byte %d, behind the gzip data, is %#02x: expected zeros, another gzip member or the end of the file; fetch the file again", m.at()-1, b)
			return m.failed
		}
	}
}

// at is the place in the file of the next byte to inflate.
func (m *members) at() int64 { return m.delivered.n - int64(m.packed.Buffered()) }

func (m *members) damaged(err error) error {
	if err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
		m.failed = fmt.Errorf("%w: its gzip data is cut after byte %d; fetch the file again", ErrIncomplete, m.at())
	} else {
		m.failed = fmt.Errorf("the gzip data is damaged near byte %d (%w); fetch the file again", m.at(), err)
	}
	return m.failed
}

// bounded stops a stream that inflates to too much.
type bounded struct {
	r         io.Reader
	n         int64
	delivered *counter
	limits    Options
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	b.n += int64(n)
	switch {
	case b.n > b.limits.InflatedBytes:
		return 0, fmt.Errorf("inflates to more than %d bytes, the limit for one file", b.limits.InflatedBytes)
	case b.n > ratioGrace && b.n > b.limits.Ratio*b.delivered.n:
		return 0, fmt.Errorf("inflates to more than %d times its size, which telemetry does not", b.limits.Ratio)
	}
	return n, err
}
