package term

import (
	"bytes"
	"io"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// screen is a terminal of which only line feeds, carriage returns and erasing
// to the end of the line are known.
type screen struct {
	mu     sync.Mutex
	lines  []string
	column int
	draws  int // how often the last line was erased
	widest int
}

func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lines == nil {
		s.lines = []string{""}
	}
	text := string(b)
	for text != "" {
		last := &s.lines[len(s.lines)-1]
		switch {
		case strings.HasPrefix(text, "\x1b[K"):
			*last = string([]rune(*last)[:s.column])
			s.draws++
			text = text[3:]
		case text[0] == '\r':
			s.column, text = 0, text[1:]
		case text[0] == '\n':
			s.lines, s.column, text = append(s.lines, ""), 0, text[1:]
		default:
			r := []rune(text)[0]
			*last = string([]rune(*last)[:s.column]) + string(r)
			s.column++
			s.widest = max(s.widest, s.column)
			text = text[len(string(r)):]
		}
	}
	return len(b), nil
}

// clock is a time that a test sets.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.t }

func (c *clock) pass(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.t = c.t.Add(d) }

func TestBar(t *testing.T) {
	s, c := &screen{}, &clock{t: time.Unix(1e9, 0)}
	p := New(Options{Out: io.Discard, Err: s, ErrWidth: 100, Now: c.now})
	last := func() string { return s.lines[len(s.lines)-1] }

	b := p.Progress("reading 2015355", 40e6, Bytes)
	if got, want := last(), "darksite: reading 2015355  ["+strings.Repeat(" ", 30)+"]    0 %  0 B of 40.0 MB"; got != want {
		t.Errorf("at the start: %q, want %q", got, want)
	}
	c.pass(2 * time.Second)
	b.Add(10e6)
	want := "darksite: reading 2015355  [=====                ]   25 %  10.0 MB of 40.0 MB  5.0 MB/s  6.0 s left"
	if got := last(); got != want {
		t.Errorf("at a quarter: %q, want %q", got, want)
	}
	p.Warnf("replica %d is late", 3)
	if got := s.lines[len(s.lines)-2]; got != "darksite: warning: replica 3 is late" {
		t.Errorf("the warning: %q", got)
	}
	if got := last(); got != want {
		t.Errorf("after the warning: %q, want %q", got, want)
	}
	c.pass(2 * time.Second)
	b.Add(30e6)
	b.Close()
	b.Close()
	want = "darksite: warning: replica 3 is late\ndarksite: reading 2015355: 40.0 MB in 4.0 s\n"
	if got := strings.Join(s.lines, "\n"); got != want {
		t.Errorf("at the end: %q, want %q", got, want)
	}
	if s.widest >= 100 {
		t.Errorf("%d columns were written on a terminal of 100", s.widest)
	}
}

func TestBarIsRedrawnAtMostTenTimesASecond(t *testing.T) {
	s, c := &screen{}, &clock{t: time.Unix(1e9, 0)}
	b := New(Options{Err: s, ErrWidth: 80, Now: c.now}).Progress("rows", 1e6, "rows")
	for range 5000 { // five seconds
		c.pass(time.Millisecond)
		b.Add(1)
	}
	if s.draws < 45 || s.draws > 51 {
		t.Errorf("drawn %d times in five seconds, want about 50", s.draws)
	}
}

func TestBarFitsAnyWidth(t *testing.T) {
	for width := 1; width < 130; width++ {
		s, c := &screen{}, &clock{t: time.Unix(1e9, 0)}
		b := New(Options{Err: s, ErrWidth: width, Now: c.now}).Progress("reading telemetry", 2e9, Bytes)
		for range 5 {
			c.pass(time.Hour)
			b.Add(45e7)
		}
		if s.widest >= width {
			t.Errorf("%d columns were written on a terminal of %d", s.widest, width)
		}
	}
}

// Of a few large pieces a rate would be 0 or 1, and of the last second "0 ms left".
func TestBarOfPieces(t *testing.T) {
	s, c := &screen{}, &clock{t: time.Unix(1e9, 0)}
	p := New(Options{Out: io.Discard, Err: s, ErrWidth: 100, Now: c.now})
	last := func() string { return s.lines[len(s.lines)-1] }
	b := p.Progress("processing 2015355", 5, "replicas")
	c.pass(4 * time.Second)
	b.Add(2)
	if got := last(); !strings.HasSuffix(got, "  2 of 5 replicas  6.0 s left") {
		t.Errorf("%q", got)
	}
	c.pass(300 * time.Millisecond)
	b.Add(2)
	c.pass(time.Millisecond)
	if b.Close(); strings.Contains(strings.Join(s.lines, ""), "0 ms left") {
		t.Errorf("%q", s.lines)
	}
	b = p.Progress("making pages", 0, "files")
	if got := last(); got != "darksite: making pages" {
		t.Errorf("%q", got)
	}
	b.Add(123)
	b.Close()
	if got := s.lines[len(s.lines)-2]; got != "darksite: making pages: 123 files in 0 ms" {
		t.Errorf("%q", got)
	}
}

