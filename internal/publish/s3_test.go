package publish

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// gateway is a real S3 server for a directory; each bucket is a directory in it.
func gateway(t *testing.T, dir string) (port int) {
	t.Helper()
	found, _ := filepath.Glob(filepath.Join("..", "..", ".tools", "versitygw-*", "versitygw"))
	program := ""
	if len(found) > 0 {
		program = found[len(found)-1]
	} else {
		program = needProgram(t, "versitygw", "./test installs it in .tools")
	}
	port = freePort(t)
	cmd := exec.Command(program, "--quiet", "--access", "key", "--secret", "very-secret", "--port", "127.0.0.1:"+strconv.Itoa(port),
		"posix", "--sidecar", t.TempDir(), dir)
	serve(t, port, cmd)
	return port
}

func storage(t *testing.T, port int) Storage {
	t.Helper()
	k, err := parseKeys("access_key = key\nsecret_key = very-secret\n")
	if err != nil {
		t.Fatal(err)
	}
	return Storage{Endpoint: fmt.Sprintf("http://127.0.0.1:%d", port), Region: "us-east-1", Bucket: "aspect", Prefix: "mta/ASPECT", Keys: k}
}

func TestS3(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "aspect", "mta", "ASPECT")
	put(t, dir, "index.html", "theirs")
	port := gateway(t, root)
	at := must(NewS3(storage(t, port)))
	one, two := site("one", "2015_dec"), site("two", "2015_dec", "2016_may")
	with := func(m memory) memory {
		all := published(m)
		all["index.html"] = "theirs"
		return all
	}
	send := func(m memory, o Options) *Changes {
		t.Helper()
		c, err := at.Publish(background, m, o)
		if err != nil {
			t.Fatal(err)
		}
		wantTree(t, dir, with(m))
		return c
	}
	if c, err := at.Plan(background, one, Options{}); err != nil || len(c.Added) != len(one)+1 {
		t.Fatalf("%+v, %v", c, err)
	}
	wantTree(t, dir, memory{"index.html": "theirs"})
	send(one, Options{})
	if c := send(one, Options{}); !c.Nothing() {
		t.Errorf("the same again: %+v", c)
	}
	if c, err := at.Plan(background, site("longer", "2015_dec", "2016_may"), Options{}); err != nil || len(c.Added) != 3 || len(c.Numbers) != 1 {
		t.Errorf("%+v, %v", c, err)
	}
	send(two, Options{})
	if _, err := at.Publish(background, one, Options{}); !errors.Is(err, ErrFewer) {
		t.Errorf("fewer: %v", err)
	}
	send(one, Options{AllowFewer: true})

	// A file of others in the way.
	put(t, dir, "dark_cal/new.txt", "theirs")
	more := maps.Clone(one)
	more["dark_cal/new.txt"] = "ours"
	if _, err := at.Publish(background, more, Options{}); !errors.Is(err, ErrForeign) {
		t.Errorf("%v", err)
	}
	os.Remove(filepath.Join(dir, "dark_cal/new.txt"))

	// Connections that are lost in the middle: tried again, or whole files and a
	// next run that finishes.
	rng := rand.New(rand.NewPCG(17, 18))
	broken := 0
	for i := range rounds(6, 40) {
		old := contents(t, dir)
		next := random(rng)
		next["dark_cal/large.bin"] = strings.Repeat(fmt.Sprint(rng.IntN(1000)), 50000)
		most := 3000 + rng.IntN(60000)
		if i%3 == 2 { // and one that takes next to nothing
			most = 2500
		}
		through := storage(t, relay(t, port, most))
		through.tries = 1 // gives up at the first connection that is lost
		_, err := must(NewS3(through)).Publish(background, next, Options{AllowFewer: true})
		if err != nil {
			broken++
			if strings.Contains(err.Error(), "very-secret") {
				t.Errorf("the message holds the key: %v", err)
			}
		}
		now := contents(t, dir)
		delete(now, pendingFile)
		if bad := whole(now, old, with(next)); bad != "" {
			t.Errorf("%v: %s", err, bad)
		}
		send(random(rng), Options{AllowFewer: true})
	}
	if broken == 0 {
		t.Error("no connection broke")
	}
}

