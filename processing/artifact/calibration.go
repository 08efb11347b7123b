package artifact

import (
	"fmt"

	"darksite/internal/ground/phrase"
	"darksite/processing/ccd"
	"darksite/processing/chandra"
	"darksite/processing/quantity"
	"darksite/processing/stars"
	"darksite/processing/stats"
	"darksite/processing/telemetry"
	"darksite/processing/warm"
	"darksite/processing/zodi"
)

// Schema names the layout of calibration.json that is written. [Parse] also reads
// those before it and refuses all others with a sentence. Statistics are read by the keys of
// before, too.
const (
	Schema  = "darksite/calibration/3"
	schema2 = "darksite/calibration/2"
	schema1 = "darksite/calibration/1"
)

// File names within archive/aca_dark/<id>/.
const (
	ImageFile       = "image.fits"
	CoverageFile    = "coverage.fits"
	PropertiesFile  = "properties.json"
	CalibrationFile = "calibration.json"
	// ManifestFile lists the SHA-256 of the others as `sha256sum -c` reads it.
	ManifestFile = "MANIFEST"
)

// Origin says how a calibration came into the archive.
type Origin string

const (
	FromTelemetry Origin = "telemetry" // VC2 files
	FromL0        Origin = "l0"        // the old decoder's tables of rows
	FromMap       Origin = "map"       // a map that another program made
)

// Calibration is all that is known of one dark current calibration, the
// content of calibration.json. Pointers are nil where a fact is not known.
type Calibration struct {
	Schema string `json:"schema"`
	// StoredSchema is the layout that the file was read in.
	StoredSchema string `json:"-"`

	ID     chandra.ID `json:"id"`
	Date   string     `json:"date"` // YYYY:DOY
	Origin Origin     `json:"origin"`
	// Simulated tells that it rests on simulated telemetry, in whole or in part.
	Simulated  bool                `json:"simulated,omitempty"`
	Geometry   ccd.Geometry        `json:"geometry"` // the ACA's in archives of before, which do not tell
	Facts      Facts               `json:"facts"`
	Map        Map                 `json:"map"`
	Statistics quantity.Statistics `json:"statistics"`
	Histogram  stats.Histogram     `json:"histogram"`
	Quadrants  []Quadrant          `json:"quadrants"` // A to D
	Noise      *Noise              `json:"noise"`     // nil without replicas at hand
	Zodi       *Zodi               `json:"zodi"`      // nil without an attitude
	Warm       *warm.Counts        `json:"warm"`      // nil without a temperature
	Stars      []stars.Source      `json:"stars"`     // what looks like a star left in the map
	Replicas   []Replica           `json:"replicas"`
	Ledger     telemetry.Ledger    `json:"ledger"` // sum over the replicas
	// Times are what the sources say of when it happened; nil in archives of
	// before. [Calibration.Timeline] has them also for those.
	Times *Times `json:"times,omitempty"`
	// Contradictions are sentences about sources that do not agree. Nothing is
	// repaired.
	Contradictions []string   `json:"contradictions"`
	Provenance     Provenance `json:"provenance"`
}

// Zodi is the zodiacal background, and how it was found: "computed" here from
// the day and the attitude (also "computed, median of 6 replicas"), or the name
// of the file that it was read in.
type Zodi struct {
	zodi.Background
	Source string `json:"source"`
}

// Noise is the scatter of the replicas' dark currents, a median over pixels of
// what coverage.fits holds for each (darkmap.Stack.Noise).
type Noise struct {
	ReplicaEPerS float64 `json:"replica"` // of one replica, e-/s
	// Quadrants has the same for A to D, nil where there is none.
	Quadrants [4]*float64 `json:"quadrants"`
}

// Quadrant is what the map says of one quadrant of the CCD.
type Quadrant struct {
	Quadrant   string              `json:"quadrant"` // "A" to "D"
	Statistics quantity.Statistics `json:"statistics"`
	Histogram  stats.Histogram     `json:"histogram"`
}

// Facts come from outside the telemetry, each with its source.
type Facts struct {
	// DateStart is the time of the first dark current star catalogue, before
	// the first replica. Times are UTC, YYYY:DDD:HH:MM:SS.sss.
	DateStart string `json:"datestart,omitempty"`
	// Start of the first replica and Stop of the last one; TimeSource is as in
	// [Replica].
	Start      string   `json:"start,omitempty"`
	Stop       string   `json:"stop,omitempty"`
	TimeSource string   `json:"time_source,omitempty"`
	RA         *float64 `json:"ra_deg"`
	Dec        *float64 `json:"dec_deg"`
	CCDTemp    *float64 `json:"ccd_temp_c"`
	// CCDTempSource says how CCDTemp was found: "HDR3" and the like for a
	// measured one, the file's name for one that was typed.
	CCDTempSource string `json:"ccd_temp_source,omitempty"`
	// Source names where they were read, "" when nothing was found.
	Source string `json:"source,omitempty"`
}

// Times by how they came about.
const (
	TimeReceived = "received" // Earth-received times of the first and the last row
	TimeEvent    = "event"    // of the calibration mode in the spacecraft's telemetry
)

