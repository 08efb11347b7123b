package kadi

import (
	"fmt"
	"strings"
	"time"

	"darksite/processing/chandra"
)

// Sentence says how it stands: how far the telemetry reaches, what is waited
// for, and what to do.
func (c Calibration) Sentence() string {
	switch c.State {
	case Complete:
		return c.complete()
	case Wait:
		return c.there() + c.missing() + "; " + c.waits() + c.again() + c.beside()
	}
	switch n := len(c.Replicas); {
	case c.Told != nil:
		because := ""
		if c.Told.Reason != "" {
			because = fmt.Sprintf(" (%s)", strings.TrimSuffix(c.Told.Reason, "."))
		}
		return fmt.Sprintf("%s%s; %s declared the others lost on %s%s", c.there(), c.missing(), c.Told.By, c.Told.Date.Format(time.DateOnly), because)
	case n == 0:
		return fmt.Sprintf("%s, although %s: check the id%s", c.there(), c.reaches(), c.beside())
	}
	return fmt.Sprintf("%s%s, although %s and kadi has searched it for %d days: the others are lost, so continue only if these suffice%s",
		c.there(), c.missing(), c.reaches(), LookbackDays, c.again())
}

func (c Calibration) complete() string {
	n := len(c.Replicas)
	span := fmt.Sprintf("%s to %s", c.Replicas[0].Start, c.Replicas[n-1].Stop)
	if n == c.Expected {
		return fmt.Sprintf("kadi has all %d replicas of %s, %s", n, c.ID, span)
	}
	return fmt.Sprintf("kadi has %d replicas of %s, %s; %d make a calibration complete", n, c.ID, span, c.Expected)
}

// there counts what kadi has.
func (c Calibration) there() string {
	n := len(c.Replicas)
	if n == 0 {
		return fmt.Sprintf("kadi has no replica of %s", c.ID)
	}
	return fmt.Sprintf("kadi has %d of %d replicas of %s, %s to %s", whole(c.Replicas), c.Expected, c.ID, c.Replicas[0].Start, c.Replicas[n-1].Stop)
}

func (c Calibration) missing() string {
	if len(c.Missing) == 0 {
		return ""
	}
	return " (missing: " + numbers(c.Missing) + ")"
}

func (c Calibration) reaches() string {
	return "its telemetry reaches to " + chandra.FormatDate(c.Reach.Time)
}

// waits says what is waited for.
func (c Calibration) waits() string {
	due, final := chandra.FormatDate(c.Due), chandra.FormatDate(c.Final)
	switch {
	case c.Reach.Time.IsZero():
		return fmt.Sprintf("it has no telemetry yet, and the last replica should be over by %s: wait", due)
	case c.Reach.Time.Before(c.Due):
		return fmt.Sprintf("%s and the last replica should be over by %s: wait", c.reaches(), due)
	}
	wait := fmt.Sprintf("%s, past %s when the last replica should have been over, but kadi searches the last %d days again in each run and may find one until %s: wait",
		c.reaches(), due, LookbackDays, final)
	if !c.Reach.Ran.IsZero() && !c.now.Before(c.Final) {
		wait += fmt.Sprintf("; kadi last ran on %s, so check whether it still does", chandra.FormatDate(c.Reach.Ran))
	}
	return wait
}

// again names the repetition of an attempt.
func (c Calibration) again() string {
	if c.RepeatedAs == "" || c.RepeatedAs == c.ID {
		return ""
	}
	return fmt.Sprintf("; it was repeated as %s", c.RepeatedAs)
}

func (c Calibration) beside() string {
	if len(c.Near) == 0 {
		return ""
	}
	var names []string
	for _, id := range c.Near {
		names = append(names, string(id))
	}
	return "; the nearest that it knows: " + strings.Join(names, " and ")
}

func numbers(list []int) string {
	var out []string
	for _, n := range list {
		out = append(out, fmt.Sprint(n))
	}
	return strings.Join(out, ", ")
}
