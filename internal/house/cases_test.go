package house

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"darksite/internal/shared"
)

// laterCases are cases of ../shared/cases.md that the program does not get right yet.
var laterCases = []int{}

var (
	caseRow  = regexp.MustCompile(`(?m)^\| (\d+) \|`)
	caseTest = regexp.MustCompile(`(?i)\bcase(\d\d)|func Test\w*Case(\d\d)|"case ?(\d\d)`)
)

// TestEveryCaseIsATest: each input that once went wrong has a test under its number, as
// TestCase07..., as a subtest or as a script case07.txtar.
func TestEveryCaseIsATest(t *testing.T) {
	list, err := os.ReadFile(shared.Path(t, "cases.md"))
	if err != nil {
		t.Fatal(err)
	}
	rows := caseRow.FindAllStringSubmatch(string(list), -1)
	if len(rows) < 41 {
		t.Fatalf("cases.md has %d cases, want 41 or more", len(rows))
	}
	tested := map[int]bool{}
	err = filepath.WalkDir(filepath.Join("..", ".."), func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		switch {
		case d.IsDir() && strings.HasPrefix(name, ".") && name != ".." && name != ".":
			return filepath.SkipDir
		case strings.HasSuffix(name, ".txtar"):
			note(tested, name)
		case strings.HasSuffix(name, "_test.go") && name != "cases_test.go":
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			note(tested, string(content))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		n, _ := strconv.Atoi(row[1])
		switch later := slices.Contains(laterCases, n); {
		case !later && !tested[n]:
			t.Errorf("case %d has no test with its number", n)
		case later && tested[n]:
			t.Errorf("case %d has a test: take it out of laterCases", n)
		}
	}
}

// note marks the cases whose numbers a text names.
func note(tested map[int]bool, text string) {
	for _, match := range caseTest.FindAllStringSubmatch(text, -1) {
		n, _ := strconv.Atoi(match[1] + match[2] + match[3])
		tested[n] = true
	}
}
