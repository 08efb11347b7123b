package quantity

import (
	"fmt"
	"strconv"

	"darksite/internal/ground/phrase"
	"darksite/processing/ccd"
	"darksite/processing/stats"
	"darksite/processing/warm"
)

// Keys that code refers to.
const (
	CCDTemp       Key = "ccd_temp_c"
	Zodi          Key = "zodi_e_per_s"
	WithValue     Key = "pixels"
	Mean          Key = "mean_e_per_s"
	Median        Key = "median_e_per_s"
	Min           Key = "min_e_per_s"
	Max           Key = "max_e_per_s"
	Peak          Key = "peak_e_per_s"
	MeanNearPeak  Key = "mean_near_peak_e_per_s"
	Mode          Key = "mode_e_per_s"
	PeakAboutMode Key = "peak_about_mode_e_per_s"
	MeanNearMode  Key = "mean_near_mode_e_per_s"
	WarmFraction  Key = "warm_percent"
	Limit         Key = "limit_e_per_s"
	LimitZ        Key = "limit_z_e_per_s"
	CountAdj      Key = "count_adj"
	CountZ        Key = "count_z"
	CountAdjZ     Key = "count_adj_z"
	ModelRatio    Key = "model_ratio_100"
)

// published is how many pixels the published numbers count at most.
var published = float64(ccd.ACA.Pixels())

// atLimit is the law of the published history, by which the threshold is moved.
const atLimit = "historic: the threshold is taken from -19 C to the temperature of the CCD, times 10^((T+19)/21)"

// rate bounds a published dark current, count a published number of pixels.
func rate(columns ...string) *Read  { return &Read{-1e4, 1e6, columns} }
func count(columns ...string) *Read { return &Read{0, published, columns} }

