package chart

import (
	"math"
	"strings"

	"darksite/processing/quality"
)

// symbol is the shape of a point: a circle, or a polygon about the point.
type symbol struct {
	echarts  string
	size     float64 // px across, without the border
	corners  []point // px from the point, y downward; none for a circle
	inradius float64 // px
	centre   float64 // px from the point down to the centre of the inscribed circle
}

// keySymbol is the shape as keys have it, where circles are as large as the
// others.
func keySymbol(form string) symbol {
	s := symbolOf(quality.State(form))
	if s.corners == nil {
		s.size, s.inradius = keySize, keySize/2.0
	}
	return s
}

// currentSize is the diameter of the point of the page's own calibration, and
// widestLink how far a link reaches to either side of its point, px.
const (
	currentSize = 9.0
	widestLink  = 12
)

// symbolBorder is the width of the line of an open symbol, px.
const symbolBorder = 1.25

var (
	circle   = symbol{echarts: "circle", size: 4, inradius: 2}
	triangle = inscribed(symbol{echarts: "triangle", size: 7, corners: []point{{0, -3.5}, {3.5, 3.5}, {-3.5, 3.5}}})
	diamond  = inscribed(symbol{echarts: "diamond", size: 7, corners: []point{{0, -3.5}, {3.5, 0}, {0, 3.5}, {-3.5, 0}}})
	dot      = symbol{echarts: "circle", size: 1.5, inradius: 0.75} // of the model where it is no line
)

// inscribed fills in the circle that touches all sides: the inradius is twice
// the area over the perimeter, and the circle stands on the side that is lowest
// or, of a diamond, about the point.
func inscribed(s symbol) symbol {
	area, around, lowest := 0.0, 0.0, 0.0
	flat := false
	for i, a := range s.corners {
		b := s.corners[(i+1)%len(s.corners)]
		area += (a[0]*b[1] - b[0]*a[1]) / 2
		around += math.Hypot(b[0]-a[0], b[1]-a[1])
		flat = flat || a[1] == b[1]
		lowest = max(lowest, a[1])
	}
	s.inradius = 2 * area / around
	if flat {
		s.centre = lowest - s.inradius
	}
	return s
}

func symbolOf(state quality.State) symbol {
	switch state {
	case quality.Degraded:
		return triangle
	case quality.Bad:
		return diamond
	}
	return circle
}

// width is that of the line that draws the symbol. A closed symbol is an
// outline of half the size, whose line reaches from its middle to its edge, so
// that one class gives lines and symbols their colour.
func (s symbol) width(open bool) float64 {
	switch {
	case open:
		return symbolBorder
	case s.corners == nil:
		return s.size + symbolBorder
	}
	return s.inradius + symbolBorder/2
}

// path draws the symbol at a place; a closed circle is the round cap of a line
// without length.
func (s symbol) path(x, y float64, open bool) string {
	if s.corners == nil {
		if !open {
			return "M" + px(x) + " " + px(y) + "h0"
		}
		r, d := px(s.inradius), px(2*s.inradius)
		return "M" + px(x-s.inradius) + " " + px(y) + "a" + r + " " + r + " 0 1 0 " + d + " 0a" + r + " " + r + " 0 1 0-" + d + " 0z"
	}
	scale := 1.0
	if !open {
		scale = s.width(false) / (2 * s.inradius)
	}
	var b strings.Builder
	for i, c := range s.corners {
		b.WriteString("ML"[min(i, 1):][:1] + px(x+scale*c[0]) + " " + px(y+s.centre+scale*(c[1]-s.centre)))
	}
	return b.String() + "z"
}
