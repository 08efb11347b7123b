package legacy

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
)

// checked reads a file and compares it with its record where it ends.
type checked struct {
	file  *os.File
	want  File
	sum   hash.Hash
	read  int64
	wrong error // what it means that the two differ
}

func openChecked(root *os.Root, f File, wrong string) (*checked, error) {
	file, err := open(root, f.Path)
	if err != nil {
		return nil, err
	}
	return &checked{file: file, want: f, sum: sha256.New(), wrong: errors.New(wrong)}, nil
}

func (c *checked) Read(p []byte) (int, error) {
	n, err := c.file.Read(p)
	c.sum.Write(p[:n])
	c.read += int64(n)
	if c.read > c.want.Bytes || errors.Is(err, io.EOF) && (c.read != c.want.Bytes || fmt.Sprintf("%x", c.sum.Sum(nil)) != c.want.SHA256) {
		return n, c.wrong
	}
	return n, err
}

func (c *checked) Close() error { return c.file.Close() }
