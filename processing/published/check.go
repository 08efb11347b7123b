package published

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"darksite/processing/chandra"
	"darksite/processing/quantity"
	"darksite/processing/scaling"
)

// check lists what cannot be true together.
func (c *Calibration) check(rows []Row) {
	for _, v := range c.Values {
		c.checkValue(&v)
	}
	for _, l := range c.Labels {
		if day, ok := parseLabel(l.Text); ok && chandra.IDOf(day) != c.ID {
			c.contradictf("the date is %s in %s; the id %s is %s", l.Text, l.Source, c.ID, c.ID.Date().Format("2006-Jan-02"))
		}
	}
	for _, r := range rows {
		c.checkLimit(&r)
		c.checkOrder(&r)
	}
}

// contradictf adds a sentence once: files may hold the same line.
func (c *Calibration) contradictf(format string, args ...any) {
	if s := fmt.Sprintf(format, args...); !slices.Contains(c.Contradictions, s) {
		c.Contradictions = append(c.Contradictions, s)
	}
}

// checkValue names the sources by what they report, the one that is shown last.
func (c *Calibration) checkValue(v *Value) {
	q := &Quantities[quantityAt(v.Quantity)]
	type group struct {
		first   Report
		sources []string
	}
	var groups []group
	for _, r := range v.Reports {
		at := slices.IndexFunc(groups, func(g group) bool { return q.agree(g.first, r) })
		if at < 0 {
			groups = append(groups, group{first: r})
			at = len(groups) - 1
		}
		if !slices.Contains(groups[at].sources, r.Source) {
			groups[at].sources = append(groups[at].sources, r.Source)
		}
	}
	if len(groups) < 2 {
		return
	}
	var parts []string
	for _, g := range groups {
		parts = append(parts, g.first.Printed+" in "+strings.Join(g.sources, ", "))
	}
	c.contradictf("%s is %s%s%s", v.Quantity, strings.Join(parts, " and "), shownIs, v.Shown.Printed)
}

// shownIs is in the sentences about sources that differ, and in no other.
const shownIs = "; shown is "

// parseLabel reads the dates of pages: 2000-Nov-20, 2000-11-20 or 2000:325.
func parseLabel(s string) (time.Time, bool) {
	if t, err := chandra.ParseDate(s); err == nil {
		return t, true
	}
	for _, form := range []string{"2006-Jan-02", time.DateOnly} {
		if t, err := time.Parse(form, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func (r *Row) report(key quantity.Key) *Report { return r.Reports[quantityAt(key)] }

// checkLimit works limit_z_e_per_s out again, 100 e-/s and the background brought
// from -19 C to the temperature of the line, within the digits printed.
func (c *Calibration) checkLimit(r *Row) {
	t, z, limit := r.report(quantity.CCDTemp), r.report(quantity.Zodi), r.report(quantity.LimitZ)
	if t == nil || z == nil || limit == nil {
		return
	}
	const base = 100.0 // e-/s
	at := func(celsius float64) float64 {
		// The range of the quantity is within the law's reach.
		s, _ := scaling.Historic.Between(scaling.ReferenceTemp, chandra.Celsius(celsius))
		return s.Rate(base + z.Value)
	}
	want := at(t.Value)
	digit := half(t.Printed)
	unsharp := half(limit.Printed) + want/(base+z.Value)*half(z.Printed) + max(at(t.Value+digit)-want, want-at(t.Value-digit))
	if math.Abs(limit.Value-want) <= unsharp {
		return
	}
	// The law multiplies by ten for as many degrees as it takes.
	perDegree := math.Log10(at(t.Value+1) / want)
	if limit.Value <= 0 {
		c.contradictf("%s is %s e-/s, at %s C it is %.3f e-/s (%s)", quantity.LimitZ, limit.Printed, t.Printed, want, r.Source)
		return
	}
	c.contradictf("%s %s e-/s belongs to a CCD at %.3f C, %s is %s C (%s)",
		quantity.LimitZ, limit.Printed, t.Value+math.Log10(limit.Value/want)/perDegree, quantity.CCDTemp, t.Printed, r.Source)
}

// checkOrder holds counts against those that they are part of.
func (c *Calibration) checkOrder(r *Row) {
	for _, pair := range [][2]quantity.Key{
		{"n_gt_3000", "n_gt_2000"}, {"n_gt_2000", "n_gt_200"}, {"n_gt_200", "n_gt_100"}, {"n_gt_3000", "n_gt_100"},
		{quantity.CountZ, "n_gt_100"}, {quantity.CountAdjZ, quantity.CountAdj},
	} {
		part, whole := r.report(pair[0]), r.report(pair[1])
		if part != nil && whole != nil && part.Value > whole.Value {
			c.contradictf("%s, %s, is above %s, %s, of which it is part (%s)", pair[0], part.Printed, pair[1], whole.Printed, r.Source)
		}
	}
}
