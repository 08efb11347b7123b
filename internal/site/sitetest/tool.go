package sitetest

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Tool is the path of a file that ./test fetched to .tools of the project, such
// as Tool(t, "axe-core-*", "axe.min.js"); of several versions the last by name.
// Without it the test is skipped, or fails when CI=true.
func Tool(t testing.TB, elem ...string) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	pattern := filepath.Join(append([]string{strings.TrimSpace(string(out)), ".tools"}, elem...)...)
	found, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not there: ./test fetches it", pattern)
		}
		t.Skipf("%s is not there: ./test fetches it", pattern)
	}
	slices.Sort(found)
	return found[len(found)-1]
}
