package inputs

import "fmt"

// Differences says in sentences where what a file gives is not what is known
// from elsewhere: a fact that it lacks, or another value beyond what rounding
// explains. The name is the file's, for the sentences.
func (i *Info) Differences(known *Info, name string) (out []string) {
	for _, c := range infoColumns {
		switch a, b := c.text(i), c.text(known); {
		case b == "":
		case a == "":
			out = append(out, fmt.Sprintf("%s has no %s, which is %s", name, c.fact, b))
		case !c.same(i, known):
			out = append(out, fmt.Sprintf("the %s is %s in %s, and %s here", c.fact, a, name, b))
		}
	}
	return out
}
