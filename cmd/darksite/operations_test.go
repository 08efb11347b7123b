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

	"darksite/processing/chandra"
	"darksite/processing/sqlite/sqlitetest"
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

// kadiDatabase FILE FIRST REPLICAS UPDATED writes kadi's event database with the
// documented tables: replicas every 43 minutes from FIRST on, as far as kadi has
// looked.
func kadiDatabase(t *testing.T, ts *testscript.TestScript, args []string) {
	if len(args) != 4 {
		ts.Fatalf("usage: kadi FILE FIRST REPLICAS UPDATED")
	}
	first, err := chandra.ParseDate(args[1])
	ts.Check(err)
	replicas, err := strconv.Atoi(args[2])
	ts.Check(err)
	const columns = "start varchar(21) NOT NULL PRIMARY KEY, stop varchar(21) NOT NULL, tstart real NOT NULL, tstop real NOT NULL, dur real NOT NULL, obsid integer NOT NULL"
	made := sqlitetest.Make(t, "events3.db3",
		"CREATE TABLE events_darkcalreplica ("+columns+")", "CREATE TABLE events_obsid ("+columns+")",
		"CREATE TABLE events_update (name varchar(30) NOT NULL PRIMARY KEY, date varchar(21) NOT NULL)")
	w := sqlitetest.Writer(t, made)
	const durS = 590.4 // eighteen major frames of 32.8 s
	for n := range replicas {
		start := first.Add(time.Duration(n) * 43 * time.Minute)
		stop := start.Add(time.Duration(durS * float64(time.Second)))
		w.Insert("events_darkcalreplica", chandra.FormatDate(start), chandra.FormatDate(stop), chandra.Seconds(start), chandra.Seconds(stop), durS, 51394-2*n)
	}
	w.Insert("events_update", "DarkCalReplica", args[3])
	w.Close()
	content, err := os.ReadFile(made)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), content, 0o666))
}
