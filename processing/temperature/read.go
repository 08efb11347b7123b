package temperature

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"darksite/internal/ground/table"
	"darksite/processing/chandra"
	"darksite/processing/inputs"
)

// MaxBytes bounds a table. A year of AACCCDPT, a sample each 32.8 s, has 30 MB.
const MaxBytes = 128 << 20

// The columns of a table of telemetry.
const (
	columnTime = iota
	columnHDR3
	columnAACCCDPT
	columnOther
)

var form = table.Form{
	Example: "time,ccd_temp",
	Fields: []table.Field{
		columnTime:     {Name: "time", Aliases: []string{"times", "date", "dates", "datestart"}, Units: table.Time},
		columnHDR3:     {Name: "hdr3_ccd_temp", Aliases: []string{"hdr3"}, Units: table.Celsius, Low: -limit, High: limit},
		columnAACCCDPT: {Name: "aacccdpt", Units: table.Celsius, Low: -limit, High: limit},
		columnOther: {Name: "ccd_temp", Aliases: []string{"temp", "temps", "temperature", "t_ccd", "val", "vals", "value", "values", "mean", "means"},
			Units: table.Celsius, Low: -limit, High: limit},
	},
	Bytes: MaxBytes, Rows: MaxBytes,
}

// limit is beyond what any sensor says in degrees Celsius: what is beyond is in
// another unit. Which values no CCD had is for valid to say.
const limit = 100

type sensor struct {
	column int
	source string
}

// sensors are the columns of temperatures, best first, and their sources.
var sensors = []sensor{{columnHDR3, chandra.HDR3}, {columnOther, chandra.TelemetryTemp}, {columnAACCCDPT, chandra.AACCCDPT}}

// Window is a replica.
type Window struct {
	Number      int
	Start, Stop time.Time
}

// Search collects the samples around replicas from any number of tables.
type Search struct {
	// Warnings are sentences about what was taken and is odd.
	Warnings []string

	windows     []Window
	near        [][]sample // of each window, within the widest of the two
	first, last time.Time  // of all samples
	rows        int
}

type sample struct {
	at      time.Time
	celsius float64
	missing bool // the cell says that there is no value
	sensor  int  // its place in sensors
	table   string
	// off is how far another value at this time is away, of the table other.
	off   float64
	other string
}

// NewSearch is a search for the temperatures at replicas.
func NewSearch(windows []Window) *Search {
	return &Search{windows: windows, near: make([][]sample, len(windows))}
}

// missing are the cells that programs write for no value.
var missing = []string{"", "nan", "--", "null", "none", "masked", "n/a"}

// Add reads a table: CSV or ECSV with a column of times (dates in UTC or CXC
// seconds) and at least one of temperatures. The name is for messages.
func (s *Search) Add(content []byte, name string) error {
	t, err := table.Read(content, name, form)
	if err != nil {
		return err
	}
	known := slices.ContainsFunc(sensors, func(one sensor) bool { return t.Has(one.column) })
	if !t.Has(columnTime) || !known {
		return fmt.Errorf("%s: want a column of times and one of temperatures, for example %s", name, form.Example)
	}
	s.Warnings = append(s.Warnings, t.Warnings...)
	for row, err := range t.Rows() {
		if err != nil {
			return err
		}
		at, err := inputs.ParseTime(row.Text(columnTime))
		if err != nil {
			return row.Errorf(columnTime, "%w", err)
		}
		s.extend(at)
		for i, window := range s.windows {
			if away(at, window) > fitWithin {
				continue
			}
			for n, sensor := range sensors {
				if !t.Has(sensor.column) {
					continue
				}
				one := sample{at: at, sensor: n, table: name}
				if one.missing = slices.Contains(missing, strings.ToLower(row.Text(sensor.column))); !one.missing {
					v, err := row.Number(sensor.column)
					if err != nil {
						return err
					}
					one.celsius = *v
				}
				s.near[i] = append(s.near[i], one)
			}
		}
	}
	return nil
}

// extend keeps what the tables cover.
func (s *Search) extend(at time.Time) {
	if s.rows == 0 || at.Before(s.first) {
		s.first = at
	}
	if at.After(s.last) {
		s.last = at
	}
	s.rows++
}

// Covers says which times the tables have.
func (s *Search) Covers() string {
	if s.rows == 0 {
		return "the tables have no rows"
	}
	return fmt.Sprintf("the tables cover %s to %s", chandra.FormatDate(s.first), chandra.FormatDate(s.last))
}

// away is how far a time lies outside a replica.
func away(at time.Time, w Window) time.Duration {
	return max(w.Start.Sub(at), at.Sub(w.Stop))
}
