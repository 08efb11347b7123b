package site

import (
	"html/template"
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
