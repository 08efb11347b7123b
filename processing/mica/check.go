package mica

import (
	"fmt"
	"math"
	"strings"
	"time"

	"darksite/internal/ground/phrase"
	"darksite/processing/chandra"
	"darksite/processing/zodi"
)

// id is that of the properties, or of their date; "" where they give none.
func (p *Properties) id() chandra.ID {
	if id, err := chandra.ParseID(p.ID); err == nil {
		return id
	}
	for _, s := range []string{p.Date, p.Start, p.DateStart} {
		if t, err := chandra.ParseDate(s); err == nil {
			id, _ := chandra.ParseID(string(chandra.IDOf(t))) // years beyond 2999 have none
			return id
		}
	}
	return ""
}

// check compares the properties with the directory and with themselves.
func (c *Calibration) check() {
	p := c.Properties
	name := PropertiesFile
	for _, n := range p.Notes {
		c.warnf("%s: %s", name, n)
	}
	c.noteOthers()
	if p.Form == Unknown {
		c.warnf("%s: no key of the classic or of the modern form is in it", name)
	}
	if p.Temperature() == nil {
		c.warnf("%s: no CCD temperature, neither ccd_temp nor t_ccd", name)
	}
	if p.CommonTimes {
		c.warnf("%s: all replicas have one start and stop, %s and %s, those of the calibration; their own are not known", name, orNone(p.Start), orNone(p.Stop))
	}
	c.checkDay()
	c.checkSpan()
	c.checkTemperatures()
	c.checkReplicas()
	c.checkZodi()
}

func (c *Calibration) contradictf(format string, args ...any) {
	c.Contradictions = append(c.Contradictions, PropertiesFile+": "+fmt.Sprintf(format, args...))
}

func (c *Calibration) noteOthers() {
	const most = 8
	var names []string
	for i, m := range c.Properties.Other {
		if i == most {
			names = append(names, fmt.Sprintf("%d more", len(c.Properties.Other)-most))
			break
		}
		names = append(names, fmt.Sprintf("%q", phrase.Short(m.Key)))
	}
	if len(names) > 0 {
		c.warnf("%s: these keys are not known and stay behind in the file: %s", PropertiesFile, strings.Join(names, ", "))
	}
}

// checkDay compares the days that the calibration is given.
func (c *Calibration) checkDay() {
	p := c.Properties
	if c.ID == "" {
		c.warnf("%s: neither the directory's name nor the properties give the calibration's id", c.Dir)
		return
	}
	if p.ID != "" && p.ID != string(c.ID) {
		c.contradictf("id is %q, the directory is of %s", p.ID, c.ID)
	}
	if t, err := chandra.ParseDate(p.Date); err == nil && chandra.IDOf(t) != c.ID {
		c.contradictf("date is %s, the directory is of %s", p.Date, c.ID.Colon())
	}
	// The modern form spreads over weeks, and how it came to its id is not known.
	for _, s := range []struct{ key, date string }{{"start", p.Start}, {"datestart", p.DateStart}} {
		t, err := chandra.ParseDate(s.date)
		if err != nil {
			continue
		}
		days := int(chandra.IDOf(t).Date().Sub(c.ID.Date()) / (24 * time.Hour))
		stop, _ := chandra.ParseDate(p.DateStop)
		switch within := s.key == "datestart" && days < 0 && !stop.Before(c.ID.Date()); {
		case days == 0 || within:
		case days == 1 || days == -1:
			c.warnf("%s: %s %s is on the day %s %s: tools of the past took a directory of the day before or after as well",
				PropertiesFile, s.key, s.date, map[int]string{1: "after", -1: "before"}[days], c.ID.Colon())
		default:
			c.contradictf("%s is %s, %d days from %s", s.key, s.date, max(days, -days), c.ID.Colon())
		}
	}
}

// checkSpan holds begin, end and duration together.
func (c *Calibration) checkSpan() {
	p := c.Properties
	for _, s := range []struct{ a, b, start, stop string }{{"start", "stop", p.Start, p.Stop}, {"datestart", "datestop", p.DateStart, p.DateStop}} {
		from, errFrom := chandra.ParseDate(s.start)
		to, errTo := chandra.ParseDate(s.stop)
		if errFrom != nil || errTo != nil {
			continue
		}
		if to.Before(from) {
			c.contradictf("%s %s is before %s %s", s.b, s.stop, s.a, s.start)
			continue
		}
		// Dates have milliseconds and kadi's durations the fourth digit too.
		const tolerance = 0.01 // s
		if seconds := chandra.Seconds(to) - chandra.Seconds(from); s.a == "start" && p.DurS != nil && math.Abs(seconds-*p.DurS) > tolerance {
			c.contradictf("dur is %v s, from start to stop it is %.3f s", *p.DurS, seconds)
		}
	}
}

