package pipeline

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"darksite/internal/shared"
	"darksite/processing/artifact"
	"darksite/processing/ccd"
	"darksite/processing/chandra"
	"darksite/processing/comparison"
	"darksite/processing/pixels"
	"darksite/processing/quality"
)

// spoil gives a calibration of the past a map of which a part is missing, which
// makes it bad by the clause missing-pixels, and a star.
func spoil(t *testing.T, o Options, id chandra.ID) {
	t.Helper()
	c, err := artifact.Load(o.Archive, id)
	if err != nil {
		t.Fatal(err)
	}
	image, err := artifact.LoadImage(ccd.ACA, o.Archive, id)
	if err != nil {
		t.Fatal(err)
	}
	image = slices.Clone(image)
	for i := range 60000 {
		image[i] = float32(math.NaN())
	}
	for _, p := range star {
		image[(int(p.Row)+512)*1024+int(p.Col)+512] = 9000
	}
	spoiled, images := artifact.FromImage(ccd.ACA, id, image, c.Replicas)
	spoiled.Facts, spoiled.Provenance = c.Facts, c.Provenance
	if err := spoiled.Correct(); err != nil {
		t.Fatal(err)
	}
	files, err := artifact.Encode(spoiled, images)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := artifact.Save(o.Archive, id, files); err != nil {
		t.Fatal(err)
	}
}

var star = []pixels.Place{{Row: 100, Col: 40}, {Row: 100, Col: 41}}

