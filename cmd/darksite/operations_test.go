package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// operations DIR is a stand-in for the operations host: a real rsync daemon on
// the loopback that has DIR. It sets $OPS to its address.
func operations(t *testing.T, ts *testscript.TestScript, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: operations DIR")
	}
	rsync, err := exec.LookPath("rsync")
	if err != nil {
		if os.Getenv("CI") == "true" {
			ts.Fatalf("%v: ./test installs it", err)
		}
		t.Skipf("%v: ./test installs it", err)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	port := free.Addr().(*net.TCPAddr).Port
	ts.Check(free.Close())
	conf := filepath.Join(ts.MkAbs("."), "rsyncd.conf")
	ts.Check(os.WriteFile(conf, fmt.Appendf(nil, "use chroot = no\n[vc2]\npath = %s\n", ts.MkAbs(args[0])), 0o600))
	daemon := exec.Command(rsync, "--daemon", "--no-detach", "--config="+conf, "--address=127.0.0.1", "--port="+strconv.Itoa(port))
	daemon.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	ts.Check(daemon.Start())
	ts.Defer(func() {
		syscall.Kill(-daemon.Process.Pid, syscall.SIGKILL)
		daemon.Wait()
	})
	for range 100 {
		if c, err := net.Dial("tcp", "127.0.0.1:"+strconv.Itoa(port)); err == nil {
			c.Close()
			ts.Setenv("OPS", fmt.Sprintf("rsync://127.0.0.1:%d/vc2", port))
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	ts.Fatalf("the rsync daemon does not listen")
}
