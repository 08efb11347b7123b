package inputs

import "testing"

func TestCase20NamesOfTables(t *testing.T) {
	const base = "2016_125_VC2_Replica3_SFDU_31089"
	for name, want := range map[string]struct{ table, like bool }{
		base + "-L0.fits":              {true, true},
		base + "-L0.fits.gz":           {true, true},
		base + "-L0.FITS":              {true, true},
		base + "-l0.fits.GZ":           {true, true},
		base + "_L0.fits":              {true, true},
		base + "-L0.fit":               {true, true},
		base + "-L0.fits.Z":            {false, true},
		base + "-L0.fits.bz2":          {false, true},
		base + "-L0":                   {false, true},
		base + "-L0.fits.part":         {false, true},
		base + ".fits":                 {false, true},
		"2016_125_Replica3-L0.fits":    {false, true},
		"2016_366_" + base[9:] + "-L0": {false, true},
		base:                           {false, false},
		base + ".gz":                   {false, false},
		"info.fits":                    {false, false},
		"imd.fits":                     {false, false},
		"image.fits.gz":                {false, false},
		"notes.txt":                    {false, false},
	} {
		of, table := L0Name(name)
		if table != want.table || LikeL0(name) != want.like || table && (of.Replica != 3 || of.Number != 31089) {
			t.Errorf("%s: %+v, table %v, like one %v; want %v, %v", name, of, table, LikeL0(name), want.table, want.like)
		}
	}
}
