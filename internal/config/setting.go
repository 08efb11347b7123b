package config

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"darksite/internal/fetch"
	"darksite/internal/ground/phrase"
	"darksite/processing/era"
	"darksite/processing/pixels"
)

// Setting documents one key of site.toml and knows how to set it.
type Setting struct {
	Table, Key string
	// Default is a string, a float64 or eras.
	Default any
	// Doc is what the setting does, in lines short enough for a comment.
	Doc []string
	// set checks a value of the file and stores it. Its error says what was
	// wanted, without file, key or value.
	set func(c *Config, value any) error
}

// Name is the setting as "table.key".
func (s Setting) Name() string { return s.Table + "." + s.Key }

// Settings lists every key of site.toml, table by table, in the order of the
// example file.
var Settings = []Setting{
	{"site", "title", "ACA Dark Current Calibrations", []string{
		"Title of the section, at the head of its pages.",
	}, text(true, func(c *Config) *string { return &c.Site.Title })},
	{"site", "base_url", "", []string{
		"Where the section will be seen, without its dark_cal/, for example",
		"\"https://example.org/ASPECT/\", or nothing: the links between its pages are",
		"relative and work everywhere.",
	}, optional(checkHome, func(c *Config) *string { return &c.Site.BaseURL })},
	{"site", "organization", "", []string{
		"Who publishes the section, shown at the foot of its pages.",
	}, text(false, func(c *Config) *string { return &c.Site.Organization })},

	{"paths", "data", "data", []string{
		"Telemetry as delivered, in one directory YYYYDOY for each calibration. It is",
		"read, never written. Paths are relative to the directory of the site.",
	}, path(func(c *Config) *string { return &c.Paths.Data })},
	{"paths", "archive", "archive/aca_dark", []string{
		"Dark maps and their numbers, in one directory YYYYDOY for each calibration.",
	}, path(func(c *Config) *string { return &c.Paths.Archive })},
	{"paths", "comparisons", "comparison", []string{
		"What became of the pixels between calibrations, in one directory YYYYDOY each.",
	}, path(func(c *Config) *string { return &c.Paths.Comparisons })},
	{"paths", "published", "published", []string{
		"Published statistics that `darksite import` read, one file per calibration.",
	}, path(func(c *Config) *string { return &c.Paths.Published })},
	{"paths", "public", "public", []string{
		"The pages.",
	}, path(func(c *Config) *string { return &c.Paths.Public })},

	{"source", "telemetry", "", []string{
		"Where `darksite fetch` finds telemetry: a directory, \"host:/path\" (rsync over",
		"ssh) or \"rsync://host/module/path\".",
	}, setTelemetry},
	{"source", "kadi", "", []string{
		"The event database of kadi, events3.db3, or its directory. Without it the",
		"telemetry itself tells whether the replicas are complete.",
	}, file(func(c *Config) *string { return &c.Source.Kadi })},
	{"source", "starcheck", "", []string{
		"Where `darksite info` finds the first star catalogue: mica's starcheck.db3, a",
		"starcheck page, or a directory of loads.",
	}, file(func(c *Config) *string { return &c.Source.Starcheck })},
	{"source", "temperatures", "", []string{
		"Where `darksite info` finds measured CCD temperatures: a table of telemetry,",
		"CSV or ECSV, with times (dates in UTC or CXC seconds) and temperatures in",
		"degrees Celsius, or a pattern for several tables, for example",
		"\"temperatures/*.ecsv\".",
	}, file(func(c *Config) *string { return &c.Source.Temperatures })},
	{"source", "attitudes", "", []string{
		"The attitudes that calibrations are chosen from, full_dark_attitudes.dat;",
		"`darksite info` says when an attitude is none of them.",
	}, file(func(c *Config) *string { return &c.Source.Attitudes })},
	{"source", "mirror", "", []string{
		"An archive of mica that `darksite archive` keeps a copy in, for example",
		"\"/data/aca/archive/aca_dark\".",
	}, file(func(c *Config) *string { return &c.Source.Mirror })},

	{"processing", "method", MethodClassic, []string{
		"How a map is made: \"classic\" reproduces the published maps, with their",
		"constant integration times and integer values; \"measured\" divides by the",
		"integration times in the telemetry and takes the true median.",
	}, oneOf(func(c *Config) *string { return &c.Processing.Method }, MethodClassic, MethodMeasured)},
	{"processing", "gain_e_per_dn", 5.0, []string{
		"Electrons per DN of the ACA's analogue-to-digital converter.",
	}, setGain},
	{"processing", "replica_temperatures", TemperaturesAsTaken, []string{
		"Replicas that differ in CCD temperature: \"as-taken\" puts them into the median",
		"as they are; \"mean\" first brings them to their mean by the uniform law, where",
		"replicas.csv has the temperature of each. The map is then not of integers.",
	}, oneOf(func(c *Config) *string { return &c.Processing.ReplicaTemperatures }, TemperaturesAsTaken, TemperaturesToMean)},

	{"calibrations", "eras", era.Default(), []string{
		"How calibrations are taken: from which day on (YYYY:DOY), how many replicas",
		"make a whole one, and how many days two neighbouring replicas of one",
		"calibration may be apart; 0 makes each replica a calibration.",
	}, setEras},

	{"pixels", "bad_above_e_per_s", 2000.0, []string{
		"The bad pixel list (badpixels.txt) holds what is above this dark current in",
		"the current and the two previous maps.",
	}, number(func(c *Config) *float64 { return &c.Pixels.BadAboveEPerS }, 1, 1e6, "e-/s")},
	{"pixels", "bad_combine", string(pixels.Max), []string{
		"How a pixel's three values become one: \"max\", \"median\" or \"any-two\" (the",
		"second highest).",
	}, oneOf(func(c *Config) *string { return &c.Pixels.BadCombine }, string(pixels.Max), string(pixels.Median), string(pixels.AnyTwo))},
	{"pixels", "bad_at", string(pixels.Current), []string{
		"At which CCD temperature: \"current\" for that of the current map, or \"own\" for",
		"each map's own.",
	}, oneOf(func(c *Config) *string { return &c.Pixels.BadAt }, string(pixels.Current), string(pixels.Own))},

	{"quality", "rules", "", []string{
		"A file with other rules for the verdict on a calibration, or nothing for the",
		"built-in ones, which `darksite score --print-rules` shows.",
	}, file(func(c *Config) *string { return &c.Quality.Rules })},

	{"twiki", "endpoint", "", []string{
		"The address of the TWiki's scripts, for `darksite twiki --post`, for example",
		"\"https://occweb.cfa.harvard.edu/twiki/bin\".",
	}, optional(checkAddress, func(c *Config) *string { return &c.TWiki.Endpoint })},
	{"twiki", "topic", "", []string{
		"The topic to post to, for example \"Aspect.AcaDarkCal\".",
	}, optional(checkTopic, func(c *Config) *string { return &c.TWiki.Topic })},

	{"notify", "to", "", []string{
		"Who gets mail when a calibration is bad, late, or waits for a person:",
		"addresses with commas between them. `darksite run --due` sends it, once for",
		"each event.",
	}, optional(checkRecipients, func(c *Config) *string { return &c.Notify.To })},
	{"notify", "from", "", []string{
		"The address that the mail is from; it is needed where there is a recipient.",
	}, optional(checkSender, func(c *Config) *string { return &c.Notify.From })},
	{"notify", "via", "/usr/sbin/sendmail", []string{
		"What takes the mail: a program, as sendmail is called, or an SMTP server, as",
		"\"smtp.example.org\" or \"smtp.example.org:2525\".",
	}, setVia},
	{"notify", "security", SecurityStartTLS, []string{
		"How the connection to the server is protected: \"starttls\" (port 587), \"tls\"",
		"(port 465) or \"none\" (port 25).",
	}, oneOf(func(c *Config) *string { return &c.Notify.Security }, SecurityStartTLS, SecurityTLS, SecurityNone)},
	{"notify", "credentials", "", []string{
		"A file of mode 600 with the user name and the password for the server, a line",
		"each, where it asks for them; never in site.toml.",
	}, file(func(c *Config) *string { return &c.Notify.Credentials })},

	{"pages", "common_temp_c", -15.0, []string{
		"CCD temperature, in degrees Celsius, at which calibrations are compared in",
		"the history besides their own and -19.",
	}, number(func(c *Config) *float64 { return &c.Pages.CommonTempC }, -40, 20, "degrees Celsius")},
	{"pages", "cadence_days", 0.0, []string{
		"After how many days the next calibration is expected; the index tells readers",
		"when it is late. 0 takes it from the last calibrations themselves: the median",
		"of the days between the last six.",
	}, number(func(c *Config) *float64 { return &c.Pages.CadenceDays }, 0, 3650, "days")},
	{"pages", "month_case", MonthLower, []string{
		"Letter case of the month in report addresses: \"lower\" as in 2015_dec, or",
		"\"upper\" as in 2015_DEC.",
	}, oneOf(func(c *Config) *string { return &c.Pages.MonthCase }, MonthLower, MonthUpper)},
	{"pages", "main_page", "", []string{
		"A page kept by hand, such as \"../ASPECT/index.html\": `darksite build` keeps",
		"the list of calibrations in it, between markers that `darksite adopt` puts in.",
	}, file(func(c *Config) *string { return &c.Pages.MainPage })},

	{"publish", "default", "", []string{
		"The target that `darksite publish` and `darksite run --publish` take when none",
		"is named; with it, `darksite run --due` publishes too. Each target is a table:",
		"",
		"  [publish.www]",
		"  kind = \"directory\"           # with releases that can be gone back to",
		"  path = \"/www/ASPECT\"         # the directory that holds dark_cal/",
		"  main_page = \"index.html\"     # keep the list between its markers; optional",
		"",
		"  [publish.mirror]",
		"  kind = \"rsync\"",
		"  to = \"host:/www/ASPECT\"      # or \"rsync://host/module/path\"",
		"",
		"  [publish.store]",
		"  kind = \"s3\"                  # or what speaks its language",
		"  endpoint = \"https://s3.example.org\"",
		"  region = \"us-east-1\"         # optional",
		"  bucket = \"aspect\"",
		"  prefix = \"mta/ASPECT\"        # optional",
		"  credentials = \"store.keys\"   # a file of mode 600; optional",
		"",
		"  [publish.file]",
		"  kind = \"archive\"",
		"  path = \"dark_cal.tar.gz\"     # or .zip",
		"",
		"Keys for the storage come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or",
		"from lines access_key = and secret_key = of the file; never from site.toml.",
	}, text(false, func(c *Config) *string { return &c.Publish.Default })},
}

