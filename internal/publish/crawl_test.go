package publish

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// crawler follows links through a web server while somebody publishes.
type crawler struct {
	t       *testing.T
	base    string
	mu      sync.Mutex
	known   map[string]bool // contents that a file may have
	fetched int
}

func (c *crawler) get(p string) (string, bool) {
	r, err := http.Get(c.base + "/" + p)
	if err != nil {
		c.t.Error(err)
		return "", false
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	c.fetched++
	if err != nil {
		c.t.Errorf("%s: half a file: %v", p, err)
	}
	if r.StatusCode != http.StatusOK {
		return "", false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.known[string(body)] {
		c.t.Errorf("%s: nobody ever published %.80q", p, body)
	}
	return string(body), true
}

func leads(page, from, to string) bool {
	for _, link := range linkForm.FindAllStringSubmatch(page, -1) {
		if path.Join(path.Dir(from), link[1]) == to {
			return true
		}
	}
	return false
}

// stands tells whether a reader comes to a page by the way that the crawler
// came, still.
func (c *crawler) stands(p string, parent map[string]string) bool {
	for q, ok := parent[p]; ok; q, ok = parent[p] {
		page, there := c.get(q)
		if !there || !leads(page, q, p) {
			return false
		}
		p = q
	}
	return true
}

// round follows all links once.
func (c *crawler) round() {
	parent := map[string]string{}
	seen := map[string]bool{"index.html": true, "dark_cal/index.html": true}
	queue := []string{"index.html", "dark_cal/index.html"}
	for len(queue) > 0 {
		p := queue[0]
		queue = queue[1:]
		page, ok := c.get(p)
		if !ok {
			q, follows := parent[p]
			if !follows {
				c.t.Errorf("%s: not there", p)
				continue
			}
			// The page that led here may have been an old one. Dead is a link
			// that stands in a page before and after it leads nowhere.
			before, there := c.get(q)
			if !there || !leads(before, q, p) || !c.stands(q, parent) {
				continue
			}
			if _, ok := c.get(p); ok {
				continue
			}
			if after, _ := c.get(q); after == before && c.stands(q, parent) {
				c.t.Errorf("%s leads to %s, which is not there", q, p)
			}
			continue
		}
		if !strings.HasSuffix(p, ".html") {
			continue
		}
		for _, link := range linkForm.FindAllStringSubmatch(page, -1) {
			if to := path.Join(path.Dir(p), link[1]); !seen[to] {
				seen[to], parent[to] = true, p
				queue = append(queue, to)
			}
		}
	}
}

// Readers who follow links during 100 publishes find every one, and every file
// whole.
func TestCrawl(t *testing.T) {
	dir := scratch(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, err := os.Open(filepath.Join(dir, r.URL.Path))
		if err != nil {
			http.NotFound(w, r)
			return
		}
		defer f.Close()
		io.Copy(w, f)
	}))
	defer server.Close()
	rng := rand.New(rand.NewPCG(11, 12))
	page := func(block string) string { return "main <!-- begin -->" + block + "<!-- end -->" }
	put(t, dir, "index.html", page(""))
	c := &crawler{t: t, base: server.URL, known: map[string]bool{}}
	next := func(i int) {
		var ids []string
		block := ""
		for k := range 8 {
			if rng.IntN(2) == 0 {
				ids = append(ids, fmt.Sprintf("20%02d_jan", k))
				block += fmt.Sprintf(`<a href="dark_cal/20%02d_jan/index.html">x</a>`, k)
			}
		}
		m := site(fmt.Sprint("text ", i), ids...)
		c.mu.Lock()
		for _, content := range published(m) {
			c.known[content] = true
		}
		c.known[page(block)] = true
		c.mu.Unlock()
		publish(t, target(dir), m, Options{AllowFewer: true, Marks: plainMarks{}, Blocks: []Block{{"index.html", []byte(block)}}})
	}
	next(0)
	stop := make(chan struct{})
	rounds := 0
	var crawling sync.WaitGroup
	crawling.Go(func() {
		for {
			c.round()
			rounds++
			select {
			case <-stop:
				return
			default:
			}
		}
	})
	for i := range 100 {
		next(i + 1)
	}
	close(stop)
	crawling.Wait()
	t.Logf("%d rounds, %d files fetched", rounds, c.fetched)
}
