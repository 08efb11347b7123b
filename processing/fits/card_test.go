package fits

import (
	"math"
	"strings"
	"testing"
)

func TestCardText(t *testing.T) {
	for _, test := range []struct {
		card Card
		want string // without the blanks at its end
	}{
		{Card{"SIMPLE", true, "standard"}, "SIMPLE  =                    T / standard"},
		{Card{"NAXIS1", 1024, ""}, "NAXIS1  =                 1024"},
		{Card{"NAME", "a", "b"}, "NAME    = 'a       '           / b"},
		{Card{"NAME", "it's", ""}, "NAME    = 'it''s   '"},
		{Card{"NAME", "", ""}, "NAME    = '        '"},
		{Card{"X", 1.0, ""}, "X       =                  1.0"},
		{Card{"X", 1e20, ""}, "X       =              1.0E+20"},
		{Card{"X", 578733368.258312, ""}, "X       =     578733368.258312"},
		{Card{"X", 1e-5, ""}, "X       =              1.0E-05"},
		{Card{"X", 0.1, "c"}, "X       =                  0.1 / c"},
		{Card{"X", float32(0.1), ""}, "X       =                  0.1"},
		{Card{"X", math.Copysign(0, -1), ""}, "X       =                 -0.0"},
		{Card{"X", -1.2345678901234567e-100, "c"}, "X       = -1.2345678901234567E-100 / c"},
		{Card{"NOTHING", nil, "unknown"}, "NOTHING =                      / unknown"},
		{Card{"HISTORY", "made", ""}, "HISTORY made"},
		{Card{"COMMENT", "", ""}, "COMMENT"},
		{Card{"LONG", strings.Repeat("s", 68), "dropped"}, "LONG    = '" + strings.Repeat("s", 68) + "'"},
		{Card{"LONG", strings.Repeat("s", 64), "dropped"}, "LONG    = '" + strings.Repeat("s", 64) + "' / d"},
	} {
		got, err := appendCard(nil, test.card)
		if err != nil {
			t.Errorf("%v: %v", test.card, err)
			continue
		}
		if len(got) != 80 || strings.TrimRight(string(got), " ") != test.want {
			t.Errorf("%v: %d bytes\n got %q\nwant %q", test.card, len(got), strings.TrimRight(string(got), " "), test.want)
		}
	}
}

func TestCardsRefused(t *testing.T) {
	for _, test := range []struct {
		card Card
		want string
	}{
		{Card{"", 1, ""}, "1 to 8"},
		{Card{"TOOLONGKEY", 1, ""}, "1 to 8"},
		{Card{"lower", 1, ""}, "A to Z"},
		{Card{"A B", 1, ""}, "A to Z"},
		{Card{"X", math.NaN(), ""}, "no form"},
		{Card{"X", float32(math.Inf(1)), ""}, "no form"},
		{Card{"X", []int{1}, ""}, "[]int"},
		{Card{"X", strings.Repeat("s", 69), ""}, "HISTORY"},
		{Card{"X", strings.Repeat("'", 35), ""}, "HISTORY"},
		{Card{"X", "two\nlines", ""}, "printable"},
		{Card{"X", "caf\u00e9", ""}, "printable"},
		{Card{"X", 1, "tab\t"}, "printable"},
		{Card{"HISTORY", "bell\a", ""}, "printable"},
		{Card{"HISTORY", 5, ""}, "string in Value"},
		{Card{"COMMENT", "", "text"}, "belongs in Value"},
	} {
		if _, err := appendCard(nil, test.card); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v: error %v, want one with %q", test.card, err, test.want)
		}
	}
}

func TestCommentaryWraps(t *testing.T) {
	text := strings.Repeat("word ", 40) + strings.Repeat("z", 100)
	b, err := appendCard(nil, Card{"HISTORY", text, ""})
	if err != nil || len(b)%80 != 0 {
		t.Fatalf("%d bytes, %v", len(b), err)
	}
	var words []string
	for ; len(b) > 0; b = b[80:] {
		if !strings.HasPrefix(string(b), "HISTORY ") {
			t.Fatalf("card %q", b[:80])
		}
		words = append(words, strings.Fields(string(b[8:80]))...)
	}
	if len(words) != 42 || words[40]+words[41] != strings.Repeat("z", 100) {
		t.Errorf("came back as %q", words)
	}
}

