package history

import (
	"math"
	"slices"
	"time"

	"darksite/processing/chandra"
)

// Due is the day by which the next calibration is expected, so many days after the
// last of those given in order; 0 takes their own cadence. It is zero without any.
func Due(ids []chandra.ID, days int) time.Time {
	if len(ids) == 0 {
		return time.Time{}
	}
	if days <= 0 {
		days = cadence(ids)
	}
	return ids[len(ids)-1].Date().AddDate(0, 0, days)
}

// cadence is the median of the days between the last six calibrations, the mean of
// the middle two for an even number of gaps; about a quarter of a year, as until
// 2019, where there is but one.
func cadence(ids []chandra.ID) (days int) {
	const last, single = 6, 100
	var gaps []int
	for i := max(1, len(ids)-last+1); i < len(ids); i++ {
		gaps = append(gaps, int(math.Round(ids[i].Date().Sub(ids[i-1].Date()).Hours()/24)))
	}
	if len(gaps) == 0 {
		return single
	}
	slices.Sort(gaps)
	return max(1, (gaps[(len(gaps)-1)/2]+gaps[len(gaps)/2]+1)/2)
}
