package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"darksite/processing/telemetry"
)

func TestRsync(t *testing.T) {
	t.Parallel()
	dir, o := delivered(t, r1, r2), options(t)
	put(t, filepath.Join(dir, "2015", r3), packed(t, r3))
	put(t, filepath.Join(dir, "2015355", r4), packed(t, r4))
	put(t, filepath.Join(dir, "2015_355", r5), packed(t, r5))
	put(t, filepath.Join(dir, "2015_356_VC2_Replica1_SFDU_1\n.gz"), nil)
	put(t, filepath.Join(dir, "elsewhere", r1), nil)
	put(t, filepath.Join(dir, "2015354", "2015_354_VC2_Replica1_SFDU_31000.gz"), nil)
	when := time.Date(2015, 12, 22, 3, 4, 5, 0, time.UTC)
	os.Chtimes(filepath.Join(dir, r1), when, when)
	src := serve(t, dir).source(t, "")
	l, err := List(t.Context(), src, testID, o)
	if err != nil {
		t.Fatal(err)
	}
	local, err := List(t.Context(), source(t, dir), testID, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, list := range []*Listing{l, local} { // rsync gives whole seconds, and names in its own quotes
		for i := range list.Candidates {
			list.Candidates[i].Modified = list.Candidates[i].Modified.Truncate(time.Second)
		}
	}
	if diff := cmp.Diff(local.Candidates, l.Candidates); diff != "" {
		t.Errorf("a daemon's list is not the directory's (-directory +daemon):\n%s", diff)
	}
	if len(l.Warnings) != 1 || len(local.Warnings) != 1 {
		t.Errorf("%q, %q", l.Warnings, local.Warnings)
	}
	if !l.Candidates[0].Modified.Equal(when) {
		t.Errorf("%v, want %v", l.Candidates[0].Modified, when)
	}

	var last Progress
	o.Progress = func(p Progress) { last = p }
	if _, err := Fetch(t.Context(), src, testID, o); err != nil {
		t.Fatal(err)
	}
	fetched(t, o, r1, r2, r3, r4, r5)
	if last.Done != last.Bytes || last.Number != 5 {
		t.Errorf("the last progress is %+v", last)
	}
	if info, err := os.Stat(filepath.Join(o.Data, string(testID), r1)); err != nil || !info.ModTime().Equal(when) {
		t.Errorf("the time of the delivery is not kept: %v, %v", info, err)
	}
	r, err := Fetch(t.Context(), src, testID, o)
	if n := r.with(Present); err != nil || n != 5 {
		t.Errorf("the second time: %v, %v", outcomes(r), err)
	}
	fetched(t, o, r1, r2, r3, r4, r5)
}

func TestRsyncNeverOverwrites(t *testing.T) {
	t.Parallel()
	dir, o := delivered(t, r1, r2), options(t)
	ours := append([]byte{0}, packed(t, r2)[1:]...)
	path := filepath.Join(o.Data, string(testID), r2)
	put(t, path, ours)
	// Neither size nor time tells the difference.
	when := time.Date(2015, 12, 22, 3, 4, 5, 0, time.UTC)
	os.Chtimes(path, when, when)
	os.Chtimes(filepath.Join(dir, r2), when, when)
	r, err := Fetch(t.Context(), serve(t, dir).source(t, ""), testID, o)
	if !errors.Is(err, ErrRefused) || strings.Count(err.Error(), "MD5 ") != 2 {
		t.Errorf("%v", err)
	}
	if diff := cmp.Diff(map[string]Outcome{r1: Fetched, r2: Refused}, outcomes(r)); diff != "" {
		t.Error(diff)
	}
	if got, _ := os.ReadFile(path); !bytes.Equal(got, ours) {
		t.Error("the file was written to")
	}
}

// A directory whose name a shell would run is a directory.
func TestRsyncNoShell(t *testing.T) {
	t.Parallel()
	root, canary := t.TempDir(), filepath.Join(t.TempDir(), "canary")
	for _, odd := range []string{"a b", "it's", `say "x"`, ";touch " + filepath.Base(canary), "$(touch x)", "`touch x`", "a&b|c>d", "-e sh", "--rsh=x", "#x", "~", "%41", "ü"} {
		dir := filepath.Join(root, odd)
		put(t, filepath.Join(dir, r1), packed(t, r1))
	}
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	d := serve(t, root)
	for _, e := range entries {
		o := options(t)
		if _, err := Fetch(t.Context(), d.source(t, "/"+e.Name()), testID, o); err != nil {
			t.Errorf("%s: %v", e.Name(), err)
			continue
		}
		fetched(t, o, r1)
	}
	for _, at := range []string{canary, filepath.Base(canary), filepath.Join(root, "x"), "x"} {
		if _, err := os.Stat(at); err == nil {
			t.Errorf("%s was made: a shell ran", at)
		}
	}
}

// The whole way over ssh, with a program in its place that does what sshd does:
// it hands the command to a shell, and so must not see the path in it.
func TestRsyncOverSSH(t *testing.T) {
	t.Parallel()
	needRsync(t)
	bin := t.TempDir()
	said := filepath.Join(bin, "said")
	ssh := filepath.Join(bin, "ssh")
	script := "#!/bin/sh\n" + `while [ "$1" != host.example.org ]; do shift; done; shift; echo "$*" >>` + said + "\n" + `exec sh -c "$*"` + "\n"
	if err := os.WriteFile(ssh, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	canary := filepath.Join(bin, "canary")
	dir := filepath.Join(t.TempDir(), "a b;touch "+filepath.Base(canary)+";it's $(touch x)")
	put(t, filepath.Join(dir, r1), packed(t, r1))
	o := options(t)
	o.hooks.ssh = ssh
	src := source(t, "aca@host.example.org:"+dir)
	for _, want := range []Outcome{Fetched, Present} {
		// rsync hands the user over as -l.
		r, err := Fetch(t.Context(), src, testID, o)
		if err != nil {
			t.Fatal(err)
		}
		if got := outcomes(r)[r1]; got != want {
			t.Errorf("%v, want %v", got, want)
		}
	}
	fetched(t, o, r1)
	commands, err := os.ReadFile(said)
	if err != nil || !bytes.Contains(commands, []byte("rsync --server")) || bytes.Contains(commands, []byte("touch")) {
		t.Errorf("the other end's shell saw %s, %v", commands, err)
	}

	// A host that cannot be reached.
	o.hooks.ssh = "/bin/false"
	if _, err := Fetch(t.Context(), src, testID, o); !errors.Is(err, ErrUnreachable) {
		t.Errorf("%v", err)
	}
}

func TestRsyncUnreachable(t *testing.T) {
	t.Parallel()
	dir, o := delivered(t, r1), options(t)
	d := serve(t, dir)
	unknown := source(t, fmt.Sprintf("rsync://127.0.0.1:%d/other", d.port))
	for what, c := range map[string]struct {
		src  Source
		says string
	}{
		"no such module":    {unknown, "module"},
		"no such directory": {d.source(t, "/none"), "path is right"},
	} {
		if _, err := Fetch(t.Context(), c.src, testID, o); !errors.Is(err, ErrUnreachable) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := Fetch(t.Context(), d.source(t, "/"), "2014001", o); !errors.Is(err, ErrNotYet) {
		t.Errorf("%v", err)
	}
	d.stop()
	if _, err := Fetch(t.Context(), d.source(t, ""), testID, o); !errors.Is(err, ErrUnreachable) || !strings.Contains(err.Error(), "refused") {
		t.Errorf("%v", err)
	}
	o.hooks.rsync = "rsync-that-is-not-there"
	if _, err := Fetch(t.Context(), d.source(t, ""), testID, o); err == nil || !strings.Contains(err.Error(), "apt install rsync") {
		t.Errorf("%v", err)
	}
	holds(t, o)
}

// A link that leads nowhere spoils the list of nothing else.
func TestRsyncDanglingLink(t *testing.T) {
	dir, o := delivered(t, r1), options(t)
	os.Symlink("nowhere", filepath.Join(dir, r2))
	r, err := Fetch(t.Context(), serve(t, dir).source(t, ""), testID, o)
	if err != nil || len(r.Warnings) != 1 || !strings.Contains(r.Warnings[0], "no referent") {
		t.Errorf("%v, %v", r, err)
	}
	fetched(t, o, r1)
}

// large is a source with one plain file of 12 MB, of whole SFDUs that differ.
func large(t *testing.T) (dir string, content []byte) {
	t.Helper()
	content = bytes.Repeat(unpacked(t, r1), 30)[:11000*telemetry.SFDUSize]
	for i := 0; i < len(content); i += telemetry.SFDUSize {
		copy(content[i+500:], strconv.Itoa(i))
	}
	dir = t.TempDir()
	put(t, filepath.Join(dir, plain1), content)
	return dir, content
}

// slow is a daemon's option: 4 MB a second.
const slow = "--bwlimit=4000"

// halfway calls do once there are some MB of the file.
func halfway(o *Options, do func()) {
	began := false
	o.Progress = func(p Progress) {
		if !began && p.FileDone > 3<<20 {
			began = true
			do()
		}
	}
}

func TestRsyncCancelledAndResumed(t *testing.T) {
	t.Parallel()
	dir, content := large(t)
	o := options(t)
	ctx, cancel := context.WithCancel(t.Context())
	var at time.Time
	halfway(&o, func() { at = time.Now(); cancel() })
	_, err := Fetch(ctx, serve(t, dir, slow).source(t, ""), testID, o)
	if took := time.Since(at); !errors.Is(err, context.Canceled) || took > time.Second {
		t.Fatalf("%v after %v", err, took)
	}
	holds(t, o, partialPrefix+plain1)
	o.Progress = nil
	resumed(t, dir, o, content)
}

// resumed asserts that a fetch goes on with what is there, which is not sent
// again.
func resumed(t *testing.T, dir string, o Options, content []byte) {
	t.Helper()
	info, err := os.Stat(filepath.Join(o.Data, string(testID), partialPrefix+plain1))
	if err != nil || info.Size() < 2<<20 || info.Size() >= int64(len(content)) {
		t.Fatalf("%v, %v: want part of %d bytes", info, err, len(content))
	}
	d := serve(t, dir)
	src := d.relay(t)
	r, err := Fetch(t.Context(), src, testID, o)
	if err != nil {
		t.Fatal(err)
	}
	if r.Files[0].Resumed != info.Size() {
		t.Errorf("%d bytes were resumed, want %d", r.Files[0].Resumed, info.Size())
	}
	rest := int64(len(content)) - info.Size()
	if sent := d.sent.Load(); sent < rest || sent > rest+256<<10 {
		t.Errorf("%d bytes were sent for the last %d of %d", sent, rest, len(content))
	}
	got, err := os.ReadFile(filepath.Join(r.Dir, plain1))
	if err != nil || !bytes.Equal(got, content) {
		t.Errorf("%d bytes that differ, %v", len(got), err)
	}
	holds(t, o, plain1)

	// A file that is there is compared by its hash.
	d.sent.Store(0)
	if r, err = Fetch(t.Context(), src, testID, o); err != nil || r.Files[0].Outcome != Present || d.sent.Load() > 64<<10 {
		t.Errorf("%v, %v, %d bytes were sent", outcomes(r), err, d.sent.Load())
	}
}

func TestRsyncDaemonGone(t *testing.T) {
	t.Parallel()
	dir, content := large(t)
	o := options(t)
	d := serve(t, dir, slow)
	halfway(&o, d.stop)
	_, err := Fetch(t.Context(), d.source(t, ""), testID, o)
	if !errors.Is(err, ErrUnreachable) || !strings.Contains(err.Error(), "run the same command again to go on") {
		t.Fatalf("%v", err)
	}
	o.Progress = nil
	resumed(t, dir, o, content)
}

// A partial file that is as long as the source's, but another, is mended.
func TestRsyncMends(t *testing.T) {
	t.Parallel()
	dir, o := delivered(t, r1), options(t)
	garbled := bytes.Clone(packed(t, r1))
	garbled[len(garbled)/2] ^= 1
	for _, partial := range [][]byte{garbled, append(garbled, "more"...), packed(t, r2)} {
		put(t, filepath.Join(o.Data, string(testID), partialPrefix+r1), partial)
		if _, err := Fetch(t.Context(), serve(t, dir).source(t, ""), testID, o); err != nil {
			t.Fatal(err)
		}
		fetched(t, o, r1)
		os.RemoveAll(o.Data)
	}
}

func TestRsyncStillArriving(t *testing.T) {
	t.Parallel()
	dir, content := large(t)
	o := options(t)
	path := filepath.Join(dir, plain1)
	halfway(&o, func() { // appended: a file that is emptied first is a read error of rsync
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
		if err == nil {
			_, err = f.Write(content[:1134])
		}
		if err = errors.Join(err, f.Close()); err != nil {
			t.Error(err)
		}
	})
	d := serve(t, dir, slow)
	if _, err := Fetch(t.Context(), d.source(t, ""), testID, o); !errors.Is(err, ErrNotYet) || !strings.Contains(err.Error(), "still arriving") {
		t.Fatalf("%v", err)
	}
	holds(t, o, partialPrefix+plain1)
}

// Killing darksite itself leaves a partial file, and rsync as its last writer:
// while that lives, nobody else writes to the file; then a fetch goes on.
func TestRsyncKilled(t *testing.T) {
	t.Parallel()
	dir, content := large(t)
	src := serve(t, dir, slow).source(t, "")
	o := options(t)
	child := exec.Command(os.Args[0], "-test.run=^TestHelperFetch$")
	child.Env = append(os.Environ(), "FETCH_TEST_SOURCE="+src.String(), "FETCH_TEST_DATA="+o.Data)
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	partial := filepath.Join(o.Data, string(testID), partialPrefix+plain1)
	for range 500 {
		if info, err := os.Stat(partial); err == nil && info.Size() > 3<<20 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	child.Process.Kill()
	child.Wait()
	_, err := Fetch(t.Context(), src, testID, o)
	if !errors.Is(err, ErrBusy) || !strings.Contains(err.Error(), "wait until it has finished") {
		t.Fatalf("%v", err)
	}
	// The orphan goes on until the file is there.
	for range 100 {
		if _, err = Fetch(t.Context(), src, testID, o); !errors.Is(err, ErrBusy) {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(o.Data, string(testID), plain1))
	if err != nil || !bytes.Equal(got, content) {
		t.Errorf("%d bytes that differ, %v", len(got), err)
	}
}

// TestHelperFetch is the process that TestRsyncKilled kills.
func TestHelperFetch(t *testing.T) {
	at := os.Getenv("FETCH_TEST_SOURCE")
	if at == "" {
		t.Skip("for TestRsyncKilled")
	}
	o := options(t)
	o.Data = os.Getenv("FETCH_TEST_DATA")
	if _, err := Fetch(t.Context(), source(t, at), testID, o); err != nil {
		t.Fatal(err)
	}
}
