package config

import (
	"strings"
	"testing"
)

func TestNotifyRefuses(t *testing.T) {
	const who = "to = 'a@example.org'\nfrom = 'b@example.org'\n"
	for name, c := range map[string]struct{ text, want, hint string }{
		"no addresses":     {"to = 'somebody'\n", `line 2: notify.to = "somebody": want addresses with commas between them`, ""},
		"a header within":  {"to = \"a@example.org\\nBcc: c@example.org\"\n", `line 2: notify.to = `, ""},
		"two senders":      {"from = 'a@example.org, b@example.org'\n", `line 2: notify.from = `, ""},
		"nobody sends":     {"to = 'a@example.org'\n", `line 2: notify.to = "a@example.org": there is no notify.from`, "set from below [notify]"},
		"relative program": {who + "via = 'bin/sendmail'\n", `line 4: notify.via = "bin/sendmail": want the path of a program, or a server such as "smtp.example.org:587"`, ""},
		"no port":          {who + "via = 'smtp.example.org:smtp'\n", `line 4: notify.via = "smtp.example.org:smtp": "smtp" is no port`, ""},
		"nothing":          {who + "via = ''\n", `line 4: notify.via = "": want the path`, ""},
		"password in via":  {who + "via = 'user:secret@smtp.example.org'\n", `line 4: notify.via = "...@smtp.example.org": want the path`, ""},
		"password as key":  {who + "password = 'secret'\n", "line 4: unknown key password in [notify]", "credentials"},
		"security":         {who + "security = 'ssl'\n", `line 4: notify.security = "ssl": want "starttls" or "tls" or "none"`, ""},
		"no server":        {who + "credentials = 'login'\n", `line 4: notify.credentials = "login": these are for an SMTP server, and via = "/usr/sbin/sendmail" is a program`, "name the server as via"},
		"in clear":         {who + "via = 'host'\ncredentials = 'login'\nsecurity = 'none'\n", `line 5: notify.credentials = "login": with security = "none" everybody on the way could read the password`, "starttls"},
		"published":        {who + "via = 'host'\ncredentials = 'content/login'\n", `notify.credentials`, ""},
	} {
		_, err := Parse("/srv/dark", "site.toml", "", "[notify]\n"+c.text)
		if err == nil {
			t.Errorf("%s was taken", name)
			continue
		}
		if e := err.(*Error); !strings.Contains(e.Error(), c.want) || !strings.Contains(e.Hint(), c.hint) || strings.Contains(e.Error()+e.Hint(), "secret") {
			t.Errorf("%s: %v, hint %q; want %q, %q", name, e, e.Hint(), c.want, c.hint)
		}
	}
}

func TestServer(t *testing.T) {
	for via, want := range map[string]struct {
		host string
		port int
		ok   bool
	}{
		"/usr/sbin/sendmail":    {"", 0, false},
		"smtp.example.org":      {"smtp.example.org", 0, true},
		"smtp.example.org:2525": {"smtp.example.org", 2525, true},
		"127.0.0.1:25":          {"127.0.0.1", 25, true},
		"[::1]":                 {"::1", 0, true},
		"[::1]:587":             {"::1", 587, true},
	} {
		c := Default("/srv/dark")
		if err := setVia(&c, via); err != nil {
			t.Errorf("%s: %v", via, err)
		}
		if host, port, ok := c.Notify.Server(); host != want.host || port != want.port || ok != want.ok {
			t.Errorf("%s: %q, %d, %v; want %+v", via, host, port, ok, want)
		}
	}
}
