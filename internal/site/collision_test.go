package site

import (
	"strings"
	"testing"
	"testing/fstest"
)

func overlayOf(files map[string]string) fstest.MapFS {
	m := fstest.MapFS{}
	for name, content := range files {
		m[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return m
}

// Two files that want one address are an error that names both, by whatever way
// they come to it.
func TestCase10OneAddress(t *testing.T) {
	const memo, page = "content/dark_cal/memo.md", "---\ntitle: A page\n---\nText.\n"
	at := func(key, value string) string { return "---\ntitle: A page\n" + key + ": " + value + "\n---\nText.\n" }
	for name, c := range map[string]struct {
		files map[string]string
		want  []string
	}{
		"letter case":            {map[string]string{memo: page, "content/dark_cal/Memo.md": page}, []string{"content/dark_cal/Memo.md", memo, "dark_cal/memo"}},
		"a file and a directory": {map[string]string{memo: page, "content/dark_cal/memo/index.md": page}, []string{memo, "content/dark_cal/memo/index.md"}},
		"two kinds of directory": {map[string]string{"content/dark_cal/memo/_index.md": page, "content/dark_cal/memo/index.md": page}, []string{"memo/_index.md", "memo/index.md"}},
		"a language":             {map[string]string{memo: page, "content/dark_cal/memo.en.md": page}, []string{memo, "memo.en.md"}},
		"a blank":                {map[string]string{"content/dark_cal/my memo.md": page, "content/dark_cal/my-memo.md": page}, []string{"my memo.md", "my-memo.md"}},
		"normal forms":           {map[string]string{"content/dark_cal/caf\u00e9.md": page, "content/dark_cal/cafe\u0301.md": page}, []string{`"content/dark_cal/caf\u00e9.md"`, `"content/dark_cal/cafe\u0301.md"`}},
		"ending in capitals":     {map[string]string{memo: page, "content/dark_cal/memo.MD": page}, []string{memo, "content/dark_cal/memo.MD"}},
		"files beside":           {map[string]string{"content/dark_cal/a.csv": "1", "content/dark_cal/A.csv": "2"}, []string{"content/dark_cal/a.csv", "content/dark_cal/A.csv"}},
		"a built-in page":        {map[string]string{"content/dark_cal/Help.md": page}, []string{"content/dark_cal/Help.md", "content/dark_cal/help.md, which is built in"}},
		"the first page":         {map[string]string{"content/dark_cal/index.md": page}, []string{"content/dark_cal/index.md", "content/dark_cal/_index.md, which is built in"}},
		"a report":               {map[string]string{"content/dark_cal/2015_dec.md": page}, []string{"content/dark_cal/2015_dec.md", "the page of a calibration", "dark_cal/2015_dec"}},
		"a report, in capitals":  {map[string]string{"content/dark_cal/2015_DEC.md": page}, []string{"content/dark_cal/2015_DEC.md", "the page of a calibration"}},
		"the page of a report":   {map[string]string{"content/dark_cal/2015_dec/index.md": page}, []string{"content/dark_cal/2015_dec/index.md", "the page of a calibration"}},
		"an address":             {map[string]string{memo: at("url", "/dark_cal/other/"), "content/dark_cal/other.md": page}, []string{memo, "content/dark_cal/other.md", "dark_cal/other/index.html"}},
		"an address, other case": {map[string]string{memo: at("url", "/dark_cal/Other/"), "content/dark_cal/other.md": page}, []string{memo, "content/dark_cal/other.md"}},
		"a slug":                 {map[string]string{memo: at("slug", "help")}, []string{memo, "content/dark_cal/help.md, which is built in"}},
		"an address of a report": {map[string]string{memo: at("url", "/dark_cal/2015_dec/")}, []string{memo, "the page of a calibration"}},
		"a generated file":       {map[string]string{memo: at("url", "/dark_cal/feed.xml")}, []string{memo, "dark_cal/feed.xml"}},
		"a file as a directory":  {map[string]string{"content/dark_cal/feed.xml.md": page}, []string{"content/dark_cal/feed.xml.md", "dark_cal/feed.xml is a file"}},
		"a generated directory":  {map[string]string{"content/dark_cal/assets.md": page}, []string{"content/dark_cal/assets.md", "dark_cal/assets/"}},
		"the API":                {map[string]string{"content/dark_cal/api/v1.md": page}, []string{"content/dark_cal/api/v1.md", "dark_cal/api/v1/"}},
		"a static file":          {map[string]string{memo: page, "static/dark_cal/memo/index.html": "x"}, []string{memo, "static/dark_cal/memo/index.html"}},
		"static files":           {map[string]string{"static/dark_cal/a.css": "", "static/dark_cal/A.css": ""}, []string{"static/dark_cal/a.css", "static/dark_cal/A.css"}},
		"static, of a report":    {map[string]string{"static/dark_cal/2015_dec/image.fits": ""}, []string{"static/dark_cal/2015_dec/image.fits", "dark_cal/2015_dec/image.fits"}},
	} {
		t.Run(name, func(t *testing.T) {
			in := inputs(sample("2015355", 3, 1))
			in.Calibrations[0].Downloads = []Download{DownloadOf("image.fits", []byte("x"))}
			in.Overlay = overlayOf(c.files)
			tree, err := drawAndBuild(in)
			if err == nil {
				t.Fatalf("no error; warnings %q", tree.Warnings)
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error does not name %q: %v", want, err)
				}
			}
		})
	}
}

// What is not published as it stands in content/ is named, and nothing is lost
// without a word.
func TestProseThatIsNotPublished(t *testing.T) {
	for name, c := range map[string]struct {
		file, content, want string
		there               string // in the tree, "" for nothing
	}{
		"a draft":            {"memo.md", "---\ntitle: x\ndraft: true\n---\nText.", `memo.md: the page is a draft and is not published: its front matter says "draft: true"`, ""},
		"a draft in TOML":    {"memo.md", "+++\ntitle = 'x'\ndraft = true\n+++\nText.", "is a draft", ""},
		"no title":           {"memo.md", "Text.", `memo.md: the page has no title and is called "memo"`, "dark_cal/memo/index.html"},
		"an empty title":     {"memo.md", "---\ntitle: ''\nweight: 3\n---\nText.", "has no title", "dark_cal/memo/index.html"},
		"no title in TOML":   {"memo.md", "+++\nweight = 3\n+++\nText.", "has no title", "dark_cal/memo/index.html"},
		"no title in JSON":   {"memo.md", "{\"weight\": 3}\nText.", "has no title", "dark_cal/memo/index.html"},
		"no text":            {"memo.md", "---\ntitle: x\n---\n", "memo.md: the page has no text", "dark_cal/memo/index.html"},
		"nothing":            {"memo.md", "", "memo.md: the page has no text", "dark_cal/memo/index.html"},
		"a date":             {"memo.md", "---\ntitle: x\npublishDate: 2999-01-01\n---\nText.", "whatever publishdate in its front matter says, for a build has no clock", "dark_cal/memo/index.html"},
		"aliases":            {"memo.md", "---\ntitle: x\naliases: [/old/]\n---\nText.", "aliases are not made", "dark_cal/memo/index.html"},
		"never rendered":     {"memo.md", "---\ntitle: x\nbuild: {render: never}\n---\nText.", "memo.md is not published: its front matter", ""},
		"hidden by another":  {"sub/part.md", "---\ntitle: x\n---\nText.", "sub/part.md is not published: it lies in the directory of a page", ""},
		"a file of a report": {"2015_dec/plot.png", "x", "2015_dec/plot.png is not published: files stand beside a page of prose", ""},
		"HTML":               {"memo.md", "---\ntitle: x\n---\n<b>Text</b>", `line 4: "<b>" is shown as it is written`, "dark_cal/memo/index.html"},
	} {
		t.Run(name, func(t *testing.T) {
			in := inputs(sample("2015355", 3, 1))
			files := map[string]string{"content/dark_cal/" + c.file: c.content}
			if strings.HasPrefix(c.file, "sub/") {
				files["content/dark_cal/sub/index.md"] = "---\ntitle: y\n---\nText."
			}
			in.Overlay = overlayOf(files)
			tree, err := drawAndBuild(in)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(strings.Join(tree.Warnings, "\n"), c.want) {
				t.Errorf("warnings %q, want %q", tree.Warnings, c.want)
			}
			if _, there := tree.Size("dark_cal/memo/index.html"); there != (c.there != "") {
				t.Errorf("published: %v", there)
			}
			if strings.Contains(c.want, "no title") {
				if h := text(one(t, parse(t, tree, c.there), "h1")); h != "memo" {
					t.Errorf("title %q", h)
				}
			}
		})
	}
}

// Files that nobody asks about raise no warning.
func TestProseWithoutWarnings(t *testing.T) {
	in := inputs(sample("2015355", 3, 1))
	in.Overlay = overlayOf(map[string]string{
		"content/dark_cal/memo.md":          "\uFEFF---\r\ntitle: Memo\r\n---\r\nSee [data](../data.csv).\r\n",
		"content/dark_cal/data.csv":         "1",
		"content/dark_cal/sub/index.md":     "---\ntitle: Sub\nslug: other\n---\nSee [table](table.csv).\n",
		"content/dark_cal/sub/table.csv":    "1",
		"content/dark_cal/numbered.md":      "---\ntitle: 2016\n---\nText.\n",
		"content/notes/2015355.md":          "x",
		"static/dark_cal/2015_dec/more.txt": "beside the page of a calibration",
	})
	tree, err := drawAndBuild(in)
	if err != nil {
		t.Fatal(err)
	}
	if len(tree.Warnings) != 0 {
		t.Fatalf("%v, warnings %q", err, tree.Warnings)
	}
	for _, p := range []string{"dark_cal/memo/index.html", "dark_cal/data.csv", "dark_cal/numbered/index.html", "dark_cal/2015_dec/more.txt"} {
		if _, there := tree.Size(p); !there {
			t.Errorf("%s is missing", p)
		}
	}
}
