package telemetry

// File is what one VC2 file holds.
type File struct {
	// Name is the file's base name, as delivered.
	Name string
	// Bytes is the size of the (inflated) telemetry.
	Bytes int64
	// SHA256 of the (inflated) telemetry, hexadecimal; "" when not asked for.
	SHA256 string
	// Delivered describes the file as it was on disk; zero for a stream.
	Delivered Delivered
	// Simulated tells that a simulator made the telemetry and says so, in a gzipped
	// file by [SimulatedComment].
	Simulated bool

	SFDUs    int
	Frames   FrameCounts
	Segments int // runs of data frames whose counters rise by one
	Rows     []Row
	// RowsRejected counts whole records that were refused, RowsRepeated those
	// of Rows that say Repeat.
	RowsRejected int
	RowsRepeated int
	Ledger       Ledger
	// Notes are sentences about what was unusual, each once, in file order.
	Notes []string
}

// FrameCounts counts the SFDUs of a file by what their frame was.
type FrameCounts struct {
	Data     int `json:"data"`
	Fill     int `json:"fill"`
	Other    int `json:"other"`
	Repeated int `json:"repeated"`
	// Damaged counts stretches of bytes that held no whole SFDU.
	Damaged int `json:"damaged"`
}

// Delivered is a file as it was found: compressed or not.
type Delivered struct {
	Bytes  int64
	SHA256 string // hexadecimal
	Gzip   bool
}