// tables are the table names in the order of Settings.
func tables() []string {
	var names []string
	for _, s := range Settings {
		if !slices.Contains(names, s.Table) {
			names = append(names, s.Table)
		}
	}
	return names
}

// maxText bounds titles and names, in characters.
const maxText = 200

func text(needed bool, at func(*Config) *string) func(*Config, any) error {
	return func(c *Config, value any) error {
		s, ok := value.(string)
		if !ok || !phrase.Printable(s) || len([]rune(s)) > maxText || needed && strings.TrimSpace(s) == "" {
			return fmt.Errorf("want one line of text in quotes, at most %d characters", maxText)
		}
		*at(c) = s
		return nil
	}
}

func path(at func(*Config) *string) func(*Config, any) error {
	return func(c *Config, value any) error {
		s, ok := value.(string)
		if !ok || !phrase.Printable(s) || strings.TrimSpace(s) == "" {
			return fmt.Errorf("want a directory in quotes, for example \"data\"")
		}
		path, err := expand(s, c.Home)
		*at(c) = path
		return err
	}
}

func oneOf(at func(*Config) *string, allowed ...string) func(*Config, any) error {
	return func(c *Config, value any) error {
		s, ok := value.(string)
		if !ok || !slices.Contains(allowed, s) {
			return fmt.Errorf("want \"%s\"", strings.Join(allowed, "\" or \""))
		}
		*at(c) = s
		return nil
	}
}

