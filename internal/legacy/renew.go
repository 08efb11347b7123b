package legacy

import (
	"cmp"
	"slices"
	"strings"
)

// Update writes the block of a page that has its markers anew, with the
// calibrations that there are now; addresses in has are relative to dark_cal/.
// Base is where that is as seen from the page, for a block that does not tell.
// A page whose block says all that already is returned as it is.
func Update(page []byte, has []Link, base string) (updated []byte, m *Managed, err error) {
	m, err = Find(page)
	if err != nil {
		return nil, nil, err
	}
	block, err := m.Style.Block(Renew(m.Links, has, base))
	if err != nil {
		return nil, nil, err
	}
	updated, err = Replace(page, block)
	return updated, m, err
}

// Renew is the list that takes the place of another: the calibrations of has,
// at addresses that begin as those of had do, with the notes that had has on
// them. A calibration that only had leads to stays as it is: what darksite does
// not know is not its to drop.
func Renew(had, has []Link, base string) []Link {
	var bases []string
	notes := map[string]string{}
	for _, l := range had {
		directory, before := DirectoryOf(l.Address)
		bases = append(bases, before)
		if key := strings.ToLower(directory); notes[key] == "" {
			notes[key] = l.Note
		}
	}
	if len(bases) > 0 {
		base = most(bases)
	}
	list := slices.Clone(has)
	for i, l := range list {
		directory, _ := DirectoryOf(l.Address)
		list[i].Address = base + l.Address
		list[i].Note = cmp.Or(l.Note, notes[strings.ToLower(directory)])
	}
	return append(list, Missing(had, has)...)
}
