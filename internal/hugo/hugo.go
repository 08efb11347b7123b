package hugo

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/bep/logg"
	"github.com/gohugoio/hugo/common/loggers"
	"github.com/gohugoio/hugo/config"
	"github.com/gohugoio/hugo/config/allconfig"
	"github.com/gohugoio/hugo/deps"
	"github.com/gohugoio/hugo/hugofs"
	"github.com/gohugoio/hugo/hugolib"
	"github.com/spf13/afero"
)

// Places in the memory file system that Hugo works in.
const (
	workDir    = "/site"
	configFile = "/site/hugo.json"
	publishDir = "/public"
)

// hugoLock allows one Hugo at a time: it keeps its logger and its clock in package
// variables.
var hugoLock sync.Mutex

// Source is what a site is rendered of.
type Source struct {
	Title string
	// Params are what templates see as site.Params, by names in lower case. A Go
	// value among them keeps its type: templates use its exported fields and
	// methods, and one that it lacks is an error with the template's file and line.
	Params map[string]any
	// Files are texts by their paths, in content/ or layouts/.
	Files map[string][]byte
}

// Output is a rendered site.
type Output struct {
	Files    map[string][]byte // by their paths
	Warnings []string          // sorted
	// Addresses are those of pages, by their files in content/.
	Addresses map[string]string
	// Twice names files that more than one page wants to be, "" when there is none.
	Twice string
}

// Render makes the pages of a site.
func Render(s Source) (out *Output, err error) {
	hugoLock.Lock()
	defer hugoLock.Unlock()
	log := &messageLog{}
	// A template or a library that panics must not take the program along.
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("hugo panicked: %v", p)
		}
	}()
	if out, err = render(s, log); err != nil {
		return nil, errors.New(strings.Join(append(log.texts("ERROR"), fromUser(err.Error())), "\n"))
	}
	out.Warnings = log.texts("WARN")
	return out, nil
}

func render(s Source, log *messageLog) (*Output, error) {
	from, to := afero.NewMemMapFs(), hugofs.NewCreateCountingFs(afero.NewMemMapFs())
	sites, err := load(s, log, from, to)
	if err != nil {
		return nil, err
	}
	defer sites.Close() // what it was to say it has said
	if err := sites.Build(hugolib.BuildCfg{NoBuildLock: true}); err != nil {
		return nil, err
	}
	out := &Output{Files: map[string][]byte{}, Addresses: map[string]string{}, Twice: to.(hugofs.DuplicatesReporter).ReportDuplicates()}
	for _, p := range sites.Pages() {
		if f := p.File(); f != nil {
			out.Addresses[strings.TrimPrefix(f.Filename(), workDir+"/")] = p.RelPermalink()
		}
	}
	public := sites.Fs.PublishDir
	if _, err := public.Stat(""); errors.Is(err, fs.ErrNotExist) {
		return out, nil // no page
	}
	return out, afero.Walk(public, "", func(name string, info fs.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		data, err := afero.ReadFile(public, name)
		out.Files[strings.TrimPrefix(name, "/")] = data
		return err
	})
}

// load has Hugo read its configuration and the templates.
func load(s Source, log *messageLog, from, to afero.Fs) (*hugolib.HugoSites, error) {
	settings, err := json.Marshal(configuration(s.Title))
	if err != nil {
		return nil, err
	}
	if err := afero.WriteFile(from, configFile, settings, 0o644); err != nil {
		return nil, err
	}
	for name, data := range s.Files {
		if err := afero.WriteFile(from, path.Join(workDir, name), data, 0o644); err != nil {
			return nil, err
		}
	}
	flags := config.New()
	flags.Set("workingDir", workDir)
	flags.Set("publishDir", publishDir)
	flags.Set("cacheDir", "/cache")
	flags.Set("resourceDir", "/resources")
	flags.Set("params", s.Params)
	// Everything that Hugo logs comes through the log.
	configs, err := allconfig.LoadConfig(allconfig.ConfigSourceDescriptor{
		Fs:          from,
		Flags:       flags,
		Filename:    configFile,
		Environment: "production",
		// Without any entry Hugo would read the process's environment.
		Environ: []string{"DARKSITE=1"},
		Logger:  loggers.New(loggers.Options{StdOut: log, StdErr: log, Level: logg.LevelWarn}),
	})
	if err != nil {
		return nil, err
	}
	return hugolib.NewHugoSites(deps.DepsCfg{
		Configs: configs, Fs: hugofs.NewFromSourceAndDestination(from, to, configs.LoadingInfo.Cfg),
		LogLevel: logg.LevelWarn, StdOut: log, StdErr: log,
	})
}