// setTelemetry reads a directory or a place that rsync reaches.
func setTelemetry(c *Config, value any) error {
	at := func(c *Config) *string { return &c.Source.Telemetry }
	if err := file(at)(c, value); err != nil || c.Source.Telemetry == "" {
		return err
	}
	_, err := fetch.ParseSource(c.Source.Telemetry, c.Dir)
	return reasonOf(err)
}

// reasonOf is the innermost error, without the value, which is shown already.
func reasonOf(err error) error {
	for err != nil {
		inner := errors.Unwrap(err)
		if inner == nil {
			break
		}
		err = inner
	}
	return err
}

// number reads a number within an inclusive range, whole or with a point.
func number(at func(*Config) *float64, lowest, highest float64, unit string) func(*Config, any) error {
	return func(c *Config, value any) error {
		if n, ok := value.(int64); ok {
			value = float64(n)
		}
		v, ok := value.(float64)
		if !ok || !(v >= lowest && v <= highest) {
			return fmt.Errorf("want a number from %v to %v (%s)", lowest, highest, unit)
		}
		*at(c) = v
		return nil
	}
}

// maxGain is far above any gain the ACA has had; it catches a slipped point.
const maxGain = 100

func setGain(c *Config, value any) error {
	gain := number(func(c *Config) *float64 { return &c.Processing.GainEPerDN }, math.SmallestNonzeroFloat64, maxGain, "e-/DN")
	if gain(c, value) != nil {
		return fmt.Errorf("want a number above 0, at most %d (e-/DN)", maxGain)
	}
	return nil
}
