package quality

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"darksite/internal/ground/phrase"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
)

// edited is the default file with one text replaced by another.
func edited(t testing.TB, old, by string) []byte {
	t.Helper()
	s := string(defaultRules)
	if strings.Count(s, old) < 1 {
		t.Fatalf("the default rules have no %q", old)
	}
	return []byte(strings.Replace(s, old, by, 1))
}

// lineIn is the line of a text in the default rules.
func lineIn(t testing.TB, text string) int {
	t.Helper()
	at := strings.Index(string(defaultRules), text)
	if at < 0 {
		t.Fatalf("the default rules have no %q", text)
	}
	return 1 + strings.Count(string(defaultRules[:at]), "\n")
}

func TestDefaultRules(t *testing.T) {
	r, err := ParseRules(DefaultFile(), "rules.toml")
	if err != nil {
		t.Fatal(err)
	}
	if s := r.Source(); s.Name != "default" || s.Date != "2026-11-29" || len(s.SHA256) != 64 {
		t.Errorf("%+v", s)
	}
	for _, name := range clauseNames() {
		limits := r.limits[name]
		if len(limits) == 0 {
			t.Errorf("no limit for %s", name)
		}
		for _, l := range limits {
			if len(l.Evidence) == 0 {
				t.Errorf("no evidence for %s", name)
			}
			for _, e := range l.Evidence {
				if !strings.HasSuffix(e, ".") {
					t.Errorf("%s: evidence is not a sentence: %q", name, e)
				}
			}
		}
	}
	// The order of the file is that of the verdict.
	var order []string
	for line := range strings.Lines(string(defaultRules)) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "name = "); ok && !slices.Contains(order, strings.Trim(name, `"`)) {
			order = append(order, strings.Trim(name, `"`))
		}
	}
	if got := order[1:]; !slices.Equal(got, clauseNames()) {
		t.Errorf("the file has %v, the verdict %v", got, clauseNames())
	}
}

// The limit of a day: both ends are included.
func TestDays(t *testing.T) {
	r := DefaultRules()
	for id, above := range map[chandra.ID]float64{"1999223": -5, "2019181": -5, "2019182": 5, "2026326": 5} {
		if l := r.Limit("temperature", id); l == nil || *l.DegradedAbove != above {
			t.Errorf("%s: %+v, want a limit of %v", id, l, above)
		}
	}
	if l := r.Limit("model", "2006365"); l != nil {
		t.Errorf("the model begins with 2007: %+v", l)
	}
	if l := r.Limit("model", "2007001"); l == nil {
		t.Error("no limit on the first day of the model")
	}
}

// Rules decide: another limit gives another verdict, and a number on the limit
// passes.
func TestLimitsDecide(t *testing.T) {
	c := &artifact.Calibration{ID: "2016125", Origin: artifact.FromMap}
	temp := -13.6
	c.Facts = artifact.Facts{CCDTemp: &temp, CCDTempSource: "HDR3"}
	for _, x := range []struct {
		file []byte
		want State
	}{
		{defaultRules, Good},
		{edited(t, "degraded_above = -5", "degraded_above = -14"), Degraded},
		{edited(t, "degraded_above = -5", "degraded_above = -13.6"), Good},
		{edited(t, "degraded_above = -5", "degraded_above = -13.6\nbad_above = -13.6"), Good},
		{edited(t, "degraded_above = -5", "bad_above = -14"), Bad},
		{edited(t, "degraded_below = -25\ndegraded_above = -5", "bad_below = -13"), Bad},
		{edited(t, "degraded_below = -25\ndegraded_above = -5\nunknown = \"degraded\"", "off = true"), Good},
		{edited(t, "bad_above = 0\nevidence", "bad_above = 0\nunknown = \"bad\"\nevidence"), Bad},
	} {
		r, err := ParseRules(x.file, "rules.toml")
		if err != nil {
			t.Fatal(err)
		}
		if v := Judge(Subject{Calibration: c}, r); v.State != x.want {
			t.Errorf("%s, want %s: %s", v.State, x.want, v.Reason)
		} else if v.Rules.SHA256 == DefaultRules().source.SHA256 && x.want != Good {
			t.Error("other rules have the same checksum")
		}
	}
}

