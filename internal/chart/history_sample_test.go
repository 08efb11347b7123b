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
	"darksite/processing/scaling"
	"darksite/processing/stats"
	"darksite/processing/warm"
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
		row := history.Row{ID: id, Year: model.FractionalYear(id.Date()), Published: i < n/3}
		age := row.Year - 1999.6
		temp := []float64{-10, -15, -19, -14.5, -11.2, -8.5}[min(5, int(age/4.6))] + 0.3*r.NormFloat64()
		above := func(threshold int, temp float64) int {
			return int((3000 + 9000*age) * math.Pow(10, (temp+19)/21) * math.Pow(100/float64(threshold), 1.4))
		}
		level := func(v float64) *float64 { return &v }
		row.ZodiEPerS = level(1 + 2.5*r.Float64())
		row.Mean, row.Peak = level(4+1.5*age*math.Pow(10, (temp+19)/30)), level(2.5+0.2*age)
		if !row.Published {
			row.Median = level(3 + 0.4*age)
		}
		for _, t := range []int{100, 200, 1000, 2000, 3000} {
			row.Above = append(row.Above, stats.Above{Threshold: t, Count: above(t, temp)})
			if !row.Published {
				row.Common = append(row.Common, stats.Above{Threshold: t, Count: above(t, -15)})
			}
			if row.Year >= 2007 {
				row.Expected = append(row.Expected, warm.ExpectedAbove{Threshold: t, Count: 0.97 * float64(above(t, -15))})
			}
		}
		if i%9 == 5 {
			row.Common = nil
		} else {
			row.CCDTemp = &temp
			adj := above(100, -19)
			row.CountAdj = &adj
		}
		rows = append(rows, row)
	}
	return rows
}

// sampleOptions have a page for all but the third calibration.
func sampleOptions(rows []history.Row) HistoryOptions {
	o := HistoryOptions{ID: "history", At: sampleAt, Pages: map[chandra.ID]string{}, States: map[chandra.ID]quality.State{}}
	for i, r := range rows {
		if i != 2 {
			o.Pages[r.ID] = fmt.Sprintf("#c%s", r.ID)
		}
		switch {
		case r.Published:
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
