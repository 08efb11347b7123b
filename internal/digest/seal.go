package digest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
)

// ErrDamaged says that a sealed content is not what was sealed.
var ErrDamaged = errors.New("the content is not what its first line says")

// Seal puts a line with the hash of the content before it.
func Seal(content []byte) []byte {
	return append([]byte(sum(content)+"\n"), content...)
}

// Unseal is the content that was sealed, or [ErrDamaged].
func Unseal(sealed []byte) ([]byte, error) {
	line, content, ok := bytes.Cut(sealed, []byte("\n"))
	if !ok || string(line) != sum(content) {
		return nil, ErrDamaged
	}
	return content, nil
}

func sum(content []byte) string {
	h := sha256.Sum256(content)
	return hex.EncodeToString(h[:])
}
