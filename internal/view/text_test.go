package view

import (
	"math"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestNumbersAsText(t *testing.T) {
	for _, c := range []struct{ name, got, want string }{
		{"count", count(1048576), "1,048,576"},
		{"count of three digits", count(999), "999"},
		{"count below zero", count(-1234), "−1,234"},
		{"smallest count", count(int64(math.MinInt64)), "−9,223,372,036,854,775,808"},
		{"fixed", fixed(new(-13.586), 1), "−13.6"},
		{"fixed thousands", fixed(new(7372.04), 1), "7,372.0"},
		{"fixed without decimals", fixed(new(1234.5), 0), "1,234"},
		{"no minus before zero", fixed(new(-0.04), 1), "0.0"},
		{"no number", fixed(nil, 1), "unknown"},
		{"not a number", fixed(new(math.NaN()), 1), "unknown"},
		{"infinite", fixed(new(math.Inf(-1)), 1), "unknown"},
		{"all", percent(20480, 20480), "100 %"},
		{"one row of 20480 lost is not all", percent(20479, 20480), "99.9 %"},
		{"nothing", percent(0, 20480), "0.0 %"},
		{"of nothing", percent(0, 0), "unknown"},
		{"share", share(196412, 1048576), "18.7 %"},
		{"one pixel is not nothing", share(1, 1048576), "< 0.1 %"},
		{"no share", share(0, 1048576), "0 %"},
		{"bytes", size(999), "999 bytes"},
		{"kilobytes", size(7420), "7.4 kB"},
		{"megabytes", size(4196160), "4.2 MB"},
		{"one", plural(1, "row"), "1 row"},
		{"many", plural(2048, "row"), "2,048 rows"},
		{"small density", significant(0.00123456), "0.00123"},
		{"large density", significant(123456.4), "123,456"},
	} {
		if got := strings.ReplaceAll(c.got, "\u00a0", " "); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestSentencesEndOnce(t *testing.T) {
	for given, want := range map[string]string{
		"Rows are missing": "Rows are missing.", "Rows are missing. ": "Rows are missing.", "Why?": "Why?", "": "",
	} {
		if got := sentence(given); got != want {
			t.Errorf("sentence(%q) = %q, want %q", given, got, want)
		}
	}
}

func TestPlainShowsWhatWouldBeInvisible(t *testing.T) {
	for given, want := range map[string]string{
		"a\nb":              "a\ufffdb",
		"gz\x00.exe":        "gz\ufffd.exe",
		"\u202egpj.exe":     "\ufffdgpj.exe",
		"a\u2028b":          "a\ufffdb",
		"zero\u200bwidth":   "zero\ufffdwidth",
		"bad \xff bytes":    "bad \ufffd bytes",
		"<b>stays as text>": "<b>stays as text>",
	} {
		if got := Plain(given); got != want {
			t.Errorf("Plain(%q) = %q, want %q", given, got, want)
		}
	}
	long := Plain(strings.Repeat("é", 1_000_000))
	if n := utf8.RuneCountInString(long); n > MaxText+40 || !strings.HasSuffix(long, "… (999,600 more characters)") {
		t.Errorf("a million characters became %d: ...%s", n, long[len(long)-40:])
	}
}

func FuzzPlain(f *testing.F) {
	for _, seed := range []string{"", "2016_125_VC2_Replica2_SFDU_31088.gz", "\x00\xff\u202e", strings.Repeat("x", 500)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p := Plain(s)
		if !utf8.ValidString(p) {
			t.Errorf("Plain(%q) is not valid UTF-8", s)
		}
		if strings.ContainsAny(p, "\x00\n\r\t\u2028\u2029\u202e\u2066") {
			t.Errorf("Plain(%q) = %q keeps control characters", s, p)
		}
	})
}

func TestClauseText(t *testing.T) {
	for in, want := range map[string]string{
		"The CCD was at -13.60 C (info.csv).": "The CCD was at −13.60\u00a0°C (info.csv).",
		"rows -245 to 0, 5 e-/s":              "rows −245 to 0, 5 e⁻/s",
		"quadrant C, 2015-12-21":              "quadrant C, 2015-12-21",
		"-0.99":                               "−0.99",
	} {
		if got := clauseText(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
