package main

import (
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

var linkForm = regexp.MustCompile(`\s(?:href|src)="([^"#?:]+)["#?]`)

// deadLinks are the links that lead nowhere, of all pages that a reader comes to
// from the index.
func deadLinks(t *testing.T, www string) (dead []string) {
	t.Helper()
	index := filepath.Join("dark_cal", "index.html")
	seen, queue := map[string]bool{index: true}, []string{index}
	for len(queue) > 0 {
		page := queue[0]
		queue = queue[1:]
		content, err := os.ReadFile(filepath.Join(www, page))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range linkForm.FindAllStringSubmatch(string(content), -1) {
			if strings.HasPrefix(m[1], "/") {
				continue
			}
			to := filepath.Join(filepath.Dir(page), m[1])
			if seen[to] {
				continue
			}
			seen[to] = true
			if _, err := os.Stat(filepath.Join(www, to)); err != nil {
				dead = append(dead, page+" -> "+to)
			} else if strings.HasSuffix(to, ".html") {
				queue = append(queue, to)
			}
		}
	}
	if len(seen) < 20 {
		t.Fatalf("only %d links were found", len(seen))
	}
	return dead
}

// A publish that is killed at any moment leaves whole files, each of the one
// state or of the other, nothing of others touched; and the next one finishes.
func TestPublishSurvivesKills(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("some seconds of killing")
	}
	kills := 15
	if os.Getenv("DARKSITE_NIGHTLY") == "1" {
		kills = 200
	}
	must := func(args ...string) {
		t.Helper()
		if out, err := program(t, args...).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	var sites [2]string
	for i, ids := range [][]string{{"2016125", "2016200"}, {"2016125", "2016300"}} {
		sites[i] = t.TempDir()
		for _, id := range ids {
			must("simulate", id, "--out", filepath.Join(sites[i], "data", id), "--rows", "24", "-q")
		}
		config := "[site]\ntitle = \"" + strings.Repeat("x", i+1) + "\"\n"
		if err := os.WriteFile(filepath.Join(sites[i], "site.toml"), []byte(config), 0o666); err != nil {
			t.Fatal(err)
		}
		must("-C", sites[i], "build", "-q")
	}
	www := filepath.Join(t.TempDir(), "www")
	if err := os.MkdirAll(filepath.Join(www, "dark_cal"), 0o777); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"index.html", "dark_cal/theirs.html"} {
		if err := os.WriteFile(filepath.Join(www, name), []byte("theirs"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	publish := func(i int, more ...string) []string {
		return append([]string{"-C", sites[i], "publish", "--no-build", "-q", www}, more...)
	}
	visible := func() map[string]string {
		found := tree(t, www)
		maps.DeleteFunc(found, func(name, _ string) bool { return strings.Contains(name, ".darksite") })
		return found
	}
	must(publish(0, "--adopt")...)
	var want [2]map[string]string
	want[0] = visible()
	started := time.Now()
	must(publish(1)...)
	took := time.Since(started)
	want[1] = visible()

	rng := rand.New(rand.NewPCG(13, 14))
	old, begun := 1, 0
	for n := range kills {
		next := n % 2
		cmd := program(t, publish(next)...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if rng.IntN(2) == 0 { // from the start of the program to a little behind its end
			time.Sleep(time.Duration(rng.Float64() * 1.1 * float64(took)))
		} else { // within the switch
			for range 5000 {
				if _, err := os.Stat(filepath.Join(www, ".darksite-releases", "journal")); err == nil {
					break
				}
				time.Sleep(200 * time.Microsecond)
			}
			time.Sleep(time.Duration(rng.IntN(20000)) * time.Microsecond)
		}
		if n%4 == 3 { // which it hears; a switch that has begun is finished
			cmd.Process.Signal(syscall.SIGTERM)
		} else {
			cmd.Process.Kill()
		}
		cmd.Wait()
		now := visible()
		for name, sum := range now {
			if sum != want[old][name] && sum != want[next][name] {
				t.Errorf("kill %d: %s is neither old nor new", n, name)
			}
		}
		for name := range want[0] {
			if _, both := want[1][name]; both && now[name] == "" {
				t.Errorf("kill %d: %s is gone", n, name)
			}
		}
		if !maps.Equal(now, want[old]) && !maps.Equal(now, want[next]) {
			begun++
		}
		if dead := deadLinks(t, www); dead != nil {
			t.Errorf("kill %d: dead links %q", n, dead)
		}
		// Another publisher finishes it, and brings its own.
		other := rng.IntN(2)
		must(publish(other)...)
		if now = visible(); !maps.Equal(now, want[other]) {
			t.Fatalf("kill %d: after the next run %d files, want %d: %v", n, len(now), len(want[other]), slices.Sorted(maps.Keys(now)))
		}
		must("verify", "--published", "-q", www)
		old = other
		if want := 1 - (n+1)%2; old != want { // so that the next has something to do
			must(publish(want)...)
			old = want
		}
	}
	t.Logf("%d kills, %d of them within the switch; a whole publish takes %v", kills, begun, took)
}
