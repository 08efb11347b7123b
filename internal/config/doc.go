// Package config turns a site.toml into typed settings with defaults, or into
// an error that names the file, the line, the key and what is allowed.
package config
