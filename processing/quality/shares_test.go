package quality

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"darksite/internal/shared"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/telemetry"
	"darksite/processing/timeline"
	"darksite/processing/zodi"
)

// neighbours are calibrations one after the other, at the temperatures of flight or
// near them.
var neighbours = []struct {
	before, now      chandra.ID
	tempBefore, temp float64
}{
	{"2007069", "2007251", -19.12, -19.07}, {"2012198", "2012287", -18.98, -16.83}, {"2015014", "2015090", -14.91, -13.72},
	{"2019100", "2019155", -11.3, -11.09}, {"2022069", "2022104", -6.5, -6.2}, {"2024100", "2024133", -3, -3},
}

// ordinary is what befell a calibration, with the chance of each.
type ordinary struct {
	rows      int     // lost of one replica: a few in 25 %, a stretch of 50 to 500 in 3 %
	replica   int     // lost, 4 %: 2 of the 56 of 1999 to 2015
	late      bool    // a replica came 2.5 hours later, 3 %
	star      bool    // left in the map, 2 %
	source    string  // of the temperature: measured in 60 %, else typed or predicted
	offC      float64 // of the temperature, C: predicted as from 2007 to 2015, typed within 0.5 C
	zodiB     float64 // as one of the 56
	tempStepC float64 // from the calibration before to what was told
}

func befall(r random, published []float64) ordinary {
	o := ordinary{source: chandra.HDR3, late: r.Float64() < 0.03, star: r.Float64() < 0.02, zodiB: published[r.IntN(len(published))]}
	switch p := r.Float64(); {
	case p < 0.03:
		o.rows = 50 + r.IntN(451)
	case p < 0.28:
		o.rows = 1 + r.IntN(12)
	}
	if r.Float64() < 0.04 {
		o.replica = r.replica()
	}
	switch p := r.Float64(); {
	case p < 0.2:
		o.source, o.offC = chandra.PredictedTemp("DEC1115A"), -0.85+1.94*r.Float64()
	case p < 0.4:
		o.source, o.offC = "info.csv", r.Float64()-0.5
	}
	return o
}

// least is the best state that is true: what changes how the map may be used is
// degraded.
func (o ordinary) least() State {
	switch {
	case o.rows > 20, o.replica > 0, o.star, o.zodiB > 250, o.source != chandra.HDR3 && max(o.tempStepC, -o.tempStepC) > 1.5:
		return Degraded
	case o.rows > 0, o.source != chandra.HDR3:
		return Remarked
	}
	return Good
}

// Ordinary faults, as often as they may happen: how many calibrations come out as
// what. Nothing comes out better than it is, and nearly all that need a remark alone
// get no more. docs/rules.md has the shares of the long run.
func TestShares(t *testing.T) {
	shared.Slow(t)
	all, years := 1000, neighbours
	if !nightly {
		all, years = 60, neighbours[2:4]
	}
	if raced {
		t.Skip("nothing here is concurrent that other tests are not")
	}
	var published []float64
	for _, row := range shared.Table(t, "real_darkcal_history_1999_2015.csv") {
		published = append(published, shared.Number(t, row["zodi_table_units"]))
	}
	count, remarks, more := map[State]int{}, 0, 0
	for i, e := range years {
		clear(ccds.maps)
		first := newSky(t, 11, e.before, e.tempBefore)
		before := first.observe(t)
		sky := newSky(t, 11, e.now, e.temp)
		files := sky.files()
		whole := sky.archive(t, files)
		for k := i; k < all; k += len(years) {
			r := random{rand.New(rand.NewPCG(77, uint64(k)))}
			o := befall(r, published)
			o.tempStepC = e.temp + o.offC - e.tempBefore
			v := Judge(o.happen(t, r, sky, files, whole, before), DefaultRules())
			count[v.State]++
			least := o.least()
			if v.State.rank() < least.rank() {
				t.Errorf("%s is %s with %+v", e.now, v.Reason, o)
			}
			if least != Degraded {
				remarks++
				if v.State != least {
					more++
					t.Logf("%s is %s with %+v", e.now, v.Reason, o)
				}
			}
		}
	}
	text := ""
	for _, s := range Verdicts {
		text += fmt.Sprintf("; %s %d, %.1f %%", s, count[s], 100*float64(count[s])/float64(all))
	}
	t.Logf("%d calibrations%s", all, text)
	if more*20 > remarks {
		t.Errorf("%d of %d that need a remark or none are judged worse", more, remarks)
	}
}

// happen makes the calibration that befell so.
func (o ordinary) happen(t *testing.T, r random, s sky, files []*telemetry.File, whole, before observed) Subject {
	now := whole
	if o.rows > 0 || o.replica > 0 || o.star {
		files := slices.Clone(files)
		if o.star {
			y, x := 20+r.Float64()*984, 20+r.Float64()*984
			s.rates = func(_ int, rates []float32) { shine(rates, y, x, 5263*6) } // 8.4 mag
			files = s.files()
		}
		if o.rows > 0 {
			n := r.IntN(5)
			less := *files[n]
			at := r.IntN(len(less.Rows) - o.rows)
			less.Rows = slices.Delete(slices.Clone(less.Rows), at, at+o.rows)
			files[n] = &less
		}
		if o.replica > 0 {
			files[o.replica-1] = nil
		}
		now = s.archive(t, files)
	}
	c := *now.calibration
	told := s.temp + o.offC
	c.Facts.CCDTemp, c.Facts.CCDTempSource = &told, o.source
	receive(&c, o.late)
	if err := c.Correct(); err != nil {
		t.Fatal(err)
	}
	c.Zodi = &artifact.Zodi{Background: zodi.Background{ZodiB: o.zodiB, EPerS: o.zodiB * zodi.EPerSecPerUnit}}
	temp := chandra.Celsius(told)
	now.calibration, now.image.Temp = &c, &temp
	return subject(t, now, &before)
}

// receive gives the replicas at hand their times of reception, 43 minutes apart; the
// last may be late by as much as in 2010:301.
func receive(c *artifact.Calibration, late bool) {
	c.Times = nil
	for i, one := range c.Replicas {
		at := c.ID.Date().Add(time.Duration(60+43*one.Number) * time.Minute)
		if late && i == len(c.Replicas)-1 {
			at = at.Add(150 * time.Minute)
		}
		c.Claim(timeline.Claim{Source: fmt.Sprintf("replica %d", one.Number), Event: timeline.Received, Replica: one.Number, Start: chandra.FormatDate(at)})
	}
}
