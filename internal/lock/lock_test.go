package lock

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"darksite/internal/term"
)

// Who may only read waits for who writes.
func TestWriterKeepsOthersOut(t *testing.T) {
	dir := t.TempDir()
	unlock, err := Write(dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, keep := range map[string]func(string) (func(), error){"a writer": Write, "a reader": WriteOrRead} {
		_, err := keep(dir)
		var failed *term.ExitError
		if !errors.As(err, &failed) || failed.Code != term.Locked || !strings.Contains(err.Error(), fmt.Sprintf("process %d", os.Getpid())) {
			t.Errorf("%s beside a writer: %v", name, err)
		}
	}
	unlock()
	if unlock, err = WriteOrRead(dir); err != nil {
		t.Fatal(err)
	}
	unlock()
}
