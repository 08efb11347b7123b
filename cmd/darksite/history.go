package main

import (
	"context"
	"errors"
	"fmt"
	"math"

	"darksite/internal/term"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/history"
	"darksite/processing/pipeline"
	"darksite/processing/quantity"
	"darksite/processing/scaling"
	"darksite/processing/warm"

	"github.com/spf13/pflag"
)

var historyVerb = verb{
	name:  "history",
	args:  "[--temp C] [--law NAME] [--csv]",
	short: "list warm pixel counts over the years: raw, adjusted, predicted",
	long: `Lists the warm pixel counts of all calibrations in the archive: raw; adjusted to -19 C like
the published history (by the threshold 100*10^((T+19)/21), "adj"); the same with the
zodiacal background added to the threshold ("adj_z"); and at a temperature of your choice,
next to the count that the degradation model predicts there.

--csv writes a table with all thresholds and limits, for other programs.`,
	examples: []string{
		"darksite history",
		"darksite history --temp -11 --law uniform",
		"darksite history --csv > history.csv",
	},
	alone:  true,
	values: map[string][]string{"law": {"historic", "uniform", "per-pixel"}},
	setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
		temp := fs.Float64("temp", math.NaN(), "compare at this CCD temperature `C`, else at the one in site.toml")
		law := fs.String("law", scaling.PerPixel.Name(), "scale by the law `NAME`: historic, uniform or per-pixel")
		csv := fs.Bool("csv", false, "write CSV with all columns")
		return func(_ context.Context, e *env, _ []string) error { return runHistory(e, *temp, *law, *csv) }
	},
}

func runHistory(e *env, temp float64, name string, csv bool) error {
	// Those of [pages] common_temp_c.
	const coldest, warmest = -40, 20
	if temp < coldest || temp > warmest {
		return usageError(fmt.Errorf("--temp %v: want %d to %d degrees Celsius", temp, coldest, warmest), "history")
	}
	c, err := e.site()
	if err != nil {
		return err
	}
	if math.IsNaN(temp) {
		temp = c.Pages.CommonTempC
	}
	at := history.At{CCDTemp: chandra.Celsius(temp)}
	for _, law := range warm.Laws() {
		if law.Name() == name {
			at.Law = law
		}
	}
	if at.Law.Name() == "" {
		return usageError(fmt.Errorf("--law %q: want historic, uniform or per-pixel", name), "history")
	}
	ids, err := artifact.List(c.ArchiveDir())
	if err != nil {
		return err
	}
	records, err := pipeline.Published(c.PublishedDir())
	if err != nil {
		return err
	}
	if len(ids)+len(records) == 0 {
		return errors.New("the archive is empty: `darksite process` or `darksite import` fills it")
	}
	var rows, known []history.Row
	for _, id := range ids {
		cal, err := artifact.Load(c.ArchiveDir(), id)
		if err != nil {
			return err
		}
		r, err := history.Of(cal, at)
		if err != nil {
			return err
		}
		rows = append(rows, r)
	}
	for _, record := range records {
		r, err := history.OfPublished(record, at)
		if err != nil {
			return err
		}
		known = append(known, r)
	}
	rows = history.Join(rows, known)
	// Neither verdicts nor pages are known here.
	columns := history.Columns(at, history.Page, history.State, history.Degraded, history.SignOff)
	if csv {
		return history.EncodeCSV(e.Out(), rows, columns, ',')
	}
	printHistory(e, rows, at)
	return e.Document(struct {
		CommonTemp chandra.Celsius  `json:"common_temp_c"`
		Law        string           `json:"law"`
		Rows       []history.Object `json:"rows"`
	}{at.CCDTemp, at.Law.Name(), history.Objects(rows, columns)})
}

func printHistory(e *env, rows []history.Row, at history.At) {
	columns := []term.Column{{Title: "id"}}
	for _, title := range []string{"T (C)", "zodi", "N>100", "adj", "adj_z", fmt.Sprintf("at %v C", at.CCDTemp), "model", "ratio"} {
		columns = append(columns, term.Column{Title: title, Right: true})
	}
	var lines [][]string
	published := false
	for _, r := range rows {
		id := string(r.ID)
		if r.Published() {
			id += "*"
			published = true
		}
		warm := quantity.Over(warm.Threshold)
		lines = append(lines, []string{id, decimals(r.Value(quantity.CCDTemp), 2), decimals(r.Value(quantity.Zodi), 2), whole(r, warm), whole(r, quantity.CountAdj),
			whole(r, quantity.CountAdjZ), whole(r, warm+"_common"), whole(r, warm+"_model"), decimals(r.Value(quantity.ModelRatio), 2)})
	}
	e.Table(columns, lines)
	e.Hintf("adj: at -19 C, adj_z: minus the background (zodi, e-/s), both as in the published history; at %v C by the %s law, beside the model; ratio: N>100 over the model at its own temperature",
		at.CCDTemp, at.Law.Name())
	if published {
		e.Hintf("*: published numbers, no map at hand")
	}
}

// unknown stands for what is not known.
const unknown = "-"

func decimals(v *float64, digits int) string {
	if v == nil {
		return unknown
	}
	return fmt.Sprintf("%.*f", digits, *v)
}

func whole(r history.Row, key quantity.Key) string {
	n, ok := r.Count(key)
	if !ok {
		return unknown
	}
	return num(n)
}