func TestBadRules(t *testing.T) {
	stars := "[[clause]]\nname = \"stars\"\n"
	line := lineIn(t, stars)
	for name, c := range map[string]struct {
		file []byte
		line int
		says string
	}{
		"misspelt clause":   {edited(t, `name = "stars"`, `name = "starts"`), line + 1, "did you mean stars?"},
		"unknown clause":    {edited(t, `name = "stars"`, `name = "seeing of the site"`), line + 1, "known are replicas, completeness"},
		"misspelt key":      {edited(t, stars, stars+"degraded_abov = 0\n"), line + 2, "did you mean degraded_above?"},
		"unknown key":       {edited(t, "date = 2026", "colour = 1\ndate = 2026"), lineIn(t, "date = 2026"), "unknown key \"colour\""},
		"text for a number": {edited(t, "bad_above = 20", `bad_above = "20"`), lineIn(t, "bad_above = 20"), "want a number"},
		"number for a text": {edited(t, `name = "stars"`, `name = 4`), line + 1, "want text"},
		"text for a switch": {edited(t, stars, stars+"off = \"yes\"\n"), line + 2, "want true or false"},
		"not a number":      {edited(t, "bad_above = 20", "bad_above = nan"), lineIn(t, "bad_above = 20"), "finite"},
		"infinite":          {edited(t, "bad_above = 20", "bad_above = inf"), lineIn(t, "bad_above = 20"), "finite"},
		"over 100 %":        {edited(t, "remarked_below = 100", "remarked_below = 101"), lineIn(t, "remarked_below = 100"), "from 0 % to 100 %"},
		"exchanged limits":  {edited(t, "degraded_above = 0\nbad_above = 20", "degraded_above = 20\nbad_above = 3"), lineIn(t, "bad_above = 20"), "exchange them"},
		"nothing passes":    {edited(t, "degraded_below = 0.8\n", "degraded_below = 1.3\n"), lineIn(t, "name = \"model\"") - 1, "nothing can pass"},
		"no limit":          {edited(t, "degraded_above = 0\nbad_above = 20\n", ""), line, "has no limit"},
		"off with a limit":  {edited(t, stars, stars+"off = true\n"), line + 2, "keep one"},
		"bad unknown":       {edited(t, stars, stars+"unknown = \"good\"\n"), line + 2, `want "ignore", "remarked", "degraded" or "bad"`},
		"quoted date":       {edited(t, "date = 2026-11-29", `date = "2026-11-29"`), lineIn(t, "date = 2026"), "a day without quotes"},
		"date with a time":  {edited(t, "date = 2026-11-29", `date = 2026-11-22T10:00:00Z`), lineIn(t, "date = 2026"), "want a day"},
		"no such day":       {edited(t, "date = 2026-11-29", `date = 2026-11-31`), lineIn(t, "date = 2026"), "not valid TOML"},
		"backwards":         {edited(t, stars, stars+"applies_from = 2020-01-01\napplies_to = 2019-01-01\n"), line + 3, "before applies_from"},
		"days twice":        {edited(t, "applies_from = 2019-07-01\ndegraded_below", "applies_from = 2019-06-30\ndegraded_below"), 0, "overlap"},
		"clause missing":    {edited(t, stars, "[[clause]]\nname = \"model\"\napplies_to = 2000-01-01\n"), 0, "no rule for clause stars"},
		"other format":      {edited(t, "darksite/rules/1", "darksite/rules/2"), lineIn(t, "format"), "want format"},
		"syntax":            {edited(t, "bad_above = 20", "bad_above = = 20"), lineIn(t, "bad_above = 20"), "not valid TOML"},
		"many lines":        {edited(t, `name = "default"`, `name = """default"""`), lineIn(t, `name = "default"`), "over several lines"},
		"hidden text":       {edited(t, `name = "default"`, `name = "de\u202efault"`), lineIn(t, `name = "default"`), "cannot be printed"},
		"inline clauses":    {[]byte("format = \"darksite/rules/1\"\nname = \"a\"\ndate = 2026-01-01\nclause = [{name = \"stars\"}]\n"), 4, "on a line of its own"},
		"long line":         {edited(t, `name = "default"`, "name = \""+strings.Repeat("a", 2000)+"\""), lineIn(t, `name = "default"`), "at most"},
		"large":             {[]byte(strings.Repeat("# rules\n", 10000)), 0, "at most 65536"},
		"not text":          {[]byte("name = \"\xff\""), 0, "UTF-8"},
		"empty":             {nil, 1, "want format"},
	} {
		_, err := ParseRules(c.file, "site-rules.toml")
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		if first, _, _ := strings.Cut(err.Error(), "\n"); c.line > 0 && !strings.HasPrefix(first, "site-rules.toml: line "+number(float64(c.line))+":") || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want line %d and %q", name, err, c.line, c.says)
		}
	}
	if _, err := ParseRules(edited(t, `evidence = ["As the completeness, for the replicas at hand: a file that came should hold 4096 rows."]`, "evidence = []"), "r"); err == nil || !strings.Contains(err.Error(), "no evidence") {
		t.Errorf("without evidence: %v", err)
	}
	// All that is wrong is told at once.
	if _, err := ParseRules([]byte(strings.ReplaceAll(string(defaultRules), "degraded_above", "degraded_abov")), "r"); err == nil || strings.Count(err.Error(), "\n") < 5 {
		t.Errorf("%v, want all problems", err)
	}
}

