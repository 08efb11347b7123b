package fetch

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// needRsync skips a test where rsync is missing, or fails it when CI=true.
func needRsync(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("rsync")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%v: apt install rsync", err)
		}
		t.Skipf("%v: apt install rsync", err)
	}
	return path
}

// server is a real rsync daemon on the loopback with one module, "vc2".
type server struct {
	port int
	cmd  *exec.Cmd
	sent atomic.Int64 // bytes that left it, through its relay
}

// serve starts a daemon for a directory. It ends with the test.
func serve(t *testing.T, dir string, options ...string) *server {
	t.Helper()
	rsync := needRsync(t)
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{port: free.Addr().(*net.TCPAddr).Port}
	free.Close()
	conf := filepath.Join(t.TempDir(), "rsyncd.conf")
	put(t, conf, fmt.Appendf(nil, "use chroot = no\n[vc2]\npath = %s\n", dir))
	args := append([]string{"--daemon", "--no-detach", "--config=" + conf, "--address=127.0.0.1", "--port=" + strconv.Itoa(s.port)}, options...)
	s.cmd = exec.Command(rsync, args...)
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.stop)
	for range 100 {
		if c, err := net.Dial("tcp", "127.0.0.1:"+strconv.Itoa(s.port)); err == nil {
			c.Close()
			return s
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal("the rsync daemon does not listen")
	return nil
}

// stop kills the daemon and its connections.
func (s *server) stop() {
	syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL)
	s.cmd.Wait()
}

func (s *server) source(t *testing.T, path string) Source {
	return source(t, fmt.Sprintf("rsync://127.0.0.1:%d/vc2%s", s.port, path))
}

// relay is a port that leads to the daemon and counts what comes from it.
func (s *server) relay(t *testing.T) Source {
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
			far, err := net.Dial("tcp", "127.0.0.1:"+strconv.Itoa(s.port))
			if err != nil {
				near.Close()
				continue
			}
			join := func(to, from net.Conn, count *atomic.Int64) {
				defer to.Close()
				defer from.Close()
				buffer := make([]byte, 32<<10)
				for {
					n, err := from.Read(buffer)
					count.Add(int64(n))
					if _, failed := to.Write(buffer[:n]); err != nil || failed != nil {
						return
					}
				}
			}
			go join(near, far, &s.sent)
			go join(far, near, new(atomic.Int64))
		}
	}()
	return source(t, fmt.Sprintf("rsync://127.0.0.1:%d/vc2", l.Addr().(*net.TCPAddr).Port))
}
