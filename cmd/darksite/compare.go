package main

import (
	"context"
	"fmt"

	"darksite/internal/config"
	"darksite/processing/chandra"
	"darksite/processing/comparison"
	"darksite/processing/pipeline"
	"darksite/processing/pixels"
	"darksite/processing/quality"
	"darksite/processing/vocabulary"
)

// change is the JSON document of what became of the pixels since the
// calibration before.
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

// comparingOptions also have what decides on which calibrations others may rest.
func comparingOptions(c *config.Config) (pipeline.Options, error) {
	o := pipelineOptions(c)
	o.SignOff = func(id chandra.ID) (*quality.SignOff, error) {
		signed, _ := signOffOf(c, id) // what cannot be read counts as none
		return signed, nil
	}
	var err error
	o.Rules, err = rulesOf(c, "")
	return o, err
}

// compareAll brings the comparisons between calibrations up to date. One that
// cannot be made is reported, does not keep the others from theirs, and is in
// failed.
func compareAll(ctx context.Context, e *env, c *config.Config, b *built) (found map[chandra.ID]*comparison.Comparison, failed []chandra.ID, err error) {
	options, err := comparingOptions(c)
	if err != nil {
		return nil, nil, err
	}
	all, err := pipeline.Compare(ctx, options, func(one pipeline.Compared) {
		if one.Err != nil {
			e.Errorf("%s: not compared: %v", one.ID, one.Err)
			return
		}
		e.Verbosef("%s: compared with the calibrations before", one.ID)
		b.Steps = append(b.Steps, step{"comparison", string(one.ID), one.Why})
	})
	found = map[chandra.ID]*comparison.Comparison{}
	for _, one := range all {
		if one.Err != nil {
			failed = append(failed, one.ID)
		} else {
			found[one.ID] = one.Comparison
		}
	}
	return found, failed, err
}

// notCompared is an error for comparisons that failed, nil for none.
func notCompared(failed []chandra.ID) error {
	if len(failed) == 0 {
		return nil
	}
	return fmt.Errorf("%d %s could not be compared with those before: %v", len(failed), plural(len(failed), "calibration", "calibrations"), failed)
}

// changeOf is nil for a calibration that has none before it.
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

// printChange says what became of the pixels in the words of the pages.
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