func FuzzParseRules(f *testing.F) {
	f.Add(defaultRules)
	f.Add([]byte("format = \"darksite/rules/1\"\nname = \"a\"\ndate = 2026-01-01\n[[clause]]\nname = \"stars\"\n"))
	f.Add([]byte("[[clause]]\n[[clause]]\n[[ clause ]] # x\nclause = 3"))
	f.Add(edited(f, "bad_above = 20", "bad_above = 1e400"))
	f.Add(edited(f, "2026-11-29", "9999-12-31"))
	c := &artifact.Calibration{ID: "2016125"}
	f.Fuzz(func(t *testing.T, content []byte) {
		r, err := ParseRules(content, "rules.toml")
		if err != nil {
			if !strings.HasPrefix(err.Error(), "rules.toml: ") {
				t.Errorf("the error does not name the file: %v", err)
			}
			return
		}
		v := Judge(Subject{Calibration: c}, r)
		if !slices.Contains(Verdicts, v.State) || len(v.Clauses) != len(catalogue)+2 {
			t.Errorf("%s with %d clauses", v.State, len(v.Clauses))
		}
	})
}

const signed = `by = "N. N."
date = 2026-11-22
decision = "accept"
reason = "The lost rows are at the edge."
verdict = "degraded"
rules = 2026-11-22
`

