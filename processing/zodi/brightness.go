package zodi

import "sort"

// The zodiacal light at 0.5 um in 1e-8 W m-2 sr-1 um-1, Leinert et al. 1998,
// A&AS 127, 1, Table 17, as sot/dark_cal_att_gen table_17.csv continues it
// towards the Sun (where the paper has no values) and to the ecliptic pole. The
// Aspect pages call the unit S10.
var (
	// nodeLongitudes are distances from the Sun in ecliptic longitude, degrees.
	nodeLongitudes = [...]int{0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 60, 75, 90, 105, 120, 135, 150, 165, 180}
	// nodeLatitudes are ecliptic latitudes without their sign, degrees.
	nodeLatitudes = [...]int{0, 5, 10, 15, 20, 25, 30, 45, 60, 75, 90}
	nodes         = [len(nodeLongitudes)][len(nodeLatitudes)]int{
		{7730, 6200, 4670, 3140, 1610, 985, 640, 275, 150, 100, 100},
		{7140, 5740, 4340, 2940, 1540, 945, 625, 271, 150, 100, 100},
		{9280, 7010, 4740, 2470, 1370, 865, 590, 264, 148, 100, 100},
		{11500, 6780, 3440, 1860, 1110, 755, 525, 251, 146, 100, 100},
		{6400, 4480, 2410, 1410, 910, 635, 454, 237, 141, 99, 99},
		{3840, 2830, 1730, 1100, 749, 545, 410, 223, 136, 97, 97},
		{2480, 1870, 1220, 845, 615, 467, 365, 207, 131, 95, 95},
		{1650, 1270, 910, 680, 510, 397, 320, 193, 125, 93, 93},
		{1180, 940, 700, 530, 416, 338, 282, 179, 120, 92, 92},
		{910, 730, 555, 442, 356, 292, 250, 166, 116, 90, 90},
		{505, 442, 352, 292, 243, 209, 183, 134, 104, 86, 86},
		{338, 317, 269, 227, 196, 172, 151, 116, 93, 82, 82},
		{259, 251, 225, 193, 166, 147, 132, 104, 86, 79, 79},
		{212, 210, 197, 170, 150, 133, 119, 96, 82, 77, 77},
		{188, 186, 177, 154, 138, 125, 113, 90, 77, 74, 74},
		{179, 178, 166, 147, 134, 122, 110, 90, 77, 73, 73},
		{179, 178, 165, 148, 137, 127, 116, 96, 79, 72, 72},
		{196, 192, 179, 165, 151, 141, 131, 104, 82, 72, 72},
		{230, 212, 195, 178, 163, 148, 134, 105, 83, 72, 72},
	}
)

// The table has a cell for every whole degree, both ends included.
const (
	maxLongitude = 180 // degrees from the Sun
	maxLatitude  = 90  // degrees from the ecliptic
)

// Cell is one entry of the table of brightness.
type Cell struct {
	Longitude int // whole degrees from the Sun, 0 to 180
	Latitude  int // whole degrees from the ecliptic, 0 to 90
}

// Brightness is the zodiacal light of a cell in units of the table: the nodes,
// bilinearly interpolated. The file that was published rounds to six digits.
// ok is false outside the table.
func Brightness(c Cell) (units float64, ok bool) {
	if c.Longitude < 0 || c.Longitude > maxLongitude || c.Latitude < 0 || c.Latitude > maxLatitude {
		return 0, false
	}
	i, u, width := interval(nodeLongitudes[:], c.Longitude)
	j, v, height := interval(nodeLatitudes[:], c.Latitude)
	// In integers, so that only the division rounds.
	sum := (width-u)*((height-v)*nodes[i][j]+v*nodes[i][j+1]) +
		u*((height-v)*nodes[i+1][j]+v*nodes[i+1][j+1])
	return float64(sum) / float64(width*height), true
}

// interval finds the two nodes around x: the index of the first, how far x lies
// beyond it, and how far apart they are.
func interval(at []int, x int) (index, offset, width int) {
	index = min(sort.SearchInts(at, x+1), len(at)-1) - 1
	return index, x - at[index], at[index+1] - at[index]
}
