package inputs

import (
	"fmt"
	"regexp"
	"strconv"

	"darksite/processing/chandra"
)

// VC2Name is the name of a telemetry file as it is delivered,
// YYYY_DOY_VC2_Replica<N>_SFDU_<nnnnn>[.gz] (inputs-and-pages.md, section D).
type VC2Name struct {
	Year    int
	DOY     int // day of year, from 1
	Replica int // 1 to 99; a calibration has 1 to 5
	Number  int // running number of the delivery
	Gzip    bool
}

// A running number has five digits, more once 99999 is passed.
var vc2Form = regexp.MustCompile(`^([12]\d{3})_(\d{3})_VC2_Replica([1-9]\d?)_SFDU_(\d{5}|[1-9]\d{5,8})(\.gz)?$`)

// ParseVC2Name reads the base name of a telemetry file.
func ParseVC2Name(name string) (VC2Name, error) {
	m := vc2Form.FindStringSubmatch(name)
	if m == nil {
		return VC2Name{}, fmt.Errorf("telemetry file name %q: want YYYY_DOY_VC2_Replica<N>_SFDU_<nnnnn>, with .gz or without, for example 2015_355_VC2_Replica1_SFDU_31087.gz", name)
	}
	if _, err := chandra.ParseID(m[1] + m[2]); err != nil {
		return VC2Name{}, fmt.Errorf("telemetry file name %q: %w", name, err)
	}
	// The form leaves nothing but short runs of digits.
	number := func(s string) int { n, _ := strconv.Atoi(s); return n }
	return VC2Name{
		Year: number(m[1]), DOY: number(m[2]),
		Replica: number(m[3]), Number: number(m[4]), Gzip: m[5] != "",
	}, nil
}

// ID is the day in the name as a calibration id.
func (n VC2Name) ID() chandra.ID {
	return chandra.ID(fmt.Sprintf("%04d%03d", n.Year, n.DOY))
}

// String is the file name.
func (n VC2Name) String() string {
	s := fmt.Sprintf("%04d_%03d_VC2_Replica%d_SFDU_%05d", n.Year, n.DOY, n.Replica, n.Number)
	if n.Gzip {
		s += ".gz"
	}
	return s
}
