package legacy

import (
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
)

// checked reads a file and compares it with its record where it ends.
type checked struct {
	*os.File
	want File
	sum  hash.Hash
	read int64
	at   string
}

func (c *checked) Read(p []byte) (int, error) {
	n, err := c.File.Read(p)
	c.sum.Write(p[:n])
	c.read += int64(n)
	if errors.Is(err, io.EOF) && (c.read != c.want.Bytes || fmt.Sprintf("%x", c.sum.Sum(nil)) != c.want.SHA256) {
		return n, fmt.Errorf("%s: the file is not the one that was imported: bring it back, or remove its directory and its record, and import the old pages again", c.at)
	}
	return n, err
}

// WriteTo and the like of the file would go past the comparison.
func (c *checked) WriteTo(w io.Writer) (int64, error) {
	return io.Copy(w, struct{ io.Reader }{c})
}
