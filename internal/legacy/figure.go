package legacy

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// What stands in a raw text beside its characters. None of them is a character
// of a page: the tokenizer's texts lose them in [raw].
const (
	markFrom = '\x01' // a reference to a footnote begins
	markTo   = '\x02'
	joint    = '\x03' // an element begins or ends
	not      = '\x04' // text that is struck out or hidden
)

var (
	marks    = words("sup sub")
	struck   = words("del s strike")
	controls = strings.NewReplacer("\n", " ", "\r", " ", "\x01", "\ufffd", "\x02", "\ufffd", "\x03", "\ufffd", "\x04", "\ufffd")
	// One or more footnotes, or an uncertainty above or below the line.
	markText = regexp.MustCompile(`^\s*(?:[\[(]?` + markForm + `(?:\s*,\s*` + markForm + `)*[\])]?|[-+−]\s*[0-9.]+)\s*$`)
)

const markForm = `(?:[0-9]{1,2}|[a-zA-Z]|[*†‡§¶#+]{1,4})`

// raw is the text in a node as it is written: each block and line on a line, with
// the places where elements begin and end, and with footnotes kept apart from what
// they stand at. Tables in it are left out on demand.
func raw(n *html.Node, tables bool) string {
	var b strings.Builder
	var visit func(*html.Node)
	visit = func(n *html.Node) {
		for k := range n.ChildNodes() {
			switch {
			case k.Type == html.TextNode:
				b.WriteString(controls.Replace(k.Data))
			case k.Type != html.ElementNode:
			case unread[k.Data]:
				b.WriteRune(joint)
			case k.Data == "br" || blocks[k.Data]:
				b.WriteByte('\n')
				if k.Data != "table" || tables {
					visit(k)
				}
				b.WriteByte('\n')
			case isMark(k):
				b.WriteString(string(markFrom) + allText(k) + string(markTo))
			default:
				b.WriteRune(joint)
				if struck[k.Data] || isHidden(k) {
					b.WriteRune(not)
				}
				visit(k)
				b.WriteRune(joint)
			}
		}
	}
	visit(n)
	return b.String()
}

// isMark tells whether an element refers to a footnote: it is raised, lowered, or
// leads to a place in a page, and says no more than a footnote's name.
func isMark(k *html.Node) bool {
	return (marks[k.Data] || k.Data == "a" && strings.Contains(value(k, "href"), "#")) && markText.MatchString(allText(k))
}

// allText is all that is in an element, without its structure.
func allText(k *html.Node) string {
	var b strings.Builder
	for n := range k.Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(controls.Replace(n.Data))
		}
	}
	return b.String()
}

func isHidden(k *html.Node) bool {
	hidden := slices.ContainsFunc(k.Attr, func(a html.Attribute) bool { return a.Key == "hidden" })
	return hidden || strings.Contains(strings.ReplaceAll(strings.ToLower(value(k, "style")), " ", ""), "display:none")
}

// apart matches where two numbers would become one if what stands between them
// were left out.
var apart = regexp.MustCompile(`([0-9.,])[\x01-\x04]+([0-9.,])`)

// shown is a raw text as a reader sees it, on one line. Digits of different
// elements stay apart.
func shown(raw string) string {
	for range 2 { // one digit may be the end of a match and the beginning of the next
		raw = apart.ReplaceAllString(raw, "$1 $2")
	}
	return plain(withoutControls(raw))
}

func withoutControls(s string) string {
	return strings.Map(func(r rune) rune {
		if r <= not && r >= markFrom {
			return -1
		}
		return r
	}, s)
}

var (
	markIn      = regexp.MustCompile(`\x01[^\x02]*\x02`)
	trailingRef = regexp.MustCompile(`\s*(?:\[[^\]]{1,3}\]|\([0-9a-z]\)|[*†‡§¶¹²³⁰⁴-⁹]+)\s*$`)
)

// named is a raw text without the footnotes at it.
func named(raw string) string {
	return trailingRef.ReplaceAllString(shown(markIn.ReplaceAllString(raw, " ")), "")
}

// The parts of a cell with one number.
const (
	groupMark = `,'’\x{2009}\x{202f}\x{2007}`
	around    = `\s|\x01[^\x02]*\x02|[*†‡§¶¹²³⁰⁴-⁹]`
	unitForm  = `[(\[]?\s*(?:e|electrons?)\s*-?\s*(?:(?:/|per)\s*s(?:ec(?:ond)?s?)?|s\s*-1)\s*[)\]]?\.?|pix(?:els?|\.)?`
)

var (
	figureForm = regexp.MustCompile(`(?i)^(?:` + around + `|\x03)*` +
		`([-+]?[0-9](?:[0-9.` + groupMark + `]*[0-9.])?(?:e[-+]?[0-9]{1,2})?)` +
		`((?:` + around + `|\x03|#|\[[0-9a-z*]{1,3}\]|\((?:[0-9.]{1,6}|[a-z])\)|` + unitForm + `|(?:±|\+\s*/?\s*-)\s*[0-9.]+)*)$`)
	plainForm = regexp.MustCompile(`(?i)^[-+]?[0-9]+(?:\.[0-9]*)?(?:e[-+]?[0-9]{1,2})?$`)
	// A whole number in groups of three, all with the same mark between.
	groupForm = regexp.MustCompile(`^[0-9]{1,3}(?:(?:,[0-9]{3})+|(?:['’][0-9]{3})+|(?:[\x{2009}\x{202f}\x{2007}][0-9]{3})+)$`)
	// What 1.234 means as a whole number depends on who wrote it.
	dotted     = regexp.MustCompile(`\.[0-9]{3}`)
	powerOf    = regexp.MustCompile(`^(?:10|2)$`)
	powerSign  = regexp.MustCompile(`^(?:\x01\s*[-+−]?[0-9]+\s*\x02|[¹²³⁰⁴-⁹])`)
	innerJoint = regexp.MustCompile(`[0-9.,][\x03]+[0-9.,e+'’-]|[e+-][\x03]+[0-9.,]`)
	unitIn     = regexp.MustCompile(`(?i)` + unitForm)
)

// figure is the one number that a cell prints, as it can be read. What stands at
// it and is no part of it is returned too: footnotes, an uncertainty, marks
// between thousands. An error says why there is no certain number.
func figure(raw string, count bool) (printed, beside string, err error) {
	s := strings.NewReplacer("−", "-", "\u00a0", " ").Replace(raw)
	if innerJoint.MatchString(s) {
		return "", "", fmt.Errorf("its digits are in several elements")
	}
	// What is left of elements separates nothing.
	s = strings.Map(func(r rune) rune {
		if r == joint {
			return -1
		}
		return r
	}, s)
	m := figureForm.FindStringSubmatch(s)
	if m == nil {
		return "", "", fmt.Errorf("it is not one number")
	}
	printed, tail := m[1], m[2]
	if powerOf.MatchString(printed) && powerSign.MatchString(tail) {
		return "", "", fmt.Errorf("it may be a power")
	}
	whole := plain(withoutControls(strings.NewReplacer(string(markFrom), " ", string(markTo), " ").Replace(s)))
	switch {
	case groupForm.MatchString(printed) && count:
		printed = strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, printed)
	case !plainForm.MatchString(printed):
		return "", "", fmt.Errorf("what its commas mean is not certain")
	case count && dotted.MatchString(printed):
		return "", "", fmt.Errorf("it may be thousands or a fraction")
	}
	if rest := strings.TrimSpace(unitIn.ReplaceAllString(whole, "")); rest != printed {
		beside = rest
	}
	return printed, beside, nil
}
