package config

import (
	"errors"
	"path/filepath"
	"strings"
)

// ExpandHome is a path with the home directory in place of a "~" at its
// beginning. Home directories of others ("~user/") are refused, and so is "~"
// where home is "", not known. A directory of that name is written "./~".
func ExpandHome(path, home string) (string, error) {
	rest, ok := strings.CutPrefix(path, "~")
	switch {
	case !ok:
		return path, nil
	case rest != "" && rest[0] != '/' && rest[0] != filepath.Separator:
		return "", errors.New(`the home directories of others are not known here: write the whole path, or "./~..." for a name that begins with ~`)
	case home == "":
		return "", errors.New("the home directory is not known: write the whole path")
	case rest == "":
		return home, nil
	}
	return filepath.Join(home, rest), nil
}

// expand is [ExpandHome] for a setting, which no shell has read before: a
// variable or a blank around the path would become part of a directory's name.
func expand(path, home string) (string, error) {
	switch {
	case strings.HasPrefix(path, "$"):
		return "", errors.New(`variables of the shell are not known here: write the whole path, or "./$..." for a name that begins with $`)
	case strings.TrimSpace(path) != path:
		return "", errors.New("a blank stands before or behind the path")
	}
	return ExpandHome(path, home)
}

// file reads the path of a file or directory, or "" for none.
func file(at func(*Config) *string) func(*Config, any) error {
	return func(c *Config, value any) error {
		if err := text(false, at)(c, value); err != nil {
			return err
		}
		path, err := expand(*at(c), c.Home)
		*at(c) = path
		return err
	}
}
