package published

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"darksite/internal/ground/phrase"
	"darksite/processing/chandra"
	"darksite/processing/quantity"
)

// maxJSON is far above what [Read] lets into one calibration.
const maxJSON = 16 << 20 // bytes

// Encode is the JSON file of a calibration, <id>.json.
func (c *Calibration) Encode() ([]byte, error) {
	if err := c.valid(); err != nil {
		return nil, fmt.Errorf("published %s: %w", c.ID, err)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(c); err != nil {
		return nil, fmt.Errorf("published %s: %w", c.ID, err)
	}
	if b.Len() > maxJSON {
		return nil, fmt.Errorf("published %s: more than %d bytes: give fewer files", c.ID, maxJSON)
	}
	return b.Bytes(), nil
}

// Parse reads back what Encode wrote. The name is for messages.
func Parse(content []byte, name string) (*Calibration, error) {
	fail := func(err error) (*Calibration, error) {
		return nil, fmt.Errorf("%s: %w; import the published statistics again", name, err)
	}
	if len(content) > maxJSON {
		return fail(fmt.Errorf("more than %d bytes", maxJSON))
	}
	var head struct {
		Schema string `json:"schema"`
	}
	if err := json.Unmarshal(content, &head); err != nil {
		return fail(fmt.Errorf("not JSON: %w", err))
	}
	if head.Schema != Schema && head.Schema != schema1 {
		return fail(fmt.Errorf("schema %q, this darksite reads %q and %q", phrase.Short(head.Schema), Schema, schema1))
	}
	d := json.NewDecoder(bytes.NewReader(content))
	d.DisallowUnknownFields()
	c := new(Calibration)
	if err := d.Decode(c); err != nil {
		return fail(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fail(errors.New("something follows the JSON text"))
	}
	if c.Schema == schema1 {
		c.upgrade()
	}
	if err := c.valid(); err != nil {
		return fail(err)
	}
	return c, nil
}

// keys1 are the keys of version 1.
var keys1 = strings.NewReplacer("_e_s", "_e_per_s", "t_ccd_c", "ccd_temp_c", "n_gt_100_tadj", "count_adj", "n_gt_100_plus_zodi", "count_z", "n_gt_100z_tadj", "count_adj_z")

// upgrade gives the numbers of version 1 the keys and the order of today.
func (c *Calibration) upgrade() {
	c.Schema = Schema
	for i := range c.Values {
		v := &c.Values[i]
		v.Quantity = quantity.Key(keys1.Replace(string(v.Quantity)))
		if v.Unit == "degC" {
			v.Unit = quantity.Celsius
		}
	}
	for i, s := range c.Contradictions {
		c.Contradictions[i] = keys1.Replace(s)
	}
	slices.SortStableFunc(c.Values, func(a, b Value) int { return cmp.Compare(quantityAt(a.Quantity), quantityAt(b.Quantity)) })
}

// valid holds a record to what its types do not say.
func (c *Calibration) valid() error {
	if _, err := chandra.ParseID(string(c.ID)); err != nil {
		return err
	}
	if c.Schema != Schema || c.Date != c.ID.Colon() || c.Rule != Rule {
		return fmt.Errorf("schema %q, date %q and rule %q are not those of calibration %s", phrase.Short(c.Schema), phrase.Short(c.Date), phrase.Short(c.Rule), c.ID)
	}
	if len(c.Values) == 0 || len(c.Files) == 0 {
		return errors.New("no values, or no file that they are from")
	}
	last := -1
	for _, v := range c.Values {
		at := quantityAt(v.Quantity)
		if at <= last || v.Unit != Quantities[at].Unit {
			return fmt.Errorf("quantity %q in %q is not known or not in its place", phrase.Short(string(v.Quantity)), phrase.Short(string(v.Unit)))
		}
		last = at
		if err := v.valid(&Quantities[at]); err != nil {
			return fmt.Errorf("%s: %w", v.Quantity, err)
		}
	}
	for _, r := range append(append([]Remark{}, c.Labels...), c.Notes...) {
		if !printable(r.Text) || !printable(r.Source) {
			return fmt.Errorf("remark %q is not printable text", phrase.Short(r.Text))
		}
	}
	for _, s := range c.Contradictions {
		if !phrase.Printable(s) {
			return fmt.Errorf("contradiction %q is not printable text", phrase.Short(s))
		}
	}
	for _, f := range c.Files {
		if !printable(f.Name) || len(f.SHA256) != 64 || f.Bytes < 0 {
			return fmt.Errorf("file %q has no name, size and SHA-256", phrase.Short(f.Name))
		}
	}
	return nil
}

func (v *Value) valid(q *Quantity) error {
	if len(v.Reports) == 0 || v.Shown != v.Reports[len(v.Reports)-1] {
		return errors.New("shown is not the last report")
	}
	for _, r := range v.Reports {
		if n, err := q.Parse(r.Printed); err != nil || n != r.Value {
			return fmt.Errorf("value %v is not the number printed, %q", r.Value, phrase.Short(r.Printed))
		}
		if r.Source == "" || !printable(r.Source) || !printable(r.Method) {
			return fmt.Errorf("source %q is not printable text", phrase.Short(r.Source))
		}
		if !printable(r.File) || r.Line < 0 {
			return fmt.Errorf("line %d of file %q is no place", r.Line, phrase.Short(r.File))
		}
	}
	return nil
}
