package artifact

import (
	"math"
	"strings"

	"darksite/processing/chandra"
)

// propertiesIndent is that of the archive since 2013 (processing.md, section 2.3).
const propertiesIndent = "    "

// properties are those that mica's readers take, in the classic form of 2013
// and the modern one of 2019 at once, with the temperature under both names
// because readers differ in which they want (processing.md, sections 2.3 to
// 2.5). What is not known is left out; readers mask it. Scalars go through a
// reader that splits at commas: text is cleaned of what would break it.
//
// Unlike the archive of 2013, replicas have their own times.
func properties(c *Calibration) map[string]any {
	p := map[string]any{"id": c.ID, "date": c.Date, "filename": ImageFile, "replicas": replicaProperties(c)}
	if c.Simulated {
		p["simulated"] = true
	}
	text := func(key, value string) {
		if value != "" {
			p[key] = scalar(value)
		}
	}
	number := func(v *float64, keys ...string) {
		if v != nil {
			for _, k := range keys {
				p[k] = *v
			}
		}
	}
	if c.Map.Exposures > 0 {
		p["n_ccd_img"] = c.Map.Exposures
	}
	f := c.Facts
	text("start", f.Start)
	text("stop", f.Stop)
	text("datestart", first(f.Start, f.DateStart))
	text("datestop", f.Stop)
	number(f.CCDTemp, "ccd_temp", "t_ccd")
	if f.CCDTemp != nil && sourced(c) {
		text("ccd_temp_source", f.CCDTempSource)
	}
	// A calibration of several fields has no attitude; its replicas have.
	several := c.SeveralFields()
	if !several {
		number(f.RA, "ra")
		number(f.Dec, "dec")
	}
	if start, err := chandra.ParseDate(f.Start); err == nil {
		if stop, err := chandra.ParseDate(f.Stop); err == nil {
			p["dur"] = math.Round((chandra.Seconds(stop)-chandra.Seconds(start))*1000) / 1000
		}
	}
	if z := c.Zodi; z != nil {
		p["zodib"] = z.ZodiB
		if !several {
			p["el"], p["eb"], p["sun_el"], p["l_l0"] = z.El, z.Eb, z.SunEl, z.LL0
		}
	}
	return p
}

func replicaProperties(c *Calibration) []map[string]any {
	replicas := []map[string]any{}
	add := func(r Replica) {
		one := map[string]any{"count": r.Number, "downlink": r.Received}
		if r.Start != "" {
			one["start"], one["stop"], one["time_source"] = r.Start, r.Stop, r.TimeSource
		}
		switch {
		case r.CCDTemp != nil:
			one["ccd_temp"], one["ccd_temp_source"] = *r.CCDTemp, r.CCDTempSource
		case c.Facts.CCDTemp != nil && sourced(c): // mica always wrote one
			one["ccd_temp"], one["ccd_temp_source"] = *c.Facts.CCDTemp, scalar(c.Facts.CCDTempSource)
		}
		for key, v := range map[string]*float64{"ra": r.RA, "dec": r.Dec, "roll": r.Roll} {
			if v != nil {
				one[key] = *v
			}
		}
		if z := r.Zodi; z != nil {
			one["el"], one["eb"], one["sun_el"], one["l_l0"], one["zodib"] = z.El, z.Eb, z.SunEl, z.LL0, z.ZodiB
		}
		replicas = append(replicas, one)
	}
	known := map[int]Replica{}
	most := c.Map.Planned
	for _, r := range c.Replicas {
		known[r.Number] = r
		most = max(most, r.Number)
	}
	for n := 1; n <= most; n++ {
		r, ok := known[n]
		if !ok {
			r = Replica{Number: n}
		}
		add(r)
	}
	return replicas
}

// sourced tells whether the source of the temperature, and a temperature for each
// replica, are written: archives of the schemas before do not have them.
func sourced(c *Calibration) bool { return c.StoredSchema != schema1 && c.StoredSchema != schema2 }

func first(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}

// scalar is a text without what would break the table reader.
func scalar(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`,"'`, r) {
			return ' '
		}
		return r
	}, s)
}
