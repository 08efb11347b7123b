package workspace

import (
	"path/filepath"

	"darksite/internal/config"
)

// Workspace is a site directory: what its site.toml says, and what lies in it.
type Workspace struct {
	*config.Config
	// Version is that of the program, which artifacts record.
	Version string
}

// Open gives the site directory of a configuration.
func Open(c *config.Config, version string) *Workspace { return &Workspace{c, version} }

// Rel is a path as seen from the site directory, for messages.
func (w *Workspace) Rel(path string) string { return within(w.Dir, path) }

// within is a path as seen from a directory that it lies in; elsewhere it stays.
func within(dir, path string) string {
	if rel, err := filepath.Rel(dir, path); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return path
}

// LegacyName is the directory of old report pages as they are, in the site directory.
const LegacyName = "legacy"

// LegacyDir is where imported report pages lie.
func (w *Workspace) LegacyDir() string { return filepath.Join(w.Dir, LegacyName) }

// ConfigFile is the configuration that was read, or would be.
func (w *Workspace) ConfigFile() string {
	if w.File == "" {
		return filepath.Join(w.Dir, config.FileName)
	}
	path, err := filepath.Abs(w.File)
	if err != nil {
		return w.File
	}
	return path
}
