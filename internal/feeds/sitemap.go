package feeds

import (
	"encoding/xml"
	"strings"
)

// Sitemap lists pages for search engines. The paths are addresses, escaped, beneath
// the base URL: in a sitemap they are whole.
func Sitemap(base string, pages []string) ([]byte, error) {
	type page struct {
		Loc string `xml:"loc"`
	}
	var set struct {
		XMLName xml.Name `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
		Pages   []page   `xml:"url"`
	}
	for _, p := range pages {
		set.Pages = append(set.Pages, page{base + strings.TrimSuffix(p, "index.html")})
	}
	data, err := xml.MarshalIndent(set, "", " ")
	if err != nil {
		return nil, err
	}
	return []byte(xml.Header + string(data) + "\n"), nil
}