func TestS3Refused(t *testing.T) {
	root := t.TempDir()
	put(t, root, "aspect/x", "x")
	port := gateway(t, root)
	one := site("one", "2015_dec")
	s := storage(t, port)
	s.Bucket = "nowhere"
	if _, err := must(NewS3(s)).Publish(background, one, Options{}); err == nil || !strings.Contains(err.Error(), "make the bucket") {
		t.Errorf("no bucket: %v", err)
	}
	s = storage(t, port)
	s.Keys.secret = "other-secret"
	if _, err := must(NewS3(s)).Publish(background, one, Options{}); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("wrong key: %v", err)
	}
	if _, err := NewS3(Storage{Endpoint: "ftp://x"}); err == nil {
		t.Error("ftp was taken")
	}
}

func TestKeys(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "keys")
	put(t, dir, "keys", "# mine\n[default]\naws_access_key_id = a\nsecret_key = \"b\"\n")
	none := func(string) string { return "" }
	if _, err := ReadKeys(file, none); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("others can read it: %v", err)
	}
	os.Chmod(file, 0o600)
	if k, err := ReadKeys(file, none); err != nil || k != (Keys{"a", "b", ""}) {
		t.Errorf("%v, %v", k, err)
	}
	env := map[string]string{"AWS_ACCESS_KEY_ID": "c", "AWS_SECRET_ACCESS_KEY": "d", "AWS_SESSION_TOKEN": "e"}
	if k, err := ReadKeys("", func(n string) string { return env[n] }); err != nil || k != (Keys{"c", "d", "e"}) {
		t.Errorf("%v, %v", k, err)
	}
	if _, err := ReadKeys("", none); err == nil {
		t.Error("no keys were taken")
	}
	for _, text := range []string{"hunter2", "hunter2 = hunter2", "access_key = hunter 2", "access_key = a"} {
		if _, err := parseKeys(text); err == nil || strings.Contains(err.Error(), "hunter") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzKeys(f *testing.F) {
	f.Add("access_key = a\nsecret_key = b\n")
	f.Add("[x]\n= =\n")
	f.Fuzz(func(t *testing.T, text string) {
		k, err := parseKeys(text)
		if err == nil && (k.access == "" || k.secret == "") {
			t.Error("half of the keys were taken")
		}
	})
}

func FuzzManifest(f *testing.F) {
	f.Add([]byte(strings.Repeat("0", 64) + "  2015_dec/index.html\n"))
	f.Add([]byte(strings.Repeat("0", 64) + "  ../x\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		files, err := parseManifest(content)
		for _, x := range files {
			if err == nil && checkPath(x.Path) != nil {
				t.Errorf("path %q", x.Path)
			}
		}
		if err == nil {
			again, err := parseManifest(marshalManifest(files))
			if err != nil || len(again) != len(files) {
				t.Errorf("%d files, then %d, %v", len(files), len(again), err)
			}
		}
	})
}

func FuzzRelease(f *testing.F) {
	r := Release{Format: 1, Number: 3, Files: []entry{{File: fileOf("dark_cal/a", nil)}}}
	content, _ := r.marshal()
	f.Add(content)
	f.Add([]byte(`{"format": 1, "number": 1, "files": [{"path": "/etc/passwd"}]}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		r, err := parseRelease(content)
		if err != nil {
			return
		}
		for _, e := range append(r.Files, r.Claims...) {
			if !strings.HasPrefix(e.Path, Section+"/") || strings.Contains(e.Path, "..") && !filepath.IsLocal(e.Path) {
				t.Errorf("path %q", e.Path)
			}
		}
		for _, b := range r.Blocks {
			if !filepath.IsLocal(b.Path) {
				t.Errorf("page %q", b.Path)
			}
		}
	})
}

func FuzzNumbers(f *testing.F) {
	f.Add([]byte(`{"a": [1, 2, {"id": "x", "state": "good"}]}`), []byte(`<p class="verdict">x`))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		compareValues("x", jsonValues(a), jsonValues(b))
		compareValues("x", pageVerdict(a), pageVerdict(b))
	})
}
