package term

import (
	"os"
	"time"

	xterm "golang.org/x/term"
)

// Control sequences of ECMA-48, which every terminal of today knows.
const (
	clearLine = "\r\x1b[K"
	red       = "\x1b[31m"
	yellow    = "\x1b[33m"
	cyan      = "\x1b[36m"
	plain     = "\x1b[0m"
)

// Detect looks at the real standard output and standard error. A terminal that
// names itself dumb counts as none. The environment comes as a function, so
// that it is read in one place.
func Detect(out, err *os.File, getenv func(string) string, mode Mode) Options {
	o := Options{Out: out, Err: err, Mode: mode, Now: time.Now}
	if getenv("TERM") != "dumb" {
		o.OutWidth, o.ErrWidth = width(out), width(err)
	}
	// https://no-color.org: any value but an empty one.
	o.Colour = o.ErrWidth > 0 && getenv("NO_COLOR") == ""
	return o
}

// width is a terminal's width in columns, 0 for anything else.
func width(f *os.File) int {
	fd := int(f.Fd())
	if !xterm.IsTerminal(fd) {
		return 0
	}
	if w, _, err := xterm.GetSize(fd); err == nil && w > 0 {
		return w
	}
	return 80
}

// colour marks text for standard error.
func (p *Printer) colour(sequence, text string) string {
	if !p.o.Colour {
		return text
	}
	return sequence + text + plain
}
