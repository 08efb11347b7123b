package chart

import (
	"encoding/xml"
	"fmt"
	"strings"
	"testing"

	"darksite/processing/chandra"
	"darksite/processing/stats"
)

// Each calibration has one line in the colour of its age, the latest the heaviest,
// and each colour its years in the legend.
func TestOverlay(t *testing.T) {
	h := stats.NewHistogram([]float32{5, 6, 7, 8, 90, 120, 4000})
	for _, c := range []struct {
		years  []int
		legend []string
	}{
		{[]int{2016}, []string{"2016"}},
		{[]int{1999, 2001, 2004}, []string{"1999", "2001", "2004"}},
		{[]int{1999, 2010, 2024}, []string{"1999", "2010", "2024"}},
	} {
		var series []Series
		for _, year := range c.years {
			id := chandra.ID(fmt.Sprintf("%d100", year))
			series = append(series, Series{ID: id, Name: id.Date().Format("2006 Jan 2"), Histogram: h})
		}
		svg, says, err := Overlay(series)
		if err != nil {
			t.Fatal(err)
		}
		if err := xml.Unmarshal(svg, new(struct{ XMLName xml.Name })); err != nil {
			t.Fatal(err)
		}
		text := string(svg)
		if n := strings.Count(text, `stroke-width="0.8"`); n != len(series)-1 {
			t.Errorf("%v: %d lines beside the latest", c.years, n)
		}
		for _, year := range c.legend {
			if !strings.Contains(text, year) {
				t.Errorf("%v: %s is not in the legend", c.years, year)
			}
		}
		if !strings.Contains(text, ", the latest</text>") || !strings.Contains(says, series[len(series)-1].Name) {
			t.Errorf("%v: %s", c.years, says)
		}
	}
	if _, _, err := Overlay(nil); err == nil {
		t.Error("nothing is drawn")
	}
}
