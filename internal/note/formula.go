package note

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// maxTeX bounds a formula.
const maxTeX = 2000

// Formula is TeX within a paragraph.
type Formula struct {
	ast.BaseInline
	TeX     string
	Display bool // on its own, $$x$$

	start, stop int // in the source, with the dollars
}

var kindFormula = ast.NewNodeKind("Formula")

// Kind is that of formulas.
func (f *Formula) Kind() ast.NodeKind { return kindFormula }

// Dump prints the formula for tests of parsers.
func (f *Formula) Dump(source []byte, level int) {
	ast.DumpHelper(f, source, level, map[string]string{"TeX": f.TeX}, nil)
}

// Written is the formula with its dollars, for whatever cannot show formulas.
func (f *Formula) Written() string {
	if f.Display {
		return "$$" + f.TeX + "$$"
	}
	return "$" + f.TeX + "$"
}

// formulaParser reads $x$ and $$x$$. As in Pandoc, a formula within a line
// begins and ends with something other than a space, and no digit follows it,
// so that prices stay prices. It holds no backtick: what begins with a price may go
// on with code.
type formulaParser struct{}

func (formulaParser) Trigger() []byte { return []byte{'$'} }

func (formulaParser) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, at := block.PeekLine()
	if bytes.HasPrefix(line, []byte("$$")) {
		return displayed(block)
	}
	for i := 1; i < len(line) && line[i] != '\n'; i++ {
		switch {
		case line[i] == '\\':
			i++
		case line[i] == '`': // code goes before formulas
			return nil
		case line[i] == '$':
			tex := line[1:i]
			followed := i+1 < len(line) && '0' <= line[i+1] && line[i+1] <= '9'
			if len(tex) == 0 || len(tex) > maxTeX || blank(tex[0]) || blank(tex[len(tex)-1]) || followed {
				return nil
			}
			block.Advance(i + 1)
			if parent.Kind() == extast.KindTableCell { // where \| is how a line is written
				tex = bytes.ReplaceAll(tex, []byte(`\|`), []byte("|"))
			}
			return &Formula{TeX: string(tex), start: at.Start, stop: at.Start + i + 1}
		}
	}
	return nil
}

// displayed reads $$x$$, which may run over lines of one paragraph.
func displayed(block text.Reader) ast.Node {
	start, position := block.Position()
	block.Advance(2)
	var tex []byte
	stop := 0
	for {
		line, at := block.PeekLine()
		if line == nil || len(tex) > maxTeX {
			block.SetPosition(start, position)
			return nil
		}
		if end := bytes.Index(line, []byte("$$")); end >= 0 {
			tex = append(tex, line[:end]...)
			block.Advance(end + 2)
			stop = at.Start + end + 2
			break
		}
		tex = append(tex, line...)
		block.AdvanceLine()
	}
	if tex = bytes.TrimSpace(tex); len(tex) == 0 || len(tex) > maxTeX {
		block.SetPosition(start, position)
		return nil
	}
	return &Formula{TeX: string(tex), Display: true, start: position.Start, stop: stop}
}

func blank(c byte) bool { return c == ' ' || c == '\t' }
