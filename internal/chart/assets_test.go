package chart

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The assets of the section, as every page of it loads them.
const assets = "../../static/dark_cal/assets"

func asset(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(assets, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// scripts/echarts/build.sh records the sum of the bundle that it makes.
func TestBundleIsTheRecordedOne(t *testing.T) {
	recorded, err := os.ReadFile("../../scripts/echarts/echarts.sha256")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(asset(t, "echarts.min.js")))
	if got, want := hex.EncodeToString(sum[:])+"  echarts.min.js\n", string(recorded); got != want {
		t.Errorf("echarts.min.js: SHA-256 %swant %srun scripts/echarts/build.sh", got, want)
	}
	for file, phrase := range map[string]string{
		"echarts.LICENSE": "Apache License", "echarts.NOTICE": "The Apache Software Foundation",
	} {
		if !strings.Contains(asset(t, file), phrase) {
			t.Errorf("%s does not hold %q", file, phrase)
		}
	}
}

// charts.css has four blocks of colours: light, dark by the system's wish, dark
// by the page's, and print.
func TestStylesheetHasThePalette(t *testing.T) {
	css := asset(t, "charts.css")
	values := map[string][]string{}
	for _, m := range regexp.MustCompile(`--chart-([a-z0-9-]+): (#[0-9a-f]{6});`).FindAllStringSubmatch(css, -1) {
		values[m[1]] = append(values[m[1]], m[2])
	}
	all := append([]colour{ink, quiet, rule, paper, accent}, others...)
	for _, c := range all {
		got := values[c.name]
		if want := []string{c.light, c.dark, c.dark, c.light}; !slices.Equal(got, want) {
			t.Errorf("--chart-%s: %v, want %v", c.name, got, want)
		}
		delete(values, c.name)
	}
	if len(values) != 0 {
		t.Errorf("charts.css has colours that no chart uses: %v", values)
	}
	for _, c := range append([]colour{ink, quiet, rule, accent}, others...) {
		if !strings.Contains(css, "."+c.class()+" { stroke: var(--chart-"+c.name+"); }") {
			t.Errorf("charts.css does not stroke .%s", c.class())
		}
	}
}

// Text has 4.5:1 against its ground, lines that carry data 3:1 (WCAG 2.2, 1.4.3
// and 1.4.11). Charts stand on the paper of the page or of a raised figure.
func TestContrast(t *testing.T) {
	light, dark := []string{"#fbfbf9", paper.light}, []string{"#11141a", paper.dark}
	check := func(c colour, want float64) {
		for _, ground := range light {
			if got := contrast(t, c.light, ground); got < want {
				t.Errorf("%s %s on %s: contrast %.2f, want %.1f", c.name, c.light, ground, got, want)
			}
		}
		for _, ground := range dark {
			if got := contrast(t, c.dark, ground); got < want {
				t.Errorf("%s %s on %s: contrast %.2f, want %.1f", c.name, c.dark, ground, got, want)
			}
		}
	}
	check(ink, 4.5)
	check(quiet, 4.5)
	check(accent, 3)
	for _, c := range others {
		check(c, 3)
	}
}

func contrast(t *testing.T, a, b string) float64 {
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(hex[1:], 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	linear := func(v uint64) float64 {
		x := float64(v&0xff) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(n>>16) + 0.7152*linear(n>>8) + 0.0722*linear(n)
}
