package artifact

import (
	"darksite/processing/chandra"
	"darksite/processing/stats"
	"darksite/processing/telemetry"
)

// Schema names the layout of calibration.json. Readers accept this one and
// refuse others with a sentence.
const Schema = "darksite/calibration/1"

// File names within archive/aca_dark/<id>/.
const (
	ImageFile       = "image.fits"
	CoverageFile    = "coverage.fits"
	PropertiesFile  = "properties.json"
	CalibrationFile = "calibration.json"
	// ManifestFile lists the SHA-256 of the others as `sha256sum -c` reads it.
	ManifestFile = "MANIFEST"
)

// Calibration is all that is known of one dark current calibration, the
// content of calibration.json. Pointers are nil where a fact is not known.
type Calibration struct {
	Schema     string           `json:"schema"`
	ID         chandra.ID       `json:"id"`
	Date       string           `json:"date"` // YYYY:DOY
	Facts      Facts            `json:"facts"`
	Map        Map              `json:"map"`
	Statistics stats.Summary    `json:"statistics"`
	Histogram  stats.Histogram  `json:"histogram"`
	Quadrants  []Quadrant       `json:"quadrants"` // A to D
	Replicas   []Replica        `json:"replicas"`
	Ledger     telemetry.Ledger `json:"ledger"` // sum over the replicas
	Provenance Provenance       `json:"provenance"`
}

// Quadrant is what the map says of one quadrant of the CCD.
type Quadrant struct {
	Quadrant   string          `json:"quadrant"` // "A" to "D"
	Statistics stats.Summary   `json:"statistics"`
	Histogram  stats.Histogram `json:"histogram"`
}

// Facts come from outside the telemetry, each with its source.
type Facts struct {
	DateStart string   `json:"datestart,omitempty"` // UTC, YYYY:DDD:HH:MM:SS.sss
	RA        *float64 `json:"ra_deg"`
	Dec       *float64 `json:"dec_deg"`
	CCDTemp   *float64 `json:"ccd_temp_c"`
	// Source names where they were read, "" when nothing was found.
	Source string `json:"source,omitempty"`
}

// Map describes image.fits.
type Map struct {
	Method      string  `json:"method"` // "classic" or "measured"
	Units       string  `json:"units"`  // "e-/s"
	GainEPerDN  float64 `json:"gain_e_per_dn"`
	ShortS      float64 `json:"integration_short_s"` // as used for the division
	LongS       float64 `json:"integration_long_s"`
	Orientation string  `json:"orientation"` // a sentence: how [row][column] index the image
	Replicas    int     `json:"replicas_used"`
	Planned     int     `json:"replicas_planned"`
	// Degraded is true when the map rests on less than all rows of all planned
	// replicas; Reasons says why, each a clause without a full stop.
	Degraded bool     `json:"degraded"`
	Reasons  []string `json:"degraded_reasons"`
	// Pixels counts pixels with a value, Missing those without (NaN).
	Pixels  int `json:"pixels"`
	Missing int `json:"missing_pixels"`
	// SamplesShort[n] counts the pixels that rest on n samples.
	SamplesShort []int `json:"samples_short"`
	SamplesLong  []int `json:"samples_long"`
}

// Replica is one telemetry file's contribution.
type Replica struct {
	Number       int                   `json:"number"` // from the file name, 1 to 5
	File         string                `json:"file"`
	Bytes        int64                 `json:"bytes"` // inflated
	SFDUs        int                   `json:"sfdus"`
	Frames       telemetry.FrameCounts `json:"frames"`
	Segments     int                   `json:"segments"`
	RowsReceived int                   `json:"rows_received"`
	RowsExpected int                   `json:"rows_expected"`
	RowsRejected int                   `json:"rows_rejected"`
	RowsRepeated int                   `json:"rows_repeated"`
	// RowsStrange have an integration time that is neither of the two.
	RowsStrange int `json:"rows_strange"`
	// ReceivedFirst and ReceivedLast are Earth-received times of its first
	// and last row, UTC.
	ReceivedFirst string           `json:"received_first,omitempty"`
	ReceivedLast  string           `json:"received_last,omitempty"`
	Readouts      []Readout        `json:"readouts"` // eight: short A..D, long A..D
	Ledger        telemetry.Ledger `json:"ledger"`
	Notes         []string         `json:"notes,omitempty"`
}

// Readout is one quadrant of one integration of one replica.
type Readout struct {
	Integration string `json:"integration"` // "short" or "long"
	IntegUnits  int    `json:"integ_units"` // as sent, x 0.016 s; 0 when no row came
	Quadrant    string `json:"quadrant"`    // "A" to "D"
	Rows        int    `json:"rows"`
	// Missing lists the lost rows as inclusive ranges of ACA rows.
	Missing []RowRange `json:"missing,omitempty"`
}

// RowRange is an inclusive range of ACA rows.
type RowRange [2]int

// Provenance says what the artifacts were made of and by what.
type Provenance struct {
	Tool     string            `json:"tool"`
	Version  string            `json:"version"`
	Settings map[string]string `json:"settings"`
	Inputs   []Input           `json:"inputs"`
}

// Input is one file that was read.
type Input struct {
	Role   string `json:"role"` // "vc2" or "info"
	Name   string `json:"name"` // base name
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}
