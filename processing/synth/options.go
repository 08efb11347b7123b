package synth

import (
	"fmt"
	"time"

	"darksite/processing/chandra"
	"darksite/processing/telemetry"
)

// MaxReplicas is the number of pointings of a calibration (processing.md,
// section 4.1).
const MaxReplicas = 5

// Options say what is simulated. Start from [Defaults] or [Tiny] and change
// what matters: a zero is taken as a zero, except where a field says otherwise.
type Options struct {
	// Seed chooses the CCD (its pixels and their damage), the sky and all
	// noise. One seed on two days is one CCD at two ages.
	Seed uint64 `json:"seed"`
	// TCCD is the temperature of the CCD in degrees Celsius.
	TCCD float64 `json:"t_ccd_c"`
	// TempSource is what info.csv says of where the temperature is from, "HDR3" for
	// one that was measured; "" has it say nothing, as for one that was typed.
	TempSource string `json:"t_ccd_source,omitempty"`
	// Replicas is the number of pointings, 1 to MaxReplicas.
	Replicas int `json:"replicas"`

	// RowsPerQuadrant rows are read of each quadrant, from the outer edge,
	// 1 to 512. Tests take few.
	RowsPerQuadrant int `json:"rows_per_quadrant"`
	// StripRows rows follow each other without empty records.
	StripRows int `json:"strip_rows"`
	// IntegUnits are the short and the long integration as sent, x 0.016 s.
	IntegUnits [2]uint16 `json:"integ_units"`
	// EmptyRecords come before each strip of the short and of the long
	// integration. Zero stands for the records that the downlink carries in
	// the time of one integration, 263 and 527 for 5 and 10 s.
	EmptyRecords [2]int `json:"empty_records"`
	// Interrupts is the number of strips with one empty record in the middle.
	Interrupts int `json:"interrupts"`
	// SFDUs is the least number of SFDUs of a file. Zero stands for 33273, the
	// size of the one known file, when whole quadrants are read, and otherwise
	// for as many as the rows and a few empty records take.
	SFDUs int `json:"sfdus"`

	// FirstCounter is the frame counter of the frame that holds the first byte
	// of the first row, 0 to 2^24-1. The counter wraps as the real one.
	FirstCounter int64 `json:"first_counter"`
	// EvenOpens makes frames with an even counter open a pair; else odd ones.
	EvenOpens bool `json:"even_opens"`
	// Phase is the place of the first whole record in the stream, 0 to 1039,
	// after the end of an empty record; nil draws one for each replica.
	Phase *int `json:"phase,omitempty"`

	// Start is the beginning of the first replica, UTC. Zero stands for 02:00
	// of the calibration's day.
	Start time.Time `json:"start"`
	// Received is the Earth-received time of the first frame of the first
	// replica, UTC. Zero stands for five and a quarter hours after Start.
	Received time.Time `json:"received"`
	// RA and Dec of the field are written to info.csv, degrees.
	RA  float64 `json:"ra_deg"`
	Dec float64 `json:"dec_deg"`

	// Zodi is the zodiacal light in e-/s a pixel.
	Zodi float64 `json:"zodi_e_per_s"`
	// Stars is the number of stars in the field.
	Stars int `json:"stars"`
	// CosmicRays is the number of hits on the CCD per second.
	CosmicRays float64 `json:"cosmic_rays_per_s"`
	// ReadNoise is the standard deviation of one reading in e-.
	ReadNoise float64 `json:"read_noise_e"`
}

// Defaults is a full-size calibration of five replicas.
func Defaults() Options {
	return Options{
		Seed:            1,
		TCCD:            -13.5,
		Replicas:        MaxReplicas,
		RowsPerQuadrant: telemetry.CCD.QuadrantRows(),
		StripRows:       60, // telemetry.md, section 9
		// 4.992 and 10.0 s; 312 or 313 is not known (telemetry.md, section 5).
		IntegUnits: [2]uint16{312, 625},
		// The first counter of the one known file (telemetry.md, section 9).
		FirstCounter: 34757,
		// The attitude of 2007006 (processing.md, section 2.3).
		RA: 154.997111, Dec: 36.895186,
		Zodi:       1.37, // e-/s, 2007006: 126.55 x 0.0108
		Stars:      60,
		CosmicRays: 30,
		ReadNoise:  7,
	}
}

// Tiny is a calibration of 24 rows a quadrant in strips of 10, with 5 and 10
// empty records for the integrations: 0.44 MB a replica.
func Tiny() Options {
	o := Defaults()
	o.RowsPerQuadrant, o.StripRows = 24, 10
	o.EmptyRecords = [2]int{5, 10}
	return o
}

