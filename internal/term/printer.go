package term

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// Mode is how much is said.
type Mode int

// The modes, of which a command line chooses one.
const (
	Human Mode = iota
	Quiet
	Verbose
	JSON
)

// Options are where a Printer writes and what it may assume of the place.
type Options struct {
	Out, Err io.Writer
	Mode     Mode
	// OutWidth and ErrWidth are the widths of the terminals in columns, 0
	// when the writer is none.
	OutWidth, ErrWidth int
	// Colour allows colours on standard error.
	Colour bool
	// Now is the clock for rates and remaining times; without one, bars show
	// neither.
	Now func() time.Time
}

// Printer writes to standard output and standard error in the program's
// voice. Its methods may be called from several goroutines. What standard output
// does not take makes the command fail in the end, by [Printer.Fail]; errors of
// standard error are dropped, because there is nobody left to report them to.
type Printer struct {
	o   Options
	out *output

	mu  sync.Mutex
	bar *Progress // the one on the last line of standard error
}

// New makes a Printer.
func New(o Options) *Printer {
	out := &output{w: o.Out}
	o.Out = out
	return &Printer{o: o, out: out}
}

// Mode is the mode it was made with.
func (p *Printer) Mode() Mode { return p.o.Mode }

// Out is standard output, for a command whose purpose is to write a text, such
// as shell completion or a configuration.
func (p *Printer) Out() io.Writer { return p.o.Out }

// Printf writes one or more lines for a person to standard output. Quiet and
// JSON leave them out.
func (p *Printer) Printf(format string, args ...any) {
	if p.o.Mode == Human || p.o.Mode == Verbose {
		p.write(p.o.Out, safe(strings.TrimRight(fmt.Sprintf(format, args...), "\n"))+"\n")
	}
}

// Verbosef writes details of the run to standard error, in Verbose only.
func (p *Printer) Verbosef(format string, args ...any) {
	if p.o.Mode == Verbose {
		p.write(p.o.Err, p.voice("", "", fmt.Sprintf(format, args...)))
	}
}

// Hintf tells what to do next, to standard error. Quiet and JSON leave it out;
// a hint that belongs to an error goes with it through [Printer.Fail].
func (p *Printer) Hintf(format string, args ...any) {
	if p.o.Mode == Human || p.o.Mode == Verbose {
		p.write(p.o.Err, p.hint(fmt.Sprintf(format, args...)))
	}
}

// Warnf writes a warning to standard error, in every mode.
func (p *Printer) Warnf(format string, args ...any) {
	message := fmt.Sprintf(format, args...)
	if p.o.Mode == JSON {
		p.object(event{Level: "warning", Message: message})
		return
	}
	p.write(p.o.Err, p.voice(yellow, "warning:", message))
}

// Errorf writes an error to standard error, in every mode.
func (p *Printer) Errorf(format string, args ...any) {
	p.report(event{Level: "error", Message: fmt.Sprintf(format, args...)})
}

// Fail reports the error that ends the command, with its hint, and returns the
// exit code. Without an error it is silent. A command whose output was lost has
// failed, whatever else it did.
func (p *Printer) Fail(err error) int {
	lost := p.out.lost()
	if err == nil {
		err = lost
	} else if lost != nil && !errors.Is(err, errLost) {
		p.Errorf("%v", lost)
	}
	code := CodeOf(err)
	if err != nil {
		p.erase()
		p.report(event{Level: "error", Message: err.Error(), Hint: HintOf(err), ExitCode: code, Exit: nameOf(code)})
	}
	return code
}

func (p *Printer) report(e event) {
	if p.o.Mode == JSON {
		p.object(e)
		return
	}
	text := p.voice(red, "error:", e.Message)
	if e.Hint != "" {
		text += p.hint(e.Hint)
	}
	p.write(p.o.Err, text)
}

func (p *Printer) hint(text string) string {
	return p.voice(cyan, "hint:", text)
}

// event is a warning or an error in JSON mode.
type event struct {
	Level    string `json:"level"` // "warning" or "error"
	Message  string `json:"message"`
	Hint     string `json:"hint,omitempty"`
	ExitCode int    `json:"exit_code,omitempty"`
	Exit     string `json:"exit,omitempty"` // name of the exit code
}

// object writes a JSON object on one line of standard error.
func (p *Printer) object(e event) {
	if b, err := marshal(e, ""); err == nil {
		p.write(p.o.Err, string(b))
	}
}

// Document writes the one JSON document of a command to standard output. It
// does so in JSON mode only, so that a command can call it in any.
func (p *Printer) Document(v any) error {
	if p.o.Mode != JSON {
		return nil
	}
	b, err := marshal(v, "  ")
	if err != nil {
		return fmt.Errorf("JSON output: %w", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.o.Out.Write(b)
	return p.out.lost()
}

// marshal writes <, > and & as they are: no browser reads this.
func marshal(v any, indent string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", indent)
	err := e.Encode(v)
	return b.Bytes(), err
}

// write puts text on its own lines, above the bar if there is one.
func (p *Printer) write(w io.Writer, text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		io.WriteString(p.o.Err, clearLine)
		defer p.bar.draw()
	}
	io.WriteString(w, text)
}

// erase takes the bar away for good.
func (p *Printer) erase() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		io.WriteString(p.o.Err, clearLine)
		p.bar = nil
	}
}
