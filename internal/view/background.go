package view

import (
	"cmp"
	"math"

	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/quantity"
	"darksite/processing/zodi"
)

// Zodi is the zodiacal background of a field, in the columns of the
// dark_zodi_effect page, degrees and e-/s.
type Zodi struct {
	RA, Dec, El, Eb, SunEl, LL0, B, ZodiB, EPerS string
	// Bright tells that it is beyond what attitudes are chosen by.
	Bright bool
}

// Background is the zodiacal background, and the dark current without it.
type Background struct {
	Zodi
	Source string
	Closed bool
	Limit  string // in units of the table
	Factor string // e-/s for each unit
	// Levels are those of the map: as measured, and less the background, e-/s.
	Levels []Line
	// Replicas at fields of their own, nil where all have one field; Known
	// counts those whose attitude is known.
	Replicas []Field
	Known    string
}

// Field is the background of one replica.
type Field struct {
	Replica string
	Date    string
	Zodi
	CCDTemp string
}

// zodiOf has no more than the place of a field whose background is not known.
func zodiOf(ra, dec *float64, z *artifact.Zodi) Zodi {
	s := Zodi{RA: fixedOr(ra, 4), Dec: fixedOr(dec, 4)}
	if z != nil {
		b := math.Abs(z.Eb)
		s.El, s.Eb, s.SunEl, s.LL0, s.B = fixed(&z.El, 2), fixed(&z.Eb, 2), fixed(&z.SunEl, 2), fixed(&z.LL0, 2), fixed(&b, 2)
		s.ZodiB, s.EPerS, s.Bright = fixed(&z.ZodiB, 1), fixed(&z.EPerS, 2), z.ZodiB > zodi.UsualLimit
	}
	return s
}

// fieldsOf lists the replicas that have fields of their own.
func fieldsOf(c *artifact.Calibration) (rows []Field, known int) {
	if !c.SeveralFields() {
		return nil, 0
	}
	for _, r := range c.Replicas {
		row := Field{Replica: count(r.Number), Zodi: zodiOf(r.RA, r.Dec, r.Zodi), CCDTemp: fixedOr(r.CCDTemp, 2)}
		if t, err := chandra.ParseDate(r.Start); err == nil {
			row.Date = t.Format("2006-01-02 15:04")
		}
		if r.Zodi != nil {
			known++
		}
		rows = append(rows, row)
	}
	return rows, known
}

// fixedOr is a number, or "" where it is not known.
func fixedOr(v *float64, digits int) string {
	if v == nil {
		return ""
	}
	return fixed(v, digits)
}

// backgroundOf is nil where the attitude is not known.
func backgroundOf(c *artifact.Calibration) *Background {
	z := c.Zodi
	if z == nil {
		return nil
	}
	limit, factor := zodi.UsualLimit, zodi.EPerSecPerUnit
	t := &Background{Zodi: zodiOf(c.Facts.RA, c.Facts.Dec, z), Source: Plain(z.Source), Closed: z.Closed, Limit: fixed(&limit, 0), Factor: fixed(&factor, 4)}
	t.RA, t.Dec = cmp.Or(t.RA, unknownCell), cmp.Or(t.Dec, unknownCell)
	if rows, n := fieldsOf(c); rows != nil {
		t.Replicas, t.Known = rows, plural(n, "replica")
	}
	for _, q := range quantity.In(quantity.Less) {
		if v := c.Statistics.Value(q.Key); v != nil {
			less := *v - z.EPerS
			t.Levels = append(t.Levels, Line{capital(q.Name), []string{fixed(v, q.Decimals), fixed(&less, q.Decimals)}})
		}
	}
	return t
}

// tempSource is the source of a temperature in words.
func tempSource(source string) string {
	load, ok := chandra.IsPredictedTemp(source)
	switch {
	case ok && load != "":
		return "predicted, not measured; load " + Plain(load)
	case ok:
		return "predicted, not measured"
	}
	return Plain(source)
}

// temperatureOf lists the temperatures of a calibration and of its replicas,
// each with its source.
func temperatureOf(c *artifact.Calibration) []Fact {
	facts := []Fact{{"Used on this page", "unknown: no input gives it"}}
	if c.Facts.CCDTemp != nil {
		facts[0].Text = fixed(c.Facts.CCDTemp, 2) + "\u00a0°C"
		if c.Facts.CCDTempSource != "" {
			facts[0].Text += " (" + tempSource(c.Facts.CCDTempSource) + ")"
		}
	}
	for _, r := range c.Replicas {
		if r.CCDTemp == nil {
			continue
		}
		text := fixed(r.CCDTemp, 2) + "\u00a0°C"
		if r.CCDTempSource != "" {
			text += " (" + tempSource(r.CCDTempSource) + ")"
		}
		facts = append(facts, Fact{"Replica " + count(r.Number), text})
	}
	return facts
}

// fewest is the smallest number of samples that a pixel of the map rests on,
// and how many pixels rest on so few; -1 where it is not recorded.
func fewest(m artifact.Map) (samples, pixels int) {
	samples = -1
	for _, numbers := range [][]int{m.SamplesShort, m.SamplesLong} {
		for n, p := range numbers {
			if p > 0 {
				if samples < 0 || n < samples {
					samples, pixels = n, p
				} else if n == samples {
					pixels = max(pixels, p)
				}
				break
			}
		}
	}
	return samples, pixels
}

// qualityLine is what the reports said under "Data Quality".
func qualityLine(c *artifact.Calibration) string {
	if c.Origin == artifact.FromMap || c.Map.Planned == 0 {
		return receivedText(c)
	}
	expected := int64(c.Map.Planned * c.ReplicaRows())
	text := "telemetry " + percent(received(c), expected) + " complete (" + count(received(c)) + " of " + count(expected) + " rows), " +
		count(c.Map.Replicas) + " of " + count(c.Map.Planned) + " replicas"
	if n, pixels := fewest(c.Map); n >= 0 {
		if total := c.Geometry.Pixels(); pixels >= total {
			text += "; every pixel has " + plural(n, "sample") + " of each integration"
		} else {
			text += "; " + plural(pixels, "pixel") + " " + form(pixels, "has", "have") + " only " + plural(n, "sample")
		}
	}
	return text + "."
}
