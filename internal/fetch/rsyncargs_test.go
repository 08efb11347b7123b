package fetch

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestArgs(t *testing.T) {
	const rsh = "--rsh=ssh -T -o BatchMode=yes -o ConnectTimeout=20 -o ServerAliveInterval=15 -o ServerAliveCountMax=4"
	over, from := source(t, "aca@host:/a b/it's;x"), source(t, "rsync://host:8730/m/a b")
	for name, c := range map[string]struct{ got, want []string }{
		"copy over ssh": {
			over.copyArgs("ssh", "2015/"+r1, "/data/2015355/.fetch-x", 1<<20),
			[]string{"-s", "-L", "--no-motd", "--timeout=60", rsh,
				"--inplace", "--no-whole-file", "--ignore-times", "--times", "--max-size=1048576",
				"--", "aca@host:/a b/it's;x/2015/" + r1, "/data/2015355/.fetch-x"},
		},
		"stat over ssh": {
			over.statArgs("ssh", r1),
			[]string{"-s", "-L", "--no-motd", "--timeout=60", rsh, "--list-only", "--no-human-readable", "--", "aca@host:/a b/it's;x/" + r1},
		},
		"digest at a daemon": {
			from.digestArgs("ssh", r1, "/data/none"),
			[]string{"-s", "-L", "--no-motd", "--timeout=60", "--contimeout=20",
				"--dry-run", "--checksum", "--checksum-choice=md5", "--out-format=%C", "--", "rsync://host:8730/m/./a b/" + r1, "/data/none"},
		},
		"list over the end of a year": {
			from.listArgs("ssh", window{"2016364", "2016366", "2017001"}),
			[]string{"-s", "-L", "--no-motd", "--timeout=60", "--contimeout=20", "-r", "--list-only", "--no-human-readable",
				"--include=/2016/", "--include=/2016[0-3][0-9][0-9]/", "--include=/2016_[0-3][0-9][0-9]/",
				"--include=/*2016_[0-3][0-9][0-9]_VC2*", "--include=/*/*2016_[0-3][0-9][0-9]_VC2*",
				"--include=/2017/", "--include=/2017[0-3][0-9][0-9]/", "--include=/2017_[0-3][0-9][0-9]/",
				"--include=/*2017_[0-3][0-9][0-9]_VC2*", "--include=/*/*2017_[0-3][0-9][0-9]_VC2*",
				"--exclude=*", "--", "rsync://host:8730/m/./a b/"},
		},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if got := source(t, "host:/").at(r1); got != "host:/"+r1 {
		t.Errorf("%s", got)
	}
}

// Variables that make rsync run programs or go elsewhere stay outside.
func TestEnvironment(t *testing.T) {
	outer := map[string]string{"PATH": "/bin", "HOME": "/home/aca", "SSH_AUTH_SOCK": "/run/agent", "TZ": "Asia/Kathmandu", "LC_ALL": "de_DE",
		"RSYNC_RSH": "x", "RSYNC_CONNECT_PROG": "x", "RSYNC_PROXY": "x", "RSYNC_OLD_ARGS": "1", "LD_PRELOAD": "x", "IFS": "x", "AWS_SECRET_ACCESS_KEY": "x"}
	got := environment(func(name string) (string, bool) { v, ok := outer[name]; return v, ok })
	want := []string{"TZ=UTC", "LC_ALL=C", "PATH=/bin", "HOME=/home/aca", "SSH_AUTH_SOCK=/run/agent"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	t.Setenv("RSYNC_CONNECT_PROG", "touch here")
	if slices.ContainsFunc(environment(os.LookupEnv), func(v string) bool { return strings.HasPrefix(v, "RSYNC_C") }) {
		t.Error("RSYNC_CONNECT_PROG is handed on")
	}
}

func TestParseList(t *testing.T) {
	out := "drwxr-xr-x        4096 2026/11/22 21:34:41 .\n" +
		"-r--r--r--      124960 2015/12/21 23:59:60 " + r1 + "\n"
	if _, err := parseList(out); err == nil {
		t.Error("a second 60 was read")
	}
	out = "drwxr-xr-x        4096 2026/11/22 21:34:41 .\n" +
		"-r--r--r--      124960 2015/12/21 23:59:59 2015/" + r1 + "\n" +
		"-rw-r--r--+          0 2016/02/29 00:00:00 a b\\#012x\n"
	list, err := parseList(out)
	if err != nil || len(list) != 3 {
		t.Fatalf("%v, %v", list, err)
	}
	if e := list[1]; e.name != "2015/"+r1 || e.kind != '-' || e.bytes != 124960 || e.modified.Unix() != 1450742399 {
		t.Errorf("%+v", e)
	}
	if e := list[2]; e.name != `a b\#012x` {
		t.Errorf("%+v", e)
	}
	for _, bad := range []string{"welcome to the archive\n", "-r--r--r--      124,960 2015/12/21 23:59:59 x\n", "-r--r--r-- 1 2015/13/21 23:59:59 x\n", "\n"} {
		if list, err := parseList(bad); err == nil {
			t.Errorf("%q was read as %+v", bad, list)
		}
	}
}

func FuzzParseList(f *testing.F) {
	f.Add("drwxr-xr-x        4096 2026/11/22 21:34:41 .\n-r--r--r--      124960 2015/12/21 23:59:59 " + r1 + "\n")
	f.Add("-rw-r--r--+  999999999999999999 2016/02/29 00:00:00 a\\#012x")
	f.Fuzz(func(t *testing.T, out string) {
		list, err := parseList(out)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\x1b") {
				t.Errorf("the message lets control characters through: %q", err)
			}
			return
		}
		var found listed
		for _, e := range list {
			if e.bytes < 0 || e.name == "" || strings.Contains(e.name, "\n") {
				t.Errorf("%+v", e)
			}
			found.add(window{"2015353", "2015355", "2015356"}, e.name, e.kind == '-', e.state)
		}
		for _, w := range found.warnings {
			if strings.ContainsAny(w, "\n\x1b") {
				t.Errorf("the warning lets control characters through: %q", w)
			}
		}
	})
}

func TestFailure(t *testing.T) {
	said := "\x1b[2Jrsync: [receiver] write failed on \"/" + strings.Repeat("long/", 60) + "\": No space left on device (28)\n" +
		"rsync error: error in file IO (code 11) at receiver.c(380) [receiver=3.5.0]\n"
	f := &failure{exitLocalFile, visible(said), saysFull(said)}
	if !f.full || strings.ContainsAny(f.Error(), "\x1b\n") || strings.Contains(f.Error(), "rsync error") || !strings.Contains(f.Error(), "code 11") {
		t.Errorf("%+v: %s", f, f)
	}
	if got := visible("a\nb\nc\nd\n"); got != "a; b; c" {
		t.Errorf("%q", got)
	}
}
