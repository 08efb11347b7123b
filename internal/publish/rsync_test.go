package publish

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"darksite/internal/shared"
)

// needProgram skips a test where a program is missing, or fails it when CI=true.
func needProgram(t *testing.T, name, how string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatalf("%v: %s", err, how)
	} else if err != nil {
		t.Skipf("%v: %s", err, how)
	}
	return path
}

// freePort is a port of the loopback that nobody uses.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// serve runs a server until the test ends, and waits until it listens.
func serve(t *testing.T, port int, cmd *exec.Cmd) {
	t.Helper()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		cmd.Wait()
	})
	for range 500 {
		if c, err := net.Dial("tcp", "127.0.0.1:"+strconv.Itoa(port)); err == nil {
			c.Close()
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("%s does not listen", cmd.Path)
}

// daemon is a real rsync daemon without chroot that takes files for a directory,
// which lies two levels below the root of its module. DARKSITE_RSYNCD names the
// program where it is to be another version than the one that publishes.
func daemon(t *testing.T, dir string) (address string, port int) {
	t.Helper()
	rsync := needProgram(t, cmp.Or(os.Getenv("DARKSITE_RSYNCD"), "rsync"), "apt install rsync")
	port = freePort(t)
	conf := filepath.Join(t.TempDir(), "rsyncd.conf")
	text := fmt.Sprintf("use chroot = no\n[www]\npath = %s\nread only = no\nuid = %d\ngid = %d\n", filepath.Dir(filepath.Dir(dir)), os.Getuid(), os.Getgid())
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	serve(t, port, exec.Command(rsync, "--daemon", "--no-detach", "--config="+conf, "--address=127.0.0.1", "--port="+strconv.Itoa(port)))
	return fmt.Sprintf("rsync://127.0.0.1:%d/www/%s/%s", port, filepath.Base(filepath.Dir(dir)), filepath.Base(dir)), port
}

// relay is a port that leads to another one and breaks each connection after so
// many bytes; 0 for none.
func relay(t *testing.T, port int, most int) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", "127.0.0.1:"+strconv.Itoa(port))
			if err != nil {
				near.Close()
				continue
			}
			join := func(to, from net.Conn, most int) {
				defer to.Close()
				defer from.Close()
				buffer := make([]byte, 4<<10)
				for passed := 0; most == 0 || passed < most; {
					n, err := from.Read(buffer)
					if _, failed := to.Write(buffer[:n]); err != nil || failed != nil {
						return
					}
					passed += n
				}
			}
			go join(near, far, 0)
			go join(far, near, most)
		}
	}()
	return l.Addr().(*net.TCPAddr).Port
}

