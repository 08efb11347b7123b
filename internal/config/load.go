package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// sizeLimit bounds the file; a full one has 2 KB.
const sizeLimit = 16 << 10

// Load reads the configuration of a site directory. An empty file means
// site.toml in it, which need not exist; any other file must, and is taken
// relative to dir. Home is what "~" stands for at the beginning of a path, ""
// when it is not known. Every error is an [*Error].
func Load(dir, file, home string) (Config, error) {
	optional := file == ""
	if optional {
		file = FileName
	}
	if !filepath.IsAbs(file) {
		file = filepath.Join(dir, file)
	}
	fail := func(message, hint string) (Config, error) {
		return Config{}, &Error{File: file, Problems: []Problem{{Message: message, Hint: hint}}}
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return Config{}, &Error{File: dir, Problems: []Problem{{
			Message: "no such directory",
			Hint:    "make the directory, or name another one with -C",
		}}}
	}
	site, err := filepath.Abs(dir)
	if err != nil {
		return fail(err.Error(), "")
	}
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) && optional {
		c := Default(site)
		c.Home = home
		if problems := c.placeProblems(""); problems != nil {
			return Config{}, &Error{File: dir, Problems: problems}
		}
		return c, nil
	}
	if errors.Is(err, fs.ErrNotExist) {
		return fail("no such file", "leave out --config to use the defaults")
	}
	if err != nil {
		return fail(reason(err), "")
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, sizeLimit+1))
	if err != nil {
		return fail(reason(err), "")
	}
	if len(content) > sizeLimit {
		return fail(fmt.Sprintf("more than %d bytes", sizeLimit), "check that this is a configuration file")
	}
	return Parse(site, file, home, string(content))
}

// reason is an error of the system without the path, which is named already.
func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}
