package vocabulary

// Term is a word, what it means, and the names under which files have its numbers.
type Term struct {
	Word, Means string
	// In names the numbers in comparison.json and the classes in pixels.csv, "" where
	// files have none.
	In string
}

// The words for pixels that are on another side of a level than in the map before.
const (
	CrossedUpwards   = "crossed upwards"
	CrossedDownwards = "crossed downwards"
	Stayed           = "stayed above"
	Became           = "became warm or hot"
	Recovered        = "recovered"
)

// Terms are all words whose meaning the outputs share, in the order of the alphabet.
func Terms() []Term {
	return []Term{
		{Became, "of a pixel: crossed the level of warm or hot upwards and changed beyond noise", "created; beyond-noise with new-warm or new-hot"},
		{"brighter, fainter", "of a pixel: changed since the map before, both at the common temperature, by more than the factor and the amount that the page names", "brighter, fainter"},
		{CrossedDownwards, "of a pixel: not above a level now and above it in the map before, both at the common temperature; many do so by noise", "gone; gone-warm, gone-hot"},
		{CrossedUpwards, "of a pixel: above a level now and not above it in the map before, both at the common temperature; many do so by noise", "new; new-warm, new-hot"},
		{"degraded", "of a calibration: not good; as a verdict, usable with a reason to be careful", "degraded in calibrations.csv, which is true for bad too"},
		{"incomplete map", "a map that rests on less than all rows of all planned replicas; it is never good", "incomplete_map in calibrations.csv; map.degraded in calibration.json"},
		{"partner", "the earlier calibration that one is compared with: the latest that others may rest on", ""},
		{"passed over", "of an earlier calibration: not taken as partner, because it is judged bad or was rejected", ""},
		{Recovered, "of a pixel: crossed the level downwards and changed beyond noise", "recovered; beyond-noise with gone-warm or gone-hot"},
		{Stayed, "of a pixel: above a level in both maps at the common temperature", "stayed"},
	}
}
