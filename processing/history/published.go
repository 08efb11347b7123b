package history

import (
	"math"

	"darksite/processing/chandra"
	"darksite/processing/model"
	"darksite/processing/published"
	"darksite/processing/stats"
	"darksite/processing/warm"
)

// OfPublished is the row of a calibration of which only published numbers are
// at hand, as they were published: without a map there is nothing to scale. What
// the model has at the temperature that was asked for is there all the same.
func OfPublished(p *published.Calibration, at At) (Row, error) {
	r := Row{
		ID: p.ID, Published: true, Year: model.FractionalYear(p.ID.Date()),
		Above: []stats.Above{}, Common: []stats.Above{}, Expected: []warm.ExpectedAbove{},
	}
	for quantity, to := range map[string]**float64{
		"t_ccd_c": &r.CCDTemp, "zodi_e_s": &r.ZodiEPerS, "mean_e_s": &r.Mean, "median_e_s": &r.Median, "peak_e_s": &r.Peak, "mean_near_peak_e_s": &r.MeanNearPeak,
		"limit_z_e_s": &r.LimitZ,
	} {
		if v := p.Value(quantity); v != nil {
			*to = &v.Shown.Value
		}
	}
	if v := p.Value("t_ccd_c"); v != nil {
		r.CCDTempSource = v.Shown.Method
	}
	for quantity, to := range map[string]**int{
		"n_gt_100_tadj": &r.CountAdj, "n_gt_100_plus_zodi": &r.CountZ, "n_gt_100z_tadj": &r.CountAdjZ,
	} {
		if v := p.Value(quantity); v != nil {
			n := int(math.Round(v.Shown.Value))
			*to = &n
		}
	}
	for _, threshold := range []struct {
		quantity string
		ePerS    int
	}{{"n_gt_100", 100}, {"n_gt_200", 200}, {"n_gt_2000", 2000}, {"n_gt_3000", 3000}} {
		if v := p.Value(threshold.quantity); v != nil {
			r.Above = append(r.Above, stats.Above{Threshold: threshold.ePerS, Count: int(math.Round(v.Shown.Value))})
		}
	}
	if p.ID.Date().Before(warm.ModelFrom) {
		return r, nil
	}
	expected, err := warm.Expect(p.ID.Date(), at.CCDTemp)
	if err != nil {
		return r, err
	}
	r.Expected = expected.Above
	n, ok := r.Over(warm.Threshold)
	if r.CCDTemp == nil || !ok {
		return r, nil
	}
	if expected, err = warm.Expect(p.ID.Date(), chandra.Celsius(*r.CCDTemp)); err != nil {
		return r, err
	}
	for _, e := range expected.Above {
		if e.Threshold == warm.Threshold {
			ratio := float64(n) / e.Count
			r.ModelRatio = &ratio
		}
	}
	return r, nil
}
