package site

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"path"
	"strconv"
	"strings"

	"darksite/processing/chandra"
	"darksite/processing/history"
	"darksite/processing/quality"
	"darksite/processing/stats"
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
		rows[i] = tableRow{Row: finite(r), calibration: known[r.ID], card: past.cards[r.ID]}
		if k := rows[i].card; k != nil {
			rows[i].address = k.Address
		}
	}
	return rows
}

// column is one of the table, in all of its forms. What is not known is nil.
type column struct {
	name  string
	value func(*tableRow) any
}

// columns are those of the table, in its order. The names are part of the API:
// none is renamed or dropped within v1.
func columns(at history.At) []column {
	list := []column{
		{"id", func(r *tableRow) any { return string(r.ID) }},
		{"date", func(r *tableRow) any { return r.ID.Colon() }},
		{"year", func(r *tableRow) any { return r.Year }},
		{"origin", func(r *tableRow) any {
			if r.calibration == nil {
				return "published"
			}
			return plain(string(r.calibration.Artifact.Origin))
		}},
		{"page", func(r *tableRow) any {
			if r.address == "" {
				return nil
			}
			return path.Join("..", "..", r.address, "index.html")
		}},
		{"state", func(r *tableRow) any {
			if r.calibration == nil || r.calibration.Verdict == nil {
				return nil
			}
			return plain(string(r.calibration.Verdict.State))
		}},
		{"degraded", func(r *tableRow) any {
			if r.calibration == nil {
				return nil
			}
			if v := r.calibration.Verdict; v != nil {
				return v.State != quality.Good
			}
			return r.calibration.Artifact.Map.Degraded
		}},
		{"incomplete_map", func(r *tableRow) any {
			if r.calibration == nil {
				return nil
			}
			return r.calibration.Artifact.Map.Degraded
		}},
		{"sign_off", func(r *tableRow) any {
			if r.calibration == nil || r.calibration.SignOff == nil {
				return nil
			}
			return plain(string(r.calibration.SignOff.Decision))
		}},
		{"ccd_temp_c", func(r *tableRow) any { return r.CCDTemp }},
		{"ccd_temp_source", func(r *tableRow) any {
			if r.CCDTempSource == "" {
				return nil
			}
			return r.CCDTempSource
		}},
		{"zodi_e_per_s", func(r *tableRow) any { return r.ZodiEPerS }},
		{"pixels", func(r *tableRow) any {
			if r.calibration == nil {
				return nil
			}
			return r.calibration.Artifact.Statistics.Pixels
		}},
		{"mean_e_per_s", func(r *tableRow) any { return r.Mean }},
		{"median_e_per_s", func(r *tableRow) any { return r.Median }},
		{"peak_e_per_s", func(r *tableRow) any { return r.Peak }},
		{"mean_near_peak_e_per_s", func(r *tableRow) any { return r.MeanNearPeak }},
		{"mode_e_per_s", func(r *tableRow) any { return r.Mode }},
		{"peak_about_mode_e_per_s", func(r *tableRow) any { return r.PeakAboutMode }},
		{"mean_near_mode_e_per_s", func(r *tableRow) any { return r.MeanNearMode }},
	}
	counts := func(form string, of func(*tableRow) []stats.Above) {
		for _, t := range stats.Thresholds {
			list = append(list, column{fmt.Sprintf(form, t), func(r *tableRow) any {
				for _, a := range of(r) {
					if a.Threshold == t {
						return a.Count
					}
				}
				return nil
			}})
		}
	}
	counts("n_gt_%d", func(r *tableRow) []stats.Above { return r.Above })
	list = append(list, []column{
		{"limit_e_per_s", func(r *tableRow) any { return r.Limit }},
		{"limit_z_e_per_s", func(r *tableRow) any { return r.LimitZ }},
		{"count_adj", func(r *tableRow) any { return r.CountAdj }},
		{"count_z", func(r *tableRow) any { return r.CountZ }},
		{"count_adj_z", func(r *tableRow) any { return r.CountAdjZ }},
		{"common_temp_c", func(*tableRow) any { return float64(at.CCDTemp) }},
		{"common_law", func(*tableRow) any { return at.Law.Name() }},
	}...)
	counts("n_gt_%d_common", func(r *tableRow) []stats.Above { return r.Common })
	for _, t := range stats.Thresholds {
		list = append(list, column{fmt.Sprintf("n_gt_%d_model", t), func(r *tableRow) any {
			for _, e := range r.Expected {
				if e.Threshold == t {
					return e.Count
				}
			}
			return nil
		}})
	}
	return append(list, column{"model_ratio_100", func(r *tableRow) any { return r.ModelRatio }})
}

// object is a row as JSON, in the order of the columns.
type object struct {
	columns []column
	row     *tableRow
}

// MarshalJSON keeps the order, which a map would not.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	for i, c := range o.columns {
		value, err := json.Marshal(c.value(o.row))
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "%c%q:%s", "{,"[min(i, 1)], c.name, value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// separated is the table with a header row, separated by commas or tabs, with
// nothing in the cells of what is not known.
func separated(columns []column, rows []tableRow, comma rune) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma = comma
	line := make([]string, len(columns))
	for i, c := range columns {
		line[i] = c.name
	}
	w.Write(line)
	for r := range rows {
		for i, c := range columns {
			line[i] = cellText(c.value(&rows[r]))
		}
		w.Write(line)
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// cellText writes a number with all its digits. A text that a spreadsheet would
// run as a formula gets an apostrophe before it.
func cellText(value any) string {
	switch v := value.(type) {
	case string:
		if v != "" && strings.ContainsRune("=+-@", rune(v[0])) {
			return "'" + v
		}
		return v
	case bool:
		return strconv.FormatBool(v)
	case int:
		return strconv.Itoa(v)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case *int:
		if v != nil {
			return strconv.Itoa(*v)
		}
	case *float64:
		if v != nil {
			return strconv.FormatFloat(*v, 'g', -1, 64)
		}
	}
	return ""
}
