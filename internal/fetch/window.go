package fetch

import (
	"fmt"
	"math"
	"path"
	"regexp"
	"strings"
	"time"

	"darksite/processing/chandra"
	"darksite/processing/era"
	"darksite/processing/inputs"
)

// window is the days whose files are looked at for a calibration.
type window struct {
	first, id, last chandra.ID
}

// windowOf reaches as far back as needed to tell whether files of the id's day
// belong to a calibration that began earlier.
func windowOf(id chandra.ID, e era.Era) window {
	back := 2 // whether the day before is itself the end of a calibration
	if e.ApartDays > 1 {
		back = int(math.Ceil(e.ApartDays * float64(e.Replicas-1)))
	}
	return window{first: after(id, -back), id: id, last: e.LastDay(id)}
}

func after(id chandra.ID, days int) chandra.ID {
	return chandra.IDOf(id.Date().AddDate(0, 0, days))
}

func (w window) holds(id chandra.ID) bool { return w.first <= id && id <= w.last }

// years are the calendar years of the window.
func (w window) years() (list []int) {
	for y := w.first.Year(); y <= w.last.Year(); y++ {
		list = append(list, y)
	}
	return list
}

// dirForm is a directory of a year or a day.
var dirForm = regexp.MustCompile(`^([12]\d{3})(?:_?(\d{3}))?$`)

// holdsDir tells whether a directory of a source may hold files of the window.
func (w window) holdsDir(name string) bool {
	m := dirForm.FindStringSubmatch(name)
	switch {
	case m == nil:
		return false
	case m[2] == "":
		return w.first[:4] <= chandra.ID(m[1]) && chandra.ID(m[1]) <= w.last[:4]
	}
	return w.holds(chandra.ID(m[1] + m[2]))
}

// remote is a telemetry file of a source.
type remote struct {
	inputs.VC2Name
	path string // within the source, with slashes
	state
}

// state is what tells that a file has changed.
type state struct {
	bytes    int64
	modified time.Time
}

func (s state) same(t state) bool { return s.bytes == t.bytes && s.modified.Equal(t.modified) }

// listed is what was found in a source.
type listed struct {
	files    []remote
	warnings []string
}

func (l *listed) warnf(format string, args ...any) {
	l.warnings = append(l.warnings, fmt.Sprintf(format, args...))
}

// dayForm is the beginning of a delivered name, anywhere in a name.
var dayForm = regexp.MustCompile(`([12]\d{3})_(\d{3})_VC2`)

// add takes a file or directory of the source. What only looks like a delivered
// file is told, when it could be one of the calibration.
func (l *listed) add(w window, rel string, regular bool, s state) {
	base := path.Base(rel)
	name, err := inputs.ParseVC2Name(base)
	switch m := dayForm.FindStringSubmatch(base); {
	case err == nil && !w.holds(name.ID()):
	case err == nil && regular:
		l.files = append(l.files, remote{name, rel, s})
	case m == nil || chandra.ID(m[1]+m[2]) < w.id || chandra.ID(m[1]+m[2]) > w.last:
	case err == nil:
		l.warnf("%q at the source is not a plain file: it is left alone", rel)
	case regular && !strings.Contains(base, "-L0"): // what the old decoder leaves behind
		l.warnf("%q at the source is not a delivered name: it is left alone (a file under way?)", rel)
	}
}
