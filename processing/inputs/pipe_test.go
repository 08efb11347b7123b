//go:build unix

package inputs

import (
	"darksite/processing/era"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestScanPipe(t *testing.T) {
	dir := fill(t, "2015355")
	if err := syscall.Mkfifo(filepath.Join(dir, "2015_355_VC2_Replica2_SFDU_31088"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Scan(dir, era.Default()); err == nil || !strings.Contains(err.Error(), "not a plain file") {
		t.Errorf("a pipe: %v", err)
	}
}
