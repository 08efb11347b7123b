package site

import (
	"path"

	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/history"
)

// tableRow is a calibration in the table of all, of which a map is at hand or
// only published numbers are.
type tableRow struct {
	history.Row
	calibration *Calibration // nil without a map
	card        *card        // so too
	address     string       // directory of its page under dark_cal/, or ""
}

// tableRows are all calibrations that are known, the oldest first.
func tableRows(past chronicle, calibrations []Calibration) []tableRow {
	known := map[chandra.ID]*Calibration{}
	for i, c := range calibrations {
		known[c.Artifact.ID] = &calibrations[i]
	}
	rows := make([]tableRow, len(past.rows))
	for i, r := range past.rows {
		r.CCDTempSource, r.Origin, r.State = plain(r.CCDTempSource), artifact.Origin(plain(string(r.Origin))), plain(r.State)
		rows[i] = tableRow{Row: r, calibration: known[r.ID], card: past.cards[r.ID]}
		if c := rows[i].calibration; c != nil && c.SignOff != nil {
			rows[i].SignOff = plain(string(c.SignOff.Decision))
		}
		if k := rows[i].card; k != nil {
			rows[i].address = k.Address
			rows[i].Page = path.Join("..", "..", k.Address, "index.html")
		}
	}
	return rows
}
