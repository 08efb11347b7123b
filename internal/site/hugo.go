package site

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
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

// hugo is a Hugo that has its templates and waits for pages. It touches no disk.
type hugo struct {
	ready chan struct{} // closed when it has started; only then the rest is there
	ended sync.Once
	log   *messageLog
	src   afero.Fs
	dst   afero.Fs
	sites *hugolib.HugoSites
	err   error

	// After rendering: the addresses of pages by their file in content/, and those
	// that more than one wants.
	addresses map[string]string
	twice     string
}

// startHugo starts Hugo with templates (paths such as "layouts/page.html"). It
// returns at once. Another one starts when this one has ended.
func startHugo(templates map[string][]byte, params map[string]any) *hugo {
	h := &hugo{ready: make(chan struct{}), log: &messageLog{}, src: afero.NewMemMapFs(), dst: hugofs.NewCreateCountingFs(afero.NewMemMapFs())}
	go func() {
		hugoLock.Lock()
		defer close(h.ready)
		h.err = h.guard(func() error { return h.start(templates, hugoConfig(params)) })
	}()
	return h
}

// end lets another one start.
func (h *hugo) end() {
	h.ended.Do(func() {
		<-h.ready
		defer hugoLock.Unlock()
		if h.sites != nil {
			h.guard(h.sites.Close) // what it was to say it has said
		}
	})
}

// guard tells of what goes wrong in Hugo. A template or a library that panics must
// not take the program along.
func (h *hugo) guard(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("site: hugo panicked: %v", p)
		}
	}()
	if err := do(); err != nil {
		return errors.New("site: " + strings.Join(append(h.log.texts("ERROR"), fromUser(err.Error())), "\n"))
	}
	return nil
}

func (h *hugo) start(templates map[string][]byte, settings map[string]any) error {
	configuration, err := json.Marshal(settings)
	if err != nil {
		return err
	}
	if err := afero.WriteFile(h.src, configFile, configuration, 0o644); err != nil {
		return err
	}
	// Directories that are not there when Hugo starts are not looked at later.
	for _, dir := range mounted {
		if err := h.src.MkdirAll(path.Join(workDir, dir), 0o755); err != nil {
			return err
		}
	}
	if err := h.write(templates); err != nil {
		return err
	}
	flags := config.New()
	flags.Set("workingDir", workDir)
	flags.Set("publishDir", publishDir)
	flags.Set("cacheDir", "/cache")
	flags.Set("resourceDir", "/resources")
	// Everything that Hugo logs comes through the log.
	configs, err := allconfig.LoadConfig(allconfig.ConfigSourceDescriptor{
		Fs:          h.src,
		Flags:       flags,
		Filename:    configFile,
		Environment: "production",
		// Without any entry Hugo would read the process's environment.
		Environ: []string{"DARKSITE=1"},
		Logger:  loggers.New(loggers.Options{StdOut: h.log, StdErr: h.log, Level: logg.LevelWarn}),
	})
	if err != nil {
		return err
	}
	h.sites, err = hugolib.NewHugoSites(deps.DepsCfg{
		Configs: configs, Fs: hugofs.NewFromSourceAndDestination(h.src, h.dst, configs.LoadingInfo.Cfg),
		LogLevel: logg.LevelWarn, StdOut: h.log, StdErr: h.log,
	})
	return err
}

func (h *hugo) write(files map[string][]byte) error {
	for name, data := range files {
		if err := afero.WriteFile(h.src, path.Join(workDir, name), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// render renders pages (paths such as "content/dark_cal/_index.md"), gives the
// published files and what Hugo had to say, and ends.
func (h *hugo) render(pages map[string][]byte) (published map[string][]byte, warnings []string, err error) {
	defer h.end()
	<-h.ready
	if h.err != nil {
		return nil, nil, h.err
	}
	err = h.guard(func() error {
		if err := h.write(pages); err != nil {
			return err
		}
		if err := h.sites.Build(hugolib.BuildCfg{NoBuildLock: true}); err != nil {
			return err
		}
		h.addresses = map[string]string{}
		for _, p := range h.sites.Pages() {
			if f := p.File(); f != nil {
				h.addresses[strings.TrimPrefix(f.Filename(), workDir+"/")] = p.RelPermalink()
			}
		}
		h.twice = h.dst.(hugofs.DuplicatesReporter).ReportDuplicates()
		published = map[string][]byte{}
		public := h.sites.Fs.PublishDir
		if _, err := public.Stat(""); errors.Is(err, fs.ErrNotExist) {
			return nil // no page
		}
		return afero.Walk(public, "", func(name string, info fs.FileInfo, err error) error {
			if err != nil || info.IsDir() {
				return err
			}
			data, err := afero.ReadFile(public, name)
			published[strings.TrimPrefix(name, "/")] = data
			return err
		})
	})
	return published, h.log.texts("WARN"), err
}

// mounted are the directories that Hugo reads.
var mounted = []string{"content", "layouts", "assets"}

// hugoConfig is Hugo's whole configuration. Nothing in it comes from a user's
// file except through params, which only templates see.
func hugoConfig(params map[string]any) map[string]any {
	none := []string{"none"}
	off := map[string]any{"disable": true}
	var mounts []any
	for _, dir := range mounted {
		mounts = append(mounts, map[string]string{"source": dir, "target": dir})
	}
	return map[string]any{
		"baseURL":                    "/",
		"title":                      params["title"],
		"defaultContentLanguage":     "en",
		"timeZone":                   "UTC",
		"params":                     params,
		"disableKinds":               []string{"home", "taxonomy", "term", "rss", "sitemap", "robotstxt", "404"},
		"disableHugoGeneratorInject": true,
		// Hugo hides pages that are dated after the clock's now; the clock
		// must not decide what is built.
		"buildFuture":    true,
		"buildExpired":   true,
		"enableGitInfo":  false,
		"disableAliases": true,
		"module":         map[string]any{"mounts": mounts},
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

// texts are the log's entries of a level ("WARN", "ERROR"), each once and
// whole. An entry that names no level counts as a warning.
func (l *messageLog) texts(level string) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	entries := map[string][]string{}
	last := "WARN"
	for line := range strings.Lines(stripColours(l.text.String())) {
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
	return sortedOnce(entries[level])
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
