// Package darksite holds the default content, layouts and static files of the
// web section. A user's site directory overrides any of them file by file.
package darksite

import "embed"

// Defaults holds content/, layouts/ and static/, and the JSON Schemas that are
// published with the numbers.
//
//go:embed all:content all:layouts all:static docs/schema
var Defaults embed.FS