// run compares, after it has asked what would be compared: the answers agree in
// which and why.
func run(t *testing.T, o Options) map[chandra.ID]string {
	t.Helper()
	asked, err := Uncompared(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	why := map[chandra.ID]string{}
	all, err := Compare(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		if c.Err != nil {
			t.Fatal(c.Err)
		}
		if c.Changed {
			why[c.ID] = c.Why
		}
	}
	for _, c := range asked {
		if why[c.ID] != c.Why {
			t.Errorf("%s: was to be made because %q, and was because %q", c.ID, c.Why, why[c.ID])
		}
	}
	if again, err := Compare(context.Background(), o); err != nil || slices.ContainsFunc(again, func(c Compared) bool { return c.Changed }) {
		t.Errorf("a second run makes some again: %v", err)
	}
	return why
}

// listed are the pixels of the star in a bad pixel list.
func listed(t *testing.T, o Options, id chandra.ID) (n int) {
	t.Helper()
	f, err := os.Open(filepath.Join(o.Comparisons, string(id), comparison.BadPixelsFile))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	list, err := pixels.ParseBadPixels(ccd.ACA, f, f.Name())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range list.Singles() {
		if slices.Contains(star, p) {
			n++
		}
	}
	if problems := comparison.Verify(o.Comparisons, id); problems != nil {
		t.Errorf("%s: %q", id, problems)
	}
	return n
}

// standing is what a comparison says of its partners and of what it passed over.
func standing(t *testing.T, o Options, id chandra.ID) (partners, passed []string, before chandra.ID) {
	t.Helper()
	c, err := comparison.Load(o.Comparisons, id)
	if err != nil {
		t.Fatal(err)
	}
	say := func(in comparison.Input) string {
		s := string(in.ID) + " " + in.Verdict
		if in.Why != "" {
			s += ": " + in.Why
		}
		return s
	}
	for _, in := range c.Provenance.Partners() {
		partners = append(partners, say(in))
	}
	for _, in := range c.Provenance.PassedOver {
		passed = append(passed, say(in))
	}
	if c.Pixels.Since != nil {
		before = c.Pixels.Since.Before.ID
	}
	return partners, passed, before
}

// A bad calibration between good ones is no partner of the next, in no bad pixel
// list, and named as passed over; a person's word changes that, and so do other
// rules, and what is said of it in files follows.
func TestCase39BadBetweenGood(t *testing.T) {
	shared.Slow(t)
	o := compareOptions(t)
	o.Rules = badOnlyBy(t, "missing-pixels")
	signed := map[chandra.ID]*quality.SignOff{}
	o.SignOff = func(id chandra.ID) (*quality.SignOff, error) { return signed[id], nil }
	spoil(t, o, "2007251") // between 2007069 and 2007345
	if why := run(t, o); len(why) != len(past) {
		t.Errorf("the first run made %v", why)
	}
	partners, passed, before := standing(t, o, "2007345")
	if before != "2007069" || len(partners) != 3 || !strings.HasPrefix(partners[0], "2007069 degraded") ||
		!slices.Equal(passed, []string{"2007251 bad: judged bad, and nobody has accepted it"}) {
		t.Errorf("compared with %s, partners %q, passed over %q", before, partners, passed)
	}
	for _, id := range []chandra.ID{"2007251", "2007345", "2019009", "2019093"} {
		if n := listed(t, o, id); n != 0 {
			t.Errorf("%d pixels of its star are in the list of %s", n, id)
		}
	}
	// It is compared itself, and its own list is that of the one before.
	if _, _, before := standing(t, o, "2007251"); before != "2007069" {
		t.Errorf("it is compared with %s", before)
	}
	if problems := comparison.VerifyInputs(o.Comparisons, o.Archive, "2007345"); problems != nil {
		t.Errorf("verify: %q", problems)
	}

	// Accepted without the bad verdict in view it stays out.
	signed["2007251"] = &quality.SignOff{By: "N. N.", Date: "2026-11-22", Decision: quality.Accept, Verdict: quality.Degraded}
	if why := run(t, o); !strings.Contains(why["2007345"], "2007251 is judged bad, and accepted by N. N.") {
		t.Errorf("made again: %v", why)
	}
	if _, _, before := standing(t, o, "2007345"); before != "2007069" {
		t.Errorf("compared with %s", before)
	}

	// Accepted as bad it is a partner, and says so.
	signed["2007251"].Verdict = quality.Bad
	why := run(t, o)
	if len(why) != 4 || !strings.Contains(why["2007251"], "accepted") || why["2007345"] == "" || why["2019009"] == "" || why["2019093"] == "" {
		t.Errorf("made again: %v", why)
	}
	partners, passed, before = standing(t, o, "2007345")
	if before != "2007251" || partners[0] != "2007251 bad: judged bad, and accepted by N. N. on 2026-11-22" || passed != nil {
		t.Errorf("compared with %s, partners %q, passed over %q", before, partners, passed)
	}
	if own, next := listed(t, o, "2007251"), listed(t, o, "2019009"); own != 2 || next != 2 {
		t.Errorf("%d and %d pixels of the star are listed, want 2", own, next)
	}

	// Taken back, all is as it was.
	delete(signed, "2007251")
	if why := run(t, o); len(why) != 4 {
		t.Errorf("made again: %v", why)
	}
	if _, _, before := standing(t, o, "2007345"); before != "2007069" || listed(t, o, "2019009") != 0 {
		t.Errorf("compared with %s", before)
	}

	// One that is good and rejected is no partner either.
	signed["2007069"] = &quality.SignOff{By: "N. N.", Date: "2026-11-22", Decision: quality.Reject, Verdict: quality.Good}
	run(t, o)
	if _, passed, before := standing(t, o, "2007345"); before != "2007006" || len(passed) != 2 || !strings.HasSuffix(passed[1], ": rejected by N. N. on 2026-11-22") {
		t.Errorf("compared with %s, passed over %q", before, passed)
	}
	delete(signed, "2007069")
	run(t, o)

	// Other rules are other partners: all are made again, with the reason, and
	// what they would be can be had without writing.
	other := o
	other.Rules = nothingBad(t)
	files := tree(t, o.Comparisons)
	under, err := ComparedUnder(context.Background(), other)
	if err != nil || !reflect.DeepEqual(files, tree(t, o.Comparisons)) {
		t.Errorf("something was written, %v", err)
	}
	if why := run(t, other); len(why) != len(past) || !strings.Contains(why["2022104"], "other limits") {
		t.Errorf("made again: %v", why)
	}
	for _, p := range past {
		made, err := comparison.Load(o.Comparisons, p.id)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(made.Provenance, under[p.id].Provenance) || !reflect.DeepEqual(made.Pixels.Since, under[p.id].Pixels.Since) {
			t.Errorf("%s: not what it was without writing", p.id)
		}
	}
	if _, passed, before := standing(t, other, "2007345"); before != "2007251" || passed != nil {
		t.Errorf("compared with %s, passed over %q", before, passed)
	}
}

// The first of all may be bad, and so may several beside each other.
func TestCase39BadFirstAndInARow(t *testing.T) {
	shared.Slow(t)
	o := compareOptions(t)
	o.Rules = badOnlyBy(t, "missing-pixels")
	for _, id := range []chandra.ID{past[0].id, past[1].id, "2022069", "2022104"} {
		spoil(t, o, id)
	}
	run(t, o)
	for i, want := range []int{0, 1, 2} {
		partners, passed, before := standing(t, o, past[i].id)
		if len(partners) != 0 || len(passed) != want || before != "" || listed(t, o, past[i].id) != 0 {
			t.Errorf("%s: partners %q, passed over %q, compared with %s", past[i].id, partners, passed, before)
		}
	}
	if _, passed, before := standing(t, o, "2022133"); before != "2019155" || len(passed) != 2 {
		t.Errorf("compared with %s, passed over %q", before, passed)
	}
	// The verdict says why there is nothing to compare with.
	c, err := artifact.Load(o.Archive, past[2].id)
	if err != nil {
		t.Fatal(err)
	}
	m, err := comparison.Load(o.Comparisons, past[2].id)
	if err != nil {
		t.Fatal(err)
	}
	for _, clause := range quality.Judge(quality.Subject{Calibration: c, Comparison: m}, o.Rules).Clauses {
		if clause.Name == "orientation" && !strings.Contains(clause.Sentence, string(past[1].id)+" (judged bad") {
			t.Errorf("%s", clause.Sentence)
		}
	}
}

// tree are the files of a directory.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	if err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		files[path] = string(content)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return files
}
