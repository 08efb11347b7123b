package site

import (
	"bytes"
	"testing"

	"darksite/processing/chandra"

	"github.com/google/go-cmp/cmp"
)

// directories gives the book as a plain map.
func directories(a Addresses, ids ...chandra.ID) map[chandra.ID]string {
	m := map[chandra.ID]string{}
	for _, id := range ids {
		if dir, ok := a.Of(id); ok {
			m[id] = dir
		}
	}
	return m
}

// 2010288 and 2010301 are the one real pair of calibrations in a month
// (inputs-and-pages.md, section A1).
func TestSecondCalibrationOfAMonthGetsASuffix(t *testing.T) {
	var a Addresses
	added := a.assign([]chandra.ID{"2010301", "2015355", "2010288"}, false, map[string]bool{})
	if d := cmp.Diff([]chandra.ID{"2010288", "2010301", "2015355"}, added); d != "" {
		t.Error(d)
	}
	want := map[chandra.ID]string{"2010288": "2010_oct", "2010301": "2010_oct_2", "2015355": "2015_dec"}
	if d := cmp.Diff(want, directories(a, "2010288", "2010301", "2015355")); d != "" {
		t.Error(d)
	}
}

func TestAddressesOnceGivenStay(t *testing.T) {
	var a Addresses
	a.assign([]chandra.ID{"2010301"}, false, map[string]bool{})
	a, err := ParseAddresses(a.Marshal())
	if err != nil {
		t.Fatal(err)
	}
	// The earlier day of the month comes later; so does the wish for upper case.
	added := a.assign([]chandra.ID{"2010288", "2010301"}, true, map[string]bool{})
	if d := cmp.Diff([]chandra.ID{"2010288"}, added); d != "" {
		t.Error(d)
	}
	want := map[chandra.ID]string{"2010301": "2010_oct", "2010288": "2010_OCT_2"}
	if d := cmp.Diff(want, directories(a, "2010288", "2010301")); d != "" {
		t.Error(d)
	}
	if added := a.assign([]chandra.ID{"2010288", "2010301"}, false, map[string]bool{}); len(added) != 0 {
		t.Errorf("a second time gave new addresses: %v", added)
	}
}

func TestAddressBookRefusals(t *testing.T) {
	for name, book := range map[string]string{
		"not JSON":            `{"schema":`,
		"other schema":        `{"schema":"darksite/addresses/2","addresses":{}}`,
		"unknown field":       `{"schema":"darksite/addresses/1","addresses":{},"x":1}`,
		"more text":           `{"schema":"darksite/addresses/1","addresses":{}} {}`,
		"bad id":              `{"schema":"darksite/addresses/1","addresses":{"2015366":"2015_dec"}}`,
		"leads away":          `{"schema":"darksite/addresses/1","addresses":{"2015355":"../2015_dec"}}`,
		"absolute":            `{"schema":"darksite/addresses/1","addresses":{"2015355":"/tmp"}}`,
		"page of its own":     `{"schema":"darksite/addresses/1","addresses":{"2015355":"method"}}`,
		"shared":              `{"schema":"darksite/addresses/1","addresses":{"2010288":"2010_oct","2010301":"2010_oct"}}`,
		"shared but for case": `{"schema":"darksite/addresses/1","addresses":{"2010288":"2010_oct","2010301":"2010_OCT"}}`,
	} {
		if _, err := ParseAddresses([]byte(book)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if a, err := ParseAddresses(nil); err != nil || len(directories(a, "2015355")) != 0 {
		t.Errorf("no bytes: %v", err)
	}
}

func FuzzParseAddresses(f *testing.F) {
	f.Add([]byte(`{"schema":"darksite/addresses/1","addresses":{"2010288":"2010_oct","2010301":"2010_oct_2"}}`))
	f.Add([]byte(`{"schema":"darksite/addresses/1","addresses":{"2010288":"../../etc"}}`))
	f.Add([]byte("{}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := ParseAddresses(data)
		if err != nil {
			return
		}
		again, err := ParseAddresses(a.Marshal())
		if err != nil {
			t.Fatalf("what was written is refused: %v", err)
		}
		if !bytes.Equal(a.Marshal(), again.Marshal()) {
			t.Errorf("%s became %s", a.Marshal(), again.Marshal())
		}
		again.assign([]chandra.ID{"2010288", "2015355"}, false, map[string]bool{})
		if _, err := ParseAddresses(again.Marshal()); err != nil {
			t.Errorf("a book with new addresses is refused: %v", err)
		}
	})
}
