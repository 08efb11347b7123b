// Package feeds takes the models of a section's pages and returns the same facts as
// files for programs: the API in JSON and CSV, the Atom feed, the index of the search
// and the sitemap.
package feeds
