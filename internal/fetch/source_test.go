package fetch

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestParseSource(t *testing.T) {
	for text, want := range map[string]Source{
		"/data/vc2":                        {directory, "", "/data/vc2"},
		"incoming":                         {directory, "", "/site/incoming"},
		"./-odd":                           {directory, "", "/site/-odd"},
		"./a:b":                            {directory, "", "/site/a:b"},
		"/with space/it's; $(x)":           {directory, "", "/with space/it's; $(x)"},
		"host:/data/vc2/":                  {overSSH, "host", "/data/vc2"},
		"aca@host.example.org:/a b/it's;x": {overSSH, "aca@host.example.org", "/a b/it's;x"},
		"[2001:db8::1]:/vc2":               {overSSH, "[2001:db8::1]", "/vc2"},
		"me@[::1]:/vc2":                    {overSSH, "me@[::1]", "/vc2"},
		"host:/":                           {overSSH, "host", "/"},
		"rsync://host/module":              {daemon, "host", "module"},
		"rsync://aca@host:8730/m/a b/":     {daemon, "aca@host:8730", "m/a b"},
		"rsync://[::1]:8730/m//x":          {daemon, "[::1]:8730", "m/x"},
	} {
		got, err := ParseSource(text, "/site")
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v; want %+v", text, got, err, want)
			continue
		}
		if again, err := ParseSource(got.String(), "/elsewhere"); err != nil || again != got {
			t.Errorf("%s: %s is read as %+v, %v", text, got, again, err)
		}
	}
}

func TestParseSourceRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                            "want a directory",
		"-e sh":                       "like an option",
		"--rsh=touch /x":              "like an option",
		"-oProxyCommand=touch x:/vc2": "like an option",
		"a@-oProxyCommand=x:/vc2":     "no host",
		"host name:/vc2":              "no host",
		"a;b:/vc2":                    "no host",
		"host:vc2":                    "absolute path",
		"host:~/vc2":                  "absolute path",
		"host:":                       "absolute path",
		":/vc2":                       "no host",
		"host::module/path":           "rsync://host/module/path",
		"host:/vc2/*":                 "pattern",
		"host:/vc2/[a]":               "pattern",
		`host:/vc2\x`:                 "pattern",
		"host:/vc2/../x":              `".."`,
		"rsync://host/m/../other":     `".."`,
		"rsync://host/":               "no module",
		"rsync://host":                "no module",
		"rsync://host/-x/m":           "no module",
		"rsync:///m":                  "no host",
		"rsync://-x/m":                "no host",
		"rsync://me:secret@host/m":    "RSYNC_PASSWORD",
		"me:secret@host:/vc2":         "absolute path",
		"rsync://host:99x/m":          "no port",
		"https://host/vc2":            "not known",
		"ssh://host/vc2":              "not known",
		"/vc2\nx":                     "cannot be seen",
		"host:/vc2\x00":               "cannot be seen",
		"/\xff":                       "cannot be seen",
		strings.Repeat("x", 1001):     "at most 1000",
	} {
		got, err := ParseSource(text, "/site")
		if err == nil {
			t.Errorf("%q was read as %+v", text, got)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("the message shows a password: %q", err)
		} else if !strings.Contains(err.Error(), want) || strings.ContainsAny(err.Error(), "\n\x00") {
			t.Errorf("%q: %q, want %q", text, err, want)
		}
	}
}

// Whatever the source, what stands before "--" is ours and what stands behind
// it cannot be an option.
func FuzzParseSource(f *testing.F) {
	for _, s := range []string{"/data/vc2", "host:/data", "rsync://u@h:1/m/p", "-e x", "a@[::1]:/x", "./a:b", "rsync://[::1]/m", "--:/x", "h::m", strings.Repeat("*", 995)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseSource(text, "/site")
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\x1b") {
				t.Errorf("the message lets control characters through: %q", err)
			}
			return
		}
		if again, err := ParseSource(s.String(), "/elsewhere"); err != nil || again != s {
			t.Errorf("%q: %q is read as %+v, %v", text, s, again, err)
		}
		if s.kind == directory {
			if !filepath.IsAbs(s.dir) {
				t.Errorf("%q: %s is not absolute", text, s.dir)
			}
			return
		}
		for _, args := range [][]string{
			s.listArgs("ssh", window{"2015353", "2015355", "2015356"}), s.statArgs("ssh", r1), s.digestArgs("ssh", r1, "/nowhere"), s.copyArgs("ssh", r1, "/to", 1),
		} {
			at := slices.Index(args, "--")
			for i, a := range args {
				if option := strings.HasPrefix(a, "-"); option != (i <= at) || strings.Contains(a, "..") {
					t.Errorf("%q: argument %d is %q", text, i, a)
				}
			}
			if module, _, _ := strings.Cut(s.dir, "/"); s.kind == daemon && !strings.HasPrefix(args[at+1], daemonScheme+s.host+"/"+module+"/.") {
				t.Errorf("%q: the daemon could take a part of %q for an option", text, args[at+1])
			}
			if !slices.Contains(args[:at], "-s") {
				t.Errorf("%q: the other end's shell would see the path", text)
			}
		}
	})
}
