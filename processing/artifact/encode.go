package artifact

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"darksite/processing/chandra"
	"darksite/processing/darkmap"
	"darksite/processing/fits"
)

// Encode gives the artifacts of a calibration by file name. They depend on
// nothing but the arguments.
func Encode(c *Calibration, m *darkmap.Map) (map[string][]byte, error) {
	parts := []struct {
		name   string
		encode func() ([]byte, error)
	}{
		{ImageFile, func() ([]byte, error) { return encodeImage(c, m) }},
		{CoverageFile, func() ([]byte, error) { return encodeCoverage(c, m) }},
		{PropertiesFile, func() ([]byte, error) { return encodeJSON(properties(c), propertiesIndent) }},
		{CalibrationFile, func() ([]byte, error) { return encodeLines(c) }},
	}
	contents, failures := make([][]byte, len(parts)), make([]error, len(parts))
	var wg sync.WaitGroup
	for i, p := range parts {
		wg.Go(func() { contents[i], failures[i] = p.encode() })
	}
	wg.Wait()
	files := make(map[string][]byte, len(parts)+1)
	for i, p := range parts {
		if failures[i] != nil {
			return nil, fmt.Errorf("%s of %s: %w", p.name, c.ID, failures[i])
		}
		files[p.name] = contents[i]
	}
	files[ManifestFile] = manifestOf(files)
	return files, nil
}

func encodeJSON(v any, indent string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", indent)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// encodeLines writes an object with each of its members on a line of its own:
// the histogram has thousands of numbers.
func encodeLines(v any) ([]byte, error) {
	compact, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(compact))
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	for separator := "{\n "; d.More(); separator = ",\n " {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		var member json.RawMessage
		if err := d.Decode(&member); err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "%s%q: %s", separator, key, member)
	}
	b.WriteString("\n}\n")
	return b.Bytes(), nil
}

// propertiesIndent is that of the archive since 2013 (processing.md, section 2.3).
const propertiesIndent = "    "

// properties are the keys of mica's classic properties.json that are known,
// with t_ccd beside ccd_temp because readers differ in which they want
// (processing.md, sections 2.3 to 2.5). No scalar holds a comma.
func properties(c *Calibration) map[string]any {
	p := map[string]any{"id": c.ID, "date": c.Date}
	set := func(v *float64, keys ...string) {
		if v != nil {
			for _, k := range keys {
				p[k] = *v
			}
		}
	}
	set(c.Facts.CCDTemp, "ccd_temp", "t_ccd")
	set(c.Facts.RA, "ra")
	set(c.Facts.Dec, "dec")
	if c.Facts.DateStart != "" {
		p["datestart"] = c.Facts.DateStart
	}
	received := map[int]bool{}
	most := c.Map.Planned
	for _, r := range c.Replicas {
		received[r.Number] = true
		most = max(most, r.Number)
	}
	replicas := []map[string]any{}
	for n := 1; n <= most; n++ {
		replicas = append(replicas, map[string]any{"count": n, "downlink": received[n]})
	}
	p["replicas"] = replicas
	return p
}

func encodeImage(c *Calibration, m *darkmap.Map) ([]byte, error) {
	return encodeFITS(fits.Image[float32]{
		Cards:  append(commonCards(c), fits.Card{Key: "BUNIT", Value: "electron/s", Comment: "dark current per pixel, unclipped"}),
		Width:  chandra.CCDSize,
		Height: chandra.CCDSize,
		Pixels: m.Image,
	})
}

func encodeCoverage(c *Calibration, m *darkmap.Map) ([]byte, error) {
	hdus := []fits.HDU{fits.Primary{Cards: commonCards(c)}}
	for _, i := range darkmap.Integrations {
		hdus = append(hdus, fits.Image[uint8]{
			Name: extension(i),
			Cards: []fits.Card{
				{Key: "EXPOSURE", Value: m.Seconds[i], Comment: "[s] integration time"},
				{Key: "COMMENT", Value: "Samples, of one replica each, behind every pixel of the dark map."},
			},
			Width:  chandra.CCDSize,
			Height: chandra.CCDSize,
			Pixels: m.Coverage[i],
		})
	}
	return encodeFITS(hdus...)
}

// extension is the EXTNAME of an integration's coverage.
func extension(i darkmap.Integration) string { return strings.ToUpper(i.String()) }

func encodeFITS(hdus ...fits.HDU) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(4*chandra.CCDSize*chandra.CCDSize + 1<<16)
	if err := fits.Encode(&b, hdus...); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// commonCards say what the file is of, and how it was made.
func commonCards(c *Calibration) []fits.Card {
	day := fits.Card{Key: "DATE-OBS", Value: c.ID.Date().Format("2006-01-02"), Comment: "UTC day of the calibration"}
	if t, err := chandra.ParseDate(c.Facts.DateStart); err == nil {
		day = fits.Card{Key: "DATE-OBS", Value: t.Format("2006-01-02T15:04:05.000"), Comment: "start, UTC"}
	}
	cards := []fits.Card{
		{Key: "TELESCOP", Value: "CHANDRA"},
		{Key: "INSTRUME", Value: "ACA", Comment: "aspect camera"},
		{Key: "OBJECT", Value: "DARK CURRENT"},
		{Key: "CALID", Value: string(c.ID), Comment: "calibration, UTC day of its first replica"},
		day,
		{Key: "TIMESYS", Value: "UTC"},
	}
	optional := func(v *float64, key, comment string) {
		if v != nil {
			cards = append(cards, fits.Card{Key: key, Value: *v, Comment: comment})
		}
	}
	optional(c.Facts.CCDTemp, "CCD_TEMP", "[degC] CCD temperature")
	optional(c.Facts.RA, "RA_NOM", "[deg] of the dark field")
	optional(c.Facts.Dec, "DEC_NOM", "[deg] of the dark field")
	return append(cards,
		fits.Card{Key: "METHOD", Value: c.Map.Method, Comment: "how the map was made"},
		fits.Card{Key: "NREPLICA", Value: c.Map.Replicas, Comment: "replicas used"},
		fits.Card{Key: "GAIN", Value: c.Map.GainEPerDN, Comment: "[electron/adu]"},
		fits.Card{Key: "TSHORT", Value: c.Map.ShortS, Comment: "[s] short integration"},
		fits.Card{Key: "TLONG", Value: c.Map.LongS, Comment: "[s] long integration"},
		fits.Card{Key: "ROW0", Value: chandra.MinRow, Comment: "ACA row of the first image row"},
		fits.Card{Key: "COL0", Value: chandra.MinRow, Comment: "ACA column of the first image column"},
		fits.Card{Key: "CREATOR", Value: c.Provenance.Tool + " " + c.Provenance.Version},
	)
}
