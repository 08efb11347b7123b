package view

import (
	"strconv"

	"darksite/internal/imagery"
)

// Scale is a scale of colours.
type Scale struct {
	Low     string // e-/s
	High    string // e-/s
	Missing string
	Ticks   []Tick
}

// Tick is a mark of the colour bar; Label is empty for a minor one.
type Tick struct {
	At     string // "27.035%" of the bar from its low end
	Label  string
	Anchor string // where the label is held: start, middle or end
}

// Scale is that of the pictures of maps.
func (*Site) Scale() Scale { return scaleOf(imagery.MapScale()) }

// Difference is the scale of the pictures of differences.
func (*Site) Difference() Scale { return scaleOf(imagery.DifferenceScale()) }

func scaleOf(s imagery.Scale) Scale {
	scale := Scale{Low: fixed(&s.Low, 0), High: fixed(&s.High, 0), Missing: s.Missing}
	for _, t := range s.Ticks {
		tick := Tick{At: strconv.FormatFloat(100*t.Position, 'f', 3, 64) + "%", Anchor: "middle"}
		if t.Label != "" {
			tick.Label = fixed(&t.Value, 0)
		}
		switch t.Position {
		case 0:
			tick.Anchor = "start"
		case 1:
			tick.Anchor = "end"
		}
		scale.Ticks = append(scale.Ticks, tick)
	}
	return scale
}

// Swatch is a colour with what it stands for.
type Swatch struct {
	Colour string
	Text   string
}

// Coverage are the colours of the pictures of the coverage.
func (*Site) Coverage() []Swatch {
	var list []Swatch
	for _, s := range imagery.CoverageScale() {
		text := count(s.Samples)
		if s.Samples == imagery.FullCoverage {
			text += " or more"
		}
		list = append(list, Swatch{s.Colour, text})
	}
	return list
}