// Map describes image.fits.
type Map struct {
	Method      string  `json:"method"` // "classic" or "measured"; "" when another program made it
	Units       string  `json:"units"`  // "e-/s"
	GainEPerDN  float64 `json:"gain_e_per_dn"`
	ShortS      float64 `json:"integration_short_s"` // as used for the division
	LongS       float64 `json:"integration_long_s"`
	Orientation string  `json:"orientation"` // a sentence: how [row][column] index the image
	Replicas    int     `json:"replicas_used"`
	Planned     int     `json:"replicas_planned"`
	// Exposures counts the readouts of the CCD that the map rests on, those of
	// which any row came; 0 when that is not known.
	Exposures int `json:"exposures"`
	// Degraded is true when the map rests on less than all rows of all planned
	// replicas; Reasons says why, each a clause without a full stop.
	Degraded bool     `json:"degraded"`
	Reasons  []string `json:"degraded_reasons"`
	// Pixels counts pixels with a value, Missing those without (NaN).
	Pixels  int `json:"pixels"`
	Missing int `json:"missing_pixels"`
	// Impossible lists what another program's map held in pixels that have no
	// value here, because it is no dark current.
	Impossible []Impossible `json:"impossible_values,omitempty"`
	// SamplesShort[n] counts the pixels that rest on n samples.
	SamplesShort []int `json:"samples_short"`
	SamplesLong  []int `json:"samples_long"`
}

// Impossible is a value that is no dark current: a fill value, an overflow.
type Impossible struct {
	Value  string `json:"value"` // e-/s as the file had it, "-9999" or "+Inf"; "others" for the sum of the rest
	Pixels int    `json:"pixels"`
	Where  string `json:"where"` // rows and columns of the CCD, in words
}

// ReplicasText counts the replicas that the map rests on beside those that were
// planned: "4 of 5 replicas", and where more came than were planned, "6 replicas, 5
// were planned".
func (m Map) ReplicasText() string {
	plural := func(n int) string { return phrase.Plural(n, "replica", "replicas") }
	switch {
	case m.Planned == 0:
		return plural(m.Replicas)
	case m.Replicas > m.Planned && m.Planned == 1:
		return plural(m.Replicas) + ", 1 was planned"
	case m.Replicas > m.Planned:
		return fmt.Sprintf("%s, %d were planned", plural(m.Replicas), m.Planned)
	case m.Planned == 1:
		return fmt.Sprintf("%d of 1 replica", m.Replicas)
	}
	return fmt.Sprintf("%d of %d replicas", m.Replicas, m.Planned)
}

// Replica is one readout of the CCD at both integrations. One of a map that
// another program made has a number and perhaps a time and a temperature, and
// nothing of telemetry.
type Replica struct {
	Number       int                   `json:"number"` // from the file name, 1 to 5
	Received     bool                  `json:"received"`
	File         string                `json:"file,omitempty"`
	Bytes        int64                 `json:"bytes"` // inflated
	SFDUs        int                   `json:"sfdus"`
	Frames       telemetry.FrameCounts `json:"frames"`
	Segments     int                   `json:"segments"`
	RowsReceived int                   `json:"rows_received"`
	RowsExpected int                   `json:"rows_expected"`
	RowsRejected int                   `json:"rows_rejected"`
	RowsRepeated int                   `json:"rows_repeated"`
	// RowsOther have an integration time that is neither of the two.
	RowsOther int `json:"rows_other"`
	// Start and Stop of the replica, UTC; TimeSource is TimeReceived or
	// TimeEvent.
	Start      string `json:"start,omitempty"`
	Stop       string `json:"stop,omitempty"`
	TimeSource string `json:"time_source,omitempty"`
	// CCDTemp at the replica, by CCDTempSource ("HDR3", "AACCCDPT", "GUESS").
	CCDTemp       *float64 `json:"ccd_temp_c"`
	CCDTempSource string   `json:"ccd_temp_source,omitempty"`
	// RA, Dec and Roll of the replica, J2000, degrees, where it has an attitude of
	// its own, and the zodiacal background there.
	RA   *float64 `json:"ra_deg,omitempty"`
	Dec  *float64 `json:"dec_deg,omitempty"`
	Roll *float64 `json:"roll_deg,omitempty"`
	Zodi *Zodi    `json:"zodi,omitempty"`

	Readouts []Readout        `json:"readouts"` // eight: short A..D, long A..D
	Ledger   telemetry.Ledger `json:"ledger"`
	Notes    []string         `json:"notes,omitempty"`
}

// Readout is one quadrant of one integration of one replica.
type Readout struct {
	Integration string `json:"integration"` // "short" or "long"
	IntegUnits  int    `json:"integ_units"` // as sent, x 0.016 s; 0 when no row came
	Quadrant    string `json:"quadrant"`    // "A" to "D"
	Rows        int    `json:"rows"`
	// MedianDN and MeanDN are the level of the signal, DN less bias; nil
	// without rows.
	MedianDN *float64 `json:"median_dn"`
	MeanDN   *float64 `json:"mean_dn"`
	// AlwaysSet and AlwaysClear are the bits that no sample changes
	// (darkmap.Level); bit 0 is 1 DN.
	AlwaysSet   uint16 `json:"always_set"`
	AlwaysClear uint16 `json:"always_clear"`
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
	Role   string `json:"role"` // "vc2", "l0", "map", "properties", "info" or "replicas"
	Name   string `json:"name"` // base name
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}
