package view

import (
	"darksite/processing/artifact"
	"darksite/processing/comparison"
	"darksite/processing/quality"
)

// Calibration is what is known of a calibration.
type Calibration struct {
	Artifact *artifact.Calibration
	Address  string // directory of its page under dark_cal/
	// Verdict is how the calibration was judged; nil when it was not.
	Verdict *quality.Verdict
	// SignOff is what a person said of it; nil when nobody did. It stands beside
	// the verdict and never instead of it.
	SignOff *quality.SignOff
	// Unread says why a sign-off that is there counts as none; "" elsewhere.
	Unread string
	// Comparison is what became of the pixels; nil when it was not made.
	Comparison *comparison.Comparison
	// Note is the Markdown of content/notes/<id>.md, without front matter, and
	// NoteWarnings are sentences about what of that file is not in it.
	Note         string
	NoteWarnings []string
}

// legend is how a calibration is called in a chart.
func (c *Calibration) legend() string { return c.Artifact.ID.Date().Format("2006 Jan 2") }
