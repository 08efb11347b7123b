package site

import (
	"html/template"
	"net/url"
	"strings"
	"time"
)

// redirect is a whole page: it must not depend on layouts that people replace.
var redirect = template.Must(template.New("redirect").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="` + pagePolicy + `">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="0; url={{.To}}">
<title>{{.From}} is elsewhere · {{.Site}}</title>
<link rel="canonical" href="{{.Canonical}}">
</head>
<body>
<main>
<h1>{{.From}} is elsewhere</h1>
<p>The page is <a href="{{.To}}">{{with .Title}}{{.}}{{else}}here{{end}}</a>.</p>
</main>
</body>
</html>
`))

// escapePath writes a path as an address.
func escapePath(p string) string {
	parts := strings.Split(p, "/")
	for i, s := range parts {
		parts[i] = url.PathEscape(s)
	}
	return strings.Join(parts, "/")
}

// monthOfName is the month of a report directory such as 2000_NOV_2.
func monthOfName(name string) time.Time {
	month, err := time.Parse("2006_Jan", name[:min(8, len(name))])
	if err != nil {
		return time.Time{}
	}
	return month
}

// monthText is the month of a report directory for readers.
func monthText(name string) (day, short string) {
	m := monthOfName(name)
	return m.Format("2006 January"), m.Format("2006 Jan")
}
