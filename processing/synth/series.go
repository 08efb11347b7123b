package synth

import (
	"fmt"
	"io"
	"strings"

	"darksite/internal/ground/phrase"
	"darksite/internal/ground/table"
	"darksite/processing/chandra"
	"darksite/processing/zodi"
)

// Session is one calibration of a series: when the CCD was read, how warm it was, where
// it looked, and what went wrong.
type Session struct {
	ID      chandra.ID
	Options Options
	Damage  Damage
}

// Bounds of a table of sessions.
const (
	maxSeriesBytes = 1 << 20
	maxSessions    = 1000
)

const (
	seriesID = iota
	seriesTemp
	seriesTempSource
	seriesRA
	seriesDec
	seriesDamage
)

var seriesForm = table.Form{
	Example: "id,temp,ra,dec,damage",
	Fields: []table.Field{
		seriesID:         {Name: "id", Aliases: []string{"date", "day"}},
		seriesTemp:       {Name: "temperature", Aliases: []string{"temp", "t_ccd", "ccd_temp"}, Units: table.Celsius, Low: lowestTemp, High: highestTemp},
		seriesTempSource: {Name: "source of the temperature", Aliases: []string{"temp_source"}},
		seriesRA:         {Name: "RA", Units: table.Degrees, Low: 0, High: 360},
		seriesDec:        {Name: "Dec", Units: table.Degrees, Low: -90, High: 90},
		seriesDamage:     {Name: "damage"},
	},
	Bytes: maxSeriesBytes, Rows: maxSessions,
}

// ReadSeries reads the calibrations of one CCD over the years, by rising id, from a table
// with a line for each, such as
//
//	id,temp,damage
//	2015355,-13.6,
//	2016125,,star left in
//	2018100,-11.2,rows -400 to -371 of replica 3 lost
//
// A temperature that is not given is that of the line before it, and a field so too:
// the set point stays until another is given. A column temp_source says how the
// temperature was had, as in info.csv. The zodiacal light is that of the field
// on its day. What no line gives is as in the options, whose seed is the CCD. Warnings
// are sentences; the name is for messages.
func ReadSeries(r io.Reader, name string, opt Options) (sessions []Session, warnings []string, err error) {
	content, err := io.ReadAll(io.LimitReader(r, maxSeriesBytes+1))
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	t, err := table.Read(content, name, seriesForm)
	if err != nil {
		return nil, nil, err
	}
	if !t.Has(seriesID) {
		return nil, nil, fmt.Errorf("%s: no column of ids: want a header such as %s", name, seriesForm.Example)
	}
	if t.Has(seriesRA) != t.Has(seriesDec) {
		return nil, nil, fmt.Errorf("%s: RA and Dec go together: give both columns or neither", name)
	}
	s := Session{Options: opt}
	pointed := false
	for row, err := range t.Rows() {
		if err != nil {
			return nil, nil, err
		}
		before := s.ID
		if s.ID, err = chandra.ParseID(row.Text(seriesID)); err != nil {
			return nil, nil, row.Errorf(seriesID, "%w", err)
		}
		if s.ID <= before {
			return nil, nil, row.Errorf(seriesID, "not after %s, the line before it: want rising ids", before)
		}
		if v, err := row.Number(seriesTemp); err != nil {
			return nil, nil, err
		} else if v != nil {
			s.Options.TCCD = *v
		}
		if s.Options.TempSource = row.Text(seriesTempSource); !phrase.Printable(s.Options.TempSource) || strings.ContainsAny(s.Options.TempSource, `",'`) {
			return nil, nil, row.Errorf(seriesTempSource, "%q: want a short text such as HDR3", phrase.Short(s.Options.TempSource))
		}
		ra, err := row.Number(seriesRA)
		if err != nil {
			return nil, nil, err
		}
		dec, err := row.Number(seriesDec)
		if err != nil {
			return nil, nil, err
		}
		if (ra == nil) != (dec == nil) {
			return nil, nil, fmt.Errorf("%s: RA and Dec go together: give both or neither", row.Where())
		}
		if ra != nil {
			s.Options.RA, s.Options.Dec, pointed = *ra, *dec, true
		}
		if pointed {
			light, err := zodi.At(s.ID.Date(), s.Options.RA, s.Options.Dec)
			if err != nil {
				return nil, nil, fmt.Errorf("%s: %w", row.Where(), err)
			}
			s.Options.Zodi = light.EPerS
		}
		if s.Damage, err = ParseDamage(row.Text(seriesDamage)); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", row.Where(), err)
		}
		if _, err := s.Options.complete(s.ID); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", row.Where(), err)
		}
		sessions = append(sessions, s)
	}
	if len(sessions) == 0 {
		return nil, nil, fmt.Errorf("%s: no calibration in it: want a header such as %s and a line for each", name, seriesForm.Example)
	}
	return sessions, t.Warnings, nil
}
