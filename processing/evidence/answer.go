package evidence

import (
	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/stats"
	"darksite/processing/telemetry"
)

// Schema names the layout of an [Answer] as JSON.
const Schema = "darksite/why/1"

// Answer is what there is to say of one number. Of Pixel and Number one is
// there. Pointers are nil where something is not known.
type Answer struct {
	Schema   string     `json:"schema"`
	ID       chandra.ID `json:"id"`
	Question string     `json:"question"`
	Pixel    *Pixel     `json:"pixel,omitempty"`
	Number   *Number    `json:"number,omitempty"`
	Map      Map        `json:"map"`
	Inputs   []Input    `json:"inputs"`
	// Problems are sentences about what contradicts the archive: a number that
	// comes out differently, a file that changed.
	Problems []string `json:"problems"`
	// Notes are sentences about what could not be looked at, and the like.
	Notes []string `json:"notes"`
}

// Map is the file that holds the dark map, and how it was made.
type Map struct {
	File       string  `json:"file"` // path
	Bytes      int     `json:"bytes"`
	SHA256     string  `json:"sha256"`
	Method     string  `json:"method"`
	GainEPerDN float64 `json:"gain_e_per_dn"`
	ShortS     float64 `json:"integration_short_s"` // as used for the division; measured: the mean over the CCD
	LongS      float64 `json:"integration_long_s"`
	Replicas   int     `json:"replicas_used"`
	Planned    int     `json:"replicas_planned"`
	Rows       int     `json:"rows_used"`
	Tool       string  `json:"tool"` // that made it, with its version
}

// The states of an input.
const (
	Unchanged  = "unchanged"
	Changed    = "changed"
	Absent     = "absent"
	Unreadable = "unreadable"
)

// Input is a file that the calibration was made of, as it is now.
type Input struct {
	Role    string `json:"role"` // as in calibration.json
	Replica int    `json:"replica,omitempty"`
	Name    string `json:"name"`
	Path    string `json:"path"`
	State   string `json:"state"`
	// SHA256 and Bytes are of the file that the calibration was made of, as
	// delivered.
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
	Gzip   bool   `json:"gzip"` // false when the file was not decoded
	// InflatedSHA256 and InflatedBytes are of the telemetry in it, which
	// offsets count; "" and 0 when it was not decoded.
	InflatedSHA256 string `json:"inflated_sha256,omitempty"`
	InflatedBytes  int64  `json:"inflated_bytes,omitempty"`
	// Problem says why it is changed or unreadable.
	Problem string `json:"problem,omitempty"`
}

// Pixel is one pixel of the dark map.
type Pixel struct {
	Row      int    `json:"row"` // ACA, -512 to 511
	Col      int    `json:"col"`
	ImageY   int    `json:"image_y"` // 0 to 1023
	ImageX   int    `json:"image_x"`
	Quadrant string `json:"quadrant"`
	ColNeg   uint8  `json:"colneg"` // column sign of its records
	// Sample is its place among the 512 pixels of a record, from 0, in the
	// order in which they were sent.
	Sample int `json:"sample"`
	// Value is in e-/s; nil where the map has none. It stands at byte Offset of
	// the map's file, as the four bytes Hex.
	Value  *float32 `json:"value_e_per_s"`
	Offset int64    `json:"offset"`
	Hex    string   `json:"hex"`
	// Formula is how the value follows from the two medians, with the numbers
	// filled in; "" when not all samples are at hand.
	Formula    string   `json:"formula,omitempty"`
	Recomputed *float32 `json:"recomputed_e_per_s"`
	// Agrees is nil when nothing could be recomputed.
	Agrees *bool    `json:"agrees"`
	Short  Exposure `json:"short"`
	Long   Exposure `json:"long"`
}

// Exposure is what one of the two integrations has for a pixel.
type Exposure struct {
	// Seconds is the time that went into the formula, nil when not all samples
	// are at hand.
	Seconds *float64 `json:"integration_s"`
	// MedianDN is what went into the formula, and Rule how it was chosen.
	MedianDN *float64 `json:"median_dn"`
	Rule     string   `json:"rule,omitempty"`
	// Coverage is how many samples coverage.fits counts.
	Coverage *int     `json:"coverage"`
	Samples  []Sample `json:"samples"` // by replica
}

// The states of a sample.
const (
	Used      = "used"
	Lost      = "lost"        // its row was not received, or could not be used
	NotAtHand = "not at hand" // its file is absent or not the same
	NoFile    = "no file"     // no file of the replica was received
)

