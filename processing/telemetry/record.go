package telemetry

import "encoding/binary"

// minSyncBytes of the four of a record sync make a record on phase real.
const minSyncBytes = 3

type recordKind uint8

const (
	recordRow recordKind = iota
	recordEmpty
	recordRejected
)

// classify judges a whole record on phase.
func classify(b []byte) recordKind {
	synced := syncBytes(b) >= minSyncBytes
	row := recordRowNumber(b)
	switch {
	case synced && int(row) >= CCD.FirstRow && int(row) <= CCD.LastRow():
		return recordRow
	case misfitsIn(b) <= MaxFillMisfits+RecordHeaderSize/2 && (row == EmptyRow || !synced):
		return recordEmpty
	}
	return recordRejected
}

func recordRowNumber(b []byte) int16 {
	return int16(uint16(b[6]&7)<<8|uint16(b[7])) << 5 >> 5
}

// misfitsIn counts the bytes that are not fill, up to a few more than matter.
func misfitsIn(b []byte) (n int) {
	for _, c := range b {
		if c != FillByte {
			if n++; n > RecordHeaderSize {
				break
			}
		}
	}
	return n
}

// parseRecord reads a record into row, whose DN must have room for its pixels.
func parseRecord(b []byte, row *Row) {
	be := binary.BigEndian
	row.Bias = be.Uint16(b[2:])
	row.IntegUnits = be.Uint16(b[4:])
	row.CalType = b[6] >> 7
	row.Replica = b[6] >> 4 & 7
	row.ColNeg = b[6] >> 3 & 1
	row.Row = recordRowNumber(b)
	row.SciHeader = be.Uint16(b[8:])
	row.Clock = be.Uint32(b[10:])
	// Four pixels at a time.
	for dn, pixels := row.DN, b[RecordHeaderSize:RecordSize]; len(dn) >= 4 && len(pixels) >= 8; dn, pixels = dn[4:], pixels[8:] {
		four := be.Uint64(pixels)
		dn[0], dn[1], dn[2], dn[3] = uint16(four>>48), uint16(four>>32), uint16(four>>16), uint16(four)
	}
}
