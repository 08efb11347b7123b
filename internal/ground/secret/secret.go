package secret

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"darksite/internal/ground/phrase"
)

// ReadFile reads a file of at most so many bytes. It refuses one that others
// than its owner can read or change. No message holds what is in it.
func ReadFile(name string, most int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s: want a regular file", name)
	case info.Mode().Perm()&0o077 != 0:
		return nil, fmt.Errorf("%s: mode %04o lets others at it: chmod 600 %s, and change what is in it if they may have read it", name, info.Mode().Perm(), phrase.Shell(name))
	case info.Size() > most:
		return nil, fmt.Errorf("%s: %d bytes, more than %d", name, info.Size(), most)
	}
	content, err := io.ReadAll(io.LimitReader(f, most))
	if err != nil {
		clear(content)
		return nil, err
	}
	return content, nil
}

// MaxLogin bounds a file of a user name and a password, in bytes.
const MaxLogin = 4096

// ReadLogin reads a file of two lines, the user name and the password.
func ReadLogin(name string) (user string, password []byte, err error) {
	content, err := ReadFile(name, MaxLogin)
	defer clear(content)
	if err != nil {
		return "", nil, err
	}
	first, second, _ := bytes.Cut(content, []byte("\n"))
	first, second = bytes.TrimSpace(first), bytes.TrimSpace(second)
	if len(first) == 0 || len(second) == 0 || bytes.ContainsRune(second, '\n') {
		return "", nil, fmt.Errorf("%s: want two lines, the user name and the password", name)
	}
	return string(first), bytes.Clone(second), nil
}
