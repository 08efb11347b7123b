package history

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"darksite/processing/stats"
)

// EncodeCSV writes a history with a header row, a column for each number and
// nothing in the cells of what is not known. The columns of counts at the
// common temperature say it and the law: n_gt_100_at_-15_per-pixel.
func EncodeCSV(w io.Writer, rows []Row, at At) error {
	out := csv.NewWriter(w)
	header := []string{"id", "date", "origin", "year", "ccd_temp_c", "ccd_temp_source", "zodi_e_per_s", "mean_e_per_s", "median_e_per_s", "peak_e_per_s", "mean_near_peak_e_per_s",
		"mode_e_per_s", "peak_about_mode_e_per_s", "mean_near_mode_e_per_s"}
	for _, t := range stats.Thresholds {
		header = append(header, fmt.Sprintf("n_gt_%d", t))
	}
	header = append(header, "limit_e_per_s", "limit_z_e_per_s", "count_adj", "count_z", "count_adj_z")
	for _, what := range []string{at.Law.Name(), "model"} {
		for _, t := range stats.Thresholds {
			header = append(header, fmt.Sprintf("n_gt_%d_at_%v_%s", t, at.CCDTemp, what))
		}
	}
	header = append(header, "model_ratio_100")
	if err := out.Write(header); err != nil {
		return err
	}
	for _, r := range rows {
		origin := "map"
		if r.Published {
			origin = "published"
		}
		line := []string{string(r.ID), r.ID.Colon(), origin, number(&r.Year), number(r.CCDTemp), r.CCDTempSource,
			number(r.ZodiEPerS), number(r.Mean), number(r.Median), number(r.Peak), number(r.MeanNearPeak),
			number(r.Mode), number(r.PeakAboutMode), number(r.MeanNearMode)}
		line = append(line, counts(r.Above)...)
		line = append(line, number(r.Limit), number(r.LimitZ), count(r.CountAdj), count(r.CountZ), count(r.CountAdjZ))
		line = append(line, counts(r.Common)...)
		for _, t := range stats.Thresholds {
			cell := ""
			for _, e := range r.Expected {
				if e.Threshold == t {
					cell = strconv.FormatFloat(e.Count, 'f', 1, 64)
				}
			}
			line = append(line, cell)
		}
		if err := out.Write(append(line, number(r.ModelRatio))); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// counts are the cells of all thresholds.
func counts(above []stats.Above) (cells []string) {
	for _, t := range stats.Thresholds {
		cell := ""
		for _, a := range above {
			if a.Threshold == t {
				cell = strconv.Itoa(a.Count)
			}
		}
		cells = append(cells, cell)
	}
	return cells
}

func count(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

func number(v *float64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'g', 10, 64)
}
