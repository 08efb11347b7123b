package twiki

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"darksite/processing/chandra"
)

func b(id string) string {
	return "<!-- darksite:begin " + id + " -->\nnew " + id + "\n<!-- darksite:end " + id + " -->\n"
}

func TestSplice(t *testing.T) {
	old := strings.ReplaceAll(b("2015355"), "new", "old %X% \xff")
	for name, c := range map[string]struct{ topic, id, want string }{
		"empty":                  {"", "2015355", b("2015355")},
		"at the end":             {"a\n", "2015355", "a\n" + b("2015355")},
		"no newline at the end":  {"a", "2015355", "a\n" + b("2015355")},
		"after the anchor":       {"a\n<!-- darksite -->\nb", "2015355", "a\n<!-- darksite -->\n" + b("2015355") + "b"},
		"after the anchor, tail": {"a <!--darksite--> b", "2015355", "a <!--darksite-->\n" + b("2015355") + " b"},
		"in its place":           {"a " + old + " b\r\n", "2015355", "a " + b("2015355") + " b\r\n"},
		"spaces in the comments": {"<!--  darksite:begin\t2015355--> x <!--darksite:end 2015355  -->", "2015355", strings.TrimSuffix(b("2015355"), "\n")},
		"newest first":           {"x\n" + b("2014289") + "y\n", "2015355", "x\n" + b("2015355") + "\n" + b("2014289") + "y\n"},
		"between":                {b("2016125") + "\n" + b("2014289"), "2015355", b("2016125") + "\n" + b("2015355") + "\n" + b("2014289")},
		"oldest last":            {"x\n" + b("2016125") + "y\n", "2015355", "x\n" + b("2016125") + "\n" + b("2015355") + "y\n"},
		"comments of others":     {"<!-- darkroom:begin 1 --><!-- a -->\n", "2015355", "<!-- darkroom:begin 1 --><!-- a -->\n" + b("2015355")},
	} {
		got, err := Splice([]byte(c.topic), []byte(b(c.id)))
		if err != nil || string(got) != c.want {
			t.Errorf("%s:\n%q, want\n%q, %v", name, got, c.want, err)
		}
	}
}

// Comments of ours that do not pair up are not guessed at.
func TestDamaged(t *testing.T) {
	begin, end := "<!-- darksite:begin 2015355 -->\n", "<!-- darksite:end 2015355 -->\n"
	for name, topic := range map[string]string{
		"begin": "x\n" + begin, "end": "x\n" + end, "end, begin": "\n" + end + begin, "begin twice": "\n" + begin + begin + end, "two blocks": b("2015355") + b("2015355"),
		"crossed": "\n" + begin + "<!-- darksite:end 2014289 -->", "nested": "\n" + begin + b("2014289") + end, "no id": "\n<!-- darksite:begin -->", "short id": "\n<!-- darksite:begin 2015 -->",
		"two anchors": Anchor + "\n" + Anchor, "anchor in a block": "\n" + begin + Anchor + end, "not closed": "\n<!-- darksite:begin 2015355\n-->", "other word": "\n<!-- darksite:beginning 2015355 -->",
	} {
		_, err := Splice([]byte(topic), []byte(b("2016125")))
		if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "line ") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A block put into any text leaves all else, can be put again without a
// change, and be taken out to give the text that there was.
func FuzzSplice(f *testing.F) {
	for _, topic := range []string{"", "a\n" + Anchor + "\nb", b("2014289"), "x " + b("2015355") + "\xff", b("2016125") + "\r\n", "<!-- darksite:begin 2015355 -->"} {
		f.Add([]byte(topic), 2015355)
	}
	f.Fuzz(func(t *testing.T, topic []byte, n int) {
		id := chandra.ID("2015355")
		if n&1 == 1 {
			id = "2014289"
		}
		block := []byte(b(string(id)))
		got, err := Splice(topic, block)
		if err != nil {
			if !errors.Is(err, ErrDamaged) {
				t.Fatal(err)
			}
			return
		}
		again, err := Splice(got, block)
		if err != nil || !bytes.Equal(again, got) {
			t.Fatalf("%q became %q, then %q, %v", topic, got, again, err)
		}
		at := bytes.Index(got, bytes.TrimRight(block, "\n"))
		if at < 0 {
			t.Fatalf("no block in %q", got)
		}
		before, after := got[:at], got[at+len(block)-1:]
		was, _, _ := spans(topic)
		for _, s := range was {
			if s.id == id {
				if !bytes.Equal(before, topic[:s.start]) || !bytes.Equal(after, topic[s.end:]) {
					t.Fatalf("%q became %q", topic, got)
				}
				return
			}
		}
		// A new block brings newlines around it and nothing else.
		rest := joined(bytes.TrimRight(before, "\n"), bytes.TrimLeft(after, "\n"))
		if strip(rest) != strip(topic) || len(got) > len(topic)+len(block)+3 || !bytes.HasPrefix(topic, bytes.TrimRight(before, "\n")) || !bytes.HasSuffix(topic, bytes.TrimLeft(after, "\n")) {
			t.Fatalf("%q became %q", topic, got)
		}
	})
}

func strip(text []byte) string { return strings.ReplaceAll(string(text), "\n", "") }
