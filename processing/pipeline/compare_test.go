package pipeline

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"darksite/internal/shared"
	"darksite/processing/artifact"
	"darksite/processing/ccd"
	"darksite/processing/chandra"
	"darksite/processing/comparison"
	"darksite/processing/fits/fitstest"
	"darksite/processing/pixels"
	"darksite/processing/quality"
)

// compareOptions are options on an archive of past calibrations.
func compareOptions(t *testing.T) Options {
	t.Helper()
	root := t.TempDir()
	pastArchive(t, root)
	return Options{
		Archive: filepath.Join(root, "aca_dark"), Comparisons: filepath.Join(root, "comparison"),
		Comparison: comparison.DefaultSettings(), Version: "test", Rules: nothingBad(t),
	}
}

// nothingBad are rules by which no calibration of [pastArchive] is bad: its maps are
// noise, which no model expects.
func nothingBad(t *testing.T) *quality.Rules {
	t.Helper()
	return badOnlyBy(t, "")
}

// badOnlyBy are the default rules by which only one clause can be bad.
func badOnlyBy(t *testing.T, clause string) *quality.Rules {
	t.Helper()
	blocks := strings.Split(string(quality.DefaultFile()), "[[clause]]")
	for i, b := range blocks {
		switch {
		case clause != "" && strings.Contains(b, fmt.Sprintf("name = %q", clause)):
		case strings.Contains(b, "\ndegraded_"):
			blocks[i] = regexp.MustCompile(`(?m)^bad_.*\n`).ReplaceAllString(b, "")
		default:
			blocks[i] = strings.ReplaceAll(b, "\nbad_", "\ndegraded_")
		}
	}
	rules, err := quality.ParseRules([]byte(strings.Join(blocks, "[[clause]]")), "test")
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

// made are the calibrations whose comparisons a run made.
func made(t *testing.T, o Options) (ids []chandra.ID) {
	t.Helper()
	all, err := Compare(context.Background(), o)
	if err != nil || len(all) != len(past) {
		t.Fatalf("%d comparisons, %v", len(all), err)
	}
	for _, c := range all {
		if c.Err != nil {
			t.Fatal(c.Err)
		}
		if problems := comparison.Verify(o.Comparisons, c.ID); problems != nil {
			t.Fatalf("%s: %q", c.ID, problems)
		}
		if c.Changed {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// Only what is affected is made again: its own comparison and those of the three
// after it, of which the last drops it from the bad pixel list.
func TestCompare(t *testing.T) {
	shared.Slow(t)
	o := compareOptions(t)
	if ids := made(t, o); len(ids) != len(past) {
		t.Errorf("first run: %v, want all", ids)
	}
	if ids := made(t, o); ids != nil {
		t.Errorf("second run: %v, want none", ids)
	}
	// A pixel of 2007069 becomes hot: it and the two after it follow.
	c, err := artifact.Load(o.Archive, "2007069")
	if err != nil {
		t.Fatal(err)
	}
	image, err := artifact.LoadImage(ccd.ACA, o.Archive, "2007069")
	if err != nil {
		t.Fatal(err)
	}
	image[0] = 4000
	changed, images := artifact.FromImage(ccd.ACA, "2007069", image, c.Replicas)
	changed.Facts, changed.Provenance = c.Facts, c.Provenance
	if err := changed.Correct(); err != nil {
		t.Fatal(err)
	}
	files, err := artifact.Encode(changed, images)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := artifact.Save(o.Archive, "2007069", files); err != nil {
		t.Fatal(err)
	}
	if ids := made(t, o); !slices.Equal(ids, []chandra.ID{"2007069", "2007251", "2007345", "2019009"}) {
		t.Errorf("after a change: %v, want 2007069 2007251 2007345 2019009", ids)
	}
	for id, want := range map[chandra.ID]pixels.Persistence{
		"2007069": {Pixels: 1, Added: 1}, "2007251": {Pixels: 1, Kept: 1}, "2007345": {Pixels: 1, Kept: 1}, "2019009": {Dropped: 1},
	} {
		if c, err := comparison.Load(o.Comparisons, id); err != nil || *c.Persistence != want {
			t.Errorf("%s against the list before: %+v, want %+v (%v)", id, *c.Persistence, want, err)
		}
	}
	now, err := comparison.Load(o.Comparisons, "2007069")
	if err != nil {
		t.Fatal(err)
	}
	next, err := comparison.Load(o.Comparisons, "2007251")
	if err != nil {
		t.Fatal(err)
	}
	if now.Pixels.Since.Hot.New.Total != 1 || next.Pixels.Since.Hot.Gone.Total != 1 || now.BadPixels.Selected != 1 || next.BadPixels.Selected != 1 {
		t.Errorf("the hot pixel: new %+v, gone %+v, bad %d and %d", now.Pixels.Since.Hot.New, next.Pixels.Since.Hot.Gone, now.BadPixels.Selected, next.BadPixels.Selected)
	}
	if first, err := comparison.Load(o.Comparisons, past[0].id); err != nil || first.Pixels.Since != nil || first.Orientation != nil {
		t.Errorf("the first has nothing to be compared with: %+v, %v", first, err)
	}
	content, err := os.ReadFile(filepath.Join(o.Comparisons, "2007069", comparison.PixelsFITS))
	if err != nil {
		t.Fatal(err)
	}
	fitstest.Check(t, content)

	// Another rule, another version, a file that is gone.
	o.Comparison.Bad.Threshold = 5000
	if ids := made(t, o); len(ids) != len(past) {
		t.Errorf("another rule: %v, want all", ids)
	}
	if err := os.Remove(filepath.Join(o.Comparisons, "2022104", comparison.BadPixelsFile)); err != nil {
		t.Fatal(err)
	}
	if ids := made(t, o); len(ids) != 1 || ids[0] != "2022104" {
		t.Errorf("a file was gone: %v, want 2022104", ids)
	}
	o.Version = "other"
	if ids := made(t, o); len(ids) != len(past) {
		t.Errorf("another version: %v, want all", ids)
	}
}

// An imported map whose start is of another day is compared by its own day, and
// so is the next one.
func TestCompareWithAContradictoryStart(t *testing.T) {
	o := compareOptions(t)
	c, err := artifact.Load(o.Archive, "2007069")
	if err != nil {
		t.Fatal(err)
	}
	image, err := artifact.LoadImage(ccd.ACA, o.Archive, "2007069")
	if err != nil {
		t.Fatal(err)
	}
	c.Facts.Start = "2005:001:00:00:00.000"
	files, err := artifact.Encode(c, &artifact.Images{Dark: image})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := artifact.Save(o.Archive, "2007069", files); err != nil {
		t.Fatal(err)
	}
	made(t, o)
	d, err := comparison.Load(o.Comparisons, "2007069")
	if err != nil {
		t.Fatal(err)
	}
	// 2007006 began at 01:56:46.817 UTC.
	if days := d.Pixels.Since.Days; days < 62.9 || days > 63 {
		t.Errorf("%v days since 2007006, want from its start to 2007:069:00:00", days)
	}
}

// A flipped bit in any file of a comparison is found.
func TestVerifyComparison(t *testing.T) {
	shared.Slow(t)
	o := compareOptions(t)
	made(t, o)
	for _, name := range append(comparison.Files(), artifact.ManifestFile) {
		path := filepath.Join(o.Comparisons, "2007069", name)
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range []int{0, len(content) / 3, len(content) - 1} {
			broken := bytes.Clone(content)
			broken[at] ^= 4
			if err := os.WriteFile(path, broken, 0o666); err != nil {
				t.Fatal(err)
			}
			if comparison.Verify(o.Comparisons, "2007069") == nil {
				t.Errorf("%s: a flipped bit in byte %d was not found", name, at)
			}
		}
		if err := os.WriteFile(path, content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// A comparison in the layout of before is read, verified and made again, with the
// reason.
func TestOlderComparisonIsMadeAgain(t *testing.T) {
	shared.Slow(t)
	o := compareOptions(t)
	run(t, o)
	path := filepath.Join(o.Comparisons, "2022104", comparison.ComparisonFile)
	today, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var document map[string]any
	if err := json.Unmarshal(today, &document); err != nil {
		t.Fatal(err)
	}
	document["schema"] = "darksite/comparison/1"
	provenance := document["provenance"].(map[string]any)
	delete(provenance, "rules")
	delete(provenance, "passed_over")
	for _, in := range provenance["inputs"].([]any) {
		delete(in.(map[string]any), "verdict")
		delete(in.(map[string]any), "usable")
		delete(in.(map[string]any), "why")
	}
	before, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, before, 0o666); err != nil {
		t.Fatal(err)
	}
	c, err := comparison.Load(o.Comparisons, "2022104")
	if err != nil || c.Pixels.Since.Before.ID != "2022069" || len(c.Provenance.Partners()) != 3 {
		t.Fatalf("%+v, %v", c, err)
	}
	if why := run(t, o); len(why) != 1 || !strings.Contains(why["2022104"], "darksite/comparison/1") {
		t.Errorf("made again: %v", why)
	}
	if again, err := os.ReadFile(path); err != nil || string(again) != string(today) {
		t.Errorf("not the same as at first: %v", err)
	}
}
