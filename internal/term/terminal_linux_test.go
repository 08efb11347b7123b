package term

import (
	"fmt"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// terminal opens a pseudo terminal of some width.
func terminal(t *testing.T, columns uint16) *os.File {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { master.Close() })
	fd := int(master.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	if err := unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: columns}); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestDetectTerminal(t *testing.T) {
	f, unsized := terminal(t, 97), terminal(t, 0)
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	for _, c := range []struct {
		name               string
		out, err           *os.File
		environment        map[string]string
		outWidth, errWidth int
		colour             bool
	}{
		{"terminal", f, f, map[string]string{"TERM": "xterm"}, 97, 97, true},
		{"no width known", unsized, unsized, nil, 80, 80, true},
		{"no colour", f, f, map[string]string{"NO_COLOR": "1"}, 97, 97, false},
		{"empty NO_COLOR", f, f, map[string]string{"NO_COLOR": ""}, 97, 97, true},
		{"dumb", f, f, map[string]string{"TERM": "dumb"}, 0, 0, false},
		{"answer in a pipe", null, f, nil, 0, 97, true},
		{"messages in a file", f, null, nil, 97, 0, false},
	} {
		o := Detect(c.out, c.err, func(name string) string { return c.environment[name] }, Human)
		if o.OutWidth != c.outWidth || o.ErrWidth != c.errWidth || o.Colour != c.colour {
			t.Errorf("%s: widths %d and %d, colour %v; want %d, %d, %v", c.name,
				o.OutWidth, o.ErrWidth, o.Colour, c.outWidth, c.errWidth, c.colour)
		}
	}
}
