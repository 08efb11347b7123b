package fetch

import (
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// entry is a line of what rsync lists.
type entry struct {
	name string // with slashes; "." is the directory itself
	kind byte   // "-" a plain file, "d" a directory
	mode fs.FileMode
	state
}

// listForm is a line of rsync --list-only: rights, size, time, name. Characters
// that cannot be seen stand in the name as \#ooo, so that a line is an entry.
var listForm = regexp.MustCompile(`^([-dlpscbD])([-rwxsStT]{9})\S? +([0-9]{1,18}) ([0-9]{4}/[0-9]{2}/[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}) (.+)$`)

// parseList reads what rsync lists in UTC.
func parseList(out string) (list []entry, err error) {
	n := 0
	for line := range strings.Lines(out) {
		n++
		line = strings.TrimSuffix(line, "\n")
		m := listForm.FindStringSubmatch(line)
		if m == nil {
			return nil, fmt.Errorf("line %d of what rsync lists is %q: expected rights, size, time and name; is it rsync 3.1.2 or later at both ends?", n, shorten(line))
		}
		bytes, err := strconv.ParseInt(m[3], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("line %d of what rsync lists: %w", n, err)
		}
		modified, err := time.Parse("2006/01/02 15:04:05", m[4])
		if err != nil {
			return nil, fmt.Errorf("line %d of what rsync lists: %w", n, err)
		}
		list = append(list, entry{m[5], m[1][0], modeOf(m[2]), state{bytes, modified}})
	}
	return list, nil
}

// modeOf reads rights as rsync lists them, rwxr-sr-x.
func modeOf(rights string) (mode fs.FileMode) {
	for i, c := range rights {
		bit := fs.FileMode(1) << (8 - i)
		switch c {
		case '-':
		case 's', 'S':
			if i == 2 {
				mode |= fs.ModeSetuid
			} else {
				mode |= fs.ModeSetgid
			}
			if c == 's' {
				mode |= bit
			}
		case 't', 'T':
			mode |= fs.ModeSticky
			if c == 't' {
				mode |= bit
			}
		default:
			mode |= bit
		}
	}
	return mode
}

// shorten bounds a text of the other end in a message.
func shorten(s string) string {
	const most = 200
	if len(s) > most {
		return s[:most] + "..."
	}
	return s
}
