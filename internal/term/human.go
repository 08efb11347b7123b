package term

import (
	"fmt"
	"math"
	"time"
	"unicode/utf8"

	"darksite/internal/ground/phrase"
)

// Size is a number of bytes in decimal units, three or four digits: "37.7 MB".
func Size(bytes int64) string {
	if bytes > -1000 && bytes < 1000 {
		return fmt.Sprintf("%d B", bytes)
	}
	v := float64(bytes)
	for _, unit := range []string{"kB", "MB", "GB", "TB", "PB"} {
		v /= 1000
		// 999.95 would be written as 1000.0.
		if math.Abs(v) < 999.95 {
			return fmt.Sprintf("%.1f %s", v, unit)
		}
	}
	return fmt.Sprintf("%.1f EB", v/1000)
}

// Duration is a time span as a person says it: "350 ms", "1.2 s", "42 s",
// "3 min 05 s", "2 h 10 min". Spans below zero count as zero.
func Duration(d time.Duration) string {
	d = max(d, 0)
	switch {
	case d < 999500*time.Microsecond:
		return fmt.Sprintf("%d ms", d.Round(time.Millisecond)/time.Millisecond)
	case d < 9950*time.Millisecond:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < 59500*time.Millisecond:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < time.Hour-500*time.Millisecond:
		s := d.Round(time.Second) / time.Second
		return fmt.Sprintf("%d min %02d s", s/60, s%60)
	}
	m := d.Round(time.Minute) / time.Minute
	return fmt.Sprintf("%s h %02d min", phrase.Count(int64(m/60)), m%60)
}

// columns is the width of a line on a terminal, one column a character: the
// program's own texts have no wide or combining ones.
func columns(s string) int { return utf8.RuneCountInString(s) }

// shorten cuts a line to a width, with an ellipsis where it was cut.
func shorten(s string, width int) string {
	if columns(s) <= width {
		return s
	}
	if width < 1 {
		return ""
	}
	return string([]rune(s)[:width-1]) + "…"
}
