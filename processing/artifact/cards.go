package artifact

import (
	"darksite/processing/chandra"
	"darksite/processing/fits"
	"darksite/processing/quantity"
)

// isoDate is how FITS writes a time (FITS standard 4.0, section 4.4.2.1).
const isoDate = "2006-01-02T15:04:05.000"

// commonCards say what a file is of, and how it was made.
func commonCards(c *Calibration) []fits.Card {
	cards := []fits.Card{
		{Key: "TELESCOP", Value: "CHANDRA"},
		{Key: "INSTRUME", Value: c.Geometry.Name, Comment: "aspect camera"},
		{Key: "OBJECT", Value: "DARK CURRENT"},
		{Key: "CALID", Value: string(c.ID), Comment: "calibration, UTC day of its first replica"},
	}
	if c.Simulated {
		cards = append(cards, fits.Simulated())
	}
	cards = append(cards, timeCards(c)...)
	optional := func(v *float64, key, comment string) {
		if v != nil {
			cards = append(cards, fits.Card{Key: key, Value: *v, Comment: comment})
		}
	}
	text := func(s, key, comment string) {
		if s != "" {
			cards = append(cards, fits.Card{Key: key, Value: s, Comment: comment})
		}
	}
	optional(c.Facts.CCDTemp, "CCD_TEMP", "[degC] CCD temperature")
	text(c.Facts.CCDTempSource, "CCDTSRC", "source of CCD_TEMP")
	if !c.SeveralFields() {
		optional(c.Facts.RA, "RA_NOM", "[deg] of the dark field")
		optional(c.Facts.Dec, "DEC_NOM", "[deg] of the dark field")
	}
	if z := c.Zodi; z != nil {
		cards = append(cards, fits.Card{Key: "ZODI", Value: z.EPerS, Comment: "[electron/s] zodiacal background, in the map"})
	}
	text(c.Map.Method, "METHOD", "how the map was made")
	if c.Map.Replicas > 0 {
		cards = append(cards, fits.Card{Key: "NREPLICA", Value: c.Map.Replicas, Comment: "replicas used"})
	}
	if c.Origin != FromMap {
		cards = append(cards,
			fits.Card{Key: "GAIN", Value: c.Map.GainEPerDN, Comment: "[electron/adu]"},
			fits.Card{Key: "TSHORT", Value: c.Map.ShortS, Comment: "[s] short integration"},
			fits.Card{Key: "TLONG", Value: c.Map.LongS, Comment: "[s] long integration"})
	}
	return append(cards,
		fits.Card{Key: "ROW0", Value: c.Geometry.FirstRow, Comment: c.Geometry.Name + " row of the first image row"},
		fits.Card{Key: "COL0", Value: c.Geometry.FirstColumn, Comment: c.Geometry.Name + " column of the first image column"},
		fits.Card{Key: "CREATOR", Value: c.Provenance.Tool + " " + c.Provenance.Version},
	)
}

// timeCards give the beginning, or the day when that is not known, and the end.
func timeCards(c *Calibration) []fits.Card {
	day := fits.Card{Key: "DATE-OBS", Value: c.ID.Date().Format("2006-01-02"), Comment: "UTC day of the calibration"}
	cards := []fits.Card{{Key: "TIMESYS", Value: "UTC"}}
	begin, err := chandra.ParseDate(first(c.Facts.Start, c.Facts.DateStart))
	if err != nil {
		return append(cards, day)
	}
	cards = append(cards,
		fits.Card{Key: "DATE-OBS", Value: begin.Format(isoDate), Comment: "start"},
		fits.Card{Key: "DATE-BEG", Value: begin.Format(isoDate), Comment: "start"})
	if end, err := chandra.ParseDate(c.Facts.Stop); err == nil {
		cards = append(cards, fits.Card{Key: "DATE-END", Value: end.Format(isoDate), Comment: "stop of the last replica"})
	}
	if c.Facts.TimeSource == TimeReceived {
		cards = append(cards, fits.Card{Key: "COMMENT", Value: "The times are those at which the telemetry was received on Earth."})
	}
	return cards
}

// imageCards describe the axes and the values of image.fits. The coordinates
// are columns and rows of the CCD, of which an integer is the pixel's centre here.
func imageCards(c *Calibration) []fits.Card {
	cards := []fits.Card{
		{Key: "BUNIT", Value: "electron/s", Comment: "dark current per pixel, unclipped"},
		{Key: "CTYPE1", Value: "COL", Comment: c.Geometry.Name + " column"},
		{Key: "CRPIX1", Value: 1.0},
		{Key: "CRVAL1", Value: float64(c.Geometry.FirstColumn)},
		{Key: "CDELT1", Value: 1.0},
		{Key: "CUNIT1", Value: "pixel"},
		{Key: "CTYPE2", Value: "ROW", Comment: c.Geometry.Name + " row"},
		{Key: "CRPIX2", Value: 1.0},
		{Key: "CRVAL2", Value: float64(c.Geometry.FirstRow)},
		{Key: "CDELT2", Value: 1.0},
		{Key: "CUNIT2", Value: "pixel"},
	}
	if low, high := c.Statistics.Value(quantity.Min), c.Statistics.Value(quantity.Max); low != nil && high != nil {
		cards = append(cards,
			fits.Card{Key: "DATAMIN", Value: *low, Comment: "lowest value"},
			fits.Card{Key: "DATAMAX", Value: *high, Comment: "highest value"})
	}
	for _, in := range c.Provenance.Inputs {
		cards = append(cards,
			fits.Card{Key: "HISTORY", Value: in.Role + ": " + in.Name},
			fits.Card{Key: "HISTORY", Value: "sha256 " + in.SHA256})
	}
	return cards
}
