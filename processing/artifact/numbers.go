package artifact

import "darksite/processing/quantity"

// Numbers are all that are known of the calibration, those that are made comparable as
// at says. The error says that its temperature is out of the reach of the laws.
func (c *Calibration) Numbers(at quantity.At) (quantity.Numbers, error) {
	s := quantity.Subject{ID: c.ID, Histogram: &c.Histogram, CCDTemp: c.Facts.CCDTemp, At: at, Numbers: c.Statistics.Numbers}
	if c.Zodi != nil {
		s.Zodi = &c.Zodi.EPerS
	}
	return quantity.Derive(s)
}
