package config

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"darksite/internal/fetch"
	"darksite/internal/ground/phrase"
	"darksite/internal/ground/spelling"
)

// Publish is the [publish] table.
type Publish struct {
	Default string // the name of a target, or ""
}

// Target is a table [publish.NAME]: a place to publish to.
type Target struct {
	Name string
	Kind string // one of those below
	// Path is a directory or an archive file, relative to the site directory
	// unless absolute.
	Path string
	// Readers can read what is published: "all", "group", or "umask"; "" is "all".
	Readers string
	// Address is that of the target for readers, such as https://host/ASPECT/; or "".
	Address string
	// MainPage is a page in a directory whose list is kept, relative to it; or "".
	MainPage string
	To       string // where rsync goes to
	// Of S3-compatible storage:
	Endpoint, Region, Bucket, Prefix string
	Credentials                      string // a file, or ""
}

// The kinds of targets.
const (
	KindDirectory = "directory"
	KindRsync     = "rsync"
	KindS3        = "s3"
	KindArchive   = "archive"
)

const publishTable = "publish"

// targetKey is a key of a target's table.
type targetKey struct {
	at     func(*Target) *string
	needed bool
	check  func(string) error
	path   bool // of a file or directory
}

var targetKeys = map[string]map[string]targetKey{
	KindDirectory: {
		"path":      {func(t *Target) *string { return &t.Path }, true, checkText, true},
		"main_page": {func(t *Target) *string { return &t.MainPage }, false, checkMainPage, false},
		"readers":   {func(t *Target) *string { return &t.Readers }, false, checkReaders, false},
		"address":   {func(t *Target) *string { return &t.Address }, false, checkHome, false},
	},
	KindArchive: {"path": {func(t *Target) *string { return &t.Path }, true, checkArchive, true}},
	KindRsync: {
		"to":      {func(t *Target) *string { return &t.To }, true, checkRemote, false},
		"readers": {func(t *Target) *string { return &t.Readers }, false, checkReaders, false},
		"address": {func(t *Target) *string { return &t.Address }, false, checkHome, false},
	},
	KindS3: {
		"endpoint":    {func(t *Target) *string { return &t.Endpoint }, true, checkEndpoint, false},
		"region":      {func(t *Target) *string { return &t.Region }, false, checkText, false},
		"bucket":      {func(t *Target) *string { return &t.Bucket }, true, checkBucket, false},
		"prefix":      {func(t *Target) *string { return &t.Prefix }, false, checkPrefix, false},
		"address":     {func(t *Target) *string { return &t.Address }, false, checkHome, false},
		"credentials": {func(t *Target) *string { return &t.Credentials }, false, checkText, true},
	},
}