// temperatureTolerance is a digit of the temperatures as they are written, C.
const temperatureTolerance = 0.001 + 1e-9

func (c *Calibration) checkTemperatures() {
	p := c.Properties
	if p.CCDTemp != nil && p.TCCD != nil && differ(*p.CCDTemp, *p.TCCD, temperatureTolerance) {
		c.contradictf("ccd_temp is %v C and t_ccd %v C; readers differ in which they take", *p.CCDTemp, *p.TCCD)
	}
	if p.CCDTemp == nil {
		return
	}
	all, nAll := mean(p.Replicas, func(r Replica) bool { return true })
	received, nReceived := mean(p.Replicas, func(r Replica) bool { return r.Downlink != nil && *r.Downlink })
	switch {
	case nAll == 0 || !differ(all, *p.CCDTemp, temperatureTolerance):
	case nReceived > 0 && !differ(received, *p.CCDTemp, temperatureTolerance):
		c.warnf("%s: ccd_temp %v C is the mean of the %d replicas that were received, not of all %d, which is %.3f C",
			PropertiesFile, *p.CCDTemp, nReceived, nAll, all)
	default:
		c.contradictf("ccd_temp is %v C, the mean of its replicas %.3f C", *p.CCDTemp, all)
	}
}

// mean is that of the replicas' temperatures, and of how many.
func mean(replicas []Replica, use func(Replica) bool) (t chandra.Celsius, n int) {
	for _, r := range replicas {
		if r.CCDTemp != nil && use(r) {
			t += *r.CCDTemp
			n++
		}
	}
	return t / chandra.Celsius(max(n, 1)), n
}

func (c *Calibration) checkReplicas() {
	seen := map[int]bool{}
	for _, r := range c.Properties.Replicas {
		if seen[r.Count] {
			c.contradictf("two replicas have the count %d", r.Count)
		}
		seen[r.Count] = true
		from, errFrom := chandra.ParseDate(r.Start)
		to, errTo := chandra.ParseDate(r.Stop)
		if errFrom == nil && errTo == nil && to.Before(from) {
			c.contradictf("replica %d: stop %s is before start %s", r.Count, r.Stop, r.Start)
		}
	}
}

// checkZodi works the background out again from the attitude and the day.
func (c *Calibration) checkZodi() {
	p := c.Properties
	if p.RADeg == nil || p.DecDeg == nil {
		return
	}
	day, err := chandra.ParseDate(p.Date)
	if err != nil {
		if c.ID == "" {
			return
		}
		day = c.ID.Date()
	}
	b, err := zodi.At(day, *p.RADeg, *p.DecDeg)
	if err != nil {
		return // the ranges of ParseProperties are those of zodi
	}
	// Values have two decimals. The Sun is good to 0.01 degrees either way.
	const (
		rounding = 0.005 + 1e-9
		sun      = 0.01 + rounding
	)
	for _, v := range []struct {
		key       string
		is        *float64
		calc, tol float64
		turn      bool
		unit      string
	}{
		{"el", p.ElDeg, b.El, rounding, true, "degrees"},
		{"eb", p.EbDeg, b.Eb, rounding, false, "degrees"},
		{"sun_el", p.SunElDeg, b.SunEl, sun, true, "degrees"},
		{"l_l0", p.LL0Deg, b.LL0, sun, false, "degrees"},
		{"zodib", p.ZodiB, b.ZodiB, rounding, false, "units of the table"},
	} {
		if v.is == nil {
			continue
		}
		d := math.Abs(*v.is - v.calc)
		if v.turn {
			d = min(d, 360-d)
		}
		if d > v.tol {
			c.contradictf("%s is %v %s, from its day %s and attitude (%v, %v) it is %.2f", v.key, *v.is, v.unit,
				chandra.IDOf(day).Colon(), *p.RADeg, *p.DecDeg, v.calc)
		}
	}
}

func differ(a, b chandra.Celsius, tolerance float64) bool {
	return math.Abs(float64(a-b)) > tolerance
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
