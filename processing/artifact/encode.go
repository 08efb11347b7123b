package artifact

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"darksite/internal/ground/workers"
	"darksite/processing/ccd"
	"darksite/processing/darkmap"
	"darksite/processing/fits"
)

// Encode gives the artifacts of a calibration by file name. They depend on
// nothing but the arguments. A map that another program made has no coverage.fits.
func Encode(c *Calibration, m *Images) (map[string][]byte, error) {
	type part struct {
		name   string
		encode func() ([]byte, error)
	}
	parts := []part{
		{ImageFile, func() ([]byte, error) { return encodeImage(c, m) }},
		{PropertiesFile, func() ([]byte, error) { return encodeJSON(properties(c), propertiesIndent) }},
		{CalibrationFile, func() ([]byte, error) { return encodeLines(c) }},
	}
	if c.Origin != FromMap {
		parts = append(parts, part{CoverageFile, func() ([]byte, error) { return encodeCoverage(c, m) }})
	}
	contents := make([][]byte, len(parts))
	err := workers.Each(len(parts), func(i int) (err error) {
		if contents[i], err = parts[i].encode(); err != nil {
			return fmt.Errorf("%s of %s: %w", parts[i].name, c.ID, err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	files := make(map[string][]byte, len(parts)+1)
	for i, p := range parts {
		files[p.name] = contents[i]
	}
	files[ManifestFile] = Manifest(files)
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

func encodeImage(c *Calibration, m *Images) ([]byte, error) {
	return encodeFITS(c.Geometry, fits.Image[float32]{
		Cards:  append(commonCards(c), imageCards(c)...),
		Width:  c.Geometry.Columns,
		Height: c.Geometry.Rows,
		Pixels: m.Dark,
	})
}

// encodeCoverage writes what the map rests on: the samples of each pixel and
// their scatter.
func encodeCoverage(c *Calibration, m *Images) ([]byte, error) {
	hdus := []fits.HDU{fits.Primary{Cards: commonCards(c)}}
	for i, seconds := range []float64{darkmap.Short: c.Map.ShortS, darkmap.Long: c.Map.LongS} {
		hdus = append(hdus, fits.Image[uint8]{
			Name: extension(darkmap.Integration(i)),
			Cards: []fits.Card{
				{Key: "EXPOSURE", Value: seconds, Comment: "[s] integration time"},
				{Key: "COMMENT", Value: "Samples, of one replica each, behind every pixel of the dark map."},
			},
			Width:  c.Geometry.Columns,
			Height: c.Geometry.Rows,
			Pixels: m.Coverage[i],
		})
	}
	hdus = append(hdus, fits.Image[float32]{
		Name: noiseExtension,
		Cards: []fits.Card{
			{Key: "BUNIT", Value: "electron/s", Comment: "standard deviation"},
			{Key: "COMMENT", Value: "Scatter of the replicas' dark currents (long - short) at every pixel: 1.4826 times their median absolute deviation, corrected for the number of replicas. The map, their median, has 0.54 of it for five replicas."},
		},
		Width:  c.Geometry.Columns,
		Height: c.Geometry.Rows,
		Pixels: m.Noise,
	})
	return encodeFITS(c.Geometry, hdus...)
}

// noiseExtension is the EXTNAME of the scatter of the replicas.
const noiseExtension = "NOISE"

// extension is the EXTNAME of an integration's coverage.
func extension(i darkmap.Integration) string { return strings.ToUpper(i.String()) }

func encodeFITS(g ccd.Geometry, hdus ...fits.HDU) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(4*g.Pixels() + 1<<16)
	if err := fits.Encode(&b, hdus...); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