var targetName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]{0,39}$`)

// FindTarget is the target of a name.
func (c *Config) FindTarget(name string) (Target, bool) {
	for _, t := range c.Targets {
		if t.Name == name {
			return t, true
		}
	}
	return Target{}, false
}

// TargetNames are the names of all targets, sorted.
func (c *Config) TargetNames() (names []string) {
	for _, t := range c.Targets {
		names = append(names, t.Name)
	}
	return names
}

// setTarget takes one table [publish.NAME].
func (c *Config) setTarget(content, name string, table map[string]any) (problems []Problem) {
	at := publishTable + "." + name
	add := func(key, hint, format string, args ...any) {
		line := lineOf(content, publishTable, name)
		if key != "" {
			line = lineOf(content, "", key) // certain only where one table has it
		}
		problems = append(problems, Problem{Line: line, Key: strings.TrimSuffix(at+"."+key, "."), Hint: hint, Message: fmt.Sprintf(format, args...)})
	}
	shownName := publishTable + "." + bare(name)
	if !targetName.MatchString(name) {
		add("", "", "[%s]: want a name of letters, digits, - and _ that begins with a letter", shownName)
		return problems
	}
	kinds := slices.Sorted(maps.Keys(targetKeys))
	kind, ok := table["kind"].(string)
	keys := targetKeys[kind]
	if !ok || keys == nil {
		hint := ""
		if near, ok := spelling.Nearest(kind, kinds); ok {
			hint = fmt.Sprintf("did you mean %s?", near)
		}
		if _, there := table["kind"]; there {
			add("kind", hint, `%s.kind = %s: want "%s"`, shownName, shown(table["kind"]), strings.Join(kinds, `" or "`))
		} else {
			add("", "", `[%s] has no kind: want kind = "%s"`, shownName, strings.Join(kinds, `" or "`))
		}
		return problems
	}
	t := Target{Name: name, Kind: kind}
	known := slices.Sorted(maps.Keys(keys))
	for _, key := range slices.Sorted(maps.Keys(table)) {
		if key == "kind" {
			continue
		}
		k, ok := keys[key]
		if !ok {
			hint := spelling.Hint(key, known, "kind, "+strings.Join(known, ", "))
			add(key, hint, "unknown key %s in [%s], a target of kind %s", bare(key), shownName, kind)
			continue
		}
		value, isText := table[key].(string)
		err := errors.New("want text in quotes")
		if isText {
			err = k.check(value)
		}
		if err == nil && k.path {
			value, err = expand(value, c.Home)
		}
		if err != nil {
			add(key, "", "%s.%s = %s: %v", shownName, key, shown(table[key]), err)
			continue
		}
		*k.at(&t) = value
	}
	for _, key := range known {
		// One that is misspelt has been told of.
		if _, there := table[key]; keys[key].needed && !there && len(problems) == 0 {
			add("", "", "[%s] has no %s, which a target of kind %s needs", shownName, key, kind)
		}
	}
	c.Targets = append(c.Targets, t)
	return problems
}

// targetProblems looks at the targets together with the rest.
func (c *Config) targetProblems(content string) (problems []Problem) {
	if name := c.Publish.Default; name != "" {
		if _, ok := c.FindTarget(name); !ok {
			hint := fmt.Sprintf("write a table [publish.%s]", name)
			if near, ok := spelling.Nearest(name, c.TargetNames()); ok {
				hint = fmt.Sprintf("did you mean %s?", near)
			}
			if !targetName.MatchString(name) {
				hint = "name a table [publish.NAME]"
			}
			problems = append(problems, Problem{Line: lineOf(content, publishTable, "default"), Key: "publish.default", Hint: hint,
				Message: fmt.Sprintf("publish.default = %s: there is no such target", shown(name))})
		}
	}
	for _, t := range c.Targets {
		if t.Kind != KindDirectory {
			continue
		}
		if main := c.Pages.MainPage; main != "" && inside(c.resolve(main), c.resolve(t.Path)) {
			problems = append(problems, Problem{Line: lineOf(content, "pages", "main_page"), Key: "pages.main_page",
				Hint:    fmt.Sprintf("name it as main_page below [publish.%s] instead", t.Name),
				Message: fmt.Sprintf("pages.main_page = %q lies in the target publish.%s: its list would lead to pages that are not published yet", main, t.Name)})
		}
	}
	return problems
}

func checkText(s string) error {
	if !phrase.Printable(s) || strings.TrimSpace(s) == "" || len([]rune(s)) > maxText {
		return fmt.Errorf("want one line of text in quotes, at most %d characters", maxText)
	}
	return nil
}

func checkReaders(s string) error {
	if s != "all" && s != "group" && s != "umask" {
		return errors.New(`want "all", "group" or "umask"`)
	}
	return nil
}

func checkMainPage(s string) error {
	if checkText(s) != nil || filepath.ToSlash(filepath.Clean(s)) != s || !filepath.IsLocal(s) || s == "." ||
		strings.HasPrefix(s, "dark_cal/") || strings.HasPrefix(s, releasesDir+"/") {
		return errors.New("want a page in the directory, outside dark_cal/, such as \"index.html\"")
	}
	return nil
}

func checkArchive(s string) error {
	if checkText(s) != nil || !strings.HasSuffix(s, ".tar.gz") && !strings.HasSuffix(s, ".zip") {
		return errors.New("want a file that ends in .tar.gz or .zip")
	}
	return nil
}

// checkRemote takes what rsync reaches.
func checkRemote(s string) error {
	_, err := fetch.ParseRemote(s)
	return reasonOf(err)
}

var bucketForm = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

func checkBucket(s string) error {
	if !bucketForm.MatchString(s) {
		return errors.New("want the name of a bucket: 3 to 63 small letters, digits, dots and hyphens")
	}
	return nil
}

func checkPrefix(s string) error {
	if checkText(s) != nil || filepath.ToSlash(filepath.Clean(s)) != s || !filepath.IsLocal(s) || strings.ContainsAny(s, `\`) {
		return errors.New("want names with / between them, such as \"mta/ASPECT\"")
	}
	return nil
}
