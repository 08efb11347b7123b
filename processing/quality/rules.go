package quality

import (
	_ "embed"
	"math"
	"sync"
	"time"

	"darksite/processing/chandra"
)

// Rules are the limits of every clause, with the evidence behind them. They
// come from [ParseRules] or [DefaultRules].
type Rules struct {
	source Source
	limits map[string][]Limit // by clause; the days of one clause do not overlap
}

// Source names the rules.
func (r *Rules) Source() Source { return r.source }

// Limit of a clause for the calibration of a day, nil when there is none.
func (r *Rules) Limit(clause string, id chandra.ID) *Limit {
	day := id.Date().Format(dayLayout)
	for _, l := range r.limits[clause] {
		if (l.From == "" || l.From <= day) && (l.To == "" || day <= l.To) {
			return l.on(id)
		}
	}
	return nil
}

// on is the limit as it is on a day, to three decimals.
func (l Limit) on(id chandra.ID) *Limit {
	from, err := time.Parse(dayLayout, l.GrowsFrom)
	if err != nil || !id.Date().After(from) {
		return &l
	}
	by := 1 + l.GrowsPerYear*id.Date().Sub(from).Hours()/24/365.25
	for _, limit := range []**float64{&l.RemarkedBelow, &l.RemarkedAbove, &l.DegradedBelow, &l.DegradedAbove, &l.BadBelow, &l.BadAbove} {
		if *limit != nil {
			grown := math.Round(1000**(*limit)*by) / 1000
			*limit = &grown
		}
	}
	return &l
}

// dayLayout sorts as the days do.
const dayLayout = "2006-01-02"

//go:embed rules.toml
var defaultRules []byte

// DefaultFile is the text of the default rules, to start other rules from.
func DefaultFile() []byte { return append([]byte(nil), defaultRules...) }

// DefaultRules are the rules that darksite comes with.
var DefaultRules = sync.OnceValue(func() *Rules {
	r, err := ParseRules(defaultRules, "rules.toml")
	if err != nil {
		panic(err) // a test parses them
	}
	return r
})
