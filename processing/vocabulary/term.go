package vocabulary

// The words for pixels that are on another side of a level than in the map before.
const (
	CrossedUpwards   = "crossed upwards"
	CrossedDownwards = "crossed downwards"
	Stayed           = "stayed above"
	Became           = "became warm or hot"
	Recovered        = "recovered"
)
