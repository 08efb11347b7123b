package kadi

import (
	"fmt"
	"strings"
	"time"

	"darksite/internal/ground/settings"
)

// LostFile is the file of a data directory in which a person said that replicas
// are lost.
const LostFile = "lost.toml"

// Told is what a person said of replicas that are not there.
type Told struct {
	By     string
	Date   time.Time // a day
	Reason string
}

const mostText = 480 // bytes, so that all of it may need a backslash

// ParseTold reads [LostFile]:
//
//	by = "N. N."
//	date = 2026-11-29
//	reason = "The recorder was overwritten." # optional
//
// The name is for errors.
func ParseTold(content []byte, name string) (Told, error) {
	s, err := settings.Parse(content, name)
	if err != nil {
		return Told{}, err
	}
	by, _ := s.Text("by", mostText)
	day := s.Day("date")
	t := Told{By: by}
	t.Reason, _ = s.Text("reason", mostText)
	s.Rest()
	if err := s.Err(); err != nil {
		return Told{}, err
	}
	if by == "" {
		return Told{}, fmt.Errorf("%s: no by: want who says that the replicas are lost, as in by = \"N. N.\"", name)
	}
	if t.Date, err = time.Parse(time.DateOnly, day); err != nil {
		return Told{}, fmt.Errorf("%s: no date: want the day on which it was said, as in date = 2026-11-29", name)
	}
	return t, nil
}

// Encode writes [LostFile].
func (t Told) Encode() []byte {
	lines := []string{fmt.Sprintf("by = %s", settings.Quote(t.By)), "date = " + t.Date.Format(time.DateOnly)}
	if t.Reason != "" {
		lines = append(lines, fmt.Sprintf("reason = %s", settings.Quote(t.Reason)))
	}
	return []byte("# Replicas of this calibration that are not there are lost. Remove this file to\n# wait for them again.\n" + strings.Join(lines, "\n") + "\n")
}

// Take hears what a person said: what is not there is lost.
func (c *Calibration) Take(t *Told) {
	if t == nil {
		return
	}
	c.Told = t
	if c.State == Complete {
		c.warnf("%s declared replicas lost on %s, but none is missing: remove %s", t.By, t.Date.Format(time.DateOnly), LostFile)
		return
	}
	c.State = Lost
}
