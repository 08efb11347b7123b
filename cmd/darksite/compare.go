package main

import (
	"context"
	"fmt"

	"darksite/internal/workspace"
	"darksite/processing/chandra"
	"darksite/processing/comparison"
	"darksite/processing/pixels"
	"darksite/processing/vocabulary"
)

// change is the JSON document of the change of the pixels since the previous
// calibration.
type change struct {
	Before        chandra.ID `json:"before"`
	Days          float64    `json:"days"`
	Common        string     `json:"compared"` // at which temperature and by which law
	Warm          crossing   `json:"warm"`
	Hot           crossing   `json:"hot"`
	Changed       int        `json:"changed"`
	BadPixels     int        `json:"bad_pixels"`
	MedianRatio   *float64   `json:"median_ratio"`
	NotComparable int        `json:"not_comparable"`
}

// crossing is the traffic over one threshold.
type crossing struct {
	AboveEPerS float64 `json:"above_e_per_s"`
	New        int     `json:"new"`
	Gone       int     `json:"gone"`
	NetPerDay  float64 `json:"net_per_day"`
}

// compareAll updates the comparisons between calibrations, and reports those that
// failed.
func compareAll(ctx context.Context, e *env, c *workspace.Workspace) (found map[chandra.ID]*comparison.Comparison, failed []chandra.ID, err error) {
	done, err := c.Compare(ctx)
	done.Report(e)
	for _, f := range done.Failed {
		failed = append(failed, f.ID)
	}
	return done.Found, failed, err
}

// notCompared is an error for comparisons that failed, nil for none.
func notCompared(failed []chandra.ID) error {
	if len(failed) == 0 {
		return nil
	}
	return fmt.Errorf("%d %s could not be compared with the previous ones: %v", len(failed), plural(len(failed), "calibration", "calibrations"), failed)
}

// changeOf is nil for a calibration without a previous one.
func changeOf(c *comparison.Comparison) *change {
	if c == nil || c.Pixels.Since == nil {
		return nil
	}
	d := c.Pixels.Since
	one := func(above float64, x pixels.Crossing) crossing {
		return crossing{above, x.New.Total, x.Gone.Total, x.NetPerDay}
	}
	common := d.Note
	if d.CommonTemp != nil {
		common = fmt.Sprintf("at %.1f C by the %s law", *d.CommonTemp, d.Law)
	}
	return &change{
		Before: d.Before.ID, Days: d.Days, Common: common,
		Warm: one(c.Pixels.WarmAbove, d.Warm), Hot: one(c.Pixels.HotAbove, d.Hot),
		Changed: d.Brighter.Total + d.Fainter.Total, BadPixels: c.BadPixels.Selected,
		MedianRatio: d.MedianRatio, NotComparable: d.NotComparable,
	}
}

// printChange describes the change of the pixels in the words of the pages.
func printChange(e *env, id chandra.ID, c *comparison.Comparison) {
	if c == nil || c.Pixels.Since == nil && len(c.Provenance.PassedOver) == 0 {
		return
	}
	for i, said := range vocabulary.Changes(c) {
		if i == 0 {
			e.Printf("%s  %s", id, said)
		} else {
			e.Printf("         %s", said)
		}
	}
	e.Printf("         %s %s in the bad pixel list.", num(c.BadPixels.Selected), plural(c.BadPixels.Selected, "pixel is", "pixels are"))
}
