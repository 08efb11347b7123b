package kadi

import (
	"fmt"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"darksite/internal/ground/text"
)

// LostFile is the file of a data directory in which a person said that replicas
// are lost.
const LostFile = "lost.toml"

// Told is what a person said of replicas that are not there.
type Told struct {
	By     string    `toml:"by"`
	Date   time.Time `toml:"date"` // a day
	Reason string    `toml:"reason"`
}

// Bounds of a file that a person writes.
const (
	mostTold = 64 << 10
	mostText = 1000
)

// ParseTold reads [LostFile]:
//
//	by = "N. N."
//	date = 2026-11-29
//	reason = "The recorder was overwritten." # optional
//
// The name is for errors.
func ParseTold(content []byte, name string) (Told, error) {
	var t Told
	words, err := text.Parse(content, name, mostTold)
	if err != nil {
		return t, err
	}
	meta, err := toml.Decode(words, &t)
	if err != nil {
		return Told{}, fmt.Errorf("%s: want by = \"N. N.\", date = 2026-11-29 and reason = \"...\": %w", name, err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return Told{}, fmt.Errorf("%s: unknown key %q: want by, date and reason", name, unknown[0].String())
	}
	for key, value := range map[string]string{"by": t.By, "reason": t.Reason} {
		if len(value) > mostText || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' }) {
			return Told{}, fmt.Errorf("%s: %s: want one line of at most %d bytes", name, key, mostText)
		}
	}
	if strings.TrimSpace(t.By) == "" {
		return Told{}, fmt.Errorf("%s: no by: want who says that the replicas are lost, as in by = \"N. N.\"", name)
	}
	if t.Date.IsZero() {
		return Told{}, fmt.Errorf("%s: no date: want the day on which it was said, as in date = 2026-11-29", name)
	}
	return t, nil
}

// Encode writes [LostFile].
func (t Told) Encode() []byte {
	lines := []string{fmt.Sprintf("by = %s", quoted(t.By)), "date = " + t.Date.Format(time.DateOnly)}
	if t.Reason != "" {
		lines = append(lines, fmt.Sprintf("reason = %s", quoted(t.Reason)))
	}
	return []byte("# Replicas of this calibration that are not there are lost. Remove this file to\n# wait for them again.\n" + strings.Join(lines, "\n") + "\n")
}

// quoted is a text as a basic string of TOML.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// Take hears what a person said: what is not there is lost.
func (c *Calibration) Take(t *Told) {
	if t == nil {
		return
	}
	c.Told = t
	if c.State == Complete {
		c.warnf("%s said on %s that replicas are lost, and all are there: remove %s", t.By, t.Date.Format(time.DateOnly), LostFile)
		return
	}
	c.State = Lost
}
