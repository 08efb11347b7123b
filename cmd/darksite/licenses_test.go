package main

import (
	"bytes"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var updateLicenses = flag.Bool("update", false, "write licenses.txt anew")

// TestLicenses holds licenses.txt against the licences in the module cache of what is
// linked in on any system.
func TestLicenses(t *testing.T) {
	want := licenseFile(t)
	if *updateLicenses {
		if err := os.WriteFile("licenses.txt", want, 0o666); err != nil {
			t.Fatal(err)
		}
	} else if !bytes.Equal([]byte(licenses), want) {
		t.Error("licenses.txt is not that of what is linked in: go test ./cmd/darksite -run TestLicenses -update")
	}
}

// license is a file with the terms of a module.
var license = regexp.MustCompile(`(?i)^(licen[cs]e|copying|unlicense|notice|patents)([.-].*)?$`)

// licenseFile has each text once, below the modules that it holds for and the
// copyright lines that these have in it.
func licenseFile(t *testing.T) []byte {
	const goLicense = "golang.org/x/sys " // the same text as in the directory of Go
	files := map[string][]string{
		"darksite":             {filepath.Join("..", "..", "LICENSE")},
		"Apache ECharts 6.1.0": {filepath.Join("..", "..", "static", "dark_cal", "assets", "echarts.LICENSE"), filepath.Join("..", "..", "static", "dark_cal", "assets", "echarts.NOTICE")},
	}
	for _, system := range []string{"linux", "darwin", "freebsd"} {
		list := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}\t{{.Dir}}\t{{$.Dir}}{{end}}{{end}}", ".")
		list.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
		out, err := list.Output()
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(out)) {
			name, dirs, ok := strings.Cut(strings.TrimSpace(line), "\t")
			if !ok {
				continue
			}
			root, dir, _ := strings.Cut(dirs, "\t")
			// Packages within a module may have terms of their own.
			for ; strings.HasPrefix(dir, root); dir = filepath.Dir(dir) {
				entries, err := os.ReadDir(dir)
				if err != nil {
					t.Fatal(err)
				}
				for _, e := range entries {
					if file := filepath.Join(dir, e.Name()); e.Type().IsRegular() && license.MatchString(e.Name()) && !strings.HasSuffix(file, ".go") && !slices.Contains(files[name], file) {
						files[name] = append(files[name], file)
					}
				}
			}
			if files[name] == nil {
				t.Errorf("%s has no licence", name)
			}
		}
	}
	for name := range files {
		if strings.HasPrefix(name, goLicense) {
			files["the Go standard library"] = files[name][:1]
		}
	}

	copyright := regexp.MustCompile(`(?im)^[ \t*]*copyright\b.*(\d{4}|\(c\)|©).*\n`)
	type text struct{ holders, body string }
	texts := map[string]*text{}
	var order []string
	for _, name := range slices.Sorted(maps.Keys(files)) {
		for _, file := range files[name] {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			plain := strings.ReplaceAll(string(content), "\r\n", "\n") + "\n"
			body := copyright.ReplaceAllString(plain, "")
			key := strings.ToLower(strings.Join(strings.Fields(body), " "))
			if texts[key] == nil {
				texts[key] = &text{body: strings.Trim(body, "\n")}
				order = append(order, key)
			}
			texts[key].holders += fmt.Sprintf("%s (%s)\n", name, filepath.Base(file))
			for _, line := range copyright.FindAllString(plain, -1) {
				texts[key].holders += "    " + strings.TrimSpace(line) + "\n"
			}
		}
	}
	var b bytes.Buffer
	b.WriteString("darksite and what is linked into it. Each text stands once, below those that have it\nand their copyright lines.\n")
	for _, key := range order {
		fmt.Fprintf(&b, "\n%s\n%s\n%s\n", strings.Repeat("=", 80), texts[key].holders, texts[key].body)
	}
	return b.Bytes()
}
