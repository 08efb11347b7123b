package term

import (
	"fmt"
	"io"
	"strings"
	"time"

	"darksite/internal/ground/phrase"
)

// Unit is what a Progress counts: [Bytes], or the plural of a noun, such as
// "rows".
type Unit string

// Bytes are shown as sizes.
const Bytes Unit = "bytes"

// redrawEvery is the least time between two drawings of a bar.
const redrawEvery = 100 * time.Millisecond

// Progress tells how far a piece of work is: a bar on a terminal, one line at
// the start and one at the end elsewhere, nothing in Quiet and JSON. Its
// methods may be called from several goroutines.
type Progress struct {
	p           *Printer
	label       string
	unit        Unit
	total, done int64
	start, last time.Time // of the work, of the last drawing
	silent      bool
}

// Progress begins a piece of work of so many units; 0 when it is not known how
// many. The label is like "reading 2015355". A bar that begins while another
// is on the terminal stays silent. Every Progress is closed.
func (p *Printer) Progress(label string, total int64, unit Unit) *Progress {
	b := &Progress{p: p, label: label, total: total, unit: unit, start: p.now()}
	p.mu.Lock()
	defer p.mu.Unlock()
	b.silent = p.o.Mode == Quiet || p.o.Mode == JSON || p.bar != nil
	switch {
	case b.silent:
	case p.o.ErrWidth > 0 && p.o.Now != nil:
		p.bar = b
		b.draw()
	default:
		io.WriteString(p.o.Err, p.voice("", "", label))
	}
	return b
}

// Watched tells whether bars are shown: to a person at a terminal.
func (p *Printer) Watched() bool {
	return p.o.ErrWidth > 0 && p.o.Mode != Quiet && p.o.Mode != JSON
}

// Add counts n units as done.
func (b *Progress) Add(n int64) {
	b.p.mu.Lock()
	defer b.p.mu.Unlock()
	b.done += n
	if b.p.bar == b && b.p.o.Now().Sub(b.last) >= redrawEvery {
		b.draw()
	}
}

// Close ends it: with a line that says how much was done in what time, or
// without one when the work was given up before its end, or nothing was done.
func (b *Progress) Close() {
	now := b.p.now()
	b.p.mu.Lock()
	defer b.p.mu.Unlock()
	if b.silent {
		return
	}
	b.silent = true
	if b.p.bar == b {
		b.p.bar = nil
		io.WriteString(b.p.o.Err, clearLine)
	}
	if b.done < b.total || b.done == 0 {
		return
	}
	text := b.label + ": " + b.amount(b.done)
	if b.p.o.Now != nil {
		text += " in " + Duration(now.Sub(b.start))
	}
	io.WriteString(b.p.o.Err, b.p.voice("", "", text))
}

// amount is a number of units with their name.
func (b *Progress) amount(n int64) string {
	if b.unit == Bytes {
		return Size(n)
	}
	return phrase.Count(n) + " " + string(b.unit)
}

// draw replaces the terminal's last line. The Printer is locked.
func (b *Progress) draw() {
	b.last = b.p.now()
	io.WriteString(b.p.o.Err, clearLine+b.line(b.last.Sub(b.start), b.p.o.ErrWidth-1))
}

// line is the bar within width columns: what does not fit is left out, the
// least important first.
func (b *Progress) line(elapsed time.Duration, width int) string {
	var parts []string
	share := 0.0
	if b.total > 0 {
		share = min(max(float64(b.done)/float64(b.total), 0), 1)
		done := b.amount(b.done)
		if b.unit != Bytes {
			done = phrase.Count(b.done)
		}
		parts = append(parts, fmt.Sprintf("%3.0f %%", 100*share), done+" of "+b.amount(b.total))
	} else if b.done > 0 {
		parts = append(parts, b.amount(b.done))
	}
	// The first tenths of a second say nothing about the rate.
	if seconds := elapsed.Seconds(); b.done > 0 && seconds > 0.5 {
		rate := float64(b.done) / seconds
		if b.unit == Bytes { // of pieces there are too few in a second to tell
			parts = append(parts, b.amount(int64(rate))+"/s")
		}
		if left := time.Duration(float64(b.total-b.done) / rate * 1e9).Round(time.Second); left > 0 {
			parts = append(parts, Duration(left)+" left")
		}
	}
	line, facts := prefix+safe(b.label), ""
	for _, part := range parts {
		if columns(line)+columns(facts)+2+columns(part) > width {
			break
		}
		facts += "  " + part
	}
	const most, least = 30, 10
	if room := min(width-columns(line)-columns(facts)-4, most); b.total > 0 && room >= least {
		filled := int(share * float64(room))
		line += "  [" + strings.Repeat("=", filled) + strings.Repeat(" ", room-filled) + "]"
	}
	return shorten(line+facts, width)
}

func (p *Printer) now() time.Time {
	if p.o.Now == nil {
		return time.Time{}
	}
	return p.o.Now()
}
