package twiki

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"

	"darksite/internal/ground/phrase"
	"darksite/processing/chandra"
)

// ErrDamaged is for a topic whose comments of ours do not pair up.
var ErrDamaged = errors.New("the darksite comments of the topic do not pair up")

// Anchor is the comment after which the first block goes. Without it the block
// goes to the end of the topic.
const Anchor = "<!-- darksite -->"

func beginMark(id chandra.ID) string { return "<!-- darksite:begin " + string(id) + " -->" }
func endMark(id chandra.ID) string   { return "<!-- darksite:end " + string(id) + " -->" }

var (
	// anyMark is every comment that is or was meant to be ours.
	anyMark  = regexp.MustCompile(`<!--\s*darksite[^\n>]*>?`)
	pairMark = regexp.MustCompile(`^<!--\s*darksite:(begin|end)\s+([12]\d{6})\s*-->$`)
	soleMark = regexp.MustCompile(`^<!--\s*darksite\s*-->$`)
)

// span is where a block lies in a text, comments included.
type span struct {
	id         chandra.ID
	start, end int
}

// spans finds the blocks of a topic and the end of its anchor, -1 when there
// is none.
func spans(text []byte) (blocks []span, anchor int, err error) {
	anchor = -1
	open := -1
	seen := map[chandra.ID]bool{}
	for _, at := range anyMark.FindAllIndex(text, -1) {
		mark := text[at[0]:at[1]]
		damaged := func(what string) error {
			return fmt.Errorf("line %d, %q: %s: %w; mend it by hand in the wiki", line(text, at[0]), phrase.Cut(string(mark), 60), what, ErrDamaged)
		}
		if soleMark.Match(mark) {
			switch {
			case anchor >= 0:
				return nil, -1, damaged("a second anchor")
			case open >= 0:
				return nil, -1, damaged("an anchor within the block of " + string(blocks[open].id))
			}
			anchor = at[1]
			continue
		}
		m := pairMark.FindSubmatch(mark)
		if m == nil {
			return nil, -1, damaged("neither an anchor, a begin nor an end")
		}
		id := chandra.ID(m[2])
		switch begin := string(m[1]) == "begin"; {
		case begin && open >= 0:
			return nil, -1, damaged("a begin within the block of " + string(blocks[open].id))
		case begin && seen[id]:
			return nil, -1, damaged("a second block of " + string(id))
		case begin:
			open, seen[id] = len(blocks), true
			blocks = append(blocks, span{id, at[0], -1})
		case open < 0:
			return nil, -1, damaged("an end without a begin")
		case blocks[open].id != id:
			return nil, -1, damaged("the end of another block than that of " + string(blocks[open].id))
		default:
			blocks[open].end = at[1]
			open = -1
		}
	}
	if open >= 0 {
		b := blocks[open]
		return nil, -1, fmt.Errorf("line %d, begin of %s: no end follows: %w; mend it by hand in the wiki", line(text, b.start), b.id, ErrDamaged)
	}
	return blocks, anchor, nil
}

// Splice puts a block into the text of a topic: in the place of the block with
// the same id; else before the first block of an earlier calibration, so that
// the newest comes first; else after the last block; else after [Anchor]; else
// at the end. Every byte outside the block stays. A block that comes new is set
// apart by newlines.
func Splice(topic, block []byte) ([]byte, error) {
	id, err := blockID(block)
	if err != nil {
		return nil, err
	}
	blocks, anchor, err := spans(topic)
	if err != nil {
		return nil, err
	}
	block = bytes.TrimRight(block, "\n")
	at := len(topic)
	if anchor >= 0 {
		at = anchor
	}
	for _, b := range blocks {
		if b.id == id {
			return joined(topic[:b.start], block, topic[b.end:]), nil
		}
		at = b.end
	}
	for _, b := range blocks {
		if b.id < id {
			return joined(topic[:b.start], block, []byte("\n\n"), topic[b.start:]), nil
		}
	}
	before, after := topic[:at], topic[at:]
	var apart, close []byte
	if len(before) > 0 && before[len(before)-1] != '\n' {
		apart = []byte("\n")
	}
	if len(blocks) > 0 {
		apart = append(apart, '\n')
	}
	if len(after) == 0 || after[0] != '\n' {
		close = []byte("\n")
	}
	return joined(before, apart, block, close, after), nil
}

// blockID checks that a block is one whole block and nothing else.
func blockID(block []byte) (chandra.ID, error) {
	trimmed := bytes.TrimRight(block, "\n")
	blocks, anchor, err := spans(trimmed)
	if err != nil {
		return "", fmt.Errorf("the block: %w", err)
	}
	if len(blocks) != 1 || anchor >= 0 || blocks[0].start != 0 || blocks[0].end != len(trimmed) {
		return "", fmt.Errorf("the block: want one, from %q to its end", beginMark("2015355"))
	}
	return blocks[0].id, nil
}

// line is the number of the line that holds a byte, from 1.
func line(text []byte, at int) int { return 1 + bytes.Count(text[:at], []byte("\n")) }

func joined(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
