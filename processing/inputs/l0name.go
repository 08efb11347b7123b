package inputs

import "regexp"

// L0Example is such a name, for messages.
const L0Example = "2016_125_VC2_Replica1_SFDU_31087-L0.fits"

// l0Form is the name of an old decoder's table: what the decoder put behind the
// name of the telemetry, in letters of either case, and what compressing added.
var l0Form = regexp.MustCompile(`(?i)^(.+)[-_]L0\.fi?ts?(\.gz)?$`)

// L0Name reads the name of the old decoder's table of a telemetry file,
// YYYY_DOY_VC2_Replica<N>_SFDU_<nnnnn>-L0.fits, perhaps gzipped.
func L0Name(name string) (of VC2Name, ok bool) {
	m := l0Form.FindStringSubmatch(name)
	if m == nil {
		return VC2Name{}, false
	}
	of, err := ParseVC2Name(m[1])
	return of, err == nil && !of.Gzip
}

// LikeL0 tells names that seem to mean such a table: of FITS files those that
// have no use of their own in a data directory.
func LikeL0(name string) bool {
	return likeL0.MatchString(name) && !others.MatchString(name)
}

var (
	likeL0 = regexp.MustCompile(`(?i)([-_.]L0\b|\.fi?ts?(\.(gz|z|bz2|xz|zip))?$)`)
	others = regexp.MustCompile(`(?i)^(info|imd|image)\.fits(\.gz)?$`)
)
