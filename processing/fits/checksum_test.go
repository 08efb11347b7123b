package fits

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"
)

// TestEncodeSum has the example of the standard, appendix J.4: a checksum of
// 868229149 makes the keyword hcHjjc9ghcEghc9g, which adds the complement.
func TestEncodeSum(t *testing.T) {
	if got := encodeSum(^uint32(868229149)); got != "hcHjjc9ghcEghc9g" {
		t.Errorf("encodeSum(^868229149) = %q, want hcHjjc9ghcEghc9g", got)
	}
	if got := encodeSum(0); got != noSum {
		t.Errorf("encodeSum(0) = %q", got)
	}
}

// TestEncodeSumAdds checks what the 16 characters are for, in place: from
// column 12 of a card they add the value, and all are letters or digits.
func TestEncodeSumAdds(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 100_000 {
		value := rng.Uint32()
		card := pad([]byte("CHECKSUM= '"+noSum+"'"), 80)
		before := sum32(card, 0)
		copy(card[11:], encodeSum(value))
		want := uint64(before) + uint64(value)
		want = want>>32 + want&0xffffffff
		if got := sum32(card, 0); uint64(got) != want {
			t.Fatalf("value %#x: the sum is %#x, want %#x", value, got, want)
		}
		for _, c := range card[11:27] {
			if !('0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z') {
				t.Fatalf("value %#x: %q", value, card[11:27])
			}
		}
	}
}

// TestSum32 compares with the definition, word by word with end-around carry,
// at every length around the unrolled loop and from every start.
func TestSum32(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	data := make([]byte, 4096)
	for i := range data {
		data[i] = byte(rng.Uint32())
	}
	for i := range 64 {
		data[i] = 0xff
	}
	for n := range 200 {
		padded := append(append([]byte{}, data[:n]...), 0, 0, 0)
		want := uint32(n)
		for i := 0; i+4 <= len(padded); i += 4 {
			sum := uint64(want) + uint64(binary.BigEndian.Uint32(padded[i:]))
			want = uint32(sum) + uint32(sum>>32)
		}
		if got := sum32(data[:n], uint32(n)); got != want {
			t.Errorf("%d bytes: %#x, want %#x", n, got, want)
		}
	}
	if a, b := sum32(data, 0), sum32(data[1024:], sum32(data[:1024], 0)); a != b {
		t.Errorf("in one piece %#x, in two %#x", a, b)
	}
}