func TestParseCard(t *testing.T) {
	for _, test := range []struct {
		line string
		want Card
	}{
		{"SIMPLE  =                    T / standard", Card{"SIMPLE", true, "standard"}},
		{"A       =F", Card{"A", "=F", ""}}, // no blank after =, so no value
		{"A       = F/no", Card{"A", false, "no"}},
		{"MJDREF  = 5.08140000000000E+04 / reference", Card{"MJDREF", 50814.0, "reference"}},
		{"X       = 1.5D-3", Card{"X", 1.5e-3, ""}},
		{"X       = -10.", Card{"X", -10.0, ""}},
		{"X       = +7", Card{"X", int64(7), ""}},
		{"X       = 123456789012345678901", Card{"X", 123456789012345678901.0, ""}},
		{"X       = (1.0, 2.0) / complex", Card{"X", "(1.0, 2.0)", "complex"}},
		{"X       =", Card{"X", nil, ""}},
		{"X       =  / nothing", Card{"X", nil, "nothing"}},
		{"S       = 'it''s / it' / yes", Card{"S", "it's / it", "yes"}},
		{"S       = ''", Card{"S", "", ""}},
		{"S       = '  lead  '", Card{"S", "  lead", ""}},
		{"S       = 'caf\xe9\x01'", Card{"S", "caf??", ""}},
		{"HISTORY = this is text", Card{"HISTORY", "= this is text", ""}},
		{"HIERARCH ESO A = 5", Card{"HIERARCH", " ESO A = 5", ""}},
		{"", Card{"", "", ""}},
		// Small letters in exponents, as cfitsio writes and reads them.
		{"X       = 1.0e-05 / small", Card{"X", 1e-5, "small"}},
		{"X       = 1.5d3", Card{"X", 1500.0, ""}},
		{"X       = 1e5", Card{"X", 1e5, ""}},
		// What is no value is kept as it stands.
		{"X       = nan / none", Card{"X", Unread("nan"), "none"}},
		{"X       = 1.2.3", Card{"X", Unread("1.2.3"), ""}},
		{"X       = TRUE", Card{"X", Unread("TRUE"), ""}},
		{"X       = E", Card{"X", Unread("E"), ""}},
		{"X       = 0x1p3", Card{"X", Unread("0x1p3"), ""}},
		{"X       = 1_000", Card{"X", Unread("1_000"), ""}},
		{"X       = 1.0E999", Card{"X", Unread("1.0E999"), ""}},
		{"X       = 'no end", Card{"X", Unread("'no end"), ""}},
		{"X       = 'a' b", Card{"X", Unread("'a' b"), ""}},
		{"X       = \xb15", Card{"X", Unread("?5"), ""}},
		{"x       = 1", Card{"x", "= 1", ""}},
		{"A B     = 1", Card{"A B", "= 1", ""}},
		{"\x01       = 1", Card{"?", "= 1", ""}},
	} {
		if got := parseCard(pad([]byte(test.line), 80)); got != test.want {
			t.Errorf("%q: %#v, want %#v", test.line, got, test.want)
		}
	}
}

func FuzzParseCard(f *testing.F) {
	for _, s := range []string{"X       = 'it''s' / c", "X       = 1.5D-3 / c", "END", "CONTINUE  'more&'", "COMMENT text", "X       = (1,2)", "X       = 12345678901234567890", "X       = 1.0e-05", "X       = nan"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		c := parseCard(pad([]byte(line), 80)[:80])
		if _, unread := c.Value.(Unread); unread || !strings.HasPrefix(line, c.Key) || checkKey(c.Key) != nil || isCommentary(c.Key) {
			return
		}
		if len(line) < 10 || line[8:10] != "= " {
			return // a convention of others: text without a value
		}
		text, err := appendCard(nil, c)
		if err != nil {
			// Only a string full of quotes that had no blanks around it can
			// have fitted in free format and not in fixed format.
			if s, ok := c.Value.(string); !ok || len(s)+strings.Count(s, "'") <= maxString {
				t.Fatalf("%q is read as %#v and cannot be written: %v", line, c, err)
			}
			return
		}
		again := parseCard(text)
		if again.Key != c.Key || again.Value != c.Value || !strings.HasPrefix(c.Comment, again.Comment) {
			t.Fatalf("%q is read as %#v, written as %q and read as %#v", line, c, text, again)
		}
	})
}