func TestSignOff(t *testing.T) {
	o, err := ParseSignOff([]byte(signed), "content/signoff/2016125.toml")
	if err != nil {
		t.Fatal(err)
	}
	if want := (SignOff{"N. N.", "2026-11-22", Accept, "The lost rows are at the edge.", Degraded, "2026-11-22"}); o != want {
		t.Errorf("%+v, want %+v", o, want)
	}
	for _, c := range []struct {
		decision Decision
		then     State
		rules    string
		now      State
		says     string
		agrees   bool
	}{
		{Accept, Degraded, "2026-11-22", Degraded, "Accepted by N. N. on 2026-11-22, when the verdict was degraded; it is the same now.", true},
		{Accept, Degraded, "2026-11-22", Bad, "Accepted by N. N. on 2026-11-22, when the verdict was degraded; it is bad now, and the decision goes against it: look again.", false},
		{Accept, Degraded, "2026-11-22", Good, "Accepted by N. N. on 2026-11-22, when the verdict was degraded; it is good now, look again.", false},
		{Accept, Bad, "2026-11-22", Bad, "Accepted by N. N. on 2026-11-22, when the verdict was bad; it is the same now, and the decision goes against it.", false},
		{Reject, Good, "2020-01-01", Good, "Rejected by N. N. on 2026-11-22, when the verdict was good under the rules of 2020-01-01; it is the same now, and the decision goes against it.", false},
		{Reject, Bad, "2026-11-22", Bad, "Rejected by N. N. on 2026-11-22, when the verdict was bad; it is the same now.", true},
		{Note, Good, "2026-11-22", Degraded, "Noted by N. N. on 2026-11-22, when the verdict was good; it is degraded now.", false},
		{Note, Bad, "2026-11-22", Bad, "Noted by N. N. on 2026-11-22, when the verdict was bad; it is the same now.", true},
	} {
		o := SignOff{By: "N. N.", Date: "2026-11-22", Decision: c.decision, Reason: "x", Verdict: c.then, Rules: c.rules}
		says, agrees := o.Beside(Verdict{State: c.now, Rules: Source{Date: "2026-11-22"}})
		if says != c.says || agrees != c.agrees {
			t.Errorf("%s of %s, now %s: %v, %q", c.decision, c.then, c.now, agrees, says)
		}
	}
}

func TestBadSignOffs(t *testing.T) {
	with := func(old, by string) string { return strings.Replace(signed, old, by, 1) }
	for name, c := range map[string]struct {
		file string
		says []string
	}{
		"empty":          {"", []string{"no by", "no decision", "no rules"}},
		"no reason":      {with("reason = \"The lost rows are at the edge.\"\n", ""), []string{"no reason"}},
		"other decision": {with(`"accept"`, `"ok"`), []string{"line 3", `"accept", "reject" or "note"`}},
		"other verdict":  {with(`"degraded"`, `"fine"`), []string{"line 5", `"good", "remarked", "degraded" or "bad"`}},
		"unknown key":    {signed + "sign = 1\n", []string{"line 7", "unknown key"}},
		"quoted date":    {with("date = 2026-11-22", `date = "2026-11-22"`), []string{"line 2", "without quotes"}},
		"empty name":     {with(`"N. N."`, `" "`), []string{"line 1", "empty"}},
		"long reason":    {with("The lost rows are at the edge.", strings.Repeat("a ", 700)), []string{"line 4", "at most"}},
		"hidden text":    {with("The lost", "The \\u0000 lost"), []string{"line 4", "cannot be printed"}},
		"twice":          {signed + "by = \"M. M.\"\n", []string{"line 7", "not valid TOML"}},
	} {
		_, err := ParseSignOff([]byte(c.file), "s.toml")
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		for _, says := range c.says {
			if !strings.Contains(err.Error(), says) {
				t.Errorf("%s: %v, want %q", name, err, says)
			}
		}
	}
}

func FuzzParseSignOff(f *testing.F) {
	f.Add([]byte(signed))
	f.Add([]byte("by = 1\n[table]\n"))
	f.Add([]byte(strings.Replace(signed, "2026-11-22", "1979-05-27T07:32:00Z", 1)))
	f.Fuzz(func(t *testing.T, content []byte) {
		o, err := ParseSignOff(content, "s.toml")
		if err != nil {
			if !strings.HasPrefix(err.Error(), "s.toml: ") {
				t.Errorf("the error does not name the file: %v", err)
			}
			return
		}
		if again, err := ParseSignOff(o.Encode(), "again"); err != nil || again != o {
			t.Errorf("written and read again: %+v, %v", again, err)
		}
		if says, _ := o.Beside(Verdict{State: Good}); phrase.Line(says) != says || len(o.Reason) > mostText {
			t.Errorf("%q", says)
		}
	})
}

// The page about the rules names every clause.
func TestGuide(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "rules.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range clauseNames() {
		if !strings.Contains(string(page), "`"+name+"`") {
			t.Errorf("docs/rules.md does not name %s", name)
		}
	}
}
