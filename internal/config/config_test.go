package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"darksite/internal/ground/phrase"
	"darksite/processing/era"
)

const full = `# a comment
[site]
title = "Dark maps"
base_url = "https://cxc.harvard.edu/mta/ASPECT/"
organization = "Chandra X-ray Center"

[paths]
data = "../telemetry"
archive = "/data/aca/archive/aca_dark"
comparisons = "/data/aca/comparison"
published = "stats"
public = 'www'

[source]
telemetry = "ops:/telemetry"
kadi = "/data/kadi"
starcheck = "/data/mplogs"
attitudes = "full_dark_attitudes.dat"
mirror = "/data/mica/aca_dark"

[processing]
method = "measured"
gain_e_per_dn = 4

[calibrations]
eras = [
  { from = "1999:001", replicas = 5, days_apart = 2 },
]

[pixels]
bad_above_e_per_s = 3000
bad_combine = "median"
bad_at = "own"

[quality]
rules = "rules.toml"

[twiki]
endpoint = "https://example.org/bin"
topic = "Aspect.AcaDarkCal"

[notify]
to = "a@example.org, B <b@example.org>"
from = "darksite@example.org"
via = "smtp.example.org:2525"
security = "tls"
credentials = "mail.login"

[pages]
common_temp_c = -10.5
cadence_days = 45
month_case = "upper"

[publish]
default = "www"

[publish.www]
kind = "directory"
path = "/www/ASPECT"
main_page = "index.html"

[publish.store]
kind = "s3"
endpoint = "https://s3.example.org"
bucket = "aspect"
`

