package starcheck

import (
	"fmt"
	"math"

	"darksite/internal/ground/table"
)

// Attitude is where the telescope points, J2000, in degrees.
type Attitude struct {
	RADeg, DecDeg, RollDeg float64
}

// Quaternion is an attitude with its scalar part last, as it is commanded.
type Quaternion [4]float64

const (
	degree = math.Pi / 180
	arcsec = degree / 3600
)

// IsZero tells that there is none.
func (q Quaternion) IsZero() bool { return q == Quaternion{} }

// Attitude is the same as right ascension, declination and roll. The quaternion
// need not be of length 1.
func (q Quaternion) Attitude() Attitude {
	x, y, z, w := q[0], q[1], q[2], q[3]
	// The first column of the rotation is the line of sight; the third
	// components of the other two give the roll about it.
	sight := vector{x*x - y*y - z*z + w*w, 2 * (x*y + z*w), 2 * (x*z - y*w)}
	roll := math.Atan2(2*(y*z+x*w), z*z+w*w-x*x-y*y)
	return Attitude{
		RADeg:   turn(math.Atan2(sight[1], sight[0]) / degree),
		DecDeg:  math.Atan2(sight[2], math.Hypot(sight[0], sight[1])) / degree,
		RollDeg: turn(roll / degree),
	}
}

type vector [3]float64

func (v vector) dot(w vector) float64 { return v[0]*w[0] + v[1]*w[1] + v[2]*w[2] }

// axes are the line of sight and the Y and Z axes of the ACA at an attitude.
func (a Attitude) axes() (x, y, z vector) {
	sinRA, cosRA := math.Sincos(a.RADeg * degree)
	sinDec, cosDec := math.Sincos(a.DecDeg * degree)
	sinRoll, cosRoll := math.Sincos(a.RollDeg * degree)
	east := vector{-sinRA, cosRA, 0}
	north := vector{-sinDec * cosRA, -sinDec * sinRA, cosDec}
	x = vector{cosDec * cosRA, cosDec * sinRA, sinDec}
	for i := range y {
		y[i] = cosRoll*east[i] + sinRoll*north[i]
		z[i] = cosRoll*north[i] - sinRoll*east[i]
	}
	return x, y, z
}

// From is where another attitude points, as seen here: its distance along the
// ACA's Y and Z axes, arcseconds.
func (a Attitude) From(other Attitude) (yArcsec, zArcsec float64) {
	x, y, z := a.axes()
	sight, _, _ := other.axes()
	return math.Atan2(sight.dot(y), sight.dot(x)) / arcsec, math.Atan2(sight.dot(z), sight.dot(x)) / arcsec
}

// Separation is the angle between two lines of sight, arcseconds.
func (a Attitude) Separation(other Attitude) float64 {
	x, y, z := a.axes()
	sight, _, _ := other.axes()
	return math.Atan2(math.Hypot(sight.dot(y), sight.dot(z)), sight.dot(x)) / arcsec
}

// turn brings an angle into 0 up to 360 degrees.
func turn(deg float64) float64 {
	if deg = math.Mod(deg, 360); deg < 0 {
		deg += 360
	}
	return deg
}

// maxAttitudes bounds a list of candidates, which has about a hundred.
const maxAttitudes = 10000

// The columns of the list that are needed.
const (
	attitudeRA = iota
	attitudeDec
)

// attitudeForm is the list of candidates. The others of its columns are known and
// not needed, but for messages.
var attitudeForm = table.Form{
	Example: "eq_ra eq_dec",
	Fields: []table.Field{
		attitudeRA:  {Name: "eq_ra", Aliases: []string{"ra"}, Units: table.Degrees, Low: 0, High: 360},
		attitudeDec: {Name: "eq_dec", Aliases: []string{"dec"}, Units: table.Degrees, Low: -90, High: 90},
		{Name: "gal_l"}, {Name: "gal_b"}, {Name: "ec_el"}, {Name: "ec_eb"}, {Name: "n9_0"}, {Name: "n10_3"}, {Name: "n11_5"},
	},
	Bytes: maxPage, Rows: maxAttitudes,
}

// ReadAttitudes reads the list of candidates for calibrations
// (sot/dark_cal_att_gen, full_dark_attitudes.dat): a header that names the
// columns, of which eq_ra and eq_dec are needed, a line of dashes, and a line
// for each attitude. The name is for messages.
func ReadAttitudes(content []byte, name string) (list []Attitude, err error) {
	t, err := table.Read(content, name, attitudeForm)
	if err != nil {
		return nil, err
	}
	if !t.Has(attitudeRA) || !t.Has(attitudeDec) {
		return nil, fmt.Errorf("%s: no columns eq_ra and eq_dec: check that it is a list of attitudes", name)
	}
	for row, err := range t.Rows() {
		if err != nil {
			return nil, err
		}
		ra, err := row.Number(attitudeRA)
		if err != nil {
			return nil, err
		}
		dec, err := row.Number(attitudeDec)
		if err != nil {
			return nil, err
		}
		if ra == nil || dec == nil {
			return nil, row.Errorf(attitudeRA, "want a right ascension and a declination")
		}
		list = append(list, Attitude{RADeg: *ra, DecDeg: *dec})
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("%s: no attitude in it: check that it is the whole file", name)
	}
	return list, nil
}
