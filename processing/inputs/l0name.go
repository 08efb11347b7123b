package inputs

import "strings"

// l0Suffix is what the old decoder put behind the name of the telemetry
// (inputs-and-pages.md, section D).
const l0Suffix = "-L0.fits"

// L0Name reads the name of the old decoder's table of a telemetry file,
// YYYY_DOY_VC2_Replica<N>_SFDU_<nnnnn>-L0.fits.
func L0Name(name string) (of VC2Name, ok bool) {
	base, ok := strings.CutSuffix(name, l0Suffix)
	if !ok {
		return VC2Name{}, false
	}
	of, err := ParseVC2Name(base)
	return of, err == nil && !of.Gzip
}