// The definitions of the numbers near the peak are those of the calibration reports
// (cxc.cfa.harvard.edu/mta/ASPECT/dark_cal); the names of the counts at -19 C are those
// of the published history (sot/state_of_aca, dark_cals_with_temp.txt).
var table = concat([]*Quantity{{
	Key: CCDTemp, Unit: Celsius, Decimals: 1, Name: "CCD temperature", Head: "CCD temperature", Short: "T",
	Means:  "the temperature of the CCD during the calibration, the mean over its replicas",
	Asked:  []string{"t", "ccd_temp"},
	Read:   &Read{-40, 40, []string{"tccdc", "tccd", "ccdtemp", "temp", "tempdegc", "temperature"}},
	Shown:  Shown{Index: 1, Report: 1},
	Derive: func(s *Subject) (float64, bool) { return known(s.CCDTemp) },
}, {
	Key: Zodi, Unit: EPerS, Decimals: 2, Name: "zodiacal background", Head: "Zodiacal", Short: "Zodi",
	Means:  "the zodiacal light that the field adds to every pixel",
	Asked:  []string{"zodi", "zodi_e_s", "background"},
	Read:   &Read{0, 1000, []string{"zodies", "zodieps", "zodibeps"}},
	Shown:  Shown{Index: 13, Wide: true},
	Derive: func(s *Subject) (float64, bool) { return known(s.Zodi) },
}, {
	Key: WithValue, Unit: Pixels, Name: "pixels with a value", Head: "Pixels with a value",
	Means:   "the number of pixels that have a value: a short and a long sample of at least one replica",
	Shown:   Shown{Fact: 1},
	Measure: func(h stats.Histogram) (float64, bool) { return float64(h.Pixels()), true },
}, {
	Key: Mean, Unit: EPerS, Decimals: 1, Name: "mean", Head: "Mean",
	Means:   "the sum of all pixels that have a value, negative ones included, over their number",
	Asked:   []string{"mean"},
	Read:    rate("mean", "meanes", "meaneps"),
	Shown:   Shown{Tile: 4, Index: 5, Report: 2, TWiki: 1, Less: 1},
	Measure: some(stats.Histogram.Mean),
}, {
	Key: Median, Unit: EPerS, Decimals: 1, Name: "median", Head: "Median",
	Means:   "the value of the middle pixel in rising order, or the mean of the middle two",
	Asked:   []string{"median"},
	Read:    rate("median", "medianes", "medianeps"),
	Shown:   Shown{Index: 6, Wide: true, Fact: 9, Less: 2},
	Measure: some(stats.Histogram.Median),
}, {
	Key: Min, Unit: EPerS, Decimals: 1, Name: "smallest value", Head: "Smallest value",
	Means: "the lowest value of any pixel",
	Asked: []string{"min", "minimum", "smallest"}, Shown: Shown{Fact: 7},
	Measure: some(func(h stats.Histogram) float64 { return float64(h.Values[0]) }),
}, {
	Key: Max, Unit: EPerS, Decimals: 1, Name: "largest value", Head: "Largest value",
	Means: "the highest value of any pixel",
	Asked: []string{"max", "maximum", "largest"}, Shown: Shown{Fact: 8},
	Measure: some(func(h stats.Histogram) float64 { return float64(h.Values[len(h.Values)-1]) }),
}, {
	Key: Peak, Unit: EPerS, Decimals: 1, Name: "peak", Head: "Peak", MayLack: true,
	Means:   "the most common dark current by the definition of the reports: the vertex of a parabola fitted, unweighted, to the number of pixels per 1 e-/s within 5 e-/s of the median; none where that has no maximum there",
	Asked:   []string{"peak"},
	Read:    rate("peak", "peakes", "peakeps"),
	Shown:   Shown{Tile: 5, Index: 7, Wide: true, Report: 3, TWiki: 2, Fact: 2, Less: 3},
	Measure: stats.Histogram.Peak,
}, {
	Key: MeanNearPeak, Unit: EPerS, Decimals: 1, Name: "mean near the peak", Head: "Mean near peak", MayLack: true,
	Means:   "the mean of the pixels within 5 e-/s, both ends included, of the median",
	Asked:   []string{"mean_near_peak", "mean near peak"},
	Read:    rate("meannearpeak", "meannearpeakes", "meannearpeakeps"),
	Shown:   Shown{Report: 4, TWiki: 3, Fact: 3, Less: 4},
	Measure: some(stats.Histogram.MeanNearPeak),
}, {
	Key: Mode, Unit: EPerS, Decimals: 1, Name: "mode", Head: "Mode", MayLack: true,
	Means: "the middle of the fullest bin of 1 e-/s, the lowest of equals, between the 1st and the 99th percentile; none where it holds fewer than 100 pixels",
	Asked: []string{"mode"}, Shown: Shown{Fact: 4},
	Measure: stats.Histogram.Mode,
}, {
	Key: PeakAboutMode, Unit: EPerS, Decimals: 1, Name: "peak about the mode", Head: "Peak about mode", Short: "Mode peak", MayLack: true,
	Means:   "the vertex of a parabola fitted, unweighted, to the number of pixels per 1 e-/s within 5 e-/s of the mode, the fullest bin; none where that has no maximum there",
	Asked:   []string{"peak_about_mode", "peak about mode"},
	Shown:   Shown{Index: 8, Report: 9, TWiki: 8, Fact: 5, Less: 5},
	Measure: stats.Histogram.PeakAboutMode,
}, {
	Key: MeanNearMode, Unit: EPerS, Decimals: 1, Name: "mean near the mode", Head: "Mean near mode", MayLack: true,
	Means:   "the mean of the pixels within 5 e-/s, both ends included, of the mode, the fullest bin",
	Asked:   []string{"mean_near_mode", "mean near mode"},
	Shown:   Shown{Report: 10, TWiki: 9, Fact: 6, Less: 6},
	Measure: some(stats.Histogram.MeanNearMode),
}}, levels(asMeasured), []*Quantity{{
	Key: WarmFraction, Unit: Percent, Decimals: 1, Name: "warm fraction", Head: "Warm fraction",
	Means: "the part of the pixels with a value that lies above 100 e-/s; of all pixels of the CCD where no map is at hand",
	Derive: func(s *Subject) (float64, bool) {
		warm, ok := s.Numbers[Over(warm.Threshold)]
		all, has := s.Numbers[WithValue]
		if !has {
			all = published
		}
		return 100 * warm / all, ok && all > 0
	},
}, {
	Key: Limit, Unit: EPerS, Decimals: 1, Name: "limit", Head: "Limit", Law: atLimit,
	Means:  "100 e-/s at -19 C, taken to the temperature of the CCD: 100*10^((T+19)/21)",
	Derive: ofWarm(func(c *warm.Counts) float64 { return c.Limit }),
}, {
	Key: LimitZ, Unit: EPerS, Decimals: 1, Name: "limit with the background", Head: "Limit with background", Law: atLimit,
	Means:  "100 e-/s and the zodiacal background at -19 C, taken to the temperature of the CCD: (100+zodi)*10^((T+19)/21)",
	Asked:  []string{"limit_z", "limit_z_e_s"},
	Read:   &Read{0, 1e5, []string{"limitz", "limitzes", "limitzeps"}},
	Derive: ofZodi(func(z *warm.WithZodi) float64 { return z.LimitZ }),
}, {
	Key: CountAdj, Unit: Pixels, Name: "N>100 adjusted to -19 C", Head: "N>100 at -19 C", Law: atLimit,
	Means:  "the number of pixels above limit_e_per_s",
	Asked:  []string{"adj", "n_gt_100_tadj", "n100tadj"},
	Read:   count("ngt100tadj", "countadj"),
	Derive: ofWarm(func(c *warm.Counts) float64 { return float64(c.CountAdj) }),
}, {
	Key: CountZ, Unit: Pixels, Name: "N>100 plus the background", Head: "N>100 plus background",
	Means:  "the number of pixels above 100 e-/s and the zodiacal background",
	Asked:  []string{"z", "n_gt_100_plus_zodi", "n100pluszodi"},
	Read:   count("ngt100pluszodi", "countz"),
	Derive: ofZodi(func(z *warm.WithZodi) float64 { return float64(z.CountZ) }),
}, {
	Key: CountAdjZ, Unit: Pixels, Name: "N>100 plus the background adjusted to -19 C", Head: "N>100 plus background at -19 C", Law: atLimit,
	Means:  "the number of pixels above limit_z_e_per_s",
	Asked:  []string{"adj_z", "n_gt_100z_tadj"},
	Read:   count("ngt100ztadj", "countadjz"),
	Derive: ofZodi(func(z *warm.WithZodi) float64 { return float64(z.CountAdjZ) }),
}}, levels(atCommon), levels(byModel), []*Quantity{{
	Key: ModelRatio, Unit: Ratio, Decimals: 2, Name: "N>100 over the model's", Head: "N>100 over the model's", Short: "Observed/model",
	Means:  "n_gt_100 over what the degradation model has at the temperature of the calibration, of as many pixels as have a value; none before 2007",
	Shown:  Shown{Tile: 3, Index: 4},
	Derive: modelRatio,
}})