func TestBarGoneWhenTheCommandFails(t *testing.T) {
	for name, end := range map[string]func(*Printer, *Progress){
		"closed": func(p *Printer, b *Progress) { b.Close(); p.Fail(io.ErrUnexpectedEOF) },
		"open":   func(p *Printer, b *Progress) { p.Fail(io.ErrUnexpectedEOF) },
	} {
		s, c := &screen{}, &clock{t: time.Unix(1e9, 0)}
		p := New(Options{Err: s, ErrWidth: 80, Now: c.now})
		b := p.Progress("reading", 10, "files")
		b.Add(3)
		end(p, b)
		if got, want := strings.Join(s.lines, "\n"), "darksite: error: unexpected EOF\n"; got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestProgressElsewhere(t *testing.T) {
	work := func(p *Printer, n int64) {
		outer := p.Progress("reading", 5, "files")
		for range n {
			outer.Add(1)
		}
		outer.Close()
	}
	for _, c := range []struct {
		name string
		mode Mode
		n    int64
		want string
	}{
		{"pipe", Human, 5, "darksite: reading\ndarksite: reading: 5 files in 0 ms\n"},
		{"given up", Human, 3, "darksite: reading\n"},
		{"quiet", Quiet, 5, ""},
		{"JSON", JSON, 5, ""},
	} {
		k := &clock{t: time.Unix(1e9, 0)}
		for _, width := range []int{0, 80} {
			if width > 0 && c.mode == Human {
				continue
			}
			_, got := capture(Options{Mode: c.mode, Now: k.now, ErrWidth: width}, func(p *Printer) { work(p, c.n) })
			if got != c.want {
				t.Errorf("%s: %q, want %q", c.name, got, c.want)
			}
		}
	}
	if _, got := capture(Options{ErrWidth: 80}, func(p *Printer) { work(p, 5) }); got != "darksite: reading\ndarksite: reading: 5 files\n" {
		t.Errorf("without a clock: %q", got)
	}
}

// TestManyGoroutines is for the race detector, and that no line is torn.
func TestManyGoroutines(t *testing.T) {
	s, c := &screen{}, &clock{t: time.Unix(1e9, 0)}
	p := New(Options{Out: s, Err: s, ErrWidth: 80, Now: c.now})
	b := p.Progress("rows", 8*200, "rows")
	inner := p.Progress("hidden", 1, "rows")
	var g sync.WaitGroup
	for range 8 {
		g.Go(func() {
			for i := range 200 {
				c.pass(time.Millisecond)
				b.Add(1)
				if i%50 == 0 {
					p.Warnf("late")
					p.Printf("answer")
				}
			}
		})
	}
	g.Wait()
	inner.Close()
	b.Close()
	text := strings.Join(s.lines, "\n")
	if n := strings.Count(text, "darksite: warning: late\n"); n != 32 {
		t.Errorf("%d warnings, want 32", n)
	}
	if n := strings.Count(text, "answer\n"); n != 32 {
		t.Errorf("%d answers, want 32", n)
	}
	if !regexp.MustCompile(`(?s)\ndarksite: rows: 1,600 rows in [^\n]*\n$`).MatchString(text) || strings.Contains(text, "hidden") {
		t.Errorf("the end: %q", text[max(0, len(text)-100):])
	}
}

func TestTableWraps(t *testing.T) {
	cols := []Column{{Title: "id"}, {Title: "why", Wrap: true}}
	rows := [][]string{{"2015355", "17 rows of quadrant é are missing; abcdefghijklmnopqrstuvwxyz"}, {"2016125", "good"}}
	const wide = "id       why\n2015355  17 rows of quadrant é are missing; abcdefghijklmnopqrstuvwxyz\n2016125  good\n"
	const narrow = "id       why\n" +
		"2015355  17 rows of\n         quadrant é are\n         missing;\n         abcdefghijklmno\n         pqrstuvwxyz\n2016125  good\n"
	if got := layout(cols, rows, 0); got != wide {
		t.Errorf("%s", got)
	}
	if got := layout(cols, rows, 24); got != narrow {
		t.Errorf("%s", got)
	}
}

func TestTable(t *testing.T) {
	cols := []Column{{Title: "id"}, {Title: "mean", Right: true}, {Title: "state"}, {Title: "N>100", Right: true}}
	rows := [][]string{
		{"2015355", "30.1", "complete: 5 of 5 replicas", "104,233"},
		{"2016125", "9.25", "degraded", "7"},
		{"2016126"},
	}
	const wide = "id       mean  state                        N>100\n" +
		"2015355  30.1  complete: 5 of 5 replicas  104,233\n" +
		"2016125  9.25  degraded                         7\n" +
		"2016126\n"
	const narrow = "id       mean  state              N>100\n" +
		"2015355  30.1  complete: 5 of…  104,233\n" +
		"2016125  9.25  degraded               7\n" +
		"2016126\n"
	const least = "id       mean  state       N>100\n" +
		"2015355  30.1  complet…  104,233\n" +
		"2016125  9.25  degraded        7\n" +
		"2016126\n"
	for width, want := range map[int]string{0: wide, 200: wide, 49: wide, 39: narrow, 10: least} {
		var b bytes.Buffer
		New(Options{Out: &b, OutWidth: width}).Table(cols, rows)
		if b.String() != want {
			t.Errorf("width %d:\n%s\nwant\n%s", width, b.String(), want)
		}
	}
}