const (
	// The CCD temperatures that can be simulated, degrees Celsius.
	lowestTemp, highestTemp = -40, 30

	// knownSFDUs is the size of 2016_125_VC2_Replica2 (telemetry.md, section 9).
	knownSFDUs = 33273
	// tailRecords are the least empty records after the last row.
	tailRecords = 7

	startOfDay   = 2 * time.Hour
	receiveDelay = 5*time.Hour + 15*time.Minute
	// replicaSpacing is the nominal time between replicas (processing.md,
	// section 4.1).
	replicaSpacing = 43 * time.Minute
)

// OptionError says which field of [Options] cannot be.
type OptionError struct {
	Field string
	Value any
	Want  string
}

func (e *OptionError) Error() string {
	return fmt.Sprintf("%s is %v: want %s", e.Field, e.Value, e.Want)
}

// complete checks the options and fills in what depends on others.
func (o Options) complete(id chandra.ID) (Options, error) {
	if _, err := chandra.ParseID(string(id)); err != nil {
		return o, err
	}
	bad := func(field string, value any, want string) (Options, error) {
		return o, &OptionError{field, value, want}
	}
	// Written so that NaN fails.
	within := func(v, low, high float64) bool { return v >= low && v <= high }
	switch {
	case !within(o.TCCD, lowestTemp, highestTemp):
		return bad("TCCD", o.TCCD, "-40 to 30 degrees Celsius")
	case o.Replicas < 1 || o.Replicas > MaxReplicas:
		return bad("Replicas", o.Replicas, "1 to 5")
	case o.RowsPerQuadrant < 1 || o.RowsPerQuadrant > telemetry.CCD.QuadrantRows():
		return bad("RowsPerQuadrant", o.RowsPerQuadrant, "1 to 512")
	case o.StripRows < 1 || o.StripRows > telemetry.CCD.QuadrantRows():
		return bad("StripRows", o.StripRows, "1 to 512")
	case o.IntegUnits[0] == 0 || o.IntegUnits[1] == 0:
		return bad("IntegUnits", o.IntegUnits, "two counts of 0.016 s above 0, such as 312 and 625")
	case min(o.EmptyRecords[0], o.EmptyRecords[1]) < 0 || max(o.EmptyRecords[0], o.EmptyRecords[1]) > 60_000:
		return bad("EmptyRecords", o.EmptyRecords, "two counts up to 60000, or 0 for the time of the integration")
	case o.Interrupts < 0:
		return bad("Interrupts", o.Interrupts, "0 or more")
	case o.SFDUs < 0 || o.SFDUs > 4*knownSFDUs:
		return bad("SFDUs", o.SFDUs, "0 to 133092")
	case o.FirstCounter < 0 || o.FirstCounter >= telemetry.CounterModulus:
		return bad("FirstCounter", o.FirstCounter, "0 to 16777215")
	case o.Phase != nil && (*o.Phase < 0 || *o.Phase >= telemetry.RecordSize):
		return bad("Phase", *o.Phase, "0 to 1039")
	case !within(o.RA, 0, 360) || !within(o.Dec, -90, 90):
		return bad("RA, Dec", []float64{o.RA, o.Dec}, "degrees, 0 to 360 and -90 to 90")
	case !within(o.Zodi, 0, 1000):
		return bad("Zodi", o.Zodi, "0 to 1000 e-/s")
	case o.Stars < 0 || o.Stars > 100_000:
		return bad("Stars", o.Stars, "0 to 100000")
	case !within(o.CosmicRays, 0, 100_000):
		return bad("CosmicRays", o.CosmicRays, "0 to 100000 per second")
	case !within(o.ReadNoise, 0, 1000):
		return bad("ReadNoise", o.ReadNoise, "0 to 1000 e-")
	}
	for i, n := range o.EmptyRecords {
		if n == 0 {
			o.EmptyRecords[i] = recordsIn(o.IntegUnits[i])
		}
	}
	if o.SFDUs == 0 && o.RowsPerQuadrant == telemetry.CCD.QuadrantRows() {
		o.SFDUs = knownSFDUs
	}
	if o.Start.IsZero() {
		o.Start = id.Date().Add(startOfDay)
	}
	if o.Received.IsZero() {
		o.Received = o.Start.Add(receiveDelay)
	}
	o.Start, o.Received = o.Start.UTC(), o.Received.UTC()
	// The header counts days from 1958-01-01 in 16 bits.
	if year := o.Received.Year(); year < 1970 || year > 2130 {
		return bad("Received", o.Received, "1970 to 2130")
	}
	return o, nil
}