func TestParse(t *testing.T) {
	got, err := Parse("/srv/dark", "site.toml", "", full)
	if err != nil {
		t.Fatal(err)
	}
	want := Config{
		Dir: "/srv/dark", File: "site.toml",
		Site: Site{Title: "Dark maps", BaseURL: "https://cxc.harvard.edu/mta/ASPECT/",
			Organization: "Chandra X-ray Center"},
		Paths:        Paths{Data: "../telemetry", Archive: "/data/aca/archive/aca_dark", Comparisons: "/data/aca/comparison", Published: "stats", Public: "www"},
		Source:       Source{Telemetry: "ops:/telemetry", Kadi: "/data/kadi", Starcheck: "/data/mplogs", Attitudes: "full_dark_attitudes.dat", Mirror: "/data/mica/aca_dark"},
		Processing:   Processing{Method: MethodMeasured, GainEPerDN: 4, ReplicaTemperatures: TemperaturesAsTaken},
		Calibrations: Calibrations{Eras: era.Eras{{From: "1999001", Replicas: 5, ApartDays: 2}}},
		Pixels:       Pixels{BadAboveEPerS: 3000, BadCombine: "median", BadAt: "own"},
		Quality:      Quality{Rules: "rules.toml"},
		TWiki:        TWiki{Endpoint: "https://example.org/bin", Topic: "Aspect.AcaDarkCal"},
		Notify:       Notify{To: "a@example.org, B <b@example.org>", From: "darksite@example.org", Via: "smtp.example.org:2525", Security: SecurityTLS, Credentials: "mail.login"},
		Pages:        Pages{CommonTempC: -10.5, CadenceDays: 45, MonthCase: MonthUpper},
		Publish:      Publish{Default: "www"},
		Targets: []Target{
			{Name: "store", Kind: KindS3, Endpoint: "https://s3.example.org", Bucket: "aspect"},
			{Name: "www", Kind: KindDirectory, Path: "/www/ASPECT", MainPage: "index.html"},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Parse (-want +got):\n%s", diff)
	}
	for _, c := range []struct{ name, got, want string }{
		{"data", got.DataDir(), "/srv/telemetry"},
		{"archive", got.ArchiveDir(), "/data/aca/archive/aca_dark"},
		{"public", got.PublicDir(), "/srv/dark/www"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %s, want %s", c.name, c.got, c.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want string // the whole message, without the file
		hint string // a part of the hint
	}{
		"key misspelt": {"[site]\ntitle = \"x\"\norganisation = \"y\"\n",
			"line 3: unknown key organisation in [site]", "did you mean organization?"},
		"letters swapped":  {"[site]\ntitel = 'x'\n", "line 2: unknown key titel in [site]", "did you mean title?"},
		"letter case":      {"[site]\nTitle = 'x'\n", "line 2: unknown key Title in [site]", "did you mean title?"},
		"hyphen":           {"[site]\nbase-url = 'x'\n", "line 2: unknown key base-url in [site]", "did you mean base_url?"},
		"nothing like it":  {"[site]\nfavourite = 1\n", "line 2: unknown key favourite in [site]", "known are title, base_url, organization"},
		"dotted":           {"site.x = 1\n", "line 1: unknown key x in [site]", "known are"},
		"inline":           {"site = {colour = 1}\n", "unknown key colour in [site]", "known are"},
		"line not certain": {"[site]\nx = 1\n[paths]\ndata = 'd' # y\nx = 1\n", "unknown key x in [paths]\nunknown key x in [site]", "known are data, archive, comparisons, published, public"},
		"wrong table":      {"[site]\ngain_e_per_dn = 5.0\n", "line 2: unknown key gain_e_per_dn in [site]", "gain_e_per_dn belongs below [processing]"},
		"table misspelt":   {"[page]\nmonth_case = 'lower'\n", "line 1: unknown table [page]", "did you mean pages?"},
		"table of Hugo's":  {"[[module.mounts]]\nsource = '/etc'\n", "line 1: unknown table [module]", "known are [site], [paths], [source], [processing], [calibrations], [pixels], [quality], [twiki], [notify], [pages], [publish]"},
		"no table":         {"title = 'x'\n", "line 1: unknown key title outside of any table", "title belongs below [site]"},
		"table as value":   {"site = 'x'\n", `line 1: site = "x": want a table`, "write [site]"},
		"value as table":   {"[processing.method]\nclassic = true\n", `line 1: processing.method = a table: want "classic" or "measured"`, ""},
		"hostile key":      {"[site]\n\"\\u001b[2J\" = 1\n", `unknown key "\x1b[2J" in [site]`, "known are"},
		"hostile table":    {"[\"a\\nb\"]\n", `unknown table ["a\nb"]`, "known are"},

		"number for text":    {"[site]\ntitle = 5\n", "line 2: site.title = 5: want one line of text in quotes, at most 200 characters", ""},
		"empty title":        {"[site]\ntitle = ' '\n", `line 2: site.title = " ": want one line of text in quotes, at most 200 characters`, ""},
		"two lines":          {"[site]\ntitle = \"a\\nb\"\n", `line 2: site.title = "a\nb": want one line of text in quotes, at most 200 characters`, ""},
		"text direction":     {"[site]\ntitle = \"a\\u202eb\"\n", `line 2: site.title = "a\u202eb": want one line of text in quotes, at most 200 characters`, ""},
		"unknown method":     {"[processing]\nmethod = \"clasic\"\n", `line 2: processing.method = "clasic": want "classic" or "measured"`, ""},
		"text for number":    {"[processing]\ngain_e_per_dn = \"5\"\n", `line 2: processing.gain_e_per_dn = "5": want a number above 0, at most 100 (e-/DN)`, ""},
		"gain of 0":          {"[processing]\ngain_e_per_dn = 0\n", "line 2: processing.gain_e_per_dn = 0: want a number above 0, at most 100 (e-/DN)", ""},
		"gain not a number":  {"[processing]\ngain_e_per_dn = nan\n", "line 2: processing.gain_e_per_dn = NaN: want a number above 0, at most 100 (e-/DN)", ""},
		"gain without bound": {"[processing]\ngain_e_per_dn = inf\n", "line 2: processing.gain_e_per_dn = +Inf: want a number above 0, at most 100 (e-/DN)", ""},
		"gain too large":     {"[processing]\ngain_e_per_dn = 100.5\n", "line 2: processing.gain_e_per_dn = 100.5: want a number above 0, at most 100 (e-/DN)", ""},
		"month case":         {"[pages]\nmonth_case = ['lower']\n", `line 2: pages.month_case = a list: want "lower" or "upper"`, ""},
		"address not http": {"[site]\nbase_url = \"javascript:alert(1)\"\n",
			`line 2: site.base_url = "javascript:alert(1)": it does not begin with https:// or http://: want an address such as "https://example.org/ASPECT/"`, ""},
		"address with user": {"[site]\nbase_url = \"https://a:b@c/\"\n",
			`line 2: site.base_url = "https://...@c/": it names a user or a password: want an address such as "https://example.org/ASPECT/"`, ""},
		"address of the section": {"[site]\nbase_url = \"https://example.org/ASPECT/dark_cal/\"\n",
			`line 2: site.base_url = "https://example.org/ASPECT/dark_cal/": it ends in dark_cal/, which every link adds: write "https://example.org/ASPECT/"`, ""},
		"address of the section in a target": {"[publish.www]\nkind = \"directory\"\npath = \"/www\"\naddress = \"https://example.org/dark_cal\"\n",
			`line 4: publish.www.address = "https://example.org/dark_cal": it ends in dark_cal/, which every link adds: write "https://example.org/"`, ""},
		"variable in a path":   {"[paths]\npublic = \"$HOME/pages\"\n", `line 2: paths.public = "$HOME/pages": variables of the shell are not known here: write the whole path, or "./$..." for a name that begins with $`, ""},
		"variable in a source": {"[source]\nkadi = \"$SKA/data/kadi\"\n", `line 2: source.kadi = "$SKA/data/kadi": variables of the shell are not known here: write the whole path, or "./$..." for a name that begins with $`, ""},
		"blank around a path":  {"[paths]\npublic = \"public \"\n", `line 2: paths.public = "public ": a blank stands before or behind the path`, ""},
		"address no host": {"[site]\nbase_url = \"https:///x\"\n",
			`line 2: site.base_url = "https:///x": it names no host: want an address such as "https://example.org/ASPECT/"`, ""},
		"address not text": {"[site]\nbase_url = 1979-05-27\n",
			`line 2: site.base_url = a date: want text in quotes`, ""},
		"empty path": {"[paths]\ndata = \"\"\n", `line 2: paths.data = "": want a directory in quotes, for example "data"`, ""},
		"NUL path":   {"[paths]\ndata = \"a\\u0000\"\n", `line 2: paths.data = "a\x00": want a directory in quotes, for example "data"`, ""},

		"same path": {"[paths]\ndata = \"public/\"\n",
			`line 2: paths.data = "/srv/dark/public" is the same place as paths.public = "/srv/dark/public"`, "none inside another"},
		"path inside": {"[paths]\npublic = \"/srv/dark/data/2015355\"\n",
			`line 2: paths.public = "/srv/dark/data/2015355" lies within paths.data = "/srv/dark/data"`, "none inside another"},
		"pages over the site": {"[paths]\npublic = \".\"\n",
			`line 2: paths.public = "/srv/dark" holds the directory of the site, /srv/dark`, "none inside another"},

		"several": {"[site]\ntitle = 1\n\n[pages]\nmonth_case = 2\nmonth = 3\n",
			"line 2: site.title = 1: want one line of text in quotes, at most 200 characters\n" +
				`line 5: pages.month_case = 2: want "lower" or "upper"` + "\n" +
				"line 6: unknown key month in [pages]", "known are common_temp_c, cadence_days, month_case"},

		"not TOML":  {"[site]\ntitle = Dark\n", "line 2: not valid TOML: expected value but found \"Dark\" instead", "strings are in double quotes"},
		"key twice": {"[site]\ntitle = 'a'\ntitle = 'b'\n", "line 3: not valid TOML: Key 'site.title' has already been defined.", ""},
		"long line": {"[site]\n" + strings.Repeat("a.", 600) + "a = 1\n", "line 2: 1206 bytes in one line, want at most 1000", ""},
	} {
		got, err := Parse("/srv/dark", "site.toml", "", c.text)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%s: %v, read as %+v", name, err, got)
			continue
		}
		want := "site.toml: " + strings.ReplaceAll(c.want, "\n", "\nsite.toml: ")
		if e.Error() != want {
			t.Errorf("%s:\n got %s\nwant %s", name, e, want)
		}
		if !strings.Contains(e.Hint(), c.hint) || c.hint == "" && e.Hint() != "" && !strings.Contains(want, "TOML") {
			t.Errorf("%s: hint %q, want %q", name, e.Hint(), c.hint)
		}
		if diff := cmp.Diff(Config{}, got); diff != "" {
			t.Errorf("%s: half a configuration comes back: %+v", name, got)
		}
	}
}

// lineLimit is that of package settings.
const lineLimit = 1000

// TestParseDeep guards against the decoder's cubic time in the parts of a key.
func TestParseDeep(t *testing.T) {
	var tables, keys, inline strings.Builder
	for n := range sizeLimit / lineLimit {
		fmt.Fprintf(&tables, "[x%d%s]\n", n, strings.Repeat(".a", lineLimit/2-5))
		fmt.Fprintf(&keys, "x%d%s = 1\n", n, strings.Repeat(".a", lineLimit/2-5))
		fmt.Fprintf(&inline, "x%d = %s1%s\n", n, strings.Repeat("{a=", lineLimit/4-5), strings.Repeat("}", lineLimit/4-5))
	}
	start := time.Now()
	for _, content := range []string{tables.String(), keys.String(), inline.String()} {
		_, err := Parse("/srv/dark", "site.toml", "", content)
		var e *Error
		if !errors.As(err, &e) || len(e.Problems) != sizeLimit/lineLimit {
			t.Errorf("%.60s...: %.200v", content, err)
		}
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("took %v", took)
	}
}

func TestDefaultsPassTheirChecks(t *testing.T) {
	for _, s := range Settings {
		var c Config
		if err := s.set(&c, s.Default); err != nil {
			t.Errorf("%s: %v", s.Name(), err)
		}
	}
	c := Default("/srv/dark")
	if p := c.placeProblems(""); p != nil {
		t.Errorf("paths: %+v", p)
	}
}

// TestEveryFieldHasOneSetting sets each setting to another value and looks
// which field of Config follows.
func TestEveryFieldHasOneSetting(t *testing.T) {
	values := map[string]any{
		"site.base_url": "https://example.org/", "twiki.endpoint": "https://example.org/bin", "twiki.topic": "Aspect.AcaDarkCal", "notify.to": "a@example.org", "notify.from": "a@example.org", "notify.security": SecurityNone, "processing.method": MethodMeasured,
		"processing.gain_e_per_dn": 7.5, "processing.replica_temperatures": TemperaturesToMean, "pages.month_case": MonthUpper, "pages.cadence_days": 45.0, "pages.common_temp_c": -10.0,
		"pixels.bad_above_e_per_s": 500.0, "pixels.bad_combine": "median", "pixels.bad_at": "own",
		"calibrations.eras": []any{map[string]any{"from": "2001:001", "replicas": int64(3), "days_apart": int64(2)}},
	}
	leaves := func(c Config) map[string]any {
		found := map[string]any{}
		v := reflect.ValueOf(c)
		for i := range v.NumField() {
			table := v.Field(i)
			for j := 0; table.Kind() == reflect.Struct && j < table.NumField(); j++ {
				found[v.Type().Field(i).Name+"."+table.Type().Field(j).Name] = table.Field(j).Interface()
			}
		}
		return found
	}
	before := leaves(Default(""))
	seen := map[string]string{}
	for _, s := range Settings {
		value, ok := values[s.Name()]
		if !ok {
			value = "another"
		}
		c := Default("")
		if err := s.set(&c, value); err != nil {
			t.Errorf("%s: %v", s.Name(), err)
		}
		changed := 0
		for field, v := range leaves(c) {
			if reflect.DeepEqual(v, before[field]) {
				continue
			}
			changed++
			if other := seen[field]; other != "" {
				t.Errorf("%s is set by %s and by %s", field, other, s.Name())
			}
			seen[field] = s.Name()
			// site.base_url is Site.BaseURL.
			if !strings.EqualFold(strings.ReplaceAll(s.Name(), "_", ""), field) {
				t.Errorf("%s sets %s", s.Name(), field)
			}
		}
		if changed != 1 {
			t.Errorf("%s sets %d fields", s.Name(), changed)
		}
	}
	for field := range before {
		if seen[field] == "" {
			t.Errorf("%s has no setting", field)
		}
	}
}

func TestEras(t *testing.T) {
	c, err := Parse("/srv/dark", "site.toml", "", "[calibrations]\neras = [\n  {from = '1999:001', replicas = 7, days_apart = 1},\n  {from = '2020:001', replicas = 1, days_apart = 0.0},\n]\n")
	if err != nil {
		t.Fatal(err)
	}
	want := era.Eras{{From: "1999001", Replicas: 7, ApartDays: 1}, {From: "2020001", Replicas: 1}}
	if !reflect.DeepEqual(c.Calibrations.Eras, want) {
		t.Errorf("%v, want %v", c.Calibrations.Eras, want)
	}
	if c, err = Parse("/srv/dark", "site.toml", "", "[[calibrations.eras]]\nfrom = '1999:001'\nreplicas = 3\ndays_apart = 1\n"); err != nil || len(c.Calibrations.Eras) != 1 {
		t.Errorf("as tables: %v, %v", c.Calibrations.Eras, err)
	}
	for entry, says := range map[string]string{
		`5`:   "want a list of eras",
		`[]`:  "no era",
		`[5]`: "era 1: want { from",
		`[{from = "1999:001", replicas = 5, days = 1}]`:                                                          "unknown key days",
		`[{from = "1999-01-01", replicas = 5, days_apart = 1}]`:                                                  "era 1: from",
		`[{from = "1999:366", replicas = 5, days_apart = 1}]`:                                                    "era 1: from",
		`[{from = "1999:001", replicas = 5.5, days_apart = 1}]`:                                                  "era 1: replicas",
		`[{from = "1999:001", replicas = 0, days_apart = 1}]`:                                                    "0 replicas",
		`[{from = "1999:001", replicas = 5}]`:                                                                    "era 1: days_apart",
		`[{from = "1999:001", replicas = 5, days_apart = -1}]`:                                                   "-1 days apart",
		`[{from = "1999:001", replicas = 5, days_apart = 1}, {from = "1999:001", replicas = 5, days_apart = 1}]`: "not after",
	} {
		if _, err := Parse("/srv/dark", "site.toml", "", "[calibrations]\neras = "+entry+"\n"); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", entry, err, says)
		}
	}
}

