package config

import (
	"path/filepath"

	"darksite/processing/era"
)

// FileName is the configuration's name in a site directory.
const FileName = "site.toml"

// Config is all that a site.toml can say. What each setting does is told in
// [Settings], which also makes the commented example.
type Config struct {
	// Dir is the site directory, absolute. File is the configuration that was
	// read, "" when there is none and all settings have their defaults.
	Dir, File string
	// Home is what "~" stands for at the beginning of a path, "" when not known.
	Home string

	Site         Site
	Paths        Paths
	Source       Source
	Processing   Processing
	Calibrations Calibrations
	Pixels       Pixels
	Quality      Quality
	TWiki        TWiki
	Notify       Notify
	Pages        Pages
	Publish      Publish
	// Targets are the tables [publish.NAME], by name.
	Targets []Target
}

// Site is the [site] table.
type Site struct {
	Title        string
	BaseURL      string // absolute with http or https, or ""
	Organization string // "" when not shown
}

// Paths is the [paths] table, as written; [Config.DataDir] and its like
// resolve them.
type Paths struct {
	Data, Archive, Comparisons, Published, Public string
}

// Source is the [source] table: what calibrations are made of, and for whom.
type Source struct {
	Telemetry, Kadi, Starcheck, Temperatures, Attitudes, Mirror string // "" for none
}

// Beside resolves a place that the configuration names.
func (c *Config) Beside(path string) string { return c.resolve(path) }

// The ways to make a map.
const (
	MethodClassic  = "classic"
	MethodMeasured = "measured"
)

// Processing is the [processing] table.
type Processing struct {
	Method     string  // MethodClassic or MethodMeasured
	GainEPerDN float64 // electrons per DN, above 0
	// ReplicaTemperatures is TemperaturesAsTaken or TemperaturesToMean.
	ReplicaTemperatures string
}

// What becomes of replicas of different CCD temperatures before the median.
const (
	TemperaturesAsTaken = "as-taken"
	TemperaturesToMean  = "mean"
)

// Calibrations is the [calibrations] table.
type Calibrations struct {
	Eras era.Eras
}

// Pixels is the [pixels] table: the rule of the bad pixel list.
type Pixels struct {
	BadAboveEPerS float64
	BadCombine    string
	BadAt         string
}

// Quality is the [quality] table.
type Quality struct {
	Rules string // a file, or "" for the built-in rules
}

// TWiki is the [twiki] table.
type TWiki struct {
	Endpoint, Topic string // "" for none
}

// The letter cases of report directories.
const (
	MonthLower = "lower"
	MonthUpper = "upper"
)

// Pages is the [pages] table.
type Pages struct {
	CommonTempC float64
	CadenceDays float64
	MonthCase   string // MonthLower or MonthUpper
	MainPage    string // a file, or "" for none
}

// Default is the configuration of a site directory without a site.toml.
func Default(dir string) Config {
	c := Config{Dir: dir}
	for _, s := range Settings {
		// The defaults pass their own checks; a test sees to it.
		_ = s.set(&c, s.Default)
	}
	return c
}

// DataDir is where the telemetry lies, one directory for each calibration.
func (c *Config) DataDir() string { return c.resolve(c.Paths.Data) }

// ArchiveDir is where the maps and their numbers go, one directory for each
// calibration.
func (c *Config) ArchiveDir() string { return c.resolve(c.Paths.Archive) }

// ComparisonsDir is where the comparisons between calibrations go.
func (c *Config) ComparisonsDir() string { return c.resolve(c.Paths.Comparisons) }

// PublishedDir is where imported statistics go.
func (c *Config) PublishedDir() string { return c.resolve(c.Paths.Published) }

// PublicDir is where the pages go.
func (c *Config) PublicDir() string { return c.resolve(c.Paths.Public) }

func (c *Config) resolve(path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(c.Dir, path)
}