// configuration is Hugo's whole configuration but for the parameters. Nothing in it
// comes from a user's file but the title.
func configuration(title string) map[string]any {
	none := []string{"none"}
	off := map[string]any{"disable": true}
	return map[string]any{
		"baseURL":                    "/",
		"title":                      title,
		"defaultContentLanguage":     "en",
		"timeZone":                   "UTC",
		"disableKinds":               []string{"home", "taxonomy", "term", "rss", "sitemap", "robotstxt", "404"},
		"disableHugoGeneratorInject": true,
		// Hugo hides pages that are dated after the clock's now; the clock
		// must not decide what is built.
		"buildFuture":    true,
		"buildExpired":   true,
		"enableGitInfo":  false,
		"disableAliases": true,
		"module": map[string]any{"mounts": []map[string]string{
			{"source": "content", "target": "content"}, {"source": "layouts", "target": "layouts"},
		}},
		"markup": map[string]any{
			"goldmark": map[string]any{
				"renderer":   map[string]any{"unsafe": false},
				"parser":     map[string]any{"attribute": map[string]any{"title": true, "block": false}},
				"extensions": map[string]any{"typographer": map[string]any{"disable": true}},
			},
			"highlight": map[string]any{"noClasses": false},
		},
		"security": map[string]any{
			"enableInlineShortcodes": false,
			"allowContent":           []string{`^text/markdown$`},
			"exec":                   map[string]any{"allow": none, "osEnv": none},
			"funcs":                  map[string]any{"getenv": none},
			"http":                   map[string]any{"urls": none, "methods": none},
		},
		"privacy": map[string]any{
			"disqus": off, "googleAnalytics": off, "instagram": off, "vimeo": off, "x": off, "youTube": off,
		},
	}
}

// messageLog collects what Hugo writes to its terminal.
type messageLog struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *messageLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

var colour = regexp.MustCompile("\x1b\\[[0-9;]*m")

// texts are the log's entries of a level ("WARN", "ERROR"), each once and
// whole. An entry that names no level counts as a warning.
func (l *messageLog) texts(level string) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	entries := map[string][]string{}
	last := "WARN"
	for line := range strings.Lines(colour.ReplaceAllString(l.text.String(), "")) {
		line = strings.TrimRight(line, "\r\n")
		if strings.TrimSpace(line) == "" {
			continue
		}
		if of, text, starts := cutLevel(line); starts {
			last = of
			entries[last] = append(entries[last], fromUser(text))
		} else if n := len(entries[last]); n > 0 { // an entry of several lines
			entries[last][n-1] += "\n" + fromUser(line)
		} else {
			entries[last] = append(entries[last], fromUser(line))
		}
	}
	slices.Sort(entries[level]) // Hugo's workers log in any order
	return slices.Compact(entries[level])
}

// cutLevel splits "WARN  text" as Hugo's logger writes it.
func cutLevel(line string) (level, text string, ok bool) {
	for _, level := range []string{"WARN", "ERROR", "INFO"} {
		if rest, found := strings.CutPrefix(line, level+" "); found {
			return level, strings.TrimSpace(rest), true
		}
	}
	return "", line, false
}

// fromUser names files as they are called in the user's directory.
func fromUser(text string) string { return strings.ReplaceAll(text, workDir+"/", "") }
