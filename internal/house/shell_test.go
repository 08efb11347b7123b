package house

import (
	"go/ast"
	"go/token"
	"slices"
	"strconv"
)

// shells are programs that take text for commands.
var shells = []string{"sh", "bash", "dash", "ksh", "zsh", "csh", "fish", "cmd", "cmd.exe", "powershell", "env", "sudo", "eval",
	"/bin/sh", "/bin/bash", "/usr/bin/env"}

// ruleShell: programs are run with a list of arguments. A file that runs
// programs holds neither the name of a shell nor the option that hands it text.
func ruleShell(m *module) (found []string) {
	for _, p := range m.sorted() {
		if support(p.dir) {
			continue
		}
		for _, f := range p.files {
			if f.test || !slices.Contains(f.imports(), "os/exec") {
				continue
			}
			ast.Inspect(f.ast, func(n ast.Node) bool {
				literal, ok := n.(*ast.BasicLit)
				if !ok || literal.Kind != token.STRING {
					return true
				}
				if text, err := strconv.Unquote(literal.Value); err == nil && (slices.Contains(shells, text) || text == "-c" || text == "/c") {
					found = append(found, finding(f.path, "holds %q beside os/exec: programs are run with a list of arguments, not by a shell", text))
				}
				return true
			})
		}
	}
	return found
}
