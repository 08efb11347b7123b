package telemetry

import "darksite/processing/ccd"

// CCD is the one whose rows the telemetry carries.
var CCD = ccd.ACA

// The VC2 file, byte by byte (telemetry.md, sections 1 to 5). Multi-byte
// integers are big-endian. Offsets are from the start of the thing named.
const (
	// SFDUSize is one header, one minor frame and one last byte.
	SFDUSize = 1134
	// FrameAt is where the minor frame starts in the SFDU.
	FrameAt = 104
	// FrameSize is the minor frame with its sync.
	FrameSize = 1029
	// LabelSync opens an SFDU.
	LabelSync = "NJPL"
	// FrameSync opens a minor frame.
	FrameSync = "\x1a\xcf\xfc\x1d"

	// Within the SFDU header.
	ERTDayAt   = 42
	ERTMilliAt = 44
	ERTMicroAt = 48

	// Within the minor frame.
	VCIDAt    = 4 // 41 93; only the second byte tells VC2
	CounterAt = 6 // 24 bits
	BodyAt    = 10
	// BodySize is one marker and PayloadSize bytes.
	BodySize    = 1019
	PayloadSize = 1018

	// VC2 is the second VCID byte of our frames.
	VC2 = 0x93
	// OpenMarker is the first body byte of the opening frame of a pair,
	// CloseMarker the last body byte of the closing one.
	OpenMarker  = 0xCD
	CloseMarker = 0xAB
	// FillByte fills what holds nothing; a frame with at most MaxFillMisfits
	// other body bytes is fill.
	FillByte       = 0xAA
	MaxFillMisfits = 3

	// RecordSize is one calibration record: a header with its two sync parts,
	// FF 00 at 0 and AA AA at 14, and RecordPixels pixels of 16 bits.
	RecordSize       = 1040
	RecordPixels     = 512
	RecordHeaderSize = 16
	RecordSync       = "\xff\x00"
	RecordSyncEnd    = "\xaa\xaa"
	RecordSyncEndAt  = 14
	// EmptyRow is the row number that an empty record's AA bytes read as.
	EmptyRow = 0x2AA

	// CounterModulus is where the frame counter wraps.
	CounterModulus = 1 << 24

	// IntegUnit is one count of the integration field, seconds.
	IntegUnit = 0.016
	// SciHeaderUnit is one count of the science frame counter, seconds.
	SciHeaderUnit = 2.05
	// ClockUnit is one count of the record clock, seconds.
	ClockUnit = 2e-6
)
