package fits

import (
	"encoding/binary"
	"fmt"
)

// sum32 adds data to a checksum: the ones' complement sum of its 32-bit words
// (appendix J.1). Missing bytes at the end count as zero, so data must start on
// a word and only the last call may end off one.
func sum32(data []byte, sum uint32) uint32 {
	// Both halves of a 64-bit word go to separate accumulators with room for
	// 2^32 carries; FITS blocks are a whole number of words.
	var high, low uint64
	for len(data) >= 16 {
		a, b := binary.BigEndian.Uint64(data), binary.BigEndian.Uint64(data[8:])
		high += a>>32 + b>>32
		low += a&0xffffffff + b&0xffffffff
		data = data[16:]
	}
	total := high + low + uint64(sum)
	for len(data) >= 4 {
		total += uint64(binary.BigEndian.Uint32(data))
		data = data[4:]
	}
	if len(data) > 0 {
		var last [4]byte
		copy(last[:], data)
		total += uint64(binary.BigEndian.Uint32(last[:]))
	}
	for total>>32 != 0 {
		total = total>>32 + total&0xffffffff
	}
	return uint32(total)
}

// encodeSum is the 16 characters whose sum, in place of sixteen '0' from column
// 12 of the card, adds value to a checksum (appendix J.2).
func encodeSum(value uint32) string {
	var text [16]byte
	for i := range 4 {
		octet := byte(value >> (24 - 8*i))
		var c [4]byte
		for j := range c {
			c[j] = octet/4 + '0'
		}
		c[0] += octet % 4
		// Only letters and digits may stand there; what one character of a pair
		// gains the other loses.
		for changed := true; changed; {
			changed = false
			for j := 0; j < 4; j += 2 {
				if isPunctuation(c[j]) || isPunctuation(c[j+1]) {
					c[j]++
					c[j+1]--
					changed = true
				}
			}
		}
		for j := range c {
			// The value starts on the last byte of a word: turn by one.
			text[(4*j+i+1)%16] = c[j]
		}
	}
	return string(text[:])
}

// isPunctuation is true for the ASCII between digits, capitals and small
// letters.
func isPunctuation(c byte) bool { return 0x3a <= c && c <= 0x40 || 0x5b <= c && c <= 0x60 }

// noSum stands in a header while its checksum is worked out.
const noSum = "0000000000000000"

// sumCards are the two checksum cards (section 4.4.2.7). Their comments hold no
// date, so that the same data give the same bytes.
func sumCards(checksum string, dataSum uint32) []Card {
	return []Card{
		{"CHECKSUM", checksum, "HDU checksum"},
		{"DATASUM", fmt.Sprint(dataSum), "data unit checksum"},
	}
}
