package vocabulary

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"darksite/internal/ground/phrase"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
)

// Simulated says what a calibration rests on that is marked so.
const Simulated = "Its telemetry was simulated: these are no flight data."

// Method says in a few sentences how a calibration was taken and its map made, of
// what is known of this one: how many replicas, how far apart, and how long they were
// exposed. What is not known is not said.
func Method(c *artifact.Calibration) string {
	var b strings.Builder
	if c.Simulated {
		b.WriteString(Simulated + " ")
	}
	b.WriteString(taken(c))
	if c.Zodi != nil && c.Zodi.Closed {
		b.WriteString(" The sunshade door was closed, so no light of the sky reached the CCD.")
	}
	if c.Origin == artifact.FromMap {
		return b.String()
	}
	switch both := withBoth(c); {
	case both > 1:
		b.WriteString(" For each pixel the median over the replicas of either integration is taken, and the difference of the two medians over the difference of the times, in electrons per second.")
	case both == 1:
		b.WriteString(" For each pixel the difference of the two integrations over the difference of the times is taken, in electrons per second; with one replica there is no median that removes stars.")
	}
	return b.String()
}

// taken says what was exposed.
func taken(c *artifact.Calibration) string {
	var used []artifact.Replica
	for _, r := range c.Replicas {
		if r.Received {
			used = append(used, r)
		}
	}
	if c.Origin == artifact.FromMap {
		if len(used) == 0 {
			return "The map was made by another program, which does not say what it was made of."
		}
		return fmt.Sprintf("%s%s. The map was made by another program, which does not say how long they were exposed.", replicasText(len(used), 0), apart(used))
	}
	return replicasText(len(used), c.Map.Planned) + apart(used) + exposures(c, used) + "."
}

// replicasText counts replicas, and those that were planned where they are more.
func replicasText(n, planned int) string {
	text := capital(numberWord(n)) + " " + form(n, "replica", "replicas")
	if n < planned {
		text += fmt.Sprintf(" (%s planned)", form(planned, "1 was", fmt.Sprintf("%d were", planned)))
	}
	return text
}

// exposures says how long the replicas were exposed.
func exposures(c *artifact.Calibration, used []artifact.Replica) string {
	both, short, long := 0, 0, 0
	for _, r := range used {
		switch s, l := has(r, "short"), has(r, "long"); {
		case s && l:
			both++
		case s:
			short++
		case l:
			long++
		}
	}
	after := func(seconds float64) string { return "after " + strconv.FormatFloat(seconds, 'g', 6, 64) + " s" }
	each := form(len(used), "read out", "each read out")
	switch {
	case both > 0 && short+long == 0:
		return fmt.Sprintf(", %s %s and %s", each, after(c.Map.ShortS), after(c.Map.LongS))
	case both > 0:
		var some []string
		for _, one := range []struct {
			n       int
			seconds float64
		}{{short, c.Map.ShortS}, {long, c.Map.LongS}} {
			if one.n > 0 {
				some = append(some, fmt.Sprintf("%s only %s", numberWord(one.n), after(one.seconds)))
			}
		}
		return fmt.Sprintf(", read out %s and %s, %s", after(c.Map.ShortS), after(c.Map.LongS), strings.Join(some, " and "))
	case short > 0 && long > 0:
		return fmt.Sprintf(", of which none was read out both %s and %s", after(c.Map.ShortS), after(c.Map.LongS))
	case short > 0:
		return fmt.Sprintf(", %s %s only: without a readout %s there is no dark current", each, after(c.Map.ShortS), after(c.Map.LongS))
	case long > 0:
		return fmt.Sprintf(", %s %s only: without a readout %s there is no dark current", each, after(c.Map.LongS), after(c.Map.ShortS))
	}
	return ""
}

// has tells whether any row of an integration came.
func has(r artifact.Replica, integration string) bool {
	return slices.ContainsFunc(r.Readouts, func(o artifact.Readout) bool { return o.Integration == integration && o.Rows > 0 })
}

// withBoth counts the replicas of which both integrations came.
func withBoth(c *artifact.Calibration) (n int) {
	for _, r := range c.Replicas {
		if has(r, "short") && has(r, "long") {
			n++
		}
	}
	return n
}

// apart says where the replicas pointed and over how many days they were taken,
// where every one of them tells.
func apart(used []artifact.Replica) string {
	return pointed(used) + spread(used)
}

// pointed is "" where an attitude is not known.
func pointed(used []artifact.Replica) string {
	if len(used) < 2 || slices.ContainsFunc(used, func(r artifact.Replica) bool { return r.RA == nil || r.Dec == nil }) {
		return ""
	}
	low, high := math.Inf(1), 0.0 // arcsec from the first
	for _, r := range used[1:] {
		d := separation(*used[0].RA, *used[0].Dec, *r.RA, *r.Dec)
		low, high = min(low, d), max(high, d)
	}
	others := form(len(used), "", fmt.Sprintf("the last %s", numberWord(len(used)-1)))
	if len(used) == 2 {
		others = "the second"
	}
	const degree, same = 3600.0, 5.0 // arcsec
	switch {
	case high < same:
		return " at one attitude"
	case high >= degree:
		return fmt.Sprintf(" at %s attitudes, up to %.1f degrees from the first", numberWord(len(used)), high/degree)
	case high-low < same:
		return fmt.Sprintf(", %s %s arcseconds from the first", others, phrase.Count(int(math.Round((low+high)/2))))
	}
	return fmt.Sprintf(", %s %s to %s arcseconds from the first", others, phrase.Count(int(math.Round(low))), phrase.Count(int(math.Round(high))))
}

// spread is "" for replicas of a day, and where a time is not known.
func spread(used []artifact.Replica) string {
	var first, last string
	for _, r := range used {
		if r.Start == "" {
			return ""
		}
		if first == "" || r.Start < first {
			first = r.Start
		}
		last = max(last, r.Start)
	}
	from, err1 := chandra.ParseDate(first)
	to, err2 := chandra.ParseDate(last)
	if err1 != nil || err2 != nil || to.Sub(from).Hours() < 24 {
		return ""
	}
	return fmt.Sprintf(", over %s", days(to.Sub(from).Hours()/24))
}

// separation is the angle between two directions in degrees, in arcsec.
func separation(ra1, dec1, ra2, dec2 float64) float64 {
	const radian = math.Pi / 180
	sin1, cos1 := math.Sincos(dec1 * radian)
	sin2, cos2 := math.Sincos(dec2 * radian)
	sinR, cosR := math.Sincos((ra2 - ra1) * radian)
	// Vincenty's form holds for small and for large angles.
	return math.Atan2(math.Hypot(cos2*sinR, cos1*sin2-sin1*cos2*cosR), sin1*sin2+cos1*cos2*cosR) / radian * 3600
}

// numberWord writes a small count as a word.
func numberWord(n int) string {
	words := [...]string{"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"}
	if n >= 0 && n < len(words) {
		return words[n]
	}
	return phrase.Count(n)
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
