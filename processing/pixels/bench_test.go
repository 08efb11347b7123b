package pixels

import "testing"

// BenchmarkCompare compares two full maps of 2017 with 200,000 warm pixels.
func BenchmarkCompare(b *testing.B) {
	now, before := simulated(b, "2017185", -13.55), simulated(b, "2017092", -14.9)
	b.ReportAllocs()
	for b.Loop() {
		r, err := Compare(now, before, DefaultSettings())
		if err != nil || r.Listed == 0 {
			b.Fatal(err)
		}
	}
}

// BenchmarkCompareWarm has the 600,000 warm pixels of a CCD at -3 C.
func BenchmarkCompareWarm(b *testing.B) {
	now, before := simulated(b, "2024100", -3), simulated(b, "2024010", -4)
	b.ReportAllocs()
	for b.Loop() {
		r, err := Compare(now, before, DefaultSettings())
		if err != nil || r.Listed == 0 {
			b.Fatal(err)
		}
	}
}
