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

// hugoLock allows one build at a time: Hugo keeps its logger and its clock in
// package variables.
var hugoLock sync.Mutex

// runHugo renders a source (paths such as "content/dark_cal/_index.md") and
// gives the published files and what Hugo had to say. It touches no disk.
func runHugo(source map[string][]byte, params map[string]any) (published map[string][]byte, warnings []string, err error) {
	hugoLock.Lock()
	defer hugoLock.Unlock()
	// A template or a library that panics must not take the program along.
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("site: hugo panicked: %v", p)
		}
	}()

	memory := afero.NewMemMapFs()
	configuration, err := json.Marshal(hugoConfig(params))
	if err != nil {
		return nil, nil, fmt.Errorf("site: configuration: %w", err)
	}
	if err := afero.WriteFile(memory, configFile, configuration, 0o644); err != nil {
		return nil, nil, err
	}
	for name, data := range source {
		if err := afero.WriteFile(memory, path.Join(workDir, name), data, 0o644); err != nil {
			return nil, nil, err
		}
	}

	// Everything that Hugo logs comes through here.
	log := &messageLog{}
	failed := func(err error) error {
		texts := append(log.texts("ERROR"), fromUser(err.Error()))
		return errors.New("site: " + strings.Join(texts, "\n"))
	}
	flags := config.New()
	flags.Set("workingDir", workDir)
	flags.Set("publishDir", publishDir)
	flags.Set("cacheDir", "/cache")
	flags.Set("resourceDir", "/resources")
	configs, err := allconfig.LoadConfig(allconfig.ConfigSourceDescriptor{
		Fs:          memory,
		Flags:       flags,
		Filename:    configFile,
		Environment: "production",
		// Without any entry Hugo would read the process's environment.
		Environ: []string{"DARKSITE=1"},
		Logger:  loggers.New(loggers.Options{StdOut: log, StdErr: log, Level: logg.LevelWarn}),
	})
	if err != nil {
		return nil, nil, failed(err)
	}
	public := hugofs.NewCreateCountingFs(afero.NewMemMapFs())
	systems := hugofs.NewFromSourceAndDestination(memory, public, configs.LoadingInfo.Cfg)
	sites, err := hugolib.NewHugoSites(deps.DepsCfg{
		Configs: configs, Fs: systems, LogLevel: logg.LevelWarn, StdOut: log, StdErr: log,
	})
	if err != nil {
		return nil, nil, failed(err)
	}
	defer sites.Close()
	if err := sites.Build(hugolib.BuildCfg{NoBuildLock: true}); err != nil {
		return nil, nil, failed(err)
	}
	if twice := public.(hugofs.DuplicatesReporter).ReportDuplicates(); twice != "" {
		return nil, nil, failed(fmt.Errorf("more than one page wants the same address: %s; change the url or the file name of one", twice))
	}
	published = map[string][]byte{}
	err = afero.Walk(systems.PublishDir, "", func(name string, info fs.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		data, err := afero.ReadFile(systems.PublishDir, name)
		published[strings.TrimPrefix(name, "/")] = data
		return err
	})
	return published, log.texts("WARN"), err
}

// hugoConfig is Hugo's whole configuration. Nothing in it comes from a user's
// file except through params, which only templates see.
func hugoConfig(params map[string]any) map[string]any {
	none := []string{"none"}
	off := map[string]any{"disable": true}
	mount := func(dir string) map[string]string { return map[string]string{"source": dir, "target": dir} }
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
		"module":         map[string]any{"mounts": []any{mount("content"), mount("layouts"), mount("assets")}},
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