// shownLevels are the places of counts as measured, by their level in e-/s: the table
// of the reports since 2009 (dark_cal/2009_oct) has four of them.
var shownLevels = map[int]Shown{
	100: {Tile: 1, Index: 2, Report: 5, TWiki: 4}, 200: {Index: 9, Wide: true, Report: 6, TWiki: 5}, 1000: {Index: 10, Wide: true},
	2000: {Index: 11, Wide: true, Report: 7, TWiki: 6}, 3000: {Tile: 6, Index: 12, Report: 8, TWiki: 7},
}

func asMeasured(level int) *Quantity {
	q := &Quantity{
		Key: Over(level), Unit: Pixels, Name: fmt.Sprintf("N>%d", level), Head: "N>" + phrase.Count(level), Level: level,
		Means:   fmt.Sprintf("the number of pixels strictly above %d e-/s, as measured", level),
		Shown:   shownLevels[level],
		Measure: func(h stats.Histogram) (float64, bool) { return float64(h.Above(float64(level))), true },
	}
	switch level {
	case 100, 200, 2000, 3000:
		n := strconv.Itoa(level)
		q.Read = count("ngt"+n, "n"+n, "n"+n+"es")
	}
	if level == warm.Threshold {
		q.Read.Columns = append(q.Read.Columns, "count")
	}
	return q
}

func atCommon(level int) *Quantity {
	q := &Quantity{
		Key: Over(level) + "_common", Unit: Pixels, Name: fmt.Sprintf("N>%d at the common temperature", level), Head: "N>" + phrase.Count(level) + " at common T",
		Means: fmt.Sprintf("the number of pixels above %d e-/s once the map is taken to common_temp_c", level),
		Law:   "common_law",
		Derive: func(s *Subject) (float64, bool) {
			if s.common == nil {
				return 0, false
			}
			return float64(s.common.Above(*s.Histogram, float64(level))), true
		},
	}
	if level == warm.Threshold {
		q.Short, q.Shown = "At common T", Shown{Tile: 2, Index: 3}
	}
	return q
}

func byModel(level int) *Quantity {
	return &Quantity{
		Key: Over(level) + "_model", Unit: Pixels, Decimals: 1, Name: fmt.Sprintf("N>%d by the model", level), Head: "N>" + phrase.Count(level) + " by the model",
		Means:  fmt.Sprintf("the number of pixels above %d e-/s by the degradation model, at common_temp_c", level),
		Derive: func(s *Subject) (float64, bool) { return expected(s.model, level) },
	}
}