func TestExample(t *testing.T) {
	got, err := Parse("/srv/dark", "", "", Example())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Default("/srv/dark"), got); diff != "" {
		t.Errorf("the example is not the default (-default +example):\n%s", diff)
	}
	for n, line := range strings.Split(Example(), "\n") {
		if len(line) > 80 {
			t.Errorf("line %d has %d characters: %s", n+1, len(line), line)
		}
	}
	for _, s := range Settings {
		if len(s.Doc) == 0 || !strings.HasSuffix(s.Doc[len(s.Doc)-1], ".") {
			t.Errorf("%s is not explained in whole sentences: %q", s.Name(), s.Doc)
		}
	}
}

// TestRootFile keeps the project's own site.toml equal to the example.
func TestRootFile(t *testing.T) {
	got, err := os.ReadFile(filepath.Join("..", "..", FileName))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Example(), string(got)); diff != "" {
		t.Errorf("site.toml in the root is not Example() (-want +got):\n%s", diff)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(full)
	f.Add(Example())
	for _, s := range []string{
		"", "\ufeff[site]\r\ntitle = 'x'\r\n", "[site]\r\ntitle = 'x'\rA", "site = {title = 'x'}", "site.title = '''\nx'''", "[[site]]\n",
		"[paths]\npublic = '/'\n", "[processing]\ngain_e_per_dn = 1e-300\n", "\"\\u001b\" = 1", "[site]\n\x00", "a = [[[[]]]]",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, content string) {
		c, err := Parse("/srv/dark", "site.toml", "", content)
		// A carriage return alone ends a line as well.
		lines := strings.Count(content, "\n") + strings.Count(content, "\r") + 1
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || len(e.Problems) == 0 {
				t.Fatalf("%T without a problem: %v", err, err)
			}
			for _, p := range e.Problems {
				if !phrase.Printable(p.Message) || !phrase.Printable(p.Hint) || p.Line < 0 || p.Line > lines {
					t.Errorf("problem %+v", p)
				}
			}
			return
		}
		for _, s := range []string{c.DataDir(), c.ArchiveDir(), c.PublicDir()} {
			if !filepath.IsAbs(s) || inside("/srv/dark", s) {
				t.Errorf("directory %q", s)
			}
		}
		if !(c.Processing.GainEPerDN > 0) || c.Site.Title == "" || !phrase.Printable(c.Site.Title) {
			t.Errorf("%+v", c)
		}
	})
}
