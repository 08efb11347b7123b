package chart

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"darksite/internal/shared"
	"darksite/processing/chandra"
	"darksite/processing/history"
	"darksite/processing/model"
	"darksite/processing/published"
	"darksite/processing/quality"
	"darksite/processing/quantity"
	"darksite/processing/scaling"
)

var sampleAt = history.At{CCDTemp: -15, Law: scaling.PerPixel}

// sampleRows are calibrations about two months apart from August 1999, with the
// trend and the set points of the flight CCD. The first third is published only;
// of every ninth no temperature is known and hence nothing that rests on it.
func sampleRows(n int) []history.Row {
	r := rand.New(rand.NewPCG(5, 9))
	rows := []history.Row{}
	day := time.Date(1999, 8, 11, 0, 0, 0, 0, time.UTC)
	for i := range n {
		id := chandra.IDOf(day.AddDate(0, 0, 66*i+r.IntN(20)))
		row := history.Row{ID: id, Year: model.FractionalYear(id.Date()), Numbers: quantity.Numbers{}}
		if i < n/3 {
			row.Origin = history.FromPublished
		}
		put := func(key quantity.Key, v float64) { row.Numbers[key] = v }
		age := row.Year - 1999.6
		temp := []float64{-10, -15, -19, -14.5, -11.2, -8.5}[min(5, int(age/4.6))] + 0.3*r.NormFloat64()
		above := func(threshold int, temp float64) float64 {
			return math.Floor((3000 + 9000*age) * math.Pow(10, (temp+19)/21) * math.Pow(100/float64(threshold), 1.4))
		}
		put(quantity.WarmFraction, above(100, temp)/1e4)
		if row.Year >= 2007 {
			put(quantity.ModelRatio, 1+0.05*r.NormFloat64())
		}
		put(quantity.Zodi, 1+2.5*r.Float64())
		put(quantity.Mean, 4+1.5*age*math.Pow(10, (temp+19)/30))
		put(quantity.Peak, 2.5+0.2*age)
		if !row.Published() {
			put(quantity.Median, 3+0.4*age)
		}
		known := i%9 != 5
		for _, t := range []int{100, 200, 1000, 2000, 3000} {
			put(quantity.Over(t), above(t, temp))
			if known && !row.Published() {
				put(quantity.Over(t)+"_common", above(t, -15))
			}
			if row.Year >= 2007 {
				put(quantity.Over(t)+"_model", 0.97*above(t, -15))
			}
		}
		if known {
			put(quantity.CCDTemp, temp)
			put(quantity.CountAdj, above(100, -19))
		}
		rows = append(rows, row)
	}
	return rows
}

// sampleOptions have a page for all but the third calibration.
func sampleOptions(rows []history.Row) HistoryOptions {
	o := HistoryOptions{ID: "history", At: sampleAt, Pages: map[chandra.ID]string{}, States: map[chandra.ID]quality.State{}, Limits: map[chandra.ID][2]float64{}}
	for i, r := range rows {
		if r.Year >= 2007 {
			o.Limits[r.ID] = [2]float64{0.8, 1.25 + 0.01*(r.Year-2007)}
		}
		if i != 2 {
			o.Pages[r.ID] = fmt.Sprintf("#c%s", r.ID)
		}
		switch {
		case r.Published():
		case i%17 == 3:
			o.States[r.ID] = quality.Degraded
		case i%29 == 4:
			o.States[r.ID] = quality.Bad
		default:
			o.States[r.ID] = quality.Good
		}
	}
	return o
}

func mustHistory(t testing.TB, rows []history.Row, o HistoryOptions) []HistoryFigure {
	t.Helper()
	figures, err := History(rows, o)
	if err != nil {
		t.Fatal(err)
	}
	return figures
}

// publishedRows are the calibrations of 1999 to 2015 as they were published.
func publishedRows(t testing.TB) []history.Row {
	t.Helper()
	var tables []*published.Table
	for _, name := range []string{"real_darkcal_history_1999_2015.csv", "published_dark_stats.csv"} {
		table, err := published.Read(shared.Open(t, "data", name), name)
		if err != nil {
			t.Fatal(err)
		}
		tables = append(tables, table)
	}
	var rows []history.Row
	for _, p := range published.Collect(tables...) {
		r, err := history.OfPublished(p, sampleAt)
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, r)
	}
	return rows
}
