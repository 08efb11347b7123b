package site

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"darksite/processing/chandra"
)

// addressSchema names the layout of the address book.
const addressSchema = "darksite/addresses/1"

// Addresses is the address book: which directory under dark_cal/ belongs to
// which calibration. An address once given stays, also when its calibration
// is gone. The book is kept in the site's directory; the caller loads and
// saves it.
type Addresses struct {
	byID map[chandra.ID]string
}

// addressForm is YYYY_mon with an optional suffix, in either case.
var addressForm = regexp.MustCompile(`^[0-9]{4}_[A-Za-z]{3}(_[A-Za-z0-9]{1,16})?$`)

// ParseAddresses reads an address book; no bytes are an empty book.
func ParseAddresses(data []byte) (Addresses, error) {
	a := Addresses{byID: map[chandra.ID]string{}}
	if len(bytes.TrimSpace(data)) == 0 {
		return a, nil
	}
	var book struct {
		Schema    string            `json:"schema"`
		Addresses map[string]string `json:"addresses"`
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&book); err != nil {
		return Addresses{}, fmt.Errorf("address book: byte %d: %w; restore the file from a backup, because new addresses must not be guessed", d.InputOffset(), err)
	}
	if d.More() {
		return Addresses{}, fmt.Errorf("address book: byte %d: more text after the end; restore the file from a backup", d.InputOffset())
	}
	if book.Schema != addressSchema {
		return Addresses{}, fmt.Errorf("address book: schema %q, want %q; a newer darksite wrote it", book.Schema, addressSchema)
	}
	owner := map[string]string{}
	for _, id := range slices.Sorted(maps.Keys(book.Addresses)) {
		dir := book.Addresses[id]
		if _, err := chandra.ParseID(id); err != nil {
			return Addresses{}, fmt.Errorf("address book: %w", err)
		}
		if !addressForm.MatchString(dir) {
			return Addresses{}, fmt.Errorf("address book: %s: address %q: want YYYY_mon with an optional suffix, such as 2010_oct_2", id, dir)
		}
		if other, taken := owner[strings.ToLower(dir)]; taken {
			return Addresses{}, fmt.Errorf("address book: %s and %s share the address %q; give one of them a suffix", other, id, dir)
		}
		owner[strings.ToLower(dir)] = id
		a.byID[chandra.ID(id)] = dir
	}
	return a, nil
}

// Marshal writes the address book, sorted by id.
func (a Addresses) Marshal() []byte {
	book := struct {
		Schema    string                `json:"schema"`
		Addresses map[chandra.ID]string `json:"addresses"`
	}{addressSchema, a.byID}
	if book.Addresses == nil {
		book.Addresses = map[chandra.ID]string{}
	}
	data, err := json.MarshalIndent(book, "", "  ")
	if err != nil {
		panic(err) // strings always marshal
	}
	return append(data, '\n')
}

// Of is the directory of a calibration, without a path.
func (a Addresses) Of(id chandra.ID) (dir string, ok bool) {
	dir, ok = a.byID[id]
	return dir, ok
}

// IDs are the calibrations that have an address, sorted.
func (a Addresses) IDs() []chandra.ID { return slices.Sorted(maps.Keys(a.byID)) }

// assign gives an address to every calibration that has none, none of those that
// are taken (in lower case), and reports which were new, in order of id. The first
// of a month gets YYYY_mon, later ones YYYY_mon_2 and so on; upperCase asks for
// YYYY_MON. Ids must have passed [chandra.ParseID].
func (a *Addresses) assign(ids []chandra.ID, upperCase bool, taken map[string]bool) (added []chandra.ID) {
	if a.byID == nil {
		a.byID = map[chandra.ID]string{}
	}
	for _, dir := range a.byID {
		taken[strings.ToLower(dir)] = true
	}
	ids = slices.Clone(ids)
	slices.Sort(ids)
	for _, id := range ids {
		if _, ok := a.byID[id]; ok {
			continue
		}
		month := id.Month()
		if upperCase {
			month = strings.ToUpper(month)
		}
		dir := month
		for n := 2; taken[strings.ToLower(dir)]; n++ {
			dir = month + "_" + strconv.Itoa(n)
		}
		taken[strings.ToLower(dir)] = true
		a.byID[id] = dir
		added = append(added, id)
	}
	return added
}
