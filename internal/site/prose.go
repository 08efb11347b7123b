package site

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	plaintext "darksite/internal/ground/text"
	"darksite/internal/note"
)

// proseOf is a page of prose as Hugo gets it: in the dialect of notes, with a
// title. It is nil for a draft. Of a user's own page, what is not published as it
// stands there is a warning.
func (s *source) proseOf(name string, data []byte, own bool) ([]byte, error) {
	written, err := plaintext.Parse(data, name, maxSourceFile)
	if err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	front, body, err := note.Cut(written)
	if err != nil {
		return nil, fmt.Errorf("site: %s: %w", name, err)
	}
	warn := func(format string, args ...any) {
		if own {
			s.warn("%s: %s", name, fmt.Sprintf(format, args...))
		}
	}
	if why, draft := front.Draft(); draft {
		warn("the page is a draft and is not published: its front matter says %q", why)
		return nil, nil
	}
	if dated := front.Dated(); len(dated) > 0 {
		warn("the page is published whatever %s in its front matter says, for a build has no clock: draft: true hides a page", strings.Join(dated, ", "))
	}
	if _, there := front.Keys["aliases"]; there {
		warn("aliases are not made: put a page that leads on into static/%s/", Section)
	}
	if strings.TrimSpace(body) == "" && path.Base(name) != "_index.md" {
		warn("the page has no text")
	}
	head := written[:len(written)-len(body)]
	if front.Title() == "" {
		title := titleOf(name)
		warn("the page has no title and is called %q: write title: ... in its front matter", title)
		head = titled(front.Format, head, title)
	}
	before := strings.Count(written[:len(written)-len(body)], "\n") // so that lines are those of the file
	body, warnings := note.Portable(strings.Repeat("\n", before)+body, formulaCode)
	body = body[before:]
	for _, w := range warnings {
		warn("%s", w)
	}
	return []byte(head + body), nil
}

// formulaCode is the shortcode of a formula. The code keeps TeX out of the reach of
// Markdown and of shortcodes.
func formulaCode(f *note.Formula, lines int) string {
	how := "inline"
	if f.Display {
		how = "display"
	}
	return fmt.Sprintf("{{< formula %q %q%s >}}", base64.StdEncoding.EncodeToString([]byte(f.TeX)), how, strings.Repeat("\n", lines))
}

// titleOf is what a page without a title is called.
func titleOf(name string) string {
	stem := strings.TrimSuffix(name, path.Ext(name))
	if base := path.Base(stem); base == "index" || base == "_index" {
		stem = path.Dir(stem)
	}
	return path.Base(stem)
}

// titled is front matter with a title instead of one that is empty or no text.
func titled(format, head, title string) string {
	quoted, _ := json.Marshal(title) // a string is a string in all three formats
	separator := ":"
	switch format {
	case "":
		return fmt.Sprintf("{\"title\": %s}\n", quoted) + head
	case "TOML":
		separator = "="
	case "JSON":
		var keys map[string]any
		if json.Unmarshal([]byte(head), &keys) != nil {
			return head
		}
		maps.DeleteFunc(keys, func(key string, _ any) bool { return strings.EqualFold(key, "title") })
		keys["title"] = title
		made, _ := json.Marshal(keys)
		return string(made) + "\n"
	}
	lines := slices.DeleteFunc(strings.SplitAfter(head, "\n"), func(l string) bool {
		key, _, found := strings.Cut(l, separator)
		return found && strings.EqualFold(strings.Trim(key, "\"' "), "title")
	})
	for i, l := range lines {
		if m := strings.TrimSpace(l); m == "---" || m == "+++" {
			return strings.Join(slices.Insert(lines, i+1, "title"+separator+" "+string(quoted)+"\n"), "")
		}
	}
	return head
}