// A target below the root of a module without chroot is published to again and
// again: rsync 3.4.3 and later refused it from the second time on.
func TestCase36RsyncBelowModuleRoot(t *testing.T) {
	shared.Slow(t)
	dir := t.TempDir()
	put(t, dir, "index.html", "theirs")
	put(t, dir, "other/a b.html", "theirs")
	address, port := daemon(t, dir)
	r := must(NewRsync(address, ""))
	one, two := site("one", "2015_dec"), site("two", "2015_dec", "2016_may")
	with := func(m memory) memory {
		all := published(m)
		all["index.html"], all["other/a b.html"] = "theirs", "theirs"
		return all
	}
	before := snapshot(t, dir)
	c, err := r.Plan(background, one, Options{})
	if err != nil || len(c.Added) != len(one)+1 {
		t.Fatalf("%+v, %v", c, err)
	}
	if fmt.Sprint(snapshot(t, dir)) != fmt.Sprint(before) {
		t.Error("the plan changed something")
	}
	send := func(m memory, o Options) *Changes {
		t.Helper()
		c, err := r.Publish(background, m, o)
		if err != nil {
			t.Fatal(err)
		}
		wantTree(t, dir, with(m))
		return c
	}
	send(one, Options{})
	if c := send(one, Options{}); !c.Nothing() {
		t.Errorf("the same again: %+v", c)
	}
	longer := site("longer", "2015_dec", "2016_may")
	if c, err = r.Plan(background, longer, Options{}); err != nil || len(c.Added) != 3 || len(c.Numbers) != 1 {
		t.Errorf("%+v, %v", c, err)
	}
	if c := send(two, Options{}); len(c.Added) != 3 || c.Unchanged != 1 {
		t.Errorf("%+v", c)
	}
	if _, err := r.Publish(background, one, Options{}); !errors.Is(err, ErrFewer) {
		t.Errorf("fewer: %v", err)
	}
	// What others put into a directory of ours keeps it.
	put(t, dir, "dark_cal/2016_may/theirs.txt", "x")
	if _, err := r.Publish(background, one, Options{AllowFewer: true}); err != nil {
		t.Fatal(err)
	}
	want := with(one)
	want["dark_cal/2016_may/theirs.txt"] = "x"
	wantTree(t, dir, want)
	os.RemoveAll(filepath.Join(dir, "dark_cal/2016_may"))
	send(two, Options{})
	send(one, Options{AllowFewer: true})
	if _, err := os.Stat(filepath.Join(dir, "dark_cal/2016_may")); err == nil {
		t.Error("an empty directory is left")
	}

	// Connections that break leave whole files, and the next run finishes.
	rng := rand.New(rand.NewPCG(15, 16))
	broken := 0
	for range rounds(4, 40) {
		old := contents(t, dir)
		next := random(rng)
		next["dark_cal/large.bin"] = strings.Repeat(fmt.Sprint(rng.IntN(1000)), 20000)
		at := must(NewRsync(strings.Replace(address, strconv.Itoa(port), strconv.Itoa(relay(t, port, 500+rng.IntN(6000))), 1), ""))
		_, err := at.Publish(background, next, Options{AllowFewer: true})
		if err != nil {
			broken++
		}
		now := contents(t, dir)
		delete(now, pendingFile)
		for name := range now { // what rsync had not named yet; it removes it when it can
			if strings.HasPrefix(filepath.Base(name), ".") {
				delete(now, name)
			}
		}
		if bad := whole(now, old, with(next)); bad != "" {
			t.Errorf("%v: %s", err, bad)
		}
		last := random(rng)
		if _, err := r.Publish(background, last, Options{AllowFewer: true}); err != nil {
			t.Fatal(err)
		}
		got := contents(t, dir)
		for name := range got {
			if strings.HasPrefix(filepath.Base(name), ".") {
				delete(got, name)
			}
		}
		if d := difference(got, with(last)); d != "" {
			t.Fatalf("after a broken connection: %s", d)
		}
	}
	if broken == 0 {
		t.Error("no connection broke")
	}
}

func TestRsyncForeign(t *testing.T) {
	dir := t.TempDir()
	address, _ := daemon(t, dir)
	r := must(NewRsync(address, ""))
	one := site("one", "2015_dec")
	put(t, dir, "dark_cal/index.html", "theirs")
	if _, err := r.Publish(background, one, Options{}); !errors.Is(err, ErrForeign) {
		t.Errorf("%v", err)
	}
	wantTree(t, dir, memory{"dark_cal/index.html": "theirs"})
	if _, err := r.Publish(background, one, Options{Adopt: true}); err != nil {
		t.Error(err)
	}
	put(t, dir, "dark_cal/new.txt", "theirs")
	one["dark_cal/new.txt"] = "ours"
	if _, err := r.Publish(background, one, Options{}); !errors.Is(err, ErrForeign) {
		t.Errorf("%v", err)
	}
	for _, text := range []string{"/www", "www", "rsync://host", "host:www", "-e x:/y", "rsync://a:secret@h/m"} {
		if _, err := NewRsync(text, ""); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", text, err)
		}
	}
	gone := must(NewRsync(address+"/nowhere", ""))
	if _, err := gone.Publish(background, one, Options{}); err == nil {
		t.Error("a directory that is not there was taken")
	}
}