// Sample is what one replica has for a pixel at one integration.
type Sample struct {
	Replica int    `json:"replica"`
	File    string `json:"file,omitempty"`
	State   string `json:"state"`
	Reason  string `json:"reason,omitempty"` // why there is none
	// Row is nil unless the state is Used.
	Row *SampleRow `json:"row,omitempty"`
}

// SampleRow is a sample and the row it came with.
type SampleRow struct {
	DN       Field `json:"dn"`
	Bias     Field `json:"bias"`
	SignalDN int   `json:"signal_dn"` // DN less bias
	// Factor brought the signal to the mean temperature of the replicas, 0 where
	// it was left as it is.
	Factor float64 `json:"factor,omitempty"`
	// Integ is the integration time as sent, x 0.016 s.
	Integ    Field   `json:"integ_units"`
	IntegS   float64 `json:"integ_s"`
	Counter  int64   `json:"rec_ctr"`  // of the frame with the record's first byte, as sent
	Received string  `json:"received"` // that frame's Earth-received time, UTC
	Record   []Span  `json:"record"`   // its 1040 bytes
	Middle   bool    `json:"middle"`   // one of those that the median rests on
}

// Span is a stretch of bytes of the (inflated) telemetry.
type Span = telemetry.Span

// Field is a number of 16 bits, big-endian, and where it stands.
type Field struct {
	Value int    `json:"value"`
	At    []Span `json:"at"` // two spans where a frame ends between its bytes
	Hex   string `json:"hex"`
}

// Number is a statistic of the map, or a fact.
type Number struct {
	Name       string `json:"name"`
	Quadrant   string `json:"quadrant,omitempty"`
	Replica    int    `json:"replica,omitempty"`
	Definition string `json:"definition"`
	Unit       string `json:"unit"` // "e-/s", "pixels", "rows", ...
	// Stored is the number in calibration.json, nil where it has none, and
	// StoredAt where it stands there (a JSON Pointer, RFC 6901), "" for one that
	// follows from the map and the facts.
	Stored   *float64 `json:"stored"`
	StoredAt string   `json:"stored_at"`
	// Recomputed is the number worked out again from From.
	Recomputed *float64 `json:"recomputed"`
	From       string   `json:"recomputed_from,omitempty"`
	Agrees     *bool    `json:"agrees"` // nil when nothing could be recomputed
	// Of the next, those are there that the number rests on.
	Count    *Count      `json:"count,omitempty"`
	Sum      *Sum        `json:"sum,omitempty"`
	Rank     *stats.Rank `json:"rank,omitempty"`
	Fit      *Fit        `json:"fit,omitempty"`
	Readouts []Readout   `json:"readouts,omitempty"`
	// Pixels are some that decide the number; ask for them next.
	Pixels []PixelAt `json:"pixels,omitempty"`
}

// Count is how a number of pixels came about.
type Count struct {
	Threshold *float64 `json:"threshold_e_per_s"`
	Pixels    int      `json:"pixels"` // that have a value
	Counted   int      `json:"counted"`
	// Lowest is the lowest value counted and Next the highest one not counted.
	Lowest *Entry `json:"lowest_counted"`
	Next   *Entry `json:"highest_not_counted"`
}

// Entry is a value of the histogram.
type Entry struct {
	Value  float32 `json:"value_e_per_s"`
	Pixels int     `json:"pixels"`
}

// Sum is how a mean came about.
type Sum struct {
	Sum    float64 `json:"sum_e_per_s"`
	Pixels int     `json:"pixels"`
	// Low and High bound the pixels that count, both included; nil for all.
	Low  *float64 `json:"low_e_per_s,omitempty"`
	High *float64 `json:"high_e_per_s,omitempty"`
}

// Fit is the parabola of the peak.
type Fit struct {
	About string `json:"about"` // "median" or "mode", the fullest bin
	*stats.Fit
}

// Readout is one quadrant of one integration of one replica.
type Readout struct {
	Replica     int                 `json:"replica"`
	Integration string              `json:"integration"`
	Quadrant    string              `json:"quadrant"`
	Rows        int                 `json:"rows"`
	Missing     []artifact.RowRange `json:"missing"`
	First       *PlaceOfRow         `json:"first,omitempty"`
	Last        *PlaceOfRow         `json:"last,omitempty"`
}

// PlaceOfRow is where a row stands in the (inflated) telemetry.
type PlaceOfRow struct {
	Row     int    `json:"row"`
	Counter int64  `json:"rec_ctr"`
	Record  []Span `json:"record"`
}

// PixelAt is a pixel with its value.
type PixelAt struct {
	Row   int     `json:"row"`
	Col   int     `json:"col"`
	Value float32 `json:"value_e_per_s"`
	Why   string  `json:"why"` // "hottest", "just above", ...
}
