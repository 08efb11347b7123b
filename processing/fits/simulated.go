package fits

// simulatedKey is the keyword of a file that is made of simulated telemetry; a file of
// flight data lacks it.
const simulatedKey = "SIMULATD"

// Simulated is the card that marks a file as made of simulated telemetry.
func Simulated() Card {
	return Card{Key: simulatedKey, Value: true, Comment: "made of simulated telemetry, no flight data"}
}

// Simulated tells whether any HDU has the card [Simulated].
func (f *File) Simulated() bool {
	for _, u := range f.HDUs {
		if c, ok := u.Card(simulatedKey); ok && c.Value == true {
			return true
		}
	}
	return false
}
